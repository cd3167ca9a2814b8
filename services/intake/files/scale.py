"""That the numbers of a sheet are in something else than its form asks for: as a note says it above the rows, among them or below. Pure."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from services.intake.files.cells import is_blank
from services.intake.files.columns import NUMERIC
from services.intake.files.heading import Head
from services.intake.files.labels import is_beside, is_total
from services.intake.files.mistakes import FileRefused
from services.intake.files.sheet import Cell, Sheet
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
    rf"{SAYS.pattern}|(?<![0-9.〇零一二三四五六七八九十百千万亿两几数])[十百千万亿仟佰]+(元|圆)|[(\[【](金额)?{TENS}{COUNTED}?[)\]】]|[(\[【]{FOREIGN}[)\]】]|^[十百千万亿仟佰]*[千万亿仟]{COUNTED}?$"
    rf"|{ENGLISH}s?(of)?(yuan|cny|rmb)|(yuan|cny|rmb){ENGLISH}"
)
"""The same beside the rows, where nothing tells of amounts that somebody spent."""
AMOUNT = re.compile(rf"[0-9]{TENS}")
"""A total in something else."""
LONGEST = 2000
"""Characters of a note that are looked at."""


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
        below, filled = row.number > head.number, sum(place < len(row.cells) and not is_blank(row.cells[place]) for place in needed)
        if below and 2 * filled > len(needed) and not is_beside([cell for cell in row.cells if not is_blank(cell)]):
            unread = [cell for place, cell in enumerate(row.cells) if head.is_remark(place) or not head.is_headed(place)]
            found = _found(SAYS, unread)
        else:
            found = _found(NAMES, [cell for place, cell in enumerate(row.cells) if below or place not in named])
        if found:
            raise FileRefused("head-scale", row=row.number, text=found[:40])


def _found(pattern: re.Pattern[str], cells: Sequence[Cell]) -> str:
    """The text that says it, with what stands behind it; empty where none does."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    if (
        texts
        and is_total(re.split(r"[:：\d]", texts[0])[0])
        and (amount := next((each for each in texts if AMOUNT.search(_flat(each))), ""))
    ):
        return amount
    pairs = zip_longest(texts, texts[1:], fillvalue="")
    return next((f"{one} {two}".strip() for one, two in pairs if pattern.search(_flat(one)) or pattern.search(_flat(one + two))), "")


def _flat(text: str) -> str:
    return re.sub(r"\s", "", plain(text[:LONGEST]))
