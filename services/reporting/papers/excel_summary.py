"""The sheet that leaders read: the key figures, two charts of Excel's own, and tables by phase, unit and category."""

from collections.abc import Sequence
from typing import Any

from services.reporting.figures.report import Kind, Report
from services.reporting.figures.summary import Figures
from services.reporting.papers.colours import COLOURS
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language, rate
from shared.workdays import BEIJING

FONTS: dict[Language, str] = {"zh": "宋体", "en": "Calibri"}
FIGURES = (
    *(("entered", "entered"), ("struck-off", "struck_off"), ("on-time", "on_time"), ("overdue", "overdue")),
    *(("carried-over", "carried_over"), ("filed", "filed"), ("late", "late"), ("missing", "missing")),
    *(("answered", "answered"), ("findings", "findings"), ("units-closed", "units")),
)
DRAWN = ("entered", "struck-off", "overdue", "carried-over")
"""The figures of the chart by phase."""
CHART = {"width": 505, "height": 290}
CHART_ROWS = 15
"""Rows that the charts lie over."""


def plain(text: str) -> str:
    """A text such that XlsxWriter takes it for one: what begins with `<r>` and ends with `</r>` it puts into the file as XML."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def write_summary(book: Any, report: Report, names: Names, language: Language, truncated: int | None) -> None:
    """Write the sheet, the first of its book; `truncated`: how many issues the next one has, where that is not all."""
    _Summary(book, report, names, language).write(truncated)


class _Summary:
    """Writes from top to bottom, as a file that is kept in no memory asks for."""

    def __init__(self, book: Any, report: Report, names: Names, language: Language) -> None:
        self._report, self._names, self._say, self._book, self._row = report, names, names.say, book, 0
        font = {"font_name": FONTS[language], "font_size": 10.5, "valign": "vcenter"}
        boxed = font | {"border": 1, "border_color": "#B9C3CB"}
        self._plain = book.add_format(font)
        self._title = book.add_format(font | {"bold": True, "font_size": 16})
        self._heading = book.add_format(font | {"bold": True, "font_size": 12, "font_color": "#1F5A4C"})
        self._label = book.add_format(font | {"font_color": "#66727D", "align": "center", "top": 2, "top_color": "#1F5A4C"})
        self._big = book.add_format(font | {"bold": True, "font_size": 20, "align": "center", "num_format": "#,##0"})
        self._head = book.add_format(boxed | {"bold": True, "bg_color": "#DCE6E3", "text_wrap": True, "align": "center"})
        self._name = book.add_format(boxed)
        self._figure = book.add_format(boxed | {"num_format": "#,##0", "align": "center"})
        self._rate, self._near = [book.add_format(boxed | {"num_format": each, "align": "center"}) for each in ("0.0%", "0.00####%")]
        self._sheet = book.add_worksheet(self._say("sheet-summary"))

    def write(self, truncated: int | None) -> None:
        """Write all of it."""
        summary, sheet = self._report.summary, self._sheet
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, len(FIGURES) + 1, 9.5)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        self._line(f"{self._names.said(summary.name)}　{summary.unit_name}", self._title, 30)
        if summary.as_of.time:
            self._line(self._say("as-of", time=f"{summary.as_of.time.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"), self._plain)
        self._key_figures(summary.total)
        charts, self._row = self._row + 1, self._row + 1 + CHART_ROWS
        phases = self._row + 3  # below its heading and its head
        shown = [(self._names.of("phases", phase.code), phase.figures) for phase in summary.phases]
        self._table("by-phase", "phase", shown, summary.total)
        if summary.units:
            self._table("by-unit", "unit", [(unit.name, unit.total) for unit in summary.units], summary.total)
        self._chart(charts, "by-phase", DRAWN, phases, len(shown), 0)
        if kinds := self._report.kinds.get("category", []):
            self._chart(charts, "by-category", ("struck-off", "open-issues"), self._kinds(kinds), len(kinds), 6, stacked=True)
        self._row += 1
        for note in (
            self._names.said(summary.on_time_rule),
            self._say("phase-rule"),
            self._say("strike-rule"),
            self._say("digest", digest=summary.as_of.digest),
            *([self._say("truncated", count=truncated)] if truncated else []),
        ):
            self._line(note, self._plain)

    def _line(self, content: str, style: Any, height: float | None = None) -> None:
        if height:
            self._sheet.set_row(self._row, height)
        self._sheet.write_string(self._row, 0, plain(content), style)
        self._row += 1

    def _key_figures(self, total: Figures) -> None:
        tiles: list[tuple[str, int | str]] = [
            *(
                ("entered", total.entered),
                ("struck-off", total.struck_off),
                ("strike-rate", rate(total.struck_off, total.due)),
                ("open-issues", total.open),
            ),
            *(("on-time-rate", rate(total.on_time, total.struck_off)), ("overdue", total.overdue), ("carried-over", total.carried_over)),
        ]
        places = [(0, 0), *((column, column + 1) for column in range(1, 13, 2))]
        self._row += 1
        for height, style in ((18, self._label), (32, self._big)):
            self._sheet.set_row(self._row, height)
            for (first, last), (name, value) in zip(places, tiles, strict=True):
                content = self._say(name) if style is self._label else value
                if first == last:
                    self._sheet.write(self._row, first, content, style)
                else:
                    self._sheet.merge_range(self._row, first, self._row, last, content, style)
            self._row += 1

    def _table(self, heading: str, of: str, rows: Sequence[tuple[str, Figures]], total: Figures) -> None:
        sheet = self._sheet
        self._row += 1
        self._line(self._say(heading), self._heading, 22)
        sheet.set_row(self._row, 30)
        for column, name in enumerate((of, *(name for name, _ in FIGURES), "on-time-rate")):
            sheet.write_string(self._row, column, self._say(name), self._head)
        for name, figures in [*rows, (self._say("total"), total)]:
            self._row += 1
            sheet.write_string(self._row, 0, plain(name), self._name)
            for column, (_, figure) in enumerate(FIGURES, 1):
                # A unit closes every phase: over all of them that is a number of closures, not of units.
                if figure == "units" and (of == "unit" or figures is total):
                    sheet.write_string(self._row, column, self._say("judged-none"), self._figure)
                else:
                    sheet.write_number(self._row, column, getattr(figures, figure), self._figure)
            if figures.struck_off:
                share = figures.on_time / figures.struck_off
                near = len(rate(figures.on_time, figures.struck_off)) > len(f"{share:.1%}")  # not quite all of them, or nearly none
                sheet.write_number(self._row, len(FIGURES) + 1, share, self._near if near else self._rate)
            else:
                sheet.write_string(self._row, len(FIGURES) + 1, self._say("judged-none"), self._rate)
        self._row += 1

    def _kinds(self, kinds: Sequence[Kind]) -> int:
        """The table of categories; gives its first row."""
        self._row += 1
        self._line(self._say("by-category"), self._heading, 22)
        for column, name in enumerate(("category", "struck-off", "open-issues")):
            self._sheet.write_string(self._row, column, self._say(name), self._head)
        first = self._row + 1
        for code, _, struck, still in kinds:
            self._row += 1
            self._sheet.write_string(self._row, 0, plain(self._names.of("categories", code)), self._name)
            self._sheet.write_number(self._row, 1, struck, self._figure)
            self._sheet.write_number(self._row, 2, still, self._figure)
        self._row += 1
        return first

    def _chart(self, row: int, title: str, names: Sequence[str], first: int, rows: int, column: int, *, stacked: bool = False) -> None:
        """A chart of some columns of a table; it is Excel's own, so that its numbers can be looked at and its looks changed."""
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"} if stacked else {"type": "column"})
        sheet = self._say("sheet-summary")
        of = list(names) if stacked else [name for name, _ in FIGURES]
        for name in names:
            at = 1 + of.index(name)
            chart.add_series(
                {
                    "name": self._say(name),
                    "categories": [sheet, first, 0, first + rows - 1, 0],
                    "values": [sheet, first, at, first + rows - 1, at],
                    "fill": {"color": COLOURS[name]},
                    "gap": 60,
                    **({} if stacked else {"data_labels": {"value": True, "num_format": "#,##0;;", "font": {"size": 8}}}),
                }
            )
        chart.set_title({"name": self._say(title), "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        counts = {"num_format": "#,##0", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E6E9EC"}}}
        chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 9}} if stacked else counts)
        chart.set_x_axis(counts | {"label_position": "high"} if stacked else {})  # turned over, its high side lies below
        chart.set_size(CHART)
        self._sheet.insert_chart(row, column, chart, {"x_offset": 4, "y_offset": 4})
