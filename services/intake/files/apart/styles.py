"""How a workbook shows its numbers: which of them are days."""

import re

from services.intake.files.apart.limits import FORMATS, broken
from services.intake.files.apart.xml import Parts, local

MOMENT, MONTH, SHARE = "moment", "month", "share"
DAYS = frozenset({14, 15, 16, 22, 28, 29, 30, 31, 32, 33, 34, 35, 51, 53, 54, 55, 56, 58})
"""The numbers of built-in formats that show days or times; some are Chinese."""
MONTHS = frozenset({17, 27, 36, 50, 52, 57})
"""Those that show a month alone."""
TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
SIGN = re.compile(r'[十百千万亿萬億仟佰‰％]+[^";\\]*|(?<=["\\!])%')
"""What a format writes beside a number so that it seems to be another one: 5 shows as 5万元, or as 5%."""
DIVIDED = re.compile(r'[0#?],+(?![0#?])|[!\\]\.|"\."')
"""By which it shows so many times less, so that the sign beside it is right: 50000 shows as 5.0万."""
ZEROS = re.compile(r"0{2,30}")
MOST = 70_000
"""Styles: Excel has 64,000."""


def read_styles(parts: Parts, name: str) -> list[str]:
    """How each style of a cell shows a number: `moment`, `month` (a day that shows none), `share`, so many `0` as it fills up to, a quote and
    the sign that it writes beside a number which means another one without it, or empty. Raises Stop.
    """
    formats, kinds, inside, known = dict[str, str](), list[str](), False, 0

    def start(full: str, attributes: dict[str, str]) -> None:
        nonlocal inside, known
        match local(full):
            case "numFmt":
                known += 1
                formats[attributes.get("numFmtId", "")] = _kind(attributes.get("formatCode", "")[:300])
            case "cellXfs":
                inside = True
            case "cellStyles" | "cellStyleXfs" | "dxfs":
                inside = False
            case "xf" if inside:
                number = attributes.get("numFmtId", "0")
                kinds.append(formats.get(number) if number in formats else _built_in(number))  # type: ignore[arg-type]
        if len(kinds) > MOST or known > FORMATS:
            raise broken("it has too many styles")

    parts.parse(name, start)
    return kinds


def _built_in(number: str) -> str:
    known = int(number) if number.isdigit() and len(number) < 6 else 0
    if known in MONTHS:
        return MONTH
    if known in (9, 10):
        return SHARE
    return MOMENT if known in DAYS or known in TIMES else ""


def _kind(code: str) -> str:
    """What a format shows, by the code of its first part."""
    for part in code.split(";"):
        if (sign := SIGN.search(part)) and not DIVIDED.search(part):
            return f'"{sign[0]}'
    first = QUOTED.sub("", code).split(";")[0].lower().replace("general", "")
    if ZEROS.fullmatch(first):
        return first
    if re.search("[ymdhs年月日时時]|上午|am/pm", first) and not re.search("[#?]|0[.,]", first):
        shows = set(re.sub("am/pm", "h", first))
        return MONTH if shows & set("ym年月") and not shows & set("dhs日时時[") else MOMENT
    return SHARE if "%" in first else ""
