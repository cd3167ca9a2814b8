"""The ledger as an Excel file while it is written: it leaves as it grows, and nothing of it stays."""

import gc
import io
import weakref
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from services.reporting.figures.filters import Filter
from services.reporting.figures.issues import Issues
from services.reporting.figures.report import Report
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.reading import Reading
from services.reporting.papers import excel
from services.reporting.papers.columns import COLUMNS, WRAPPED
from services.reporting.store import Store
from shared.http.access import Keys
from tests.reporting.campaign import Campaign
from tests.reporting.given import DONE, PLANNED, STRUCK, Empty, issue, top
from tests.reporting.telling import PLAN

ROW: Any = issue(PLANNED, DONE, STRUCK)


class Seen(dict[str, Any]):
    """A row of which can be said whether anybody has it still."""


@pytest.fixture
async def report(campaign: Campaign) -> Report:
    """What the summary of the whole campaign is made of."""
    mongo = campaign.service.mongo
    reading = Reading(mongo, Store(mongo), Keys())
    async with reading.store.snapshot() as session:
        return await reading.summaries.report(Scope(Top(("bureau",), "bureau"), PLAN.campaign), session)


def saying(report: Report, entered: int) -> Report:
    """A report of a campaign with so many issues."""
    acts = report.summary.acts.model_copy(update={"entered": entered})
    report.summary = report.summary.model_copy(update={"acts": acts})
    return report


def opened(file: io.BytesIO) -> Any:
    """The sheet of the issues."""
    return openpyxl.load_workbook(file).worksheets[1]


def test_what_was_written_has_left_and_is_held_no_more(report: Report) -> None:
    ledger, sizes = excel.Ledger(file := io.BytesIO(), saying(report, 2000), "zh"), []
    for part in range(4):
        rows: Any = [Seen(ROW, number=part * 500 + number, text=f"{part * number:x}") for number in range(500)]
        held = [weakref.ref(row) for row in rows]
        ledger.add(rows, {}, {})
        del rows
        gc.collect()
        assert [each() for each in held if each()] == []
        sizes.append(file.tell())
    assert sizes == sorted(set(sizes))
    ledger.close()
    assert opened(file).max_row == 2001


async def test_issues_are_read_a_part_at_a_time(empty: Empty) -> None:
    mongo, store = empty
    await mongo["issues"].insert_many([ROW | {"_id": f"i{n:03}", "place": f"c/t1#{n:09}"} for n in range(250)])
    database: Any = mongo["issues"].database
    await database.command("profile", 2)
    async with store.snapshot() as session:
        parts = [[row["place"] for row in rows] async for rows in Issues(mongo).every(top(), Filter(campaign="c"), session, 100)]
    await database.command("profile", 0)
    assert [len(part) for part in parts] == [100, 100, 50]
    assert [place for part in parts for place in part] == [f"c/t1#{n:09}" for n in range(250)]
    answers = await database["system.profile"].find({"op": {"$in": ["query", "getmore"]}, "ns": {"$regex": "issues$"}}).to_list(None)
    assert max(each["nreturned"] for each in answers) == 100


@pytest.mark.parametrize("text", ["<r>a & b</r>", "<r><t>rich</t></r>"])
def test_a_name_that_looks_like_the_marks_of_rich_text_breaks_no_file(report: Report, text: str) -> None:
    report.summary = report.summary.model_copy(update={"units": [unit.model_copy(update={"name": text}) for unit in report.summary.units]})
    ledger = excel.Ledger(file := io.BytesIO(), report, "zh")
    ledger.add([ROW | {"text": text}], {"c/t1": text}, {})
    ledger.close()
    summary, sheet = openpyxl.load_workbook(file).worksheets
    assert text in {str(cell).strip() for row in summary.iter_rows(values_only=True) for cell in row}
    assert [sheet.cell(2, column).value for column in (2, 3)] == [text, text]


def test_where_more_issues_come_than_say_how_wide_columns_are_none_is_narrower_than_usual(report: Report) -> None:
    def widths(entered: int) -> list[float]:
        ledger = excel.Ledger(file := io.BytesIO(), saying(report, entered), "zh")
        ledger.add([ROW], {}, {})
        ledger.close()
        sheet = opened(file)
        return [round(sheet.column_dimensions[get_column_letter(column)].width) for column in range(1, len(COLUMNS) + 1)]

    few, many = widths(1), widths(9)
    assert all(wide >= usual for wide, (_, usual, _) in zip(many, COLUMNS, strict=True) if usual < WRAPPED)
    assert few != many


def test_more_issues_than_a_sheet_takes_are_left_out_and_the_summary_says_so(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "ROWS", 3)
    ledger = excel.Ledger(file := io.BytesIO(), saying(report, 5), "en")
    for number in (1, 3):
        ledger.add([ROW | {"number": number + n} for n in range(2)], {}, {})
    ledger.add([ROW], {}, {})
    ledger.close()
    summary, sheet = openpyxl.load_workbook(file).worksheets
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [1, 2, 3]
    assert sheet.auto_filter.ref.endswith("4")
    assert any("3" in str(row[0]) for row in list(summary.iter_rows(values_only=True))[-1:])


def test_a_sheet_that_may_pass_2_gib_opens_as_well(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "LARGE", 0)
    ledger = excel.Ledger(file := io.BytesIO(), report, "zh")
    ledger.add([ROW], {}, {})
    ledger.close()
    assert opened(file).max_row == 2
