"""Numbers of phones, identity cards and bank cards in a text, however they are spelled. Pure; linear in the length of the text.

A run is digits with nothing between but signs that part the groups of a number, as many as there are, and signs that nobody sees. A number begins
and ends where a group does: twelve digits on end hold no phone number. What stays is what reads as something else, by its groups: a date, an
address of a computer, a decimal number, thousands with a unit behind. Landlines stay: they are a ward's or an office's, and who complains of a ward
has to be able to say where it can be called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal
from unicodedata import category, decimal, digit, normalize

from shared.signs import INVISIBLE

Kind = Literal["identity", "phone", "bank"]

ALL = [chr(code) for code in range(0x20000)]
PLAIN = {each: str(value) for each in ALL if (value := decimal(each, None)) is not None}
"""Digits of every script, also the full-width and mathematical ones."""
ANY = PLAIN | {each: str(value) for each in ALL if (value := digit(each, None)) is not None}
"""Circled, raised and lowered ones too, and those that are written as words. They are looked at apart: ①13812345678 is the first of a list."""
ANY |= dict(zip("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖貳參陸", "001234567891123456789236", strict=True))
BETWEEN = "".join(
    re.escape(each) for each in ALL if category(each) in ("Zs", "Zl", "Zp", "Pc") or (category(each) == "Pd" and each not in "〜〰")
)
GAP = rf"\s\x1c-\x1f{BETWEEN}−˗⁃─━➖ーｰ./\\()·•‧∙⋅・･●．。｡／＼⁄∕（）﹒{INVISIBLE}"
"""What parts the groups of a number: spaces, dashes, dots, slashes, brackets. Commas and colons part two numbers."""
DOTS = set(".．﹒")
LAST = re.compile(rf"[{GAP}]*+[{''.join(each for each in ALL if normalize('NFKC', each) in ('X', 'x'))}Хх×]")
"""The X in the place of an identity number's last digit."""
UNIT = re.compile(r"\s*(?:[%％‰]|[万亿]?元|[万亿])")
FRACTION = re.compile(r"[.．]\d{1,4}(?!\d)" + UNIT.pattern)
UNSEEN = re.compile(f"[{INVISIBLE}]*")
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82}


@dataclass(frozen=True)
class Alphabet:
    """What reads as a digit, by character, and the runs of such."""

    digits: dict[str, str]

    @cached_property
    def runs(self) -> re.Pattern[str]:
        """Digits with only gaps between. Possessive, and what may follow tells itself apart by its first character: nothing is read twice."""
        one = f"[\\d{''.join(re.escape(each) for each in self.digits if each not in PLAIN)}]"
        return re.compile(f"{one}(?:[{GAP}]*+{one}){{10,}}+")


ALPHABETS = (Alphabet(PLAIN), Alphabet(ANY))


@dataclass(frozen=True, slots=True)
class Run:
    """The digits of a run, and where in the text each stands."""

    text: str
    at: list[int]
    digits: str

    def begins(self, index: int) -> bool:
        """Whether no digit stands directly before this one."""
        return not index or self.at[index] > self.at[index - 1] + 1

    def part(self, start: int, length: int) -> "Part | None":
        """So many digits; none where there are fewer, or another follows directly."""
        end = start + length
        if end > len(self.at) or (end < len(self.at) and not self.begins(end)):
            return None
        return Part(self, start, end)


@dataclass(frozen=True, slots=True)
class Part:
    """Digits of a run that may be a number."""

    run: Run
    start: int
    end: int

    @property
    def digits(self) -> str:
        return self.run.digits[self.start : self.end]

    def spelled(self) -> tuple[list[str], list[str]]:
        """Its groups, and what is seen between them."""
        groups, gaps = [self.run.digits[self.start]], []
        for index in range(self.start + 1, self.end):
            between = self.run.text[self.run.at[index - 1] + 1 : self.run.at[index]]
            if UNSEEN.fullmatch(between):
                groups[-1] += self.run.digits[index]
            else:
                groups.append(self.run.digits[index])
                gaps.append(between)
        return groups, gaps

    @property
    def has_unit(self) -> bool:
        """Whether it is an amount or a share, by what follows."""
        return UNIT.match(self.run.text, self.run.at[self.end - 1] + 1) is not None


def numbers(text: str, alphabet: Alphabet) -> Iterator[tuple[int, int, Kind]]:
    """Where numbers of persons stand in a text, in its order, and what each is. A country code before a phone's stays outside."""
    for found in alphabet.runs.finditer(text):
        at = [index for index in range(found.start(), found.end()) if text[index] in alphabet.digits]
        run, start = Run(text, at, "".join(alphabet.digits[text[index]] for index in at)), 0
        while start + 10 < len(at):
            number = _number(run, start) if run.begins(start) else None
            if number is None:
                start += 1
                continue
            part, kind = number
            last = LAST.match(text, at[-1] + 1) if kind == "identity" and len(part.digits) == 17 else None
            yield at[part.start], last.end() if last else at[part.end - 1] + 1, kind
            start = part.end


def _number(run: Run, start: int) -> tuple[Part, Kind] | None:
    """The number that begins with this digit."""
    for length in (18, 17):
        part = run.part(start, length)
        if part and _is_identity(part):
            return part, "identity"
    for code in ("", "86", "086", "0086", "0"):
        part = run.part(start + len(code), 11) if run.digits.startswith(code, start) else None
        if part and _is_phone(part):
            return part, "phone"
    for length in (19, 18, 17, 16):
        part = run.part(start, length)
        if part and _is_bank_card(part):
            return part, "bank"
    part = run.part(start, 15)
    return (part, "identity") if part and _is_old_identity(part) else None


def _is_identity(part: Part) -> bool:
    """18 digits with a date of birth, or 17 and an X behind them."""
    digits = part.digits
    if len(digits) == 17 and not (part.end == len(part.run.at) and LAST.match(part.run.text, part.run.at[-1] + 1)):
        return False
    return digits[0] != "0" and _is_date(digits[6:14]) and not _is_decimal(part)


def _is_old_identity(part: Part) -> bool:
    """15 digits as they were given until 1999: a province, and a date of birth without its century."""
    digits = part.digits
    first = len(part.spelled()[0][0])
    return first in (1, 6, 12, 15) and int(digits[:2]) in PROVINCES and _is_date(f"19{digits[6:12]}") and not _is_decimal(part)


def _is_phone(part: Part) -> bool:
    """A mobile number: 11 digits from 13 to 19."""
    if not (part.digits[0] == "1" and part.digits[1] in "3456789"):
        return False
    groups, gaps = part.spelled()
    if len(groups) == 4 and all(gap in DOTS for gap in gaps) and all(int(each) < 256 for each in groups):
        return False  # the address of a computer
    if part.has_unit and len(groups[0]) < 3 and all(len(each) == 3 for each in groups[1:]):
        return False  # thousands
    if len(groups[0]) != 3 and (_has_date(groups) or (len(set(gaps)) > 1 and DOTS & set(gaps))):
        return False  # a date, or decimal numbers in a row
    return not _is_decimal(part)


def _is_bank_card(part: Part) -> bool:
    """16 to 19 digits that pass the check sum, in groups as cards have them; none begins like a date or with 0."""
    digits = part.digits
    if digits[0] == "0" or _is_date(digits[:8]):
        return False
    lengths = [len(each) for each in part.spelled()[0]]
    fours = set(lengths[:-1]) <= {4, 8, 12} and lengths != [8, 8]  # two landlines side by side
    grouped = fours or set(lengths) == {1} or (lengths[0] == 6 and len(lengths) == 2)
    if not grouped or (len(lengths) > 1 and lengths[0] == 4 and _is_year(digits[:4])):
        return False
    doubled = (int(each) * (1 + index % 2) for index, each in enumerate(reversed(digits)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0 and not _is_decimal(part)


def _is_decimal(part: Part) -> bool:
    """One dot, with digits around it as phones and cards have none, or a unit behind them."""
    groups, gaps = part.spelled()
    if len(groups) == 1:
        return FRACTION.match(part.run.text, part.run.at[part.end - 1] + 1) is not None
    return len(groups) == 2 and gaps[0] in DOTS and (len(groups[0]) < 3 or len(groups[1]) < 4 or part.has_unit)


def _has_date(groups: list[str]) -> bool:
    """Whether a date stands in it, or years, or a year and a month at its beginning."""
    if len(groups) > 1 and _is_year(groups[0]) and (_is_year(groups[1]) or (len(groups[1]) < 3 and 0 < int(groups[1]) < 13)):
        return True
    parted = zip(groups, groups[1:], groups[2:], strict=False)
    return any(_is_date(each) for each in groups if len(each) == 8) or any(
        len(year) == 4 and len(month) < 3 and len(day) < 3 and _is_date(f"{year}{month:0>2}{day:0>2}") for year, month, day in parted
    )


def _is_year(group: str) -> bool:
    return len(group) == 4 and group[:2] in ("19", "20")


def _is_date(digits: str) -> bool:
    """Whether eight digits are a day of the last century or this."""
    try:
        return digits[:2] in ("19", "20") and bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False
