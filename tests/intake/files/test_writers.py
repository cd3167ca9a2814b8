"""Workbooks as various programs write them."""

import io
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.intake.files.made import EVENT, HEADING, MAIN, OFFICE, ROW, events, parts, rules, sheet_xml, told, zipped

STRICT = {MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main", OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships"}
DAY = datetime(2026, 11, 3)  # noqa: DTZ001  # a cell has no zone


async def test_a_workbook_of_openpyxl(tmp_path: Path) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["序号", *HEADING])
    page.append(["=ROW()-1", *ROW[:5], date(2026, 11, 3)])
    book.create_sheet("空白")
    book.save(out)
    assert events(await told(tmp_path, out.getvalue())) == [EVENT]


@pytest.mark.parametrize("constant_memory", [True, False])
async def test_a_workbook_of_xlsxwriter(constant_memory: bool, tmp_path: Path) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": constant_memory, "default_date_format": "yyyy年m月d日"})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADING)
    page.write_row(1, 0, ROW[:5])
    page.write_datetime(1, 5, DAY)
    page.autofilter(0, 0, 1, 5)
    page.write_comment(0, 0, "说明")
    page.data_validation(1, 3, 100, 3, {"validate": "list", "source": ["环境卫生"]})
    page.conditional_format(0, 0, 10, 5, {"type": "no_blanks", "format": book.add_format({"bold": True})})
    book.close()
    assert events(await told(tmp_path, out.getvalue())) == [EVENT]


async def test_texts_with_several_fonts_sounds_and_escapes_are_read_as_they_are_shown(tmp_path: Path) -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><r><rPr><b/></rPr><t>候诊区</t></r><r><t xml:space="preserve">没有饮水机</t></r>'
        '<rPh sb="0" eb="1"><t>hou</t></rPh><phoneticPr fontId="1"/></si><si><t>中心_x0020_医院</t></si></sst>'
    ).encode()
    row = (ROW[0], '<c r="@" t="s"><v>1</v></c>', '<c r="@" t="s"><v>0</v></c>', *ROW[3:])
    content = parts({"Sheet1": sheet_xml([HEADING, row])}, more={"xl/sharedStrings.xml": shared})
    assert events(await told(tmp_path, zipped(content))) == [EVENT]


async def test_a_workbook_of_the_strict_standard_with_days_written_out(tmp_path: Path) -> None:
    content = parts({"Sheet1": sheet_xml([HEADING, (*ROW[:5], '<c r="@" t="d"><v>2026-11-03</v></c>')])})
    for before, after in STRICT.items():
        content = {name: data.replace(before.encode(), after.encode()) for name, data in content.items()}
    assert events(await told(tmp_path, zipped(content))) == [EVENT]


async def test_a_workbook_whose_elements_have_prefixes_and_cells_no_places(tmp_path: Path) -> None:
    xml = re.sub(r' r="[A-Z]*[0-9]+"', "", sheet_xml([HEADING, ROW])).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    xml = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", xml)
    assert events(await told(tmp_path, zipped(parts({"Sheet1": xml})))) == [EVENT]


async def test_a_workbook_in_utf_16_inside_and_with_back_slashes_in_its_names(tmp_path: Path) -> None:
    content = parts({"Sheet1": sheet_xml([HEADING, ROW])})
    content["xl/worksheets/sheet1.xml"] = content["xl/worksheets/sheet1.xml"].decode().encode("utf-16")
    assert events(
        await told(tmp_path, zipped({name.replace("/", "\\") if name.startswith("xl/w") else name: data for name, data in content.items()}))
    ) == [EVENT]


async def test_very_many_blank_rows_that_hold_formats_are_no_rows(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 60_000))
    xml = sheet_xml([HEADING, ROW]).replace("</sheetData>", f"{blank}</sheetData>")
    assert events(await told(tmp_path, zipped(parts({"Sheet1": xml})))) == [EVENT]


async def test_a_value_that_a_formula_has_is_taken_and_one_that_says_nothing_is_nothing(tmp_path: Path) -> None:
    row = (
        ROW[0],
        '<c r="@" t="str"><f>VLOOKUP(1,x!A:B,2)</f><v>中心医院</v></c>',
        *ROW[2:5],
        '<c r="@" t="str"><f>IF(1,"","")</f><v></v></c>',
    )
    found = await told(tmp_path, zipped(parts({"Sheet1": sheet_xml([HEADING, row])})))
    assert rules(found) == []
    assert found[0].event
    assert found[0].event["time"] == "2026-11-30T13:00:00+00:00"
