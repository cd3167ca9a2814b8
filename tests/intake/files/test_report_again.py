"""A report that is sent again: it tells, and asks about, what the sheet did that it was made of."""

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.report import RefusedRow, write_report
from services.intake.files.rows import FileRow, rows
from services.intake.files.sheet import Sheet
from tests.intake.files.laid_out import ISSUES, LAYOUTS, Issue, Layout, text_file
from tests.intake.files.made import HEADING, ROW, UPLOADED, WORDS, here, parts, separated, sheet_xml, workbook, zipped

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)
NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.1 + 0.2, 1 / 3, 46329.35])
)
STYLED = st.builds(
    lambda style, number: f'<c r="@" s="{style}"><v>{number}</v></c>',
    st.integers(1, 5),
    st.one_of(st.integers(1, 60_000), st.floats(1, 60_000)),
)
WRITTEN = st.builds(
    lambda moment, offset: f'<c r="@" t="d"><v>{moment.isoformat()}{offset}</v></c>',
    st.datetimes().filter(lambda moment: 1905 < moment.year < 9999),
    st.sampled_from(["", "+00:00", "Z", "-05:00", "+08:00"]),
)
ERRORS = st.sampled_from(["#N/A", "#REF!", "#DIV/0!", "#SPILL!", "#NUM!"]).map(lambda error: f'<c r="@" t="e"><v>{error}</v></c>')
OTHERS = st.sampled_from(['<c r="@"><f>1+1</f></c>', '<c r="@" t="b"><v>1</v></c>', '<c r="@" t="str"><f>A1</f><v>甲</v></c>'])
USUAL = st.sampled_from(
    [*ROW, "<r>甲</r>", "<r><t>1</t></r>", "_x000D_", " 甲 ", "甲\n乙", "=1", "#N/A", "2026-11-03 00:30+00:00", "\ufffe甲", None]
)
CELLS = st.one_of(TEXTS.map(lambda text: f" {text}"), NUMBERS, STYLED, WRITTEN, ERRORS, OTHERS, USUAL)


def report_of(sheet: Sheet, form: str) -> bytes:
    """The report of a sheet in which all rows below the heading were refused."""
    head, made = head_of(sheet, FORMS[form], WORDS), BytesIO()
    refused = (RefusedRow(number, (1,), ("缺",)) for number in range(head.number + 1, 100))
    write_report(made, sheet, FORMS[form].title.zh, head, refused)
    return made.getvalue()


def again(sheet: Sheet, form: str) -> Sheet:
    """The sheet of its report."""
    return here(report_of(sheet, form), "xlsx")


def said(sheet: Sheet, form: str) -> list[Any]:
    """What each row says, or what is wrong with it; that a cell has no value is the same whether a formula failed or was not worked out."""

    def of(row: FileRow) -> Any:
        mistakes = [(each.column, each.rule.replace("cell-formula", "cell-error")) for each in row.mistakes]
        return row.number, row.event, mistakes

    return [of(each) for each in rows(sheet, head_of(sheet, FORMS[form], WORDS), FORMS[form], WORDS, "desk", UPLOADED)]


@pytest.mark.parametrize("form", ["issues", "ideas", "returns", "surveys", "rectifications"])
@settings(max_examples=25, deadline=None)
@given(data=st.data(), date1904=st.booleans())
def test_whatever_a_workbook_says_its_report_says_again(form: str, data: st.DataObject, date1904: bool) -> None:
    columns = [each.name.zh for each in FORMS[form].columns]
    table = [columns, *data.draw(st.lists(st.lists(CELLS, min_size=1, max_size=len(columns)), min_size=1, max_size=4))]
    given_sheet = zipped(parts({"表": xml(table)}, book='<workbookPr date1904="1"/>' if date1904 else ""))
    with here(given_sheet, "xlsx") as sheet, again(sheet, form) as report:
        assert said(report, form) == said(sheet, form)


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("问题描述", '<c r="@" t="e"><v>#N/A</v></c>'),
        ("问题描述", "<r>甲</r>"),
        ("发现日期", "46329"),
        ("发现日期", '<c r="@" s="1"><v>45000.35</v></c>'),
        ("发现日期", '<c r="@" t="d"><v>2026-11-03T00:30:00+00:00</v></c>'),
        ("发现日期", '<c r="@" t="d"><v>2026-11-03T20:30:00-05:00</v></c>'),
    ],
)
@pytest.mark.parametrize("date1904", [False, True])
def test_a_cell_of_any_kind_says_the_same_again(field: str, cell: str, date1904: bool) -> None:
    row: list[Any] = list(ROW)
    row[HEADING.index(field)] = int(cell) if cell.isdecimal() else cell
    book = f'<workbookPr date1904="{int(date1904)}"/>'
    with here(zipped(parts({"表": xml([list(HEADING), row])}, book=book)), "xlsx") as sheet, again(sheet, "issues") as report:
        assert said(report, "issues") == said(sheet, "issues")


def xml(table: list[list[Any]]) -> str:
    """The sheet, with what no XML holds as workbooks write it."""
    return sheet_xml([[worded(each) if isinstance(each, str) else each for each in row] for row in table])


def worded(text: str) -> str:
    """A cell of a text, as a spreadsheet program writes it."""
    if text.startswith("<c "):
        return text
    held = "".join(letter if letter >= " " and letter not in "\ufffe\uffff" else f"_x{ord(letter):04X}_" for letter in text)
    return f'<c r="@" t="inlineStr"><is><t xml:space="preserve">{escape(held)}</t></is></c>'


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\x00\r",\ufeff'), max_size=40))
@example("<r>甲</r>")
@example("\ufffe甲")
@example("_x000D_")
def test_whatever_a_text_file_says_its_report_says_again(text: str) -> None:
    with here(separated((HEADING, (*ROW[:2], f'"甲{text}"', *ROW[3:]))), "csv") as sheet, again(sheet, "issues") as report:
        assert said(report, "issues") == said(sheet, "issues")


def saved_as_text(report: bytes, delimiter: str) -> bytes:
    """A report that somebody saved as CSV, which keeps no merged cells."""
    page = openpyxl.load_workbook(BytesIO(report)).worksheets[0]
    return text_file([list(row) for row in page.iter_rows(values_only=True)], delimiter, "utf-8-sig")


@settings(max_examples=60, deadline=None)
@given(ISSUES, LAYOUTS)
def test_whatever_way_a_text_file_is_laid_out_its_report_says_the_same_again_as_a_workbook_and_as_text(
    issues: list[Issue], layout: Layout
) -> None:
    with here(text_file(layout.table(issues)[0], layout.delimiter, layout.encoding), "csv") as sheet:
        made = report_of(sheet, "issues")
        with here(made, "xlsx") as report, here(saved_as_text(made, layout.delimiter), "csv") as text:
            assert said(report, "issues") == said(sheet, "issues")
            assert said(text, "issues") == said(sheet, "issues")
            with again(report, "issues") as third, again(text, "issues") as fourth:
                assert said(third, "issues") == said(fourth, "issues") == said(sheet, "issues")


@pytest.mark.parametrize("cell", ['<c r="@" t="e"><v>#N/A</v></c>', '<c r="@" t="e"><v>#SPILL!</v></c>', '<c r="@"><f>1+1</f></c>'])
def test_what_has_no_value_is_asked_about_again(cell: str) -> None:
    with here(workbook([HEADING, (*ROW[:2], cell, *ROW[3:])]), "xlsx") as sheet, again(sheet, "issues") as report:
        assert [each for _, _, each in said(report, "issues")] == [[("C", "cell-error")]]


NAMES = ["甲" * 33, "𠮷" * 16, "a:b", "[甲]", "'甲'", "'", "a/b\\c*d?e", "甲\ufffe", ":", ""]


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_of_any_name_has_a_report(name: str) -> None:
    with here(workbook(), "xlsx") as sheet:
        sheet.name = name
        with again(sheet, "issues") as report:
            assert report.name
            assert len(report.name) < 32
            assert said(report, "issues") == said(sheet, "issues")
