"""The form of an official Chinese paper as a Word file: fonts, numbered headings, paragraphs, pictures and tables."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
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
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from services.reporting.papers import charts
from services.reporting.wording.texts import Language, text

BODY, HEADING, TABLE, NUMBERS = "仿宋", "黑体", "宋体", "Times New Roman"
"""As official Chinese papers are set; every Windows and WPS has these."""
PICTURE = Cm(6.8)
"""Height of a picture, at most: a larger one would often leave half a page empty before it."""
PHOTO = Cm(7.2)
"""Width and height of a photograph, at most: two stand beside one another."""
TOGETHER = 16
"""Rows up to which a table stays on one page."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WORD = re.compile(r"[!-~]+")
"""What must stay on one line: Chinese may break behind any letter."""
MARGIN, LETTER, HEAD_LETTER, LONGEST = 0.42, 0.215, 0.195, 14
"""Of a cell, of a letter in it and of one in the head, in centimetres, and letters of a word that is kept whole at most."""
HEAD = Pt(8)
"""Of English heads: their words are longer than the figures below them."""
NUMBER = re.compile(r"—|[≥≤+-]?[\d.,/—]+%?")
"""A figure, an aim, a day or none: stands in the middle of its cell."""
NOTHING = ("", "—")
"""What stands in a cell that says nothing."""
NUMERALS = "一二三四五六七八九十"


class Paper:
    """A document that is written from top to bottom; headings, captions and heads of tables are names in the catalogue of texts."""

    def __init__(self, language: Language) -> None:
        self.doc: Doc = Document()
        self.language = language
        self._sections = 0
        self._styles()

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
            style: Any = styles[name]
            _font(style.element.get_or_add_rPr(), font)
            style.font.name, style.font.size, style.font.bold, style.font.italic = NUMBERS, Pt(size), bold, False
            style.font.color.rgb = RGBColor(0, 0, 0)
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

    def line(self, content: str, style: str = "Normal") -> None:
        """A paragraph."""
        paragraph = self.doc.add_paragraph(_without_controls(content), style)
        if style == "Normal" and self.language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(28)  # two characters

    def heading(self, name: str) -> None:
        """The numbered heading of the next section."""
        number = f"{_numeral(self._sections + 1)}、" if self.language == "zh" else f"{self._sections + 1}. "
        self._sections += 1
        self.doc.add_heading(_without_controls(number + text(self.language, name)), 1)

    def picture(self, spec: charts.Spec, caption: str) -> None:
        """A chart with its caption."""
        shape = self.doc.add_picture(BytesIO(charts.png(spec)), width=Cm(15.2))
        if shape.height > PICTURE:
            shape.width, shape.height = Length(shape.width * PICTURE // shape.height), PICTURE
        picture = self.doc.paragraphs[-1]
        picture.alignment, picture.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        picture.paragraph_format.first_line_indent = Pt(0)
        _describe(picture, text(self.language, caption))
        self.line(text(self.language, caption), "Caption")

    def photos(self, pictures: Sequence[tuple[bytes | None, str]]) -> None:
        """Photographs (JPEG) with their captions, two in a row; in place of one that was removed stands that it was."""
        table: Table = self.doc.add_table(rows=(len(pictures) + 1) // 2, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row in table._tbl.tr_lst:  # noqa: SLF001 - python-docx cannot keep a row whole
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, (jpeg, caption) in zip(table._cells, pictures, strict=False):  # noqa: SLF001 - as in `table`
            picture, says = cell.paragraphs[0], cell.add_paragraph(_without_controls(caption), "Caption")
            picture.alignment, picture.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
            says.paragraph_format.space_after = Pt(8)
            if jpeg is None:
                picture.add_run(text(self.language, "attachment-removed"))
                continue
            shape = picture.add_run().add_picture(BytesIO(jpeg), width=PHOTO)
            if shape.height > PHOTO:
                shape.width, shape.height = Length(shape.width * PHOTO // shape.height), PHOTO
            _describe(picture, caption)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], bold_last: bool = False) -> None:
        """A table; widths in centimetres. A column in which nothing stands is left out, and the first has its width."""
        kept = [column for column in range(len(head)) if column == 0 or any(row[column] not in NOTHING for row in rows)]
        spare = sum(widths) - sum(widths[column] for column in kept)
        head, rows = [head[column] for column in kept], [[row[column] for column in kept] for row in rows]
        lines = [[text(self.language, name) for name in head], *rows]
        widths = fitted([widths[column] + (0 if column else spare) for column in kept], lines)
        table: Table = self.doc.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in enumerate(widths):
            table.columns[column].width = Cm(width)
        cells = table._cells  # noqa: SLF001 - asking for each cell anew takes quadratic time
        for number, line in enumerate(lines):
            for column, content in enumerate(line):
                cell = cells[number * len(head) + column]
                cell.width = Cm(widths[column])
                strong = number == 0 or (bold_last and number == len(rows))
                together = number < len(rows) <= TOGETHER
                run = _fill(cell, content, strong, shaded=number == 0, together=together)
                if number == 0 and self.language == "en":
                    run.font.size = HEAD
        for number, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001 - python-docx can neither repeat a head nor keep a row whole
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            if number == 0:
                row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self.doc.add_paragraph("", "Note").paragraph_format.space_after = Pt(0)

    def day(self, day: date) -> str:
        """A day in words."""
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day:%-d %B %Y}"


def _describe(picture: Paragraph, says: str) -> None:
    """Say what a picture shows to those who cannot see it."""
    description = picture._p.find(f".//{qn('wp:docPr')}")  # noqa: SLF001 - python-docx sets no alternative text
    if description is not None:
        description.set("descr", _without_controls(says))


def fitted(widths: Sequence[float], lines: Sequence[Sequence[str]]) -> list[float]:
    """Widths of columns, of the same sum, in which no word is broken: what one lacks is taken from those that have more than they need."""
    least = [
        max(room(cell, HEAD_LETTER if number == 0 else LETTER) for number, cell in enumerate(column)) for column in zip(*lines, strict=True)
    ]
    lacking = sum(max(need - width, 0) for width, need in zip(widths, least, strict=True))
    spare = sum(max(width - need, 0) for width, need in zip(widths, least, strict=True))
    share = min(1.0, lacking / spare) if spare else 0.0
    return [max(width, need) - share * max(width - need, 0) for width, need in zip(widths, least, strict=True)]


def room(cell: str, letter: float) -> float:
    """The width of a cell in which no word is broken."""
    return MARGIN + letter * min(max(map(len, WORD.findall(cell)), default=0), LONGEST)


def _numeral(number: int) -> str:
    """As Chinese papers number their sections, up to 19."""
    return NUMERALS[number - 1] if number <= 10 else "十" + NUMERALS[number - 11]


def _without_controls(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def _font(properties: Any, east_asia: str) -> None:
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), east_asia)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win


def _fill(cell: _Cell, content: str, strong: bool, shaded: bool, together: bool) -> Run:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = "Cell"  # noqa: SLF001 - by its id: by its name, python-docx looks through all styles for each cell
    number = NUMBER.fullmatch(content)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if number or shaded else WD_ALIGN_PARAGRAPH.LEFT
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph.paragraph_format.keep_with_next = together
    run: Run = paragraph.add_run(_without_controls(content))
    run.font.bold = strong
    if shaded:
        _font(run._r.get_or_add_rPr(), HEADING)  # noqa: SLF001 - python-docx sets no East Asian font
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E4ECE9")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - nor any shade
    return run
