"""The ledger (台账) as an Excel file: a sheet for leaders, and every issue with the fields of its row. Texts stay texts, whatever they begin with."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from services.reporting.figures.report import Report
from services.reporting.fold.rows import IssueRow
from services.reporting.papers.columns import COLUMNS, PRINTED, WRAPPED, Cell
from services.reporting.papers.excel_summary import FONTS, write_summary
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language

ROWS = 1_000_000
"""Issues on the sheet, at most: Excel takes 1,048,576 rows."""
MARGIN = 2
"""Characters of a column beside its content."""


class Ledger:
    """Writes the file row by row; memory does not grow with the rows. Nothing is at `path` before it is whole."""

    def __init__(self, path: Path, report: Report, language: Language) -> None:
        self._path, self._part = path, path.with_suffix(".part")
        self._report, self._language, self._names = report, language, Names.in_report(report, language)
        self._book = xlsxwriter.Workbook(
            str(self._part), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        font = {"font_name": FONTS[language], "font_size": 10.5, "valign": "top", "bottom": 4, "bottom_color": "#B9C3CB"}
        self._plain = self._book.add_format(font)
        self._wrapped = self._book.add_format(font | {"text_wrap": True})
        self._dated = self._book.add_format(font | {"num_format": "yyyy-mm-dd", "align": "center"})
        self._number = self._book.add_format(font | {"num_format": "0", "align": "center"})
        self._head = self._book.add_format(
            font | {"bold": True, "bg_color": "#DCE6E3", "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        self._row = 0
        write_summary(self._book, report, self._names, language, truncated=ROWS if report.summary.acts.entered > ROWS else None)
        self._widths = [_wide(self._names.say(name)) for name, *_ in COLUMNS]
        self._sheet = self._ledger()

    def _ledger(self) -> Any:
        sheet = self._book.add_worksheet(self._names.say("sheet-ledger"))
        for column, (name, *_) in enumerate(COLUMNS):
            sheet.write_string(0, column, self._names.say(name), self._head)
        sheet.freeze_panes(1, 2)
        last = max(1, min(self._report.summary.acts.entered, ROWS))
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.print_area(0, 0, last, PRINTED - 1)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")
        return sheet

    def add(self, rows: Sequence[IssueRow], unit_names: dict[str, str], person_names: dict[str, str]) -> None:
        """Write issues below those before."""
        names = Names(self._report.plan, self._language, unit_names, person_names)
        for row in rows:
            if self._row == ROWS:
                return
            self._row += 1
            for column, (_, width, content) in enumerate(COLUMNS):
                cell = content(row, names)
                self._widths[column] = max(self._widths[column], _wide(cell))
                self._put(column, cell, self._wrapped if width >= WRAPPED else self._plain)

    def _put(self, column: int, cell: Cell, style: Any) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(self._row, column, cell, style)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, column, cell, self._dated)
        elif cell is not None:
            self._sheet.write_number(self._row, column, cell, self._number)

    def close(self) -> None:
        """Finish the file, each column as wide as what stands in it, and put it in its place."""
        for column, (_, most, _content) in enumerate(COLUMNS):
            wide = self._widths[column] + MARGIN
            self._sheet.set_column(column, column, min(wide, most) if most >= WRAPPED else wide)
        self._book.close()
        self._part.replace(self._path)


def _wide(cell: Cell) -> int:
    """Characters that a cell takes; a Chinese one takes two."""
    if isinstance(cell, str):
        return max((sum(1 if letter.isascii() else 2 for letter in line) for line in cell.splitlines()), default=0)
    return 10 if isinstance(cell, date) else len(f"{cell or 0:g}")
