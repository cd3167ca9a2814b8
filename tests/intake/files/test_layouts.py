"""Any sheet that is written from known events, laid out as offices lay theirs out, is read back as the same events."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.rows import rows
from tests.intake.files.laid_out import ISSUES, LAYOUTS, Issue, Layout, expected, text_file
from tests.intake.files.made import UPLOADED, WORDS, events, here, parts, rules, sheet_xml, zipped


@settings(max_examples=120, deadline=timedelta(seconds=20))
@given(ISSUES, LAYOUTS)
def test_a_workbook_says_the_events_that_it_was_written_from(issues: list[Issue], layout: Layout) -> None:
    table, merged = layout.table(issues)
    content = zipped(parts({"台账": sheet_xml(table, after=f"<mergeCells>{merged}</mergeCells>")}))
    with here(content, "xlsx") as sheet:
        assert events(list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))) == expected(
            issues
        )


@settings(max_examples=120, deadline=timedelta(seconds=20))
@given(ISSUES, LAYOUTS)
def test_csv_says_the_events_that_it_was_written_from(issues: list[Issue], layout: Layout) -> None:
    table, _ = layout.table(issues)
    content = text_file(table, layout.delimiter, layout.encoding)
    with here(content, "csv") as sheet:
        assert events(list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))) == expected(
            issues
        )


CELL = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["合计", "同上", "无", "是", "中心医院"]),
)


@settings(max_examples=150, deadline=timedelta(seconds=20))
@given(st.lists(st.lists(CELL, min_size=6, max_size=8), max_size=6))
def test_whatever_stands_in_a_row_is_told_or_asked_about(table: list[list[Any]]) -> None:
    heading = ["编号", "单位", "问题", "类别", "渠道", "日期"]
    written = [
        [each if not isinstance(each, str) else "".join(sign for sign in each if sign.isprintable()) for each in row] for row in table
    ]
    with here(zipped(parts({"台账": sheet_xml([heading, *written])})), "xlsx") as sheet:
        found = list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))
    assert all((each.event is None) == bool(each.mistakes) for each in found)
    assert all(rule for _, _, rule in rules(found))
