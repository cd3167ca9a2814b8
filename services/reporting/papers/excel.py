"""The ledger (台账) as an Excel file: every issue with the fields of its row, and a sheet that sums up. Texts stay texts, whatever they begin with."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from services.reporting.figures.report import Report
from services.reporting.figures.summary import Figures
from services.reporting.fold.rows import IssueRow
from services.reporting.papers.columns import COLUMNS, WRAPPED, Cell
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language
from shared.workdays import BEIJING

ROWS = 1_000_000
"""Issues on the sheet, at most: Excel takes 1,048,576 rows."""
FIGURES = (
    *(("entered", "entered"), ("struck-off", "struck_off"), ("on-time", "on_time"), ("overdue", "overdue")),
    *(("carried-over", "carried_over"), ("filed", "filed"), ("late", "late"), ("missing", "missing")),
    *(("answered", "answered"), ("findings", "findings"), ("units-closed", "units")),
)


class Ledger:
    """Writes the file row by row; memory does not grow with the rows. Nothing is at `path` before it is whole."""

    def __init__(self, path: Path, report: Report, language: Language) -> None:
        self._path, self._part = path, path.with_suffix(".part")
        self._report, self._language, self._names = report, language, Names.in_report(report, language)
        self._say = self._names.say
        self._book = xlsxwriter.Workbook(
            str(self._part), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        font = {"font_name": "宋体" if language == "zh" else "Calibri", "font_size": 10.5, "valign": "top"}
        self._plain = self._book.add_format(font)
        self._wrapped = self._book.add_format(font | {"text_wrap": True})
        self._dated = self._book.add_format(font | {"num_format": "yyyy-mm-dd", "align": "left"})
        self._head = self._book.add_format(
            font | {"bold": True, "bg_color": "#DCE6E3", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self._title = self._book.add_format(font | {"bold": True, "font_size": 16, "valign": "vcenter"})
        self._figure = self._book.add_format(font | {"num_format": "#,##0", "border": 1})
        self._rate = self._book.add_format(font | {"num_format": "0.0%", "border": 1, "align": "right"})
        self._row = 0
        self._summary()
        self._sheet = self._ledger()

    def _summary(self) -> None:
        summary, names = self._report.summary, self._names
        sheet = self._book.add_worksheet(self._say("sheet-summary"))
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, len(FIGURES) + 1, 10)
        sheet.set_row(0, 30)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        self._put(sheet, 0, 0, f"{names.said(summary.name)}　{summary.unit_name}", self._title)
        for column, name in enumerate(("phase", *(name for name, _ in FIGURES), "on-time-rate")):
            self._put(sheet, 2, column, self._say(name), self._head)
        shown: list[tuple[str, Figures]] = [(names.of("phases", phase.code), phase.figures) for phase in summary.phases]
        for row, (name, figures) in enumerate([*shown, (self._say("total"), summary.total)], 3):
            self._put(sheet, row, 0, name, self._figure)
            for column, (_, figure) in enumerate(FIGURES, 1):
                # A unit closes every phase: over all of them that is a number of closures, not of units.
                added = figure != "units" or row < 3 + len(shown)
                value, style = (getattr(figures, figure), self._figure) if added else (self._say("judged-none"), self._rate)
                self._put(sheet, row, column, value, style)
            share = figures.on_time / figures.struck_off if figures.struck_off else self._say("judged-none")
            self._put(sheet, row, len(FIGURES) + 1, share, self._rate)
        notes = [names.said(summary.on_time_rule), self._say("phase-rule"), self._say("strike-rule")]
        if summary.as_of.time:
            notes.append(self._say("as-of", time=summary.as_of.time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")))
        notes.append(self._say("digest", digest=summary.as_of.digest))
        if summary.acts.entered > ROWS:
            notes.append(self._say("truncated", count=ROWS))
        for row, note in enumerate(notes, 3 + len(shown) + 2):
            self._put(sheet, row, 0, note, self._plain)

    def _ledger(self) -> Any:
        sheet = self._book.add_worksheet(self._say("sheet-ledger"))
        for column, (name, width, _) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, self._say(name), self._head)
        sheet.freeze_panes(1, 2)
        last = min(self._report.summary.acts.entered, ROWS)
        sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3: a row is wide, and on one page too small to read
        sheet.fit_to_pages(2, 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 2)
        return sheet

    def add(self, rows: Sequence[IssueRow], unit_names: dict[str, str], person_names: dict[str, str]) -> None:
        """Write issues below those before."""
        names = Names(self._report.plan, self._language, unit_names, person_names)
        for row in rows:
            if self._row == ROWS:
                return
            self._row += 1
            for column, (_, width, content) in enumerate(COLUMNS):
                self._put(self._sheet, self._row, column, content(row, names), self._wrapped if width >= WRAPPED else self._plain)

    def _put(self, sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, style)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self._dated)
        elif cell is not None:
            sheet.write_number(row, column, cell, style)

    def close(self) -> None:
        """Finish the file and put it in its place."""
        self._book.close()
        self._part.replace(self._path)
