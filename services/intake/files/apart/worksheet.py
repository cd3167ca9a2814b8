"""One sheet of a workbook, read a row at a time."""

import re
from datetime import date, datetime
from heapq import heappop, heappush
from math import isfinite
from typing import Any

from services.intake.files.apart.limits import CELL, COLUMNS, LAST_ROW, MERGED, Stop, broken
from services.intake.files.apart.out import Out, letters
from services.intake.files.apart.serials import CHINA, moment_of
from services.intake.files.apart.styles import MOMENT, MONTH, SHARE
from services.intake.files.apart.texts import Texts, unescaped
from services.intake.files.apart.xml import MAIN, Parts

PLACES = {letters(index): index for index in range(1 << 14)}
"""The place of each column by its letters."""
RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
DIGITS = "0123456789"
TRUE = ("1", "true", "on")
Merged = tuple[int, int, int, int]


class Found(Exception):
    """The sheet is filled in; nobody asks for more."""


class Worksheet:
    """Reads one sheet."""

    def __init__(self, texts: Texts, styles: list[str], date1904: bool, out: Out | None) -> None:
        """Without `out`, reading ends by Found at the first cell that holds something."""
        self._texts, self._styles, self._date1904, self._out = texts, styles, date1904, out
        self.filled = False
        self.merged: list[Merged] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self._hidden = list[tuple[int, int]]()
        self._row, self._is_hidden, self._cells = 0, False, list[Any]()
        self._place, self._type, self._style = -1, "", ""
        self._said, self._size, self._inside, self._aside = list[str](), 0, False, 0
        self._has_value = self._has_formula = False
        begins = {
            "c": self._begin_cell,
            "v": self._begin_value,
            "row": self._begin_row,
            "f": self._begin_formula,
            "t": self._begin_text,
            "rPh": self._begin_sound,
            "col": self._begin_column,
            "mergeCell": self._merge,
        }
        ends = {"v": self._end_text, "t": self._end_text, "c": self._end_cell, "row": self._end_row, "rPh": self._end_sound}
        self._begins = {f"{space}}}{name}": begin for space in MAIN for name, begin in begins.items()}
        self._ends = {f"{space}}}{name}": end for space in MAIN for name, end in ends.items()}

    def read(self, parts: Parts, name: str) -> None:
        """Read all of it. Raises Stop, or Found."""
        parts.parse(name, self._start, self._end, self._characters, small=False)
        if self._out:
            self._out.flush()
        _refuse_overlaps(self.merged)

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        if begin := self._begins.get(full):
            begin(attributes)

    def _end(self, full: str) -> None:
        if end := self._ends.get(full):
            end()

    def _begin_value(self, _: dict[str, str]) -> None:
        self._inside = self._has_value = True

    def _begin_formula(self, _: dict[str, str]) -> None:
        self._has_formula = True

    def _begin_text(self, _: dict[str, str]) -> None:
        if self._type == "inlineStr":
            self._inside = self._has_value = True

    def _begin_sound(self, _: dict[str, str]) -> None:
        self._aside += 1

    def _begin_column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            self._hidden.append((_whole(attributes.get("min")), _whole(attributes.get("max"))))

    def _end_text(self) -> None:
        self._inside = False

    def _end_sound(self) -> None:
        self._aside -= 1

    def _characters(self, text: str) -> None:
        if self._inside and not self._aside:
            self._size += len(text)
            if self._size > 8 * CELL:  # an escaped character has seven
                raise self._too_long()
            self._said.append(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = _whole(attributes["r"]) if "r" in attributes else self._row + 1
        if not self._row < number <= LAST_ROW:
            raise broken(f"row {number} follows row {self._row}")
        self._row, self._cells, self._place = number, [], -1
        self._is_hidden = attributes.get("hidden") in TRUE or attributes.get("ht") == "0"

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = self._place + 1
        if "r" in attributes:
            reference = attributes["r"]
            name = reference.rstrip(DIGITS)
            place = PLACES.get(name, -1)
            if place <= self._place or reference[len(name) :] != str(self._row):
                raise broken(f"cell {reference[:20]} follows {letters(max(self._place, 0))}{self._row}")
        self._place, self._type, self._style = place, attributes.get("t", "n"), attributes.get("s", "")
        self._said.clear()
        self._size, self._has_value, self._has_formula = 0, False, False

    def _end_cell(self) -> None:
        if not (self._has_value or self._has_formula):
            return
        value = self._value("".join(self._said)) if self._has_value else {"formula": ""}
        if value is None or value == "":
            return
        if self._out is None:
            if not isinstance(value, str) or value.strip():
                raise Found
            return
        if self._place >= COLUMNS:
            raise Stop("columns-many", row=self._row, column=letters(self._place), limit=COLUMNS)
        self._cells.extend([None] * (self._place - len(self._cells)))
        self._cells.append(value)

    def _end_row(self) -> None:
        if (
            not self._cells
            or self._out is None
            or all(isinstance(each, str) and not each.strip() for each in self._cells if each is not None)
        ):
            return
        self.filled = True
        if self._is_hidden and len(self.hidden_rows) < 10:
            self.hidden_rows.append(self._row)
        for first, last in self._hidden:
            self.hidden_columns |= {place for place in range(first - 1, min(last, len(self._cells))) if self._cells[place] is not None}
        self._out.row(self._row, self._cells)

    def _value(self, text: str) -> Any:
        """What a cell holds, as JSON has it."""
        match self._type:
            case "s":
                return self._texts.at(text.strip())
            case "n":
                return self._number(text.strip())
            case "str" | "inlineStr":
                text = unescaped(text)
                if len(text) > CELL:
                    raise self._too_long()
                return text
            case "b":
                return text.strip() in TRUE
            case "e":
                return {"error": text.strip()[:20]}
            case "d":
                return _iso(text.strip())
        raise broken(f"cell {letters(self._place)}{self._row} is of an unknown type")

    def _number(self, text: str) -> Any:
        if not text:
            return None
        try:
            number = int(text) if len(text) < 18 and text.isdecimal() else float(text if len(text) < 16 else f"{float(text):.15g}")
        except ValueError:
            raise broken(f"cell {letters(self._place)}{self._row} holds no number") from None
        if not isfinite(number):
            return {"error": "#NUM!"}
        index = int(self._style) if self._style.isdecimal() and len(self._style) < 7 else 0
        style = self._styles[index] if index < len(self._styles) else ""
        if style in (MOMENT, MONTH):
            moment = moment_of(number, self._date1904)
            if moment is None:
                return {"error": "#####"}
            if style == MONTH:
                return {"month": f"{moment:%Y-%m}"}
            return {"moment" if isinstance(moment, datetime) else "day": moment.isoformat()}
        if style == SHARE:
            return {"share": float(number)}
        if style.startswith('"'):
            return {"scaled": (number, style[1:])}
        whole = int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number
        return str(whole).zfill(len(style)) if style and isinstance(whole, int) and whole >= 0 else whole

    def _merge(self, attributes: dict[str, str]) -> None:
        found = RANGE.fullmatch(attributes.get("ref", ""))
        if found is None:
            raise broken("cells are merged that are not there")
        left, top = PLACES.get(found[1], 0), int(found[2])
        right, bottom = PLACES.get(found[3] or found[1], 0), int(found[4] or found[2])
        if len(self.merged) == MERGED:
            raise Stop("merged-many")
        if left < COLUMNS:
            self.merged.append((top, left, bottom, right))

    def _too_long(self) -> Stop:
        return Stop("cell-long", cell=f"{letters(self._place)}{self._row}", limit=CELL)


def _refuse_overlaps(merged: list[Merged]) -> None:
    """No row is in more merged cells than it has columns. Raises Stop: some lie over others."""
    ends = list[int]()
    for top, _, bottom, _ in sorted(merged):
        while ends and ends[0] < top:
            heappop(ends)
        heappush(ends, bottom)
        if len(ends) > COLUMNS:
            raise Stop("merged-many")


def _whole(text: str | None) -> int:
    if text is None or not text.isdecimal() or len(text) > 8:
        raise broken("a row or column has no number")
    return int(text)


def _iso(text: str) -> Any:
    """A day or a moment that is written out, of one with its offset that in China."""
    try:
        if len(text) == 10:
            return {"day": date.fromisoformat(text).isoformat()}
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(CHINA) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return text[:CELL]
    return {"moment": moment.replace(microsecond=0, tzinfo=None).isoformat()}
