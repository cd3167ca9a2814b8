"""Digits in a text with little between them, as numbers of persons are spelled: what reads as a digit, and what may part two. Pure."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple
from unicodedata import category, decimal, digit, numeric

from shared.signs import INVISIBLE

SHORTEST = 11
"""Digits of a number of a person, at least."""
MOST_GROUPS = 5
"""Groups of a number that something parts which parts two numbers as well, where it is not parted digit by digit."""
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
MARKUP = r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#[xX][\da-fA-F]{1,5});|</?[a-zA-Z][^<>]{0,40}>|\\(?:[nrt]|u[\da-fA-F]{4})|%(?:20|2[dDeE]|0[aAdD])|杠"
"""What stands for a sign, or for none, where a text was taken out of a page, a program or a dictation; digits in it are none of a number."""
WIDE = rf"[{HIDDEN}]*+(?:(?:{MARKUP}|_|[^\w{HIDDEN}])[{HIDDEN}]*+){{1,3}}+"
"""What else may: commas, colons, tildes, stars and the like, which part two numbers as well."""
MARKED = re.compile(MARKUP)
NARROW = re.compile(f"[{GAP}]*")
UNSEEN = re.compile(f"[{HIDDEN}]*")
WORDS = "".join(map(re.escape, ANY.keys() - PLAIN.keys()))
"""Digits that are no plain ones."""
ENOUGH = re.compile(rf"(?:[^\d{WORDS}]*+[\d{WORDS}]){{{SHORTEST}}}")
"""As many digits as a number has: most texts have not."""
HAS_WORDS = re.compile(f"[{WORDS}]")


class Alphabet:
    """What reads as a digit, by character, and the runs of such."""

    def __init__(self, digits: dict[str, str]) -> None:
        self.digits = digits
        # Possessive, and what may follow tells itself apart by its first character: nothing is read twice.
        one = rf"[\d{''.join(re.escape(each) for each in self.digits if each not in PLAIN)}]"
        self.runs = re.compile(f"{one}(?:(?:[{GAP}]*+{one}|{WIDE}{one})){{{SHORTEST - 1},}}+")


AS_PLAIN, AS_ANY = Alphabet(PLAIN), Alphabet(ANY)


def alphabets(text: str) -> tuple[Alphabet, ...]:
    """By which a text has to be looked at: by none where it has too few digits for a number, as most."""
    if ENOUGH.match(text) is None:
        return ()
    return (AS_PLAIN, AS_ANY) if HAS_WORDS.search(text) else (AS_PLAIN,)


class Run:
    """The digits of a run, where in the text each stands, and what lies between them. Made by one look at each; what is asked of it takes the time of what
    it gives.
    """

    def __init__(self, text: str, at: list[int], digits: str) -> None:
        self.text, self.at, self.digits = text, at, digits
        self.gaps = [""]
        """What stands before each digit and parts it from the one before; nothing where nobody sees it."""
        self.starts = [0]
        """The digits where a number may begin: no other stands directly before."""
        self.breaks = list[int]()
        """The digits that something parts from the one before."""
        self._breaks_to, self._wide_to, self._same_since = [0], [0], [0]
        known = {"": ("", False)}
        for before, index in pairwise(at):
            here, gap, wide = len(self.gaps), "", False
            if index > before + 1:
                self.starts.append(here)
                between = text[before + 1 : index]
                gap, wide = known.get(between) or known.setdefault(between, _gap(between))
            if gap:
                self.breaks.append(here)
            self._same_since.append(self._same_since[-1] if gap == self.gaps[-1] else here)
            self._breaks_to.append(len(self.breaks))
            self._wide_to.append(self._wide_to[-1] + wide)
            self.gaps.append(gap)
        self._begins = set(self.starts) | {len(at)}

    def part(self, start: int, length: int) -> "Part | None":
        """So many digits; none where there are fewer, or another follows directly."""
        end = start + length
        return Part(self, start, end) if end in self._begins else None

    def is_grouped(self, start: int) -> bool:
        """Whether the digits from here on may be grouped as a number is: few groups, the same between each two digits, or nothing that parts numbers."""
        end = start + SHORTEST
        if end > len(self.at) or not self.is_wide(start, end):
            return end <= len(self.at)
        many = self.many_breaks(start, end)
        return many < MOST_GROUPS or (
            many == SHORTEST - 1 and self.is_same(start, end) and (start < 5 or self.gaps[start] != self.gaps[end - 1])
        )

    def unbroken_to(self, start: int) -> int:
        """Where the digits from here on that nothing parts end."""
        after = self._breaks_to[start]
        return self.breaks[after] if after < len(self.breaks) else len(self.at)

    def breaks_in(self, start: int, end: int) -> list[int]:
        """The digits of a part that something parts from the one before."""
        return self.breaks[self._breaks_to[start] : self._breaks_to[end - 1]]

    def many_breaks(self, start: int, end: int) -> int:
        """How many these are."""
        return self._breaks_to[end - 1] - self._breaks_to[start]

    def is_wide(self, start: int, end: int) -> bool:
        """Whether something parts these digits that parts two numbers as well."""
        return self._wide_to[end - 1] > self._wide_to[start]

    def is_same(self, start: int, end: int) -> bool:
        """Whether the same stands between all these digits."""
        return self._same_since[end - 1] <= start + 1

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """Of the digits before each, what they add to a check sum: with those at odd places doubled, and with those at even ones."""
        plain = [int(each) for each in self.digits]
        doubled = [each * 2 - 9 * (each > 4) for each in plain]
        even, odd = doubled[:], plain[:]
        even[::2], odd[::2] = plain[::2], doubled[::2]
        return [0, *accumulate(even)], [0, *accumulate(odd)]

    def passes_luhn(self, start: int, end: int) -> bool:
        """Whether the last digit is the check sum of those before, as bank cards have it: each second from the end doubled, and its digits added up."""
        sums = self._sums[(end - 1) % 2]
        return end < len(sums) and (sums[end] - sums[start]) % 10 == 0


class Part(NamedTuple):
    """Digits of a run that may be a number."""

    run: Run
    start: int
    end: int

    @property
    def digits(self) -> str:
        return self.run.digits[self.start : self.end]

    @property
    def groups(self) -> list[str]:
        """Its digits, as something parts them."""
        places = [self.start, *self.run.breaks_in(self.start, self.end), self.end]
        return [self.run.digits[place:after] for place, after in pairwise(places)]

    @property
    def gaps(self) -> list[str]:
        """What stands between its groups."""
        return [self.run.gaps[each] for each in self.run.breaks_in(self.start, self.end)]

    @property
    def many(self) -> int:
        """How many groups it has."""
        return self.run.many_breaks(self.start, self.end) + 1

    @property
    def is_single(self) -> bool:
        """Whether something parts it digit by digit."""
        return self.many == self.end - self.start

    @property
    def is_wide(self) -> bool:
        """Whether something parts it that parts two numbers as well."""
        return self.run.is_wide(self.start, self.end)

    def fits(self, *groupings: list[int]) -> bool:
        """Whether what parts its groups may: anything in these groupings, and digit by digit where each gap is the same."""
        if not self.is_wide:
            return True
        if self.is_single:
            return self.run.is_same(self.start, self.end) and not self._goes_on()
        return any(self.many == len(each) for each in groupings) and [len(each) for each in self.groups] in groupings

    def _goes_on(self) -> bool:
        """Whether more digits stand before or behind with the same between, as in a row of marks that were given; but for a country code."""
        gaps = self.run.gaps
        gap = gaps[self.start + 1]
        coded = self.start < 5 and self.run.digits[: self.start] in ("86", "0086")
        return (gaps[self.start] == gap and not coded) or (self.end < len(gaps) and gaps[self.end] == gap)


def runs(text: str, alphabet: Alphabet) -> Iterator[Run]:
    """The runs of digits in a text."""
    for found in alphabet.runs.finditer(text):
        shown = found[0]
        if any(each in shown for each in ("&#", "<", "\\u", "%")):
            shown = MARKED.sub(lambda mark: "&" * len(mark[0]), shown)
        at = [index for index, each in enumerate(shown, found.start()) if each in alphabet.digits]
        yield Run(text, at, "".join([alphabet.digits[text[index]] for index in at]))


def _gap(between: str) -> tuple[str, bool]:
    """What parts two digits, and whether it parts two numbers as well."""
    return ("", False) if UNSEEN.fullmatch(between) else (between, NARROW.fullmatch(between) is None)
