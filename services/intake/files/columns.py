"""What a column of a form is: the field that it fills, the names that it goes by, and how its cells are read. Pure."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from shared.glyphs import plain
from shared.values import Wording

Kind = Literal[
    "reference",
    "issue",
    "unit",
    "entry",
    "target",
    "text",
    "line",
    "person",
    "day",
    "moment",
    "count",
    "yuan",
    "figure",
    "yes",
    "papers",
    "milestones",
    "period",
    "code",
    "codes",
    "lines",
    "superiors",
]
"""How a cell is read: `reference` is the row's own number, `issue` that of the issue it is about, `unit` an id, a name or an alias, `entry` an entry of a list
of the vocabulary, `yuan` an amount that is told in cents, `papers`, `lines` and `codes` several on lines of their own or parted by semicolons."""
NUMERIC: frozenset[Kind] = frozenset({"count", "yuan", "figure"})
"""Kinds of which a note in the heading may change what a cell means, such as 万元."""
NOTES = re.compile(
    r"(必填|选填|可选|非必填|必须|下拉选择|请选择|单选|人|份|人次|元|单位:元|年月日|年/月/日|年-月-日|是/否|required|optional|yyyy[-/.]mm[-/.]dd|date|yuan|cny)"
)
"""Notes beside a heading that change nothing of what it means."""
NOTE = re.compile(r"\(([^()]{0,200})\)|\[([^\[\]]{0,200})\]|【([^【】]{0,200})】")
ZONE = re.compile(
    r"utc|gmt|世界时|协调时|格林|标准时|夏令时|时区|[东西][一二三四五六七八九十0-9]{1,3}区|(当地|东京|伦敦|纽约)时间|localtime|^([+-][0-9]{1,2}(:?[0-9]{2})?|z|[ecmpj]st|[ecmp]dt|bst|ces?t|msk|hkt|sgt)$"
)
OURS = re.compile(r"北京时间|beijingtime|((utc|gmt)?\+0?8(:?00)?|东[八8]区)(,?北京时间)?")
"""A note that says whose time a column has, and one by which it is that of China."""
ENUMERATED = re.compile(r"^\(?[0-9]{1,2}[.、)]")
SIGNS = re.compile(r"[\s*＊★:：;；,，.。、·・_\-—–/\\|\"'“”‘’?？!！#<>《》]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form."""

    field: str
    """What it fills, as the mistakes of an event name it: `data.text`, `data.fixed.by`, `time`; `number` is the row's own number, `unit` the unit whose book it
    is told to, `issue` the issue that it is about."""
    name: Wording
    synonyms: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    entries: str = ""
    """The list of the vocabulary that its cells are taken from (`Vocabulary.lists`), where it has a drop-down list; that of units is `units`."""
    example: str = ""
    """What may stand in a cell."""

    def required_now(self) -> "Column":
        """The same, as one that each row fills in."""
        return replace(self, required=True)

    @property
    def headings(self) -> tuple[str, ...]:
        """All that it goes by, as `heading` has it."""
        return tuple(
            dict.fromkeys(heading(each) for each in (self.name.zh, self.name.en, self.field.removeprefix("data."), *self.synonyms))
        )


@lru_cache(maxsize=4096)
def heading(text: str, numeric: bool = True) -> str:
    """A heading as headings are compared: in simplified glyphs, without spaces, signs, its number and notes that change nothing.

    Of a column that holds no numbers, any note in brackets is left out, but for one that says that its times are not those of China.
    """
    flat = re.sub(r"\s+", "", plain(text))
    bare = NOTE.sub(lambda found: "" if _is_beside(found[1] or found[2] or found[3] or "", numeric) else found[0], flat)
    return SIGNS.sub("", ENUMERATED.sub("", bare or flat))


def _is_beside(note: str, numeric: bool) -> bool:
    """Whether a note in brackets changes nothing of what a heading means."""
    if numeric:
        return bool(NOTES.fullmatch(note))
    return not ZONE.search(note) or bool(OURS.fullmatch(note))
