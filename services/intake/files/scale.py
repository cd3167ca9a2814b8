"""That the numbers of a sheet are in something else than its form asks for: as a note says it above the rows, among them or below. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest

from services.intake.files.cells import is_blank
from services.intake.files.columns import NUMERIC
from services.intake.files.heading import Head
from services.intake.files.labels import is_beside, is_total
from services.intake.files.mistakes import FileRefused
from services.intake.files.sheet import Cell, Sheet, SheetRow
from shared.glyphs import plain

TENS = "[十百千万亿仟佰]+"
COUNTED = "(元|圆|人次|人|份|名|件|户|次|张|个)"
FOREIGN = "(美元|美金|港元|港币|欧元|日元|英镑|澳元|usd|us\\$|hkd|eur|jpy|gbp)"
ENGLISH = "(hundred|thousand|tenthousand|million|billion)"
UNIT = rf"(单位|units?)[:为是]?(of|in)?(人民币)?({TENS}{COUNTED}?|[0-9][0-9,.]*{TENS}{COUNTED}?|(?!1(\.0+)?元)[0-9][0-9,.]*元|[kw](元|rmb)?|[角分]|{FOREIGN}|{ENGLISH}s?(yuan|cny|rmb)?)([)\]】,，;；。.]|$)"
SAYS = re.compile(
    rf"{UNIT}|[以按](人民币)?({TENS}{COUNTED}|[角分]|{FOREIGN})(为单位|为准|计|填)|in{ENGLISH}s(of|$|[)\],.;])|(yuan|cny|rmb|¥)?'000s?($|[)\],.;])"
)
"""That numbers are in something else, wherever it stands: no amount itself, such as 5万元."""
NAMES = re.compile(
    rf"{SAYS.pattern}|(?<![0-9.〇零一二三四五六七八九十百千万亿两几数近上约超每逾达过余多足到于成整]){TENS}[元圆]$"
    rf"|(^|[(\[【:,;。]|[表额]|资金|单位|人民币){TENS}[元圆]([)\]】,;。.]|$)"
    rf"|[(\[【](金额)?{TENS}{COUNTED}?[)\]】]|[(\[【]{FOREIGN}[)\]】]|^[十百千万亿仟佰]*[千万亿仟]{COUNTED}?$"
    rf"|(^|[^a-z0-9]|in|of){ENGLISH}s?(of)?(yuan|cny|rmb)|(yuan|cny|rmb){ENGLISH}"
)
"""The same beside the rows, in titles and notes: no amount that somebody spent (上千元, 近万元), nor a figure that is named for one (百元医疗收入)."""
AMOUNT = re.compile(rf"[0-9]{TENS}")
"""A total in something else."""
BEHIND = re.compile(r"[:：\d(（\[【]")
"""What stands behind the name of a total."""
LONGEST = 200
"""Characters of a cell that are looked at."""
LONGEST_NOTE = 2000
"""Of one that has a row above the heading to itself, as what is to be filled in how."""
SHORT = 40
"""Characters of two cells that may be one note: 单位：, 万元."""


def refuse_scales(sheet: Sheet, head: Head) -> None:
    """Nothing beside the rows of a sheet that has numbers, nor what is not read of one, says that they are in something else. Raises FileRefused.

    Of a field of a plan that is named for what it is in, nothing has to be said.
    """
    numeric = {place for place, column in head.columns.items() if column.kind in NUMERIC}
    named = {place for place in numeric if NAMES.search(_flat(f"{head.columns[place].name.zh} {head.columns[place].name.en}"))}
    if numeric == named:
        return
    if NAMES.search(_flat(sheet.name)):
        raise FileRefused("sheet-scale", text=sheet.name)
    needed = [place for place, column in head.columns.items() if column.required]
    for row in sheet.rows():
        if row.number <= head.number:
            found = _found(NAMES, [cell for place, cell in enumerate(row.cells) if place not in named], LONGEST_NOTE)
        elif _is_note(row, needed):
            found = _found(NAMES, row.cells)
        else:
            found = _found(SAYS, [cell for place, cell in enumerate(row.cells) if head.is_remark(place) or not head.is_headed(place)])
        if found:
            raise FileRefused("head-scale", row=row.number, text=found[:40])


def _is_note(row: SheetRow, needed: Sequence[int]) -> bool:
    """Whether a row below the heading tells of the sheet, and is none that is filled in, wholly or in part."""
    cells = [cell for cell in row.cells if not is_blank(cell)]
    filled = any(place < len(row.cells) and not is_blank(row.cells[place]) for place in needed)
    return len(cells) < 2 or not filled or _is_sum(cells[0]) or is_beside(cells)


def _is_sum(cell: Cell) -> bool:
    """Whether a cell begins with what a total is called: 合计（万元）."""
    return isinstance(cell, str) and is_total(BEHIND.split(cell.strip()[:LONGEST])[0])


def _found(pattern: re.Pattern[str], cells: Sequence[Cell], longest: int = LONGEST) -> str:
    """The text that says it, with what stands behind it; empty where none does. `longest`: characters of one that stands alone."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    if texts and _is_sum(texts[0]) and (amount := next((each for each in texts if _has(AMOUNT, each[:LONGEST])), "")):
        return amount
    most = longest if len(texts) == 1 else LONGEST
    for one, two in zip_longest(texts, texts[1:], fillvalue=""):
        if _has(pattern, one[:most]) or (0 < len(two) <= SHORT and len(one) <= SHORT and _has(pattern, one + two)):
            return f"{one} {two}".strip()
    return ""


@lru_cache(maxsize=20_000)
def _has(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(_flat(text)) is not None


def _flat(text: str) -> str:
    return re.sub(r"\s", "", plain(text))
