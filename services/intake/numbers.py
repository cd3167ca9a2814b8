"""Numbers of phones, identity cards and bank cards in a text, however they are spelled. Pure; linear in the length of the text.

A run is digits with nothing between but signs that part the groups of a number, as many as there are, and signs that nobody sees; or up to three
other signs, which part the groups of a number only where they are those it is mostly written in, or each is one digit. A number begins and ends
where a group does: twelve digits on end hold no phone number, but phones and identity cards on end are such. What stays is what reads as something else, by its
groups: a date, an address of a computer, a decimal number, a list that rises, an amount with a unit behind. Landlines stay: they are a ward's or
an office's, and who complains of a ward has to be able to say where it can be called.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Literal
from unicodedata import normalize

from services.intake.runs import ALL, GAP, WIDE, Alphabet, Part, Run, runs

Kind = Literal["identity", "phone", "bank"]

DOTS = set(".．﹒")
LAST = re.compile(rf"(?:[{GAP}]*+|{WIDE})[{''.join(each for each in ALL if normalize('NFKC', each) in ('X', 'x'))}ХхΧχ×✕✖✗╳*＊]")
"""The X in the place of an identity number's last digit, or a star where somebody hid it."""
AMOUNT = re.compile(
    r"\s?[余多]?[万亿]{0,2}(?:[美欧日港]?元(?![旦宵某])|人民币|美金|人次|公?吨|公斤|千克|斤|kg|kWh|度电|千瓦时|[cm]m(?![A-Za-z])|[毫厘]米|(?:平方|立方)米|(?:平方)?公里|㎡|[件台套份](?![\u3400-\u9fff]))"
)
"""A unit behind a whole number. Not the first sign of a word or a name: 13812345678台儿庄区 is no count of machines."""
UNIT = re.compile(rf"\s*(?:[%％‰万亿]|{AMOUNT.pattern})")
FRACTION = re.compile(r"[.．]\d{1,4}(?!\d)" + UNIT.pattern)
MONEY = re.compile(r"(?:[¥￥$＄€£]|RMB|人民币)\s?$")
"""What says that an amount follows."""
CODES = {f"1{second}": ("",) for second in range(3, 10)} | {
    "00": ("0086",),
    "01": ("0",),
    "08": ("086",),
    "10": ("10193",),
    "11": ("11808",),
    "12": ("12593",),
    "17": ("", "17951", "17911", "17909", "17901", "17900", "17969"),
    "86": ("86",),
}
"""What is dialled before a phone's number, by the first two digits: nothing, or the code of the country, or of a carrier for calls to far away."""
ON_END = re.compile(r"(?:1[3-9]\d{9}|[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}){2,4}")
"""Numbers of phones and identity cards with nothing between."""
PROVINCES = {*map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82))}
CENTURIES = ("19", "20")
"""Of all days that are told of."""


def numbers(text: str, alphabet: Alphabet) -> Iterator[tuple[int, int, Kind]]:
    """Where numbers of persons stand in a text, in its order, and what each is. A country code before a phone's stays outside."""
    for run in runs(text, alphabet):
        done = 0
        for start in run.starts:
            if start < done or (number := _number(run, start)) is None:
                continue
            part, kind = number
            last = LAST.match(text, run.at[-1] + 1) if kind == "identity" and part.end - part.start == 17 else None
            yield run.at[part.start], last.end() if last else run.at[part.end - 1] + 1, kind
            done = part.end


def _number(run: Run, start: int) -> tuple[Part, Kind] | None:
    """The number that begins with this digit."""
    digits, is_grouped = run.digits, run.is_grouped(start)
    if is_grouped and digits[start + 6 : start + 8] in CENTURIES and digits[start] != "0":
        for length in (18, 17):
            part = run.part(start, length)
            if part and _is_identity(part):
                return part, "identity"
    for code in CODES.get(digits[start : start + 2], ()):
        part = run.part(start + len(code), 11) if digits.startswith(code, start) else None
        if part and _is_phone(part):
            return part, "phone"
    if not is_grouped:
        return None
    found = ON_END.match(digits, start, run.unbroken_to(start))
    part = run.part(start, len(found[0])) if found else None
    if part and not _is_amount(part):
        return part, "identity" if len(part.digits) % 11 else "phone"
    for length in (19, 18, 17, 16) if digits[start] != "0" else ():
        part = run.part(start, length) if run.passes_luhn(start, start + length) else None
        if part and _is_bank_card(part):
            return part, "bank"
    part = run.part(start, 15) if digits[start : start + 2] in PROVINCES else None
    return (part, "identity") if part and _is_old_identity(part) else None


def _is_identity(part: Part) -> bool:
    """18 digits with a date of birth, or 17 and an X behind them."""
    digits = part.digits
    if len(digits) == 17 and not (part.end == len(part.run.at) and LAST.match(part.run.text, part.run.at[-1] + 1)):
        return False
    last = len(digits) - 14
    if not part.fits([6, 8, last], [6, 8 + last], [14, last], [6, 4, 4, last], [6, 4, 2, 2, last]):
        return False
    return _is_date(digits[6:14]) and not _is_amount(part) and not _is_list(part.groups)


def _is_old_identity(part: Part) -> bool:
    """15 digits as they were given until 1999: a province, and a date of birth without its century; before 1930 it is the day of a document of ours."""
    if part.digits[6] < "3" or not (part.fits([6, 6, 3], [12, 3]) and _is_date(f"19{part.digits[6:12]}")):
        return False
    return (part.is_single or len(part.groups[0]) in (6, 12, 15)) and not _is_amount(part)


def _is_phone(part: Part) -> bool:
    """A mobile number: 11 digits from 13 to 19."""
    if not (part.digits[0] == "1" and part.digits[1] in "3456789" and part.fits([3, 4, 4], [3, 8], [7, 4])):
        return False
    groups, gaps = part.groups, part.gaps
    if len(groups) == 4 and all(gap in DOTS for gap in gaps) and all(int(each) < 256 for each in groups):
        return False  # the address of a computer
    if len(groups[0]) < 3 and all(len(each) == 3 for each in groups[1:]) and _has_unit(part):
        return False  # thousands
    if _has_date(groups) and (len(groups[0]) != 3 or not part.fits()):
        return False  # a date, or a number and a date after a comma
    if len(groups[0]) != 3 and len(set(gaps)) > 1 and DOTS & set(gaps):
        return False  # decimal numbers in a row
    if [len(each) for each in groups] == [4, 3, 4] and set(gaps) in ({" "}, {"-"}) and not _is_year(groups[0]):
        return True
    return _is_even(groups) and not _is_list(groups) and not _is_amount(part)


def _is_bank_card(part: Part) -> bool:
    """16 to 19 digits with a right check sum, in groups as cards have them; none begins like a date or with 0."""
    if part.many > 5 and not part.is_single:
        return False
    groups, gaps = part.groups, part.gaps
    lengths = [len(each) for each in groups]
    fours = set(lengths[:-1]) <= {4, 8, 12, 16} and lengths != [8, 8]  # two landlines side by side
    if not (fours or part.is_single or (lengths[0] == 6 and len(lengths) == 2)):
        return False
    if not (part.fits() or (set(lengths[:-1]) == {4} and len(set(gaps)) == 1 and groups[0][0] in "3456")):
        return False
    begins_like_a_date = _is_date(part.digits[:8]) or (len(lengths) > 1 and _is_year(groups[0]))
    return not begins_like_a_date and not _is_amount(part)


def _has_unit(part: Part) -> bool:
    """Whether it is an amount or a share, by what follows."""
    return UNIT.match(part.run.text, part.run.at[part.end - 1] + 1) is not None


def _is_amount(part: Part) -> bool:
    """A unit behind, or one dot with digits around it as phones and cards have none."""
    end = part.run.at[part.end - 1] + 1
    if part.many == 1:
        begin = part.run.at[part.start]
        return (
            any(each.match(part.run.text, end) for each in (AMOUNT, FRACTION))
            or MONEY.search(part.run.text[max(0, begin - 4) : begin]) is not None
        )
    if part.many == 2 and part.gaps[0] in DOTS:
        groups = part.groups
        return len(groups[0]) < 3 or len(groups[1]) < 4 or _has_unit(part)
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
    return len(group) == 4 and group[:2] in CENTURIES


def _is_date(digits: str) -> bool:
    """Whether eight digits are a day of the last century or this."""
    try:
        return digits[:2] in CENTURIES and bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False
