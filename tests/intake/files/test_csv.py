"""CSV as spreadsheet programs and others write it."""

from pathlib import Path

import pytest

from services.intake.files.mistakes import FileRefused
from tests.intake.files.made import EVENT, HEADING, ROW, events, separated, told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_csv_is_read_in_each_encoding_and_with_each_delimiter(encoding: str, delimiter: str, tmp_path: Path) -> None:
    assert events(await told(tmp_path, separated(encoding=encoding, delimiter=delimiter), "a.csv")) == [EVENT]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
async def test_csv_is_read_with_each_line_end_and_without_the_last(end: bytes, last: bool, tmp_path: Path) -> None:
    content = separated().replace(b"\r\n", end)
    assert events(await told(tmp_path, content if last else content.removesuffix(end), "a.CSV")) == [EVENT]


async def test_cells_in_quotes_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    row = (ROW[0], ROW[1], '"候诊区""没有"",\r\n饮水机,\r\n真的"', *ROW[3:])
    (event,) = events(await told(tmp_path, separated([HEADING, row]), "a.csv"))
    assert event["data"]["text"] == '候诊区"没有",\n饮水机,\n真的'


async def test_the_line_by_which_excel_is_told_the_delimiter_is_no_row(tmp_path: Path) -> None:
    assert events(await told(tmp_path, b"sep=;\r\n" + separated(delimiter=";"), "a.csv")) == [EVENT]


async def test_a_number_that_keeps_its_zeros_in_excel_has_them_here(tmp_path: Path) -> None:
    (event,) = events(await told(tmp_path, separated([HEADING, ('="007"', *ROW[1:])]), "a.csv"))
    assert event["subject"].endswith("~007")


async def test_titles_blank_lines_and_a_heading_on_two_lines_are_read_past(tmp_path: Path) -> None:
    table = [
        ("问题清单", "", "", "", "", "", "", "", ""),
        ("", "", "", "", "", "", "", "", ""),
        ("编号", "单位", "问题", "类别", "渠道", "日期", "边查边改", "", ""),
        ("", "", "", "", "", "", "措施", "结果", "经办人"),
        (*ROW, "立即清理", "已清理", "d01-01"),
    ]
    (event,) = events(await told(tmp_path, separated(table), "a.csv"))
    assert event["data"]["fixed"] == {"measures": "立即清理", "result": "已清理", "by": "d01-01"}


async def test_an_encoding_that_may_be_either_is_asked_about(tmp_path: Path) -> None:
    both = "模".encode("gb18030")  # in UTF-8 it reads ģ
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, b"a,b\r\n" + both + b",1\r\n", "a.csv")
    assert refused.value.rule == "csv-unsure"
    assert "模" in refused.value.detail.zh


async def test_the_row_of_a_mistake_is_the_record_that_a_spreadsheet_program_shows(tmp_path: Path) -> None:
    table = [HEADING, (ROW[0], ROW[1], '"两\r\n行"', *ROW[3:]), ("", *ROW[1:3], "没有", *ROW[4:])]
    found = await told(tmp_path, separated(table), "a.csv")
    assert [(each.number, [one.column for one in each.mistakes]) for each in found] == [(2, []), (3, ["D"])]
