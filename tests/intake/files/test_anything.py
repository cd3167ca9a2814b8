"""Whatever stands in the cells of a sheet, in whichever form: each row is told or asked about in both languages, and nothing else happens."""

from contextlib import suppress
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.envelope import read_event
from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.mistakes import FileRefused
from services.intake.files.rows import FileRow, rows
from services.intake.files.sheet import Merged, Sheet
from services.intake.mistakes import NotTaken
from tests.intake.files.made import UPLOADED, WORDS

STRANGE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
USUAL = st.sampled_from(
    [
        "d01",
        "中心医院",
        "卫生院",
        "环境卫生",
        "投诉",
        "1",
        "是",
        "否",
        "2026-11-30",
        "2026-11",
        "月报",
        "患者满意度",
        "合计",
        "同上",
        "无",
        "/",
        "",
        "  ",
        "d01-01",
        "a~b",
        "=1",
        "填表人：",
        "tz2026/d01/issue/desk~1",
        "《》",
        "（）",
        "：",
    ]
)
CELLS = st.one_of(
    st.none(),
    STRANGE,
    USUAL,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2199, 1, 1)).map(lambda day: {"day": day.isoformat()}),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)).map(lambda moment: {"moment": moment.isoformat()}),  # noqa: DTZ001  # cells have no zone
    st.sampled_from([{"error": "#REF!"}, {"formula": ""}, {"share": 0.5}, {"scaled": [1.2, "万元"]}, {"month": "2026-11"}]),
)
MERGES = st.builds(
    lambda top, left, down, right: Merged(top, left, top + down, left + right),
    st.integers(1, 8),
    st.integers(0, 12),
    st.integers(0, 3),
    st.integers(0, 3),
)


def sheet_of(table: list[list[Any]], merged: list[Merged], loose: bool) -> Sheet:
    """A sheet as the reading process hands it on."""
    file = TemporaryFile()  # noqa: SIM115  # the sheet closes it
    file.writelines(orjson.dumps((number, row)) + b"\n" for number, row in enumerate(table, 1) if row)
    return Sheet("表", len(table), tuple(merged), loose, False, file)


def judged(found: FileRow) -> None:
    """It is an event that the door can judge, or says what is wrong in both languages."""
    assert (found.event is None) == bool(found.mistakes)
    assert all(each.detail.zh and each.detail.en for each in found.mistakes)
    orjson.dumps([found.event, [(each.column, each.field, each.value, each.rule) for each in found.mistakes]])
    if found.event:
        with suppress(NotTaken):
            read_event(found.event, "desk", None)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_filled_in_is_told_or_asked_about(form: str, data: st.DataObject) -> None:
    columns = [each.name.zh for each in FORMS[form].columns]
    table = data.draw(st.lists(st.lists(CELLS, max_size=len(columns) + 1), max_size=5))
    with sheet_of([columns, *table], data.draw(st.lists(MERGES, max_size=3)), data.draw(st.booleans())) as sheet:
        for found in rows(sheet, head_of(sheet, FORMS[form], WORDS), FORMS[form], WORDS, "desk", UPLOADED):
            judged(found)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=6), st.lists(MERGES, max_size=3), st.booleans(), st.sampled_from(sorted(FORMS)))
def test_whatever_a_sheet_is_it_is_read_or_refused(table: list[list[Any]], merged: list[Merged], loose: bool, form: str) -> None:
    with sheet_of(table, merged, loose) as sheet, suppress(FileRefused):  # worded in both languages as it is made
        for found in rows(sheet, head_of(sheet, FORMS[form], WORDS), FORMS[form], WORDS, "desk", UPLOADED):
            judged(found)
