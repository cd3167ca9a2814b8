"""The report on a campaign or one of its phases as a Word file, illustrated, in the form of an official Chinese report."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table, _Cell

from services.reporting.figures.effects import Effects
from services.reporting.figures.summaries import Report
from services.reporting.fold.rows import IssueRow
from services.reporting.papers import achieved, charts
from services.reporting.papers.words import Words
from services.reporting.wording.texts import Language, rate, said, short
from shared.events.figures import Counts
from shared.workdays import BEIJING, local_date

LISTED = 30
"""Issues in each list, at most; the report says how many more there are."""
UNITS = 120
"""Units in the table, at most: those with the most issues."""
BODY, HEADING, TABLE, NUMBERS = "仿宋", "黑体", "宋体", "Times New Roman"
"""As official Chinese papers are set; every Windows and WPS has these."""
PICTURE = Cm(6.8)
"""Height of a picture, at most: a larger one would often leave half a page empty before it."""
TOGETHER = 16
"""Rows up to which a table stays on one page."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NUMBER = re.compile(r"—|[≥≤+-]?[\d.,/—]+%?")
"""A figure, an aim, a day or none: stands in the middle of its cell."""
NUMERALS = "一二三四五六七八九十"


def write(report: Report, effects: Effects, path: Path, language: Language, phase: str | None = None) -> None:
    """Write the report to `path`; nothing is there before it is whole. Takes some time: call it off the event loop."""
    part = path.with_suffix(".part")
    _Paper(report, effects, language, phase).make().save(str(part))
    part.replace(path)


class _Paper:
    def __init__(self, report: Report, effects: Effects, language: Language, phase: str | None) -> None:
        self.report, self.effects, self.language, self.phase = report, effects, language, phase
        self.words = Words(report, language)
        self.doc: Doc = Document()
        self.sections = 0

    def make(self) -> Doc:
        self._styles()
        say, words = self.words.say, self.words
        name = words.campaign()
        title = say("phase-title", campaign=name, phase=words.phase(self.phase)) if self.phase else say("report-title", campaign=name)
        self._line(title, "Title")
        self._line(self.report.summary.unit_name, "Subtitle")
        self._says()
        self._phases()
        self._kinds()
        self._units()
        self._returns()
        self._issues("section-overdue", "overdue-none", self.report.overdue, self.report.overdue_count, "late_since", "due")
        self._issues("section-carried", "carried-none", self.report.carried, self.report.carried_count, "follow_up_due", "follow-up-due")
        self._achieved()
        self._method()
        return self.doc

    @property
    def figures(self) -> Counts:
        """The figures that the report is about."""
        summary = self.report.summary
        return next((each.figures for each in summary.phases if each.code == self.phase), summary.total)

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _says(self) -> None:
        """The figures in sentences."""
        summary, figures, say = self.report.summary, self.figures, self.words.say
        self._heading("section-summary")
        values = figures.model_dump() | {
            "day": self._day(local_date(summary.as_of.time)) if summary.as_of.time else "—",
            "unit": summary.unit_name,
            "below": say("says-below") if summary.units else "",
            "phase": self.words.phase(self.phase or ""),
            "strike_rate": rate(*figures.done),
            "on_time_rate": rate(figures.on_time, figures.struck_off),
            "late_now": self.report.overdue_count,
            "carried_open": self.report.carried_count,
            "owed": sum(each.owed for each in summary.obligations if self.phase in (None, each.phase)),
        }
        sentences = [say("says-phase" if self.phase else "says-issues", **values), say("says-overdue", **values)]
        if figures.defects or figures.hazards:
            sentences.append(say("says-natures", **values, problems=figures.entered - figures.defects - figures.hazards))
        if figures.carried_over:
            sentences.append(say("says-carried", **values))
        if values["owed"]:
            sentences.append(say("says-returns", **values))
        if figures.answered:
            sentences.append(say("says-checks", **values))
        if kinds := self.report.kinds.get("category", [])[:3]:
            listed = [say("kind-count", kind=self.words.category(code), count=entered) for code, entered, _ in kinds]
            sentences.append(say("says-best", categories=self.words.listed(listed)))
        self._line(("" if self.language == "zh" else " ").join(sentences))
        self._picture(charts.progress(self.report, self.language, 560), "chart-progress")

    def _phases(self) -> None:
        say = self.words.say
        self._heading("section-phases")
        head = ["phase", "period", "status", "entered", "struck-off", "on-time-rate", "overdue", "carried-over"]
        rows = []
        for phase in self.report.summary.phases:
            status = "closed-with-gap" if phase.status == "closed" and phase.gap else phase.status
            period = f"{phase.start:%m.%d}—{phase.end:%m.%d}"
            rows.append([self.words.phase(phase.code), period, say(status), *_issue_figures(phase.figures)])
        total = [say("total"), "", "", *_issue_figures(self.report.summary.total)]
        self._table([say(name) for name in head], [*rows, total], [2.3, 3.0, 2.3, 1.5, 1.5, 1.9, 1.5, 1.5], bold_last=True)
        for phase in self.report.summary.phases:
            if missing := self.words.gap(phase.gap):
                say_missing = say(
                    "says-gap", phase=self.words.phase(phase.code), missing=("；" if self.language == "zh" else "; ").join(missing)
                )
                self._line(say_missing)
        self._picture(charts.phases(self.report, self.language, 560), "chart-phases")

    def _kinds(self) -> None:
        say = self.words.say
        self._heading("section-kinds")
        self._picture(charts.categories(self.report, self.language, 520), "chart-categories")
        rows = [
            [self.words.channel(code), str(entered), str(struck), rate(struck, entered)]
            for code, entered, struck in self.report.kinds.get("channel", [])
        ]
        self._table([say(name) for name in ("channel", "entered", "struck-off", "strike-rate")], rows, [6.0, 3.0, 3.0, 3.4])

    def _units(self) -> None:
        summary, say = self.report.summary, self.words.say
        if not summary.units:
            return
        self._heading("section-units")
        of = [(each.name, each.phases[self.phase] if self.phase else each.total) for each in summary.units]
        of.sort(key=lambda unit: -unit[1].entered)
        rows = [[name, *_issue_figures(figures), *map(str, (figures.filed, figures.late, figures.missing))] for name, figures in of[:UNITS]]
        head = ["unit", "entered", "struck-off", "on-time-rate", "overdue", "carried-over", "filed", "late", "missing"]
        self._table([say(name) for name in head], rows, [3.7, 1.3, 1.3, 1.8, 1.3, 1.3, 1.9, 1.9, 1.3])
        if len(of) > UNITS:
            self._line(say("more-units", count=len(of) - UNITS))

    def _returns(self) -> None:
        say, shown = self.words.say, [each for each in self.report.summary.obligations if self.phase in (None, each.phase)]
        if not shown:
            return
        self._heading("section-returns")
        rows = [
            [
                said(self.language, each.name),
                _dotted(each.due) if each.due else "",
                *map(str, (each.owed, each.filed or each.rolling, each.late, each.missing, each.waiting + each.sent_back, each.open)),
            ]
            for each in shown
        ]
        head = ["obligation", "due", "owed", "filed", "late", "missing", "to-be-accepted", "not-due"]
        self._table([say(name) for name in head], rows, [3.8, 2.5, 1.3, 1.9, 1.9, 1.3, 1.6, 1.5])

    def _issues(self, heading: str, none: str, rows: Sequence[IssueRow], count: int, due: str, due_name: str) -> None:
        say, words = self.words.say, self.words
        self._heading(heading)
        if not rows:
            self._line(say(none))
            return
        head = ["unit", "number", "issue", "owner", due_name]
        shown = [
            [
                words.unit(row["campaign"], row["unit"]),
                str(row["number"]),
                short(row["text"]),
                words.person(row["owner"]),
                _dotted(dict(row)[due] or row["fix_due"]),  # opened again after it was carried over, its own clock runs anew
            ]
            for row in rows[:LISTED]
        ]
        self._table([say(name) for name in head], shown, [3.6, 1.2, 5.5, 3.0, 2.5])
        if count > LISTED:
            self._line(say("more", count=count - LISTED))

    def _achieved(self) -> None:
        """What people did beside the issues, and, of the whole campaign, what came of it."""
        if sentences := achieved.activities(self.figures, self.words):
            self._heading("section-activities")
            self._line(("" if self.language == "zh" else " ").join(sentences))
        for section in achieved.sections(self.report, self.effects, self.words, whole=self.phase is None):
            self._heading(section.heading)
            self._table([self.words.say(name) for name in section.head], section.rows, section.widths)
            if section.units_left:
                self._line(self.words.say("more-units", count=section.units_left))

    def _method(self) -> None:
        as_of, say = self.report.summary.as_of, self.words.say
        self._heading("section-method")
        if as_of.time:
            self._line(say("as-of", time=as_of.time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")), "Note")
        self._line(say("digest", digest=as_of.digest), "Note")
        rule: str = getattr(self.report.summary.on_time_rule, self.language)
        for line in (say("digest-note", books=as_of.books), rule, say("phase-rule"), say("made-by")):
            self._line(line, "Note")
        # As a paper of a bureau ends: who, and when.
        for line in (self.report.summary.unit_name, self._day(local_date(as_of.time)) if as_of.time else ""):
            self._line(line, "Signature")

    # ── form ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _styles(self) -> None:
        page = self.doc.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.2), Cm(2.8), Cm(2.7), Cm(2.5)
        styles = self.doc.styles
        for name in ("Note", "Signature", "Cell"):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        for name, font, size, bold in (
            ("Normal", BODY, 14, False),
            ("Title", HEADING, 22, False),
            ("Subtitle", "楷体", 15, False),
            ("Heading 1", HEADING, 15, False),
            ("Caption", BODY, 10.5, False),
            ("Note", BODY, 10.5, False),
            ("Signature", BODY, 14, False),
            ("Cell", TABLE, 10, False),
        ):
            _font(styles[name].element.get_or_add_rPr(), font)
            style: Any = styles[name]
            style.font.name, style.font.size, style.font.bold, style.font.italic = NUMBERS, Pt(size), bold, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            _font(style.element.get_or_add_rPr(), font)
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
            style.paragraph_format.line_spacing = 1.5 if name == "Normal" else 1.25
            style.paragraph_format.space_after = Pt(4)
        cell: Any = styles["Cell"]
        cell.paragraph_format.line_spacing, cell.paragraph_format.space_before, cell.paragraph_format.space_after = 1.0, Pt(2.5), Pt(2.5)
        title: Any = styles["Title"]
        for border in title.element.pPr.findall(qn("w:pBdr")):
            title.element.pPr.remove(border)
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(12), Pt(10)
        for name in ("Title", "Subtitle", "Caption"):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Heading 1"].paragraph_format.space_before = Pt(14)
        styles["Signature"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        footer = page.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for kind, content in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = footer.add_run()
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = content
            run._r.append(element)  # noqa: SLF001 - python-docx has no fields

    def _line(self, text: str, style: str = "Normal") -> None:
        paragraph = self.doc.add_paragraph(_held(text), style)
        if style == "Normal" and self.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(28)  # two characters

    def _heading(self, name: str) -> None:
        number = f"{_numeral(self.sections + 1)}、" if self.language == "zh" else f"{self.sections + 1}. "
        self.sections += 1
        self.doc.add_heading(_held(number + self.words.say(name)), 1)

    def _picture(self, spec: charts.Spec, caption: str) -> None:
        shape = self.doc.add_picture(BytesIO(charts.png(spec)), width=Cm(15.2))
        if shape.height > PICTURE:
            shape.width, shape.height = Length(shape.width * PICTURE // shape.height), PICTURE
        picture = self.doc.paragraphs[-1]
        picture.alignment, picture.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        picture.paragraph_format.first_line_indent = Pt(0)
        description = picture._p.find(f".//{qn('wp:docPr')}")  # noqa: SLF001 - python-docx sets no alternative text
        if description is not None:
            description.set("descr", self.words.say(caption))
        self._line(self.words.say(caption), "Caption")

    def _table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], bold_last: bool = False) -> None:
        table: Table = self.doc.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in enumerate(widths):
            table.columns[column].width = Cm(width)
        cells = table._cells  # noqa: SLF001 - asking for each cell anew takes quadratic time
        for number, line in enumerate([head, *rows]):
            for column, content in enumerate(line):
                cell = cells[number * len(head) + column]
                cell.width = Cm(widths[column])
                strong = number == 0 or (bold_last and number == len(rows))
                together = number < len(rows) <= TOGETHER
                _fill(cell, content, strong, shaded=number == 0, together=together)
        for number, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001 - python-docx can neither repeat a head nor keep a row whole
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            if number == 0:
                row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self.doc.add_paragraph("", "Note").paragraph_format.space_after = Pt(0)

    def _day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day:%-d %B %Y}"


def _numeral(number: int) -> str:
    """As Chinese papers number their sections, up to 19."""
    return NUMERALS[number - 1] if number <= 10 else "十" + NUMERALS[number - 11]


def _held(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def _font(properties: Any, east_asia: str) -> None:
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), east_asia)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win


def _fill(cell: _Cell, content: str, strong: bool, shaded: bool, together: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    number = NUMBER.fullmatch(content)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if number or shaded else WD_ALIGN_PARAGRAPH.LEFT
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph.paragraph_format.keep_with_next = together
    run = paragraph.add_run(_held(content))
    run.font.bold = strong
    if shaded:
        _font(run._r.get_or_add_rPr(), HEADING)  # noqa: SLF001 - python-docx sets no East Asian font
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E4ECE9")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - nor any shade


def _issue_figures(figures: Counts) -> list[str]:
    numbers = (figures.entered, figures.struck_off, rate(figures.on_time, figures.struck_off), figures.overdue, figures.carried_over)
    return [str(number) for number in numbers]


def _dotted(day: object) -> str:
    """A day that no line breaks apart."""
    return str(day).replace("-", ".")
