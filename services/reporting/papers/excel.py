"""The ledger (台账) as an Excel file: a sheet for leaders, and every issue with the fields of its row. Texts stay texts, whatever they begin with."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from services.reporting.figures.report import Report
from services.reporting.fold.rows import IssueRow
from services.reporting.papers.columns import COLUMNS, PRINTED, WRAPPED
from services.reporting.papers.excel_summary import FONTS, write_summary
from services.reporting.papers.names import Names
from services.reporting.papers.sheet import Cell, Styles, row_xml
from services.reporting.wording.texts import Language

ROWS = 1_000_000
"""Issues on the sheet, at most: Excel takes 1,048,576 rows."""
LARGE = 300_000
"""Issues from which on the sheet may pass 2 GiB, which its place in the file is then made for; older programs cannot open such a file."""
MARGIN = 2
"""Characters of a column beside its content."""
SHEET = "xl/worksheets/sheet2.xml"
LETTERS = [xl_col_to_name(column) for column in range(len(COLUMNS))]


class Ledger:
    """Writes the file from its first byte to its last, into what need not be able to go back; it keeps none of what it wrote."""

    def __init__(self, file: IO[bytes], report: Report, language: Language) -> None:
        self._report, self._language, self._names = report, language, Names.in_report(report, language)
        self._last = max(1, min(report.summary.acts.entered, ROWS))
        self._row = 0
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)

    def add(self, rows: Sequence[IssueRow], unit_names: dict[str, str], person_names: dict[str, str]) -> None:
        """Write issues below those before. The first of them say how wide the columns are."""
        names = Names(self._report.plan, self._language, unit_names, person_names)
        rows = rows[: ROWS - self._row]
        cells = [[content(row, names) for *_, content in COLUMNS] for row in rows]
        if not self._row:
            self._begin(cells)
        wraps = [width >= WRAPPED for _, width, _ in COLUMNS]
        written = [row_xml(number, zip(LETTERS, wraps, row, strict=True), self._styles) for number, row in enumerate(cells, self._row + 2)]
        self._sheet.write("".join(written).encode())
        self._row += len(rows)

    def close(self) -> None:
        """Finish the file."""
        if not self._row:
            self._begin([])
        self._sheet.write(self._foot)
        self._sheet.close()
        self._zip.close()

    def _begin(self, first: Sequence[Sequence[Cell]]) -> None:
        """Write all but the issues, as XlsxWriter makes it, and the sheet of the issues last."""
        frame, self._styles = self._frame(self._widths(first))
        with ZipFile(io.BytesIO(frame)) as parts:
            for part in parts.infolist():
                if part.filename != SHEET:
                    self._zip.writestr(part, parts.read(part), ZIP_DEFLATED)
            head, self._foot = re.split(rb'<row r="2".*</row>(?=</sheetData>)', parts.read(SHEET), flags=re.DOTALL)
            whole = f'<dimension ref="A1:{LETTERS[-1]}{self._last + 1}"/>'.encode()
            self._sheet = self._zip.open(parts.getinfo(SHEET), "w", force_zip64=self._last > LARGE)
            self._sheet.write(re.sub(rb"<dimension [^>]*>", whole, head))

    def _widths(self, first: Sequence[Sequence[Cell]]) -> list[int]:
        """Each column as wide as its name and what stands in it; where not all of that is known yet, no narrower than what it usually has."""
        widths = []
        for (name, usual, _), *column in zip(COLUMNS, *first, strict=True):
            found = max(map(_wide, [self._names.say(name), *column])) + MARGIN
            widths.append(min(found, usual) if usual >= WRAPPED else found if self._last <= len(first) else max(found, usual))
        return widths

    def _frame(self, widths: Sequence[int]) -> tuple[bytes, Styles]:
        """The file with a row for all issues, in which nothing stands, and the styles of those."""
        made = io.BytesIO()
        book = xlsxwriter.Workbook(
            made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        font = {"font_name": FONTS[self._language], "font_size": 10.5, "valign": "top", "bottom": 4, "bottom_color": "#B9C3CB"}
        styles = [
            book.add_format(font | more)
            for more in (
                {},
                {"text_wrap": True},
                {"num_format": "yyyy-mm-dd", "align": "center"},
                {"num_format": "0", "align": "center"},
            )
        ]
        head = book.add_format(
            font | {"bold": True, "bg_color": "#DCE6E3", "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        write_summary(book, self._report, self._names, self._language, truncated=ROWS if self._report.summary.acts.entered > ROWS else None)
        sheet: Any = book.add_worksheet(self._names.say("sheet-ledger"))
        for column, ((name, *_), width) in enumerate(zip(COLUMNS, widths, strict=True)):
            sheet.write_string(0, column, self._names.say(name), head)
            sheet.set_column(column, column, width)
        for column, style in enumerate(styles):
            sheet.write_blank(1, column, None, style)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, self._last, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.print_area(0, 0, self._last, PRINTED - 1)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")
        book.close()
        return made.getvalue(), Styles(*(style.xf_index for style in styles))


def _wide(cell: Cell) -> int:
    """Characters that a cell takes; a Chinese one takes two."""
    if isinstance(cell, str):
        return max((sum(1 if letter.isascii() else 2 for letter in line) for line in cell.splitlines()), default=0)
    return 10 if isinstance(cell, date) else len(f"{cell or 0:g}")
