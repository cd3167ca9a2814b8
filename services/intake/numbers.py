"""Numbers of phones, identity cards and bank cards in a text, however they are spelled. Pure; linear in the length of the text.

A run is digits with nothing between but signs that part the groups of a number, as many as there are, and signs that nobody sees; or up to three
other signs, which part the groups of a number only where they are those it is mostly written in, or each is one digit. A number begins and ends
where a group does: twelve digits on end hold no phone number, but two phones on end are two. What stays is what reads as something else, by its
groups: a date, an address of a computer, a decimal number, a list that rises, an amount with a unit behind. Landlines stay: they are a ward's or
an office's, and who complains of a ward has to be able to say where it can be called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Literal
from unicodedata import category, decimal, digit, normalize, numeric

from shared.signs import INVISIBLE

Kind = Literal["identity", "phone", "bank"]

DIGITS = {float(value) for value in range(10)}
ALL = [chr(code) for code in range(0x20000)]
PLAIN = {each: str(value) for each in ALL if (value := decimal(each, None)) is not None}
"""Digits of every script, also the full-width and mathematical ones."""
ANY = PLAIN | {each: str(value) for each in ALL if (value := digit(each, None)) is not None}
"""Circled, raised and lowered ones too, and those that are written as words. They are looked at apart: ①13812345678 is the first of a list."""
ANY |= {each: str(int(numeric(each))) for each in ALL[:0x10000] if category(each) in ("Nl", "No") and numeric(each, 0.5) in DIGITS}
ANY |= dict(zip("零一二三四五六七八九幺两兩洞拐勾壹贰叁肆伍陆柒捌玖貳參叄陸", "01234567891220791234567892336", strict=True))
BETWEEN = "".join(
    re.escape(each) for each in ALL if category(each) in ("Zs", "Zl", "Zp", "Pc") or (category(each) == "Pd" and each not in "〜〰")
)
HIDDEN = rf"{INVISIBLE}{''.join(re.escape(each) for each in ALL if category(each) in ('Mn', 'Me', 'Cf'))}\ue000-\uf8ff\U000f0000-\U0010ffff"
"""Signs between two digits that part nothing: those that nobody sees, those that lie on the sign before, and those that mean nothing."""
GAP = rf"\s\x1c-\x1f{BETWEEN}−˗⁃─━➖ーｰ./\\()·•‧∙⋅・･●．。｡／＼⁄∕（）﹒{HIDDEN}"
"""What parts the groups of a number, however it is grouped: spaces, dashes, dots, slashes, brackets."""
WIDE = rf"[{HIDDEN}]*+(?:(?:<[bB][rR] ?/?>|&nbsp;|_|[^\w{HIDDEN}])[{HIDDEN}]*+){{1,3}}+"
"""What else may: commas, colons, tildes, stars and the like, which part two numbers as well."""
NARROW = re.compile(f"[{GAP}]*")
DOTS = set(".．﹒")
LAST = re.compile(rf"(?:[{GAP}]*+|{WIDE})[{''.join(each for each in ALL if normalize('NFKC', each) in ('X', 'x'))}Хх×]")
"""The X in the place of an identity number's last digit."""
AMOUNT = re.compile(
    r"\s?[余多]?[万亿]{0,2}(?:[美欧日港]?元(?![旦宵某])|人次|公?吨|公斤|千克|千瓦时|(?:平方|立方)米|(?:平方)?公里|㎡|[件台套份](?![\u3400-\u9fff]))"
)
"""A unit behind a whole number. Not the first sign of a word or a name: 13812345678台儿庄区 is no count of machines."""
UNIT = re.compile(rf"\s*(?:[%％‰万亿]|{AMOUNT.pattern})")
FRACTION = re.compile(r"[.．]\d{1,4}(?!\d)" + UNIT.pattern)
UNSEEN = re.compile(f"[{HIDDEN}]*")
CODES = ("", "86", "086", "0086", "0", "17951", "17911", "17909", "17901", "17900", "17969", "12593", "10193", "11808")
"""What is dialled before a phone's number: of the country, and of a carrier for calls to far away."""
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82}
DOUBLED = {str(digit): digit * 2 - 9 * (digit > 4) for digit in range(10)}
"""What every second digit from the end adds to the check sum of a bank card: its double, whose own digits are added up."""


@dataclass(frozen=True)
class Alphabet:
    """What reads as a digit, by character, and the runs of such."""

    digits: dict[str, str]

    @cached_property
    def runs(self) -> re.Pattern[str]:
        """Digits with only gaps between. Possessive, and what may follow tells itself apart by its first character: nothing is read twice."""
        one = f"[\\d{''.join(re.escape(each) for each in self.digits if each not in PLAIN)}]"
        return re.compile(f"{one}(?:(?:[{GAP}]*+{one}|{WIDE}{one})){{10,}}+")


ALPHABETS = (Alphabet(PLAIN), Alphabet(ANY))


@dataclass(frozen=True)
class Run:
    """The digits of a run, and where in the text each stands."""

    text: str
    at: list[int]
    digits: str

    @cached_property
    def gaps(self) -> list[str]:
        """What stands before each digit and parts it from the one before; nothing where nobody sees it."""
        between = (self.text[before + 1 : index] for before, index in pairwise(self.at))
        return ["", *("" if UNSEEN.fullmatch(each) else each for each in between)]

    @cached_property
    def wide(self) -> list[bool]:
        """Whether that is more than parts a number however it is grouped, by digit."""
        return [NARROW.fullmatch(each) is None for each in self.gaps]

    def begins(self, index: int) -> bool:
        """Whether no digit stands directly before this one."""
        return not index or self.at[index] > self.at[index - 1] + 1

    def part(self, start: int, length: int) -> "Part | None":
        """So many digits; none where there are fewer, or another follows directly."""
        end = start + length
        if end > len(self.at) or (end < len(self.at) and not self.begins(end)):
            return None
        return Part(self, start, end)


@dataclass(frozen=True)
class Part:
    """Digits of a run that may be a number."""

    run: Run
    start: int
    end: int

    @property
    def digits(self) -> str:
        return self.run.digits[self.start : self.end]

    @cached_property
    def spelled(self) -> tuple[list[str], list[str]]:
        """Its groups, and what stands between them."""
        groups, gaps = [self.run.digits[self.start]], []
        for index in range(self.start + 1, self.end):
            if between := self.run.gaps[index]:
                groups.append(self.run.digits[index])
                gaps.append(between)
            else:
                groups[-1] += self.run.digits[index]
        return groups, gaps

    def fits(self, *groupings: list[int]) -> bool:
        """Whether what parts its groups may: anything in these groupings, and digit by digit where each gap is the same."""
        if not self.is_wide:
            return True
        groups, gaps = self.spelled
        lengths = [len(each) for each in groups]
        if lengths in groupings:
            return True
        return set(lengths) == {1} and len(set(gaps)) == 1 and not self._goes_on(gaps[0])

    @cached_property
    def is_wide(self) -> bool:
        """Whether something parts it that parts two numbers as well."""
        return any(self.run.wide[self.start + 1 : self.end])

    def _goes_on(self, gap: str) -> bool:
        """Whether more digits stand before or behind with the same between, as in a row of marks that were given; but for a country code."""
        gaps = self.run.gaps
        coded = self.start < 5 and self.run.digits[: self.start] in ("86", "0086")
        return (gaps[self.start] == gap and not coded) or (self.end < len(gaps) and gaps[self.end] == gap)

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
    for code in CODES:
        part = run.part(start + len(code), 11) if run.digits.startswith(code, start) else None
        if part and _is_phone(part):
            return part, "phone"
    part = run.part(start, 22)
    if part and len(part.spelled[0]) == 1 and all(_is_phone(Part(run, each, each + 11)) for each in (start, start + 11)):
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
    if digits[0] == "0" or not _is_date(digits[6:14]) or _is_amount(part) or _is_list(part.spelled[0]):
        return False
    last = len(digits) - 14
    return part.fits([6, 8, last], [6, 8 + last], [14, last], [6, 4, 4, last], [6, 4, 2, 2, last])


def _is_old_identity(part: Part) -> bool:
    """15 digits as they were given until 1999: a province, and a date of birth without its century."""
    digits = part.digits
    if int(digits[:2]) not in PROVINCES or not _is_date(f"19{digits[6:12]}") or _is_amount(part):
        return False
    lengths = [len(each) for each in part.spelled[0]]
    return (lengths[0] in (6, 12, 15) or set(lengths) == {1}) and part.fits([6, 6, 3], [12, 3])


def _is_phone(part: Part) -> bool:
    """A mobile number: 11 digits from 13 to 19."""
    if not (part.digits[0] == "1" and part.digits[1] in "3456789" and part.fits([3, 4, 4], [3, 8], [7, 4])):
        return False
    groups, gaps = part.spelled
    if len(groups) == 4 and all(gap in DOTS for gap in gaps) and all(int(each) < 256 for each in groups):
        return False  # the address of a computer
    if part.has_unit and len(groups[0]) < 3 and all(len(each) == 3 for each in groups[1:]):
        return False  # thousands
    if _has_date(groups) and not part.fits():
        return False  # a number, and a date after a comma
    if len(groups[0]) != 3 and (_has_date(groups) or (len(set(gaps)) > 1 and DOTS & set(gaps))):
        return False  # a date, or decimal numbers in a row
    return _is_even(groups) and not _is_list(groups) and not _is_amount(part)


def _is_bank_card(part: Part) -> bool:
    """16 to 19 digits that pass the check sum, in groups as cards have them; none begins like a date or with 0."""
    digits = part.digits
    if digits[0] == "0" or not _passes_luhn(digits) or _is_date(digits[:8]):
        return False
    groups, gaps = part.spelled
    lengths = [len(each) for each in groups]
    fours = set(lengths[:-1]) <= {4, 8, 12} and lengths != [8, 8]  # two landlines side by side
    grouped = fours or set(lengths) == {1} or (lengths[0] == 6 and len(lengths) == 2)
    if not grouped or (len(lengths) > 1 and lengths[0] == 4 and _is_year(digits[:4])):
        return False
    fitting = part.fits() or (set(lengths[:-1]) == {4} and len(set(gaps)) == 1 and digits[0] in "3456")
    return fitting and not _is_amount(part)


def _passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check sum of those before, as bank cards have it."""
    return (sum(map(int, digits[-1::-2])) + sum(map(DOUBLED.__getitem__, digits[-2::-2]))) % 10 == 0


def _is_amount(part: Part) -> bool:
    """A unit behind, or one dot with digits around it as phones and cards have none."""
    groups, gaps = part.spelled
    end = part.run.at[part.end - 1] + 1
    if len(groups) == 1:
        return any(each.match(part.run.text, end) for each in (AMOUNT, FRACTION))
    if len(groups) == 2 and gaps[0] in DOTS:
        return len(groups[0]) < 3 or len(groups[1]) < 4 or part.has_unit
    return part.is_wide and AMOUNT.match(part.run.text, end) is not None


def _is_even(groups: list[str]) -> bool:
    """Whether people part a phone's number so: once, or into pieces of one length but for the last or the first, also behind its first three digits."""
    lengths = [len(each) for each in groups]
    rest = lengths[1:] if lengths[0] == 3 else lengths[3:] if lengths[:3] == [1, 1, 1] else lengths
    return len(rest) < 3 or rest == [4, 2, 2] or any(set(each[:-1]) == {max(each)} for each in (rest, lengths[::-1]))


def _is_list(groups: list[str]) -> bool:
    """Whether they rise, as days and the items of a list do; the last may be cut short."""
    short = len(groups) > 3 and max(map(len, groups)) < 4
    return short and all(int(each) < int(after) for each, after in pairwise(groups[:-1]))


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
