"""What a cell says, by the kind of its column: a value of an event, or why nobody can tell for certain. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from services.intake.files.columns import Column, Kind
from services.intake.files.dates import read_day, read_moment
from services.intake.files.mistakes import NotRead
from services.intake.files.reasons import CELLS
from services.intake.files.sheet import Cell, CellError, Month, NoValue, Scaled, Share
from services.intake.files.vocabulary import FormField, Vocabulary, by_text, key_of
from shared.glyphs import plain
from shared.signs import seen
from shared.topics import LONGEST_ID
from shared.wording import worded

LONGEST = 400
"""Characters of a cell that is no text: longer ones mean nothing."""
SURE = 10**15
"""Below it a spreadsheet program keeps every digit of a number."""
NONE = frozenset({"/", "\\", "-", "--", "—", "——", "–", "－", "无", "無", "n/a"})
"""What stands in an optional cell that is to say nothing."""
DITTO = frozenset({"同上", "〃", "″", '"', "''", "″″", "同左", "上同", "ditto", "do."})
YES = frozenset({"是", "符合", "达标", "合格", "已符合", "√", "✓", "✔", "☑", "对", "y", "yes", "true", "t", "1"})
NO = frozenset({"否", "不是", "不符合", "不达标", "不合格", "未达标", "未符合", "×", "✗", "✘", "☒", "n", "no", "false", "f", "0"})
PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
COUNTED = re.compile(r"(人次|人|名|位|份|张|件|个|条|例|次|户|家)$")
MONEY = re.compile(r"^(?:人民币|¥|￥|cny|rmb)?(.*?)(?:元整|元|圆)?$")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,15})?")
TARGET = re.compile(r"(?:第|任务|目标|任务目标)?([0-9]{1,3})(?:项|条|号)?(?:[.、:\s]+(.*))?$")
PARTS = re.compile(r"[;；\n\r]+")
MILESTONE = re.compile(r"(.+?)[\s:：,，]*([0-9〇○零一二三四五六七八九]{4}[-/.年].+)$")
PERIODS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([0-9]{4})年?$"), "{0}"),
    (re.compile(r"([0-9]{4})(?:[-/年]|\.(?!1$))([0-9]{1,2})(?:月|月份)?$"), "{0}-{1:0>2}"),  # 2026.1 may have been 2026.10
    (re.compile(r"([0-9]{4})[-/.年]?(?:q|第?(?=[1-4]季))([1-4])(?:季度|季)?$"), "{0}-Q{1}"),
    (re.compile(r"([0-9]{4})[-/.年]?(?:w|第(?=[0-9]{1,2}[周星]))([0-9]{1,2})(?:周|星期)?$"), "{0}-W{1:0>2}"),
)
NUMERALS = str.maketrans({"一": "1", "二": "2", "三": "3", "四": "4"})


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and not seen(cell[:LONGEST]).strip() and not seen(cell).strip())


def says_none(cell: Cell) -> bool:
    """Whether a cell says that there is nothing to say: a stroke, 无."""
    return isinstance(cell, str) and len(cell) < 8 and cell.strip().lower() in NONE


@dataclass
class Cells:
    """Reads the cells of one sheet."""

    vocabulary: Vocabulary
    source: str
    """Of the key, under which issues stand."""
    loose: bool
    date1904: bool

    def __post_init__(self) -> None:
        self._readers: Mapping[Kind, Callable[[Cell], Any]] = {
            "reference": self._reference,
            "issue": self._issue,
            "unit": lambda cell: self._unit(_short(cell)),
            "target": lambda cell: self._target(_text(cell)),
            "text": lambda cell: _text(cell).replace("\r\n", "\n").replace("\r", "\n"),
            "line": lambda cell: " ".join(_text(cell).split()),
            "person": _person,
            "day": lambda cell: self._day(cell).isoformat(),
            "moment": self._moment,
            "count": _whole,
            "yuan": _cents,
            "figure": lambda cell: float(_number(cell, "12.5")),
            "yes": _yes,
            "papers": lambda cell: _parts(_text(cell)),
            "lines": lambda cell: _parts(_text(cell)),
            "codes": _several,
            "code": _named,
            "milestones": lambda cell: self._milestones(_text(cell)),
            "period": self._period,
            "superiors": lambda cell: self._superiors(_text(cell)),
        }

    def read(self, column: Column, cell: Cell) -> Any:
        """What a cell that is not blank says, as the data of an event have it. Raises NotRead."""
        if isinstance(cell, CellError):
            raise NotRead("cell-error", text=cell.text)
        if isinstance(cell, NoValue):
            raise NotRead("cell-formula")
        if isinstance(cell, Scaled):
            raise NotRead("number-scaled", number=cell.value, sign=cell.sign)
        if isinstance(cell, str) and len(cell) < 8 and cell.strip().lower() in DITTO:
            raise NotRead("cell-ditto", text=cell.strip())
        return self._entry(column.entries, _short(cell)) if column.kind == "entry" else self._readers[column.kind](cell)

    def filled(self, asked: FormField, cell: Cell) -> str:
        """What a cell says in a field of a plan's form: the text of a number, of a day, or of a choice's code. Raises NotRead."""
        match asked.kind:
            case "number":
                return format(_number(cell, "12.5").normalize(), "f")
            case "date":
                return self._day(cell).isoformat()
            case "choice":
                text = _text(cell)
                found = by_text(asked.choices).get(key_of(text), ())
                return found[0] if len(found) == 1 else text
        return _text(cell)

    def _reference(self, cell: Cell) -> str:
        text = _named(cell)
        if "~" in text or len(text.encode()) * 3 > LONGEST_ID - 80:
            raise NotRead("reference")
        return text

    def _issue(self, cell: Cell) -> str:
        """An issue as a sheet names it: its own reference, or the whole of its subject."""
        text = _named(cell)
        if text.startswith(f"{self.vocabulary.campaign}/") and text.count("/") == 3:
            return text
        return self._reference(text.removeprefix(f"{self.source}~"))

    def _unit(self, text: str) -> str:
        found = self.vocabulary.unit(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise NotRead("unit-several", text=text[:80], found=self.vocabulary.shown(found))
        near = self.vocabulary.near(text)
        hint = worded(CELLS["unit-near"], near=self.vocabulary.shown(near)) if near else ""
        raise NotRead("unit-unknown", text=text[:80], hint=hint)

    def _entry(self, entries: str, text: str) -> str:
        if entries not in self.vocabulary.lists:  # of a campaign of which nothing is known yet, what is written is the code
            return _flat(text)
        found = self.vocabulary.entry(entries, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise NotRead("entry-several", text=text[:80], found=", ".join(found[:8]))
        raise NotRead("entry-unknown", text=text[:80], known=self.vocabulary.listed(entries))

    def _target(self, text: str) -> int:
        if (found := TARGET.match(normalize("NFKC", text).strip())) and self._is_target(found[1], found[2] or ""):
            return int(found[1])
        found_codes = self.vocabulary.entry("targets", text)
        if len(found_codes) == 1:
            return int(found_codes[0])
        if found_codes:
            raise NotRead("target-several", text=text[:80], found=", ".join(found_codes[:8]))
        raise NotRead("entry-unknown", text=text[:80], known=self.vocabulary.listed("targets"))

    def _is_target(self, number: str, text: str) -> bool:
        """Whether a number, with what may stand after it, is a target: the text is its own, or the beginning of it."""
        own = next((each for each in self.vocabulary.entries("targets") if each.code == str(int(number))), None)
        return own is not None and any(
            plain(each).replace(" ", "").startswith(plain(text).strip("… .").replace(" ", "")) for each in own[1:]
        )

    def _day(self, cell: Cell) -> date:
        return read_day(cell, self.date1904)

    def _moment(self, cell: Cell) -> str:
        moment = read_moment(cell, self.date1904)
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")

    def _milestones(self, text: str) -> list[dict[str, str]]:
        milestones = []
        for part in _parts(text):
            found = MILESTONE.match(normalize("NFKC", part))
            if not found:
                raise NotRead("milestones")
            milestones.append({"name": found[1].strip(" :,"), "due": read_day(found[2]).isoformat()})
        return milestones

    def _period(self, cell: Cell) -> str:
        if isinstance(cell, Month):
            return cell.text
        if isinstance(cell, date):
            return read_day(cell).isoformat()
        if isinstance(cell, float) and not cell.is_integer():
            raise NotRead("period")
        text = re.sub(r"\s+", "", plain(str(int(cell)) if isinstance(cell, float) else str(cell)))[:LONGEST]
        if text in ("rolling", "日常", "随时"):
            return "rolling"
        for pattern, shape in PERIODS:
            if found := pattern.match(text.translate(NUMERALS) if "季" in text else text):
                return shape.format(*found.groups())
        try:
            return read_day(text).isoformat()
        except NotRead:
            raise NotRead("period") from None

    def _superiors(self, text: str) -> dict[str, str]:
        superiors = dict[str, str]()
        for part in _parts(text):
            line, sign, unit = _flat(part).partition("=")
            if not sign:
                raise NotRead("superiors")
            found = self.vocabulary.entry("lines", line)
            superiors[found[0] if len(found) == 1 else line.strip()] = unit.strip()
        return superiors


def _text(cell: Cell) -> str:
    """The text of a cell, of a number as it stands there. Raises NotRead."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        raise NotRead("cell-truth")
    if isinstance(cell, int | float):
        if abs(cell) >= SURE:
            raise NotRead("number-long")
        return str(int(cell)) if isinstance(cell, int) or cell.is_integer() else format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, Share):
        return f"{format((Decimal(repr(cell.value)) * 100).normalize(), 'f')}%"
    raise NotRead("cell-date")


def _named(cell: Cell) -> str:
    """A short text by which something is called, as it is seen. Raises NotRead."""
    if isinstance(cell, Share):
        raise NotRead("number-share")
    if isinstance(cell, float) and not cell.is_integer():
        raise NotRead("number-decimal")  # 1.10 and 1.1 are one number
    return _flat(_short(cell))


def _flat(text: str) -> str:
    """A name in one form, without signs that nobody sees: also those that others become."""
    return " ".join(seen(normalize("NFKC", seen(text))).split())


def _short(cell: Cell) -> str:
    return _text(cell)[:LONGEST]


def _parts(text: str) -> list[str]:
    return [part for each in PARTS.split(text) if (part := " ".join(each.split()))]


def _several(cell: Cell) -> list[str]:
    return [part for part in re.split(r"[;；,，、\s]+", _named(cell)) if part]


def _person(cell: Cell) -> str:
    text = _named(cell)
    if not PERSON.fullmatch(text):
        raise NotRead("person-id")
    return text


def _yes(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = _plain(_text(cell))
    if text in YES:
        return True
    if text in NO:
        return False
    raise NotRead("yes")


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return plain(text[:LONGEST]).strip()


def _number(cell: Cell, example: str) -> Decimal:
    """The number that a cell holds, or that is written in it. Raises NotRead."""
    if isinstance(cell, Share):
        raise NotRead("number-share")
    if isinstance(cell, bool | date | Month):
        raise NotRead("number", example=example)
    if isinstance(cell, int | float):
        if abs(cell) >= SURE:
            raise NotRead("number-long")
        return Decimal(repr(cell))
    text = re.sub(r"\s", "", normalize("NFKC", _short(cell)))
    if text.endswith("%"):
        raise NotRead("number-share")
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not PLAIN_NUMBER.fullmatch(text):
        raise NotRead("number", example=example)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotRead("number", example=example) from None


def _whole(cell: Cell) -> int:
    """A count; 35人 is one of 35. Raises NotRead."""
    number = _number(COUNTED.sub("", _plain(cell)) if isinstance(cell, str) else cell, "35")
    if number != number.to_integral_value():
        raise NotRead("number-whole")
    return int(number)


def _cents(cell: Cell) -> int:
    """An amount in yuan, in cents. Raises NotRead."""
    if isinstance(cell, str) and (found := MONEY.match(re.sub(r"\s", "", _plain(cell)))):
        cell = found[1]
    if isinstance(cell, float):
        cell = round(cell, 6)  # what a formula leaves beside the last cent is no part of it
    cents = _number(cell, "12000.50") * 100
    if cents != cents.to_integral_value():
        raise NotRead("number-cents")
    return int(cents)
