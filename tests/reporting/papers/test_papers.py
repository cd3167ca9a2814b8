"""The files: they open, show the figures of the books, and take no text for a formula."""

import asyncio
import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import httpx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Cm
from openpyxl.utils import get_column_letter

from services.reporting.figures.kpi import Standing, TrendPoint
from services.reporting.figures.report import Achievement, Listing, Report
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.reading import Reading
from services.reporting.papers import excel, sections, word
from services.reporting.papers.columns import COLUMNS, PRINTED
from services.reporting.papers.names import Names
from services.reporting.papers.paper import Paper
from services.reporting.store import Store
from services.reporting.wording.texts import LANGUAGES, TEXTS
from shared.events.phase import Gap, Share
from shared.events.strike_off import IssueReopened
from shared.http.access import Keys
from shared.plan.indicator import Kpi
from shared.values import Wording
from tests.reporting.campaign import NASTY, UNITS, Campaign
from tests.reporting.given import CARRIED, DONE, PLANNED, STRUCK, issue
from tests.reporting.telling import PLAN


async def file(campaign: Campaign, name: str, **params: str) -> httpx.Response:
    """A file of the campaign."""
    async with campaign.client() as client:
        answer = await client.get(f"/api/campaigns/{PLAN.campaign}/{name}", params=params)
        assert answer.status_code == 200, answer.text
        assert "attachment" in answer.headers["content-disposition"]
        return answer


async def summary(campaign: Campaign) -> Any:
    """The figures."""
    async with campaign.client() as client:
        return (await client.get(f"/api/campaigns/{PLAN.campaign}/summary")).json()


async def whole(campaign: Campaign) -> Report:
    """What the files of the whole campaign are made of."""
    mongo = campaign.service.mongo
    reading = Reading(mongo, Store(mongo), Keys())
    async with reading.store.snapshot() as session:
        return await reading.summaries.report(Scope(Top(("bureau",), "bureau"), PLAN.campaign), session, carried=word.LISTED)


async def test_the_report_opens_with_figures_pictures_and_chinese_fonts(campaign: Campaign) -> None:
    figures = await summary(campaign)
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx")).content))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert re.search(rf"上账问题{figures['total']['entered']}件，已销号{figures['total']['struck_off']}件", said)
    assert f"挂账{figures['total']['carried_over']}件" in said
    assert figures["as_of"]["digest"] in said
    assert TEXTS["on-time-rule"][0] in said
    assert len(paper.inline_shapes) == 3
    for style in ("Normal", "Title", "Heading 1"):
        fonts = paper.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("仿宋", "黑体")
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    phases = paper.tables[0]
    assert [cell.text for cell in phases.rows[-1].cells][3:5] == [str(figures["total"][name]) for name in ("entered", "struck_off")]
    assert [row.cells[0].text for row in phases.rows][1:-1] == [phase.name.zh for phase in PLAN.phases]
    units = next(table for table in paper.tables if table.rows[0].cells[0].text == "单位")
    assert {row.cells[0].text for row in units.rows[1:]} == {unit.name for unit in UNITS if unit.parent == "bureau"}


@pytest.mark.covers("G9", "G10", "H2", "C16", "K1", "K3", "H6")
async def test_the_report_says_what_the_campaign_achieved(campaign: Campaign) -> None:
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx")).content))
    tables = {table.rows[0].cells[0].text + table.rows[0].cells[1].text: table for table in paper.tables}
    kpis = {row.cells[2].text: [cell.text for cell in row.cells] for row in tables["指标现值"].rows[1:]}
    assert kpis["≥95%"][1:4] == ["95%", "≥95%", "是"]
    assert kpis["下降≥30%"][1:] == ["10", "下降≥30%", "是", "20", "-50.0%"]
    accepted = {row.cells[0].text: [cell.text for cell in row.cells] for row in tables["单位类别"].rows[1:]}
    assert set(accepted) == {unit.name for unit in UNITS if unit.parent == "bureau"}
    assert all(re.fullmatch(r"[0-9.]+%|—", row[2]) and re.fullmatch(r"\d/\d|—", row[3]) and row[4] in "绿黄红" for row in accepted.values())
    assert "分时预约" in {row.cells[1].text for row in tables["单位做法"].rows[1:]}
    assert "排队时间长" in {row.cells[1].text for row in tables["问题类别共性问题"].rows[1:]}
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "满意度调查收回答卷200份，满意190份，满意率95.0%" in said
    assert "承诺" not in said


async def test_no_table_of_the_report_has_an_empty_column_a_row_grown_tall_or_a_day_broken_apart(campaign: Campaign) -> None:
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx")).content))
    for table in paper.tables:
        for column in table.columns:
            assert any(cell.text for cell in column.cells[1:]), column.cells[0].text
            assert all(paragraph.style.name == "Cell" for cell in column.cells for paragraph in cell.paragraphs)
            if any(re.fullmatch(r"\d{4}\.\d\d\.\d\d", cell.text) for cell in column.cells):
                assert column.width > Cm(2.4)


def test_a_column_in_which_nothing_stands_is_left_out_of_every_table_and_the_first_has_its_width() -> None:
    paper = Paper("zh")
    paper.table(
        ("award", "award-period", "value", "prize"), [["示范医院", "", "—", "荣誉证书"], ["标兵", "", "", "—"]], (3.0, 2.0, 1.0, 1.0)
    )
    (table,) = paper.doc.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["奖项", "奖励"], ["示范医院", "荣誉证书"], ["标兵", "—"]]
    assert [round(column.width.cm, 1) for column in table.columns] == [6.0, 1.0]


@pytest.mark.parametrize(
    ("baseline", "now", "fell", "said"),
    [
        (20.0, 10.0, 50.0, "-50.0%"),
        (20.0, 25.0, -25.0, "+25.0%"),
        (0.0, 3.0, None, "+3"),
        (20.0, 10.0, None, "填报单位不同"),
        (None, 10.0, None, "—"),
    ],
)
def test_a_change_is_said_wherever_a_figure_before_is_known(baseline: float | None, now: float, fell: float | None, said: str) -> None:
    trend = [TrendPoint(period="2019-03", value=now)]
    aim = Kpi(code="m", name=Wording(zh="投诉", en="complaints"), of="measure", code_of="complaints", falls=30)
    standing = Standing(
        code="m", name=aim.name, of="measure", aim=aim, value=now, part=now, whole=1, met=None, baseline=baseline, fell=fell, trend=trend
    )
    row = sections._kpi(standing, Names(PLAN, "zh", {}, {}))
    assert (row[0], row[-1]) == ("投诉", said)


async def test_the_report_says_how_many_units_its_tables_leave_out(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (word, sections):
        monkeypatch.setattr(module, "UNITS", 2)
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx")).content))
    below = sum(unit.parent == "bureau" for unit in UNITS)
    assert [each.text for each in paper.paragraphs].count(f"另有 {below - 2} 个单位未列入本表。") == 2


@pytest.mark.covers("H6")
async def test_a_report_names_what_a_phase_waits_for(campaign: Campaign) -> None:
    report = await whole(campaign)
    gap = Gap(
        returns=(PLAN.obligations[0].code,),
        units=("t01", "t02"),
        verified=Share(wanted=95.0, done=8, of=10),
        targets=3,
        watches=("fees",),
        activities=("lecture",),
    )
    lines = {language: list(Names.in_report(report, language).gap(gap.model_dump(mode="json")).values()) for language in LANGUAGES}
    assert lines["zh"] == [
        "销号 8/10，未达 95%",
        f"缺报 1 项材料：{PLAN.obligations[0].name.zh}",
        "1 个关注专题未答复：fees",
        "1 项活动未开展：lecture",
        "3 条任务目标未自查",
        "2 个下级单位未闭合",
    ]
    assert lines["en"][0] == "8 of 10 struck off, 95% asked"
    assert Names.in_report(report, "zh").gap(None) == {}


@pytest.mark.covers("C8", "L5")
async def test_an_issue_opened_again_after_it_was_carried_over_is_listed_with_the_last_day_that_it_has_now(
    campaign: Campaign, tmp_path: Path
) -> None:
    report = await whole(campaign)
    again = IssueReopened(number=1, phase="P4", cycle=2, reason="又坏", plan_due=date(2019, 10, 8), fix_due=date(2019, 10, 15))
    report.carried = Listing([issue(PLANNED, CARRIED, DONE, STRUCK, again)], 1)
    word.write(report, Achievement(), tmp_path / "report.docx", "zh")
    rows = [[cell.text for cell in row.cells] for table in docx.Document(str(tmp_path / "report.docx")).tables for row in table.rows]
    assert [row[-1] for row in rows if "无轮椅" in row] == ["2019.10.15"]


async def test_a_report_on_a_phase_has_the_figures_of_that_phase(campaign: Campaign) -> None:
    figures = {phase["code"]: phase["figures"] for phase in (await summary(campaign))["phases"]}
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx", phase="P3.2")).content))
    assert "整改落实阶段" in paper.paragraphs[0].text
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert f"新上账问题{figures['P3.2']['entered']}件，销号{figures['P3.2']['struck_off']}件" in said
    assert "销号率" not in said


async def test_a_report_speaks_english_when_asked_with_english_marks(campaign: Campaign) -> None:
    paper = docx.Document(io.BytesIO((await file(campaign, "report.docx", lang="en", unit="t01")).content))
    said = next(paragraph.text for paragraph in paper.paragraphs if "issues entered" in paragraph.text)
    assert re.search(r"Most issues fall under .+ \(\d+\), .+ \(\d+\)", said)
    assert not re.search("[、（）；]", said)
    row: Any = {"overdue": ["plan", "fix"]}
    report = await whole(campaign)
    clocks = next(content for name, _, content in COLUMNS if name == "clocks-overdue")
    assert [clocks(row, Names.in_report(report, language)) for language in LANGUAGES] == ["措施、整改", "plan, fix"]


def test_every_column_of_the_ledger_has_its_name_in_the_catalogue_of_texts() -> None:
    assert [name for name, *_ in COLUMNS if name not in TEXTS] == []


async def test_the_ledger_opens_with_every_issue_and_no_formula(campaign: Campaign) -> None:
    total = (await summary(campaign))["total"]
    book = openpyxl.load_workbook(io.BytesIO((await file(campaign, "ledger.xlsx")).content))
    sheet = book["台账"]
    head, *rows = sheet.iter_rows()
    names = [cell.value for cell in head]
    assert names == [TEXTS[name][0] for name, *_ in COLUMNS]
    assert len(rows) == total["entered"]
    column = {name: names.index(TEXTS[name][0]) for name, *_ in COLUMNS}
    assert sum(row[column["mark"]].value == "销号" for row in rows) == total["struck_off"]
    assert sum(row[column["carried-over-on"]].value is not None for row in rows) == total["carried_over"]
    assert isinstance(rows[0][column["entered-on"]].value, datetime)
    texts = {row[column["issue"]].value: row[column["issue"]] for row in rows}
    assert set(NASTY) <= set(texts)
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in rows for cell in row)
    assert (sheet.freeze_panes, sheet.auto_filter.ref is not None) == ("C2", True)
    assert sheet.column_dimensions[get_column_letter(1 + column["issue"])].width > 40
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (9, "landscape", 0)
    assert (sheet.print_title_rows, sheet.print_area) == ("$1:$1", f"'台账'!$A$1:$K${1 + len(rows)}")
    widths = {name: sheet.column_dimensions[get_column_letter(1 + number)].width for number, name in enumerate(column)}
    assert sum(widths[name] for name in list(column)[:PRINTED]) < 190, "more would be too small to read on paper"
    for name, number in column.items():
        longest = max(len(str(row[number].value or "").encode("gb18030")) for row in rows)
        wraps = any(row[number].alignment.wrap_text for row in rows)
        assert wraps or widths[name] > min(longest, 10), name
        if any(isinstance(row[number].value, int) for row in rows):
            assert {row[number].alignment.horizontal for row in rows if row[number].value is not None} == {"center"}, name


async def test_the_ledgers_summary_has_the_figures_of_every_phase(campaign: Campaign) -> None:
    figures = await summary(campaign)
    sheet: Any = openpyxl.load_workbook(io.BytesIO((await file(campaign, "ledger.xlsx")).content))["汇总"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    for phase in figures["phases"]:
        assert rows[phase["name"]["zh"]][1:3] == (phase["figures"]["entered"], phase["figures"]["struck_off"])
    assert rows["合计"][1] == figures["total"]["entered"]
    tiles = next(row for row in sheet.iter_rows(max_row=8, values_only=True) if row[0] == figures["total"]["entered"])
    assert [tiles[at] for at in (1, 5, 9, 11)] == [figures["total"][name] for name in ("struck_off", "open", "overdue", "carried_over")]
    for chart, (first, last) in zip(sheet._charts, ((PLAN.phases[0].name.zh, PLAN.phases[-1].name.zh), (None, None)), strict=True):
        names = chart.series[0].cat
        of = re.findall(r"\$A\$(\d+)", (names.strRef or names.numRef).f)
        assert first is None or [sheet[f"A{row}"].value for row in of] == [first, last]
    assert rows["合计"][11] == "—"  # a unit closes every phase, and is no new unit in each
    assert rows["合计"][12] == pytest.approx(figures["total"]["on_time"] / figures["total"]["struck_off"])
    assert any(figures["as_of"]["digest"] in str(row[0]) for row in sheet.iter_rows(values_only=True))
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


async def test_a_ledger_of_a_unit_has_its_issues_alone(campaign: Campaign) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO((await file(campaign, "ledger.xlsx", unit="t01-01")).content))["台账"]
    name = next(unit.name for unit in UNITS if unit.id == "t01-01")
    assert {row[1] for row in sheet.iter_rows(min_row=2, values_only=True)} == {name}


async def test_a_control_character_in_one_text_breaks_no_file(campaign: Campaign, tmp_path: Path) -> None:
    report = await whole(campaign)
    row = report.carried.rows[0].copy()  # as a book of an older version may hold it
    row["text"] = "有\x01控制\ufffe符"
    report.overdue = Listing([row], report.overdue.total)
    await asyncio.to_thread(word.write, report, Achievement(), tmp_path / "report.docx", "zh")
    paper = docx.Document(str(tmp_path / "report.docx"))
    assert "有控制符" in {cell.text for table in paper.tables for line in table.rows for cell in line.cells}
    ledger = excel.Ledger(file := io.BytesIO(), report, "zh")
    ledger.add([row], {}, {})
    ledger.close()
    sheet = openpyxl.load_workbook(file)["台账"]
    assert any("控制" in str(cell) for line in sheet.iter_rows(values_only=True) for cell in line)
