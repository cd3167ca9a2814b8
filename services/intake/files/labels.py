"""What stands in rows of a sheet that are not filled in: totals, who signs, notes, and that nothing follows. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from services.intake.files.cells import says_none
from services.intake.files.columns import heading
from services.intake.files.dates import read_day
from services.intake.files.mistakes import NotRead
from services.intake.files.sheet import Cell
from shared.glyphs import plain

TOTAL = re.compile(
    r"(本|上|全|各|以上|年|月|季度|周|页|表|次|院|部|单位|科室|项|分类|总|金额|资金|人数|问题){0,6}(合计|小计|总计|共计|总数|累计)(金额|资金|人数|项数|数|问题)?|total|subtotal|grandtotal|sum"
)
"""What a total is called, as `heading` has it."""
SUM = re.compile(r"\D{0,4}\d[\d.,]*\D{0,4}")
"""What stands beside a total: 5, 共5项, 95%."""
SIGNERS = "填表|填报|制表|编制|审核|审批|审签|审定|复核|校对|负责|主要负责|经办|分管|主管|联系|签字|签名|盖章|报送|上报"
ROLES = f"{SIGNERS}|单位|科室|部门|日期|时间|年月日|电话|联系电话|注|备注|说明"
MORE = r"人|员|单位|医院|机构|部门|科室|科长|日期|时间|电话|手机|号码|负责|领导|主任|院长|书记|局长|所长|站长|组长|护士长|姓名|名称|意见|审核|审批|复核|签字|签名|签章|盖章|公章|或|及|和|并|方式|地址|邮箱|说明|要求|须知|时限|意事项|事项|科|处|股|局|院|[\d一二三四五六七八九十()/、.]"
SIGNED = re.compile(rf"\(?({ROLES})({MORE}){{0,8}}:")
"""How a line below the rows begins: who filled them in, who looked at them, when, and notes. It has such words alone: 电话无人接听： is an issue."""
SIGNS = re.compile(rf"\(?({SIGNERS})({MORE})")
"""How one begins that says who signs, and no issue: 审核人：张三, not 审核：排队太慢."""
LABEL = re.compile(r"\(?(填表|填报|制表|编制|审核|审批|复核|负责|经办|签字|签名|盖章)(人|日期|单位|时间)?\)?")
"""One that stands without a colon, its value in the next cell."""
BARE = re.compile(rf"\(?({ROLES}|领导|院长|统计|报表|制作)({MORE}){{0,8}}\)?:?|[_\d]*年_*月_*日?")
"""One that stands by itself, still to be signed; also its day, still to be filled in."""
ENDS = re.compile(
    r"\(?((本表|此表|本行|此行|本页)?(以下|下接)(空白|无正文|无内容|为空)|第\d+页([,/、]?共\d+页)?|(接|转)?(上|下)页|续表|完|end)\)?[.。]?"
)
"""That nothing follows, or that it follows on another page."""
LONGEST = 80
"""Characters by which a label is known."""


def is_total(cell: Cell) -> bool:
    """Whether a cell says that the row is a total."""
    return isinstance(cell, str) and TOTAL.fullmatch(heading(cell[:20])) is not None


def is_beside(cells: Sequence[Cell], total: bool = False) -> bool:
    """Whether a row is none that is filled in: each of its cells says who signs, a note or a total, stands behind one that ends there, or is the day of it.

    `total`: a cell before them says that the row is a total; beside one stand sums.
    """
    before = ""
    for cell in cells:
        text = _flat(cell)
        total = total or is_total(cell)
        behind = before.endswith(":") or LABEL.fullmatch(before) or (before and _is_day(cell))
        if not (is_label(cell) or behind or (total and _is_sum(cell))):
            return False
        before = text
    return True


def is_label(cell: Cell) -> bool:
    """Whether a cell is what such a row is known by."""
    text = _flat(cell)
    return is_total(cell) or any((SIGNED.match(text), LABEL.fullmatch(text), BARE.fullmatch(text), ENDS.fullmatch(text)))


def is_for_all(cell: Cell) -> bool:
    """Whether a label may stand in a row that has a number: it says who signs, or that nothing follows, and is no note."""
    text = _flat(cell)
    return bool(SIGNS.match(text) or BARE.fullmatch(text) or ENDS.fullmatch(text))


def is_day(cells: Sequence[Cell]) -> bool:
    """Whether a day is all that a row says."""
    return len(cells) == 1 and _is_day(cells[0])


def _flat(cell: Cell) -> str:
    """The beginning of a text as it is compared: in simplified glyphs and half-width signs, without spaces; empty where there is none."""
    return re.sub(r"\s+", "", plain(cell[:LONGEST])) if isinstance(cell, str) else ""


def _is_sum(cell: Cell) -> bool:
    """Whether a cell may stand beside a total."""
    if isinstance(cell, str):
        return says_none(cell) or SUM.fullmatch(_flat(cell)) is not None
    return not isinstance(cell, date)


def _is_day(cell: Cell) -> bool:
    try:
        read_day(cell)
    except NotRead:
        return False
    return True
