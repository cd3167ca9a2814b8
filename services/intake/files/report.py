"""The row report as a workbook: the sheet as it was given, by its values alone, each refused row with its reasons and the cells that they are about in
colour. Mended, it is sent again: reasons and colours are not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from services.intake.files.heading import REASON, Head
from services.intake.files.sheet import Cell, CellError, Month, NoValue, Scaled, Share, Sheet

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
"""A text stays a text, whatever it begins with."""
LONGEST = 32_767
"""Characters that Excel takes in a cell, those of two halves counted twice."""
LONGEST_NAME = 31
"""The same of a sheet's name."""
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""Those that every spreadsheet program knows."""
WIDE = 60
"""Characters of the column of reasons."""
LINE, TALLEST = 15, 405
"""Points of a line, and of the tallest row that Excel has: programs do not make a row as tall as its texts by themselves."""
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "heading": {"bold": True, "bg_color": "#DCE6E3", "text_wrap": True},
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "text_wrap": True},
}
"""What cells look like."""


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken."""

    number: int
    columns: tuple[int, ...]
    """Of the cells that are wrong, from 0; none where it is the row as a whole."""
    reasons: tuple[str, ...]


def write_report(file: IO[bytes], sheet: Sheet, title: str, head: Head, refused: Iterator[RefusedRow]) -> None:
    """Write the workbook of a sheet. Memory holds one row at a time."""
    at = _place(sheet, head.number)
    book = xlsxwriter.Workbook(file, SAFE | {"constant_memory": True, "date_1904": sheet.date1904})
    page: Any = book.add_worksheet(_allowed(sheet.name) or _allowed(title))
    styles = Styles(book)
    page.set_column(0, max(0, at - 1), 16)
    page.set_column(at, at, WIDE)
    page.freeze_panes(head.number, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.merge = [[each.top - 1, each.left, each.bottom - 1, each.right] for each in (sheet.merged or head.over)]
    bad = next(refused, None)
    for row in sheet.rows():
        wrong = bad if bad and bad.number == row.number else None
        said = _cut("\n".join(wrong.reasons), LONGEST) if wrong else ""
        if said:
            page.set_row(row.number - 1, min(TALLEST, LINE * sum(1 + _width(each) // WIDE for each in said.split("\n"))))
        for column, cell in enumerate(row.cells):
            if column != at:
                look = "wrong" if wrong and column in wrong.columns else "heading" if row.number == head.number else "plain"
                _write(page, styles, row.number - 1, column, cell, look)
        if row.number == head.number:
            page.write_string(row.number - 1, at, REASON.zh, styles("", "wrong"))
        if wrong:
            for column in wrong.columns:
                if column >= len(row.cells):
                    page.write_blank(row.number - 1, column, None, styles("", "wrong"))
            page.write_string(row.number - 1, at, said, styles("", "wrong"))
            bad = next(refused, None)
    book.close()


def _place(sheet: Sheet, heading: int) -> int:
    """The column of the reasons: where they stand already in a report that comes back, else behind all that is filled in."""
    widest = 0
    for row in sheet.rows():
        if row.number == heading:
            for column, cell in enumerate(row.cells):
                if cell in (REASON.zh, REASON.en):
                    return column
        widest = max(widest, len(row.cells))
    return widest


def _allowed(name: str) -> str:
    """A name as a sheet may have it; empty where nothing is left of it."""
    return _cut(re.sub(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]", " ", name), LONGEST_NAME).strip("' ")


def _cut(text: str, longest: int) -> str:
    """As much of a text as Excel takes."""
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore") if 2 * len(text) > longest else text


def _width(text: str) -> int:
    """Half letters that a text takes."""
    return sum(1 if letter.isascii() else 2 for letter in text)


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made = dict[tuple[str, str], Any]()

    def __call__(self, format: str, look: str) -> Any:
        """One for what is shown like this."""
        if (format, look) not in self._made:
            said: dict[str, Any] = {"valign": "top"} | ({"num_format": format} if format else {})
            self._made[format, look] = self._book.add_format({**said, **LOOKS[look]})
        return self._made[format, look]


def _write(page: Any, styles: Callable[[str, str], Any], row: int, column: int, cell: Cell, look: str) -> None:
    """Write one cell, so that it is read again as what it was."""
    match cell:
        case None:
            if look != "plain":
                page.write_blank(row, column, None, styles("", look))
        case bool():
            page.write_boolean(row, column, cell, styles("", look))
        case int() | float():
            page.write_number(row, column, cell, styles("", look))
        case Share():
            page.write_number(row, column, cell.value, styles("0.##%", look))
        case Scaled():
            page.write_number(row, column, cell.value, styles(f'General"{cell.sign}"', look))
        case Month():
            page.write_datetime(row, column, date.fromisoformat(f"{cell.text}-01"), styles("yyyy-mm", look))
        case datetime():
            page.write_datetime(row, column, cell, styles("yyyy-mm-dd hh:mm:ss", look))
        case date():
            page.write_datetime(row, column, cell, styles("yyyy-mm-dd", look))
        case CellError() | NoValue():  # a formula, for what is no value stays none
            error = cell.text if isinstance(cell, CellError) and cell.text in ERRORS else "#N/A"
            page.write_formula(row, column, "=NA()", styles("", look), error)
        case _ if cell.startswith("<r>"):  # the writer takes that for what it makes of a text in several formats
            page.write_rich_string(row, column, "<", "r", _cut(cell[2:], LONGEST - 2), styles("@", look))
        case _:
            page.write_string(row, column, _cut(cell, LONGEST), styles("@", look))
