"""The workbook that goes back: the sheet as it was given, with a reason beside each row that was not taken."""

from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import openpyxl
import orjson
import pytest

from services.intake.files.heading import REASON, Head
from services.intake.files.report import RefusedRow, write_report
from services.intake.files.sheet import Merged, Sheet

RED = "FFFFC7CE"


def sheet_of(*rows: list[Any], merged: tuple[Merged, ...] = ()) -> Sheet:
    """A sheet that was read."""
    file = TemporaryFile()  # noqa: SIM115  # it has no name, and ends with the test
    for number, cells in enumerate(rows, 1):
        file.write(orjson.dumps([number, cells], option=orjson.OPT_APPEND_NEWLINE))
    return Sheet("问题", len(rows), merged, False, False, file)


def report_of(sheet: Sheet, heading: int, *refused: RefusedRow) -> Any:
    """The report's only sheet, as a spreadsheet program opens it."""
    made = BytesIO()
    with sheet:
        write_report(made, sheet, "问题清单", Head(heading, {}, frozenset(), {}, frozenset()), iter(refused))
    book = openpyxl.load_workbook(made)
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def test_each_value_stands_as_it_was_given_and_a_refused_row_has_its_reasons_in_colour() -> None:
    title, names = ["问题清单（2026年）"], ["问题", "类别", "日期", "人数", "比例", "月份", "是否"]
    values: list[Any] = ["少椅子", "环境", {"day": "2026-11-30"}, 12, {"share": 0.25}, {"month": "2026-11"}, True]

    found = report_of(sheet_of(title, names, values, values), 2, RefusedRow(4, (1,), ("类别：没有 no such", "另 also")))

    assert (found.title, found["A1"].value, found["B2"].value, found["H2"].value) == ("问题", title[0], "类别", REASON.zh)
    for row in (3, 4):
        assert [found.cell(row, column).value for column in (1, 2, 4, 5, 7)] == ["少椅子", "环境", 12, 0.25, True]
        assert str(found.cell(row, 3).value) == "2026-11-30 00:00:00"
        assert found.cell(row, 6).number_format == "yyyy-mm"
    assert (found["H3"].value, found["H4"].value) == (None, "类别：没有 no such\n另 also")
    assert [cell.fill.start_color.rgb == RED for cell in found[4]] == [False, True, False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("reasons", "lines"), [(("缺",), 1), (("缺", "另"), 2), (("缺" * 100,), 4), (("a" * 100, "b"), 3), (("缺\n" * 500,), 27)]
)
def test_a_row_is_as_tall_as_its_reasons(reasons: tuple[str, ...], lines: int) -> None:
    found = report_of(sheet_of(["问题"], ["少椅子"]), 1, RefusedRow(2, (0,), reasons))
    assert (found.row_dimensions[2].height or 15) == 15 * lines


def test_a_row_whose_cell_is_not_there_is_coloured_all_the_same() -> None:
    found = report_of(sheet_of(["问题", "类别", "单位"], ["少椅子"]), 1, RefusedRow(2, (1,), ("缺",)))
    assert (found["B2"].value, found["B2"].fill.start_color.rgb, found["D2"].value) == (None, RED, "缺")


@pytest.mark.parametrize("begins", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "http://x.example", "{=1}"])
def test_what_begins_like_a_formula_or_a_link_stays_a_text(begins: str) -> None:
    found = report_of(sheet_of(["问题", "类别"], [begins, "a"]), 1, RefusedRow(2, (0,), (begins,)))
    assert [(found[at].value, found[at].data_type, found[at].hyperlink) for at in ("A2", "C2")] == [(begins, "s", None)] * 2


def test_a_report_that_comes_back_has_its_reasons_in_the_same_column_once() -> None:
    again = sheet_of(["问题", "类别", REASON.zh], ["a", "b", "old"], ["c", "d", "old too"])
    found = report_of(again, 1, RefusedRow(3, (), ("new",)))
    assert (found.max_column, found["C1"].value, found["C2"].value, found["C3"].value) == (3, REASON.zh, None, "new")


def test_merged_headings_stay_merged() -> None:
    found = report_of(
        sheet_of(["边查边改", None], ["措施", "结果"], ["a", "b"], merged=(Merged(1, 0, 1, 1),)), 2, RefusedRow(3, (), ("x",))
    )
    assert [str(each) for each in found.merged_cells.ranges] == ["A1:B1"]
