"""Rows of a sheet: any text stands in its cell as it was told, and every cell is what XlsxWriter would make of it."""

import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from services.reporting.papers.sheet import LONGEST, Cell, Styles, row_xml

STYLES = Styles(plain=0, wrapped=0, day=1, number=0)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text("<>&_x0123aAr/\"' \t\n\r\x00\x0b\x1f\ufffe好", max_size=12)
CELLS: st.SearchStrategy[Cell] = TEXTS | st.integers(0, 10_000_000) | st.dates(date(1900, 3, 1), date(9999, 12, 31)) | st.none()
LETTERS = "ABCDEF"


def written(cells: list[Cell]) -> str:
    """The second row of a sheet."""
    return row_xml(2, zip(LETTERS, [False] * len(cells), cells, strict=False), STYLES)


def opened(cells: list[Cell]) -> list[Any]:
    """What stands in that row for whoever opens the file."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_blank(1, 0, None, book.add_format({"num_format": "yyyy-mm-dd"}))
    whole = io.BytesIO()
    with zipfile.ZipFile(made) as frame, zipfile.ZipFile(whole, "w") as file:
        for name in frame.namelist():
            part = frame.read(name)
            file.writestr(name, re.sub(rb"<sheetData>.*</sheetData>", lambda _: f"<sheetData>{written(cells)}</sheetData>".encode(), part))
    row = openpyxl.load_workbook(whole).worksheets[0][2]
    assert all(cell.data_type != "f" for cell in row)
    return [cell.value for cell in row]


@given(st.lists(CELLS, min_size=1, max_size=len(LETTERS)))
def test_a_row_is_what_xlsxwriter_makes_of_it(cells: list[Cell]) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(1, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(1, column, cell, day)
            elif cell is not None:
                sheet.write_number(1, column, cell)
    data = zipfile.ZipFile(made).read("xl/worksheets/sheet1.xml").decode()
    (theirs,) = re.findall(r'<row r="2".*</row>', data, re.DOTALL) or ['<row r="2"></row>']
    rich = [cell for cell in cells if isinstance(cell, str) and cell.startswith("<r>") and cell.endswith("</r>")]
    assert rich or written(cells).replace(' s="0"', "") == re.sub(' spans="[^"]*"', "", theirs)


@pytest.mark.parametrize(
    "text",
    [
        "<r>a & b</r>",
        "<r><t>rich</t></r>",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "http://evil.example/",
        "<b>&amp;",
        " outer ",
        "two\nlines",
        "\t",
        "_x0041_",
    ],
)
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    (value,) = opened([text])
    assert unescape(value) == text


def test_a_text_longer_than_a_cell_is_cut_between_two_signs() -> None:
    (value,) = opened(["x" + "😀" * LONGEST])
    assert value == "x" + "😀" * (LONGEST // 2)


def test_an_empty_text_is_there_and_none_is_not() -> None:
    assert re.findall(r'r="([A-Z]\d)"', written(["", None, 0])) == ["A2", "C2"]
