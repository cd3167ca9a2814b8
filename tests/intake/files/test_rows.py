"""Rows as offices fill them in: which of them are told, as which events, and what is asked about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from services.intake.envelope import read_event
from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.reading import read
from services.intake.files.rows import FileRow, rows
from shared.events.catalogue import CATALOGUE
from tests.intake.files.laid_out import LABELS
from tests.intake.files.made import (
    EVENT,
    HEADING,
    MAIN,
    ROW,
    UPLOADED,
    WORDS,
    events,
    here,
    kept,
    parts,
    rules,
    sheet_xml,
    told,
    workbook,
    zipped,
)

FILLED: dict[str, tuple[Sequence[Any], Sequence[Any], dict[str, Any]]] = {
    "issues": (HEADING, ROW, EVENT),
    "measures": (
        ("问题编号", "单位", "整改措施", "制定人", "日期", "节点"),
        ("2026-01", "中心医院", "加装饮水机", "d01-01", "2026年11月5日", "招标 2026-12-31"),
        {
            "type": "MeasuresPlanned",
            "subject": "tz2026/d01/issue/desk~2026-01",
            "time": "2026-11-05T00:00:00+08:00",
            "data": {"measures": "加装饮水机", "by": "d01-01", "milestones": [{"name": "招标", "due": "2026-12-31"}]},
        },
    ),
    "rectifications": (
        ("问题编号", "单位", "整改结果", "整改人", "完成日期", "佐证材料", "退费"),
        ("tz2026/d01/issue/self-check~1", "d01", "已加装", "d01-01", "2026.11.20", "a.jpg；b.jpg", 35),
        {
            "type": "RectificationDone",
            "subject": "tz2026/d01/issue/self-check~1",
            "time": "2026-11-20T00:00:00+08:00",
            "data": {"result": "已加装", "by": "d01-01", "evidence": ["a.jpg", "b.jpg"], "refund_cents": 3500},
        },
    ),
    "self-checks": (
        ("单位", "任务目标", "是否符合", "存在问题", "自查人"),
        ("d01", 2, "否", "厕所无灯", "d01-01"),
        {
            "type": "SelfCheckAnswered",
            "subject": "tz2026/d01/check/2",
            "time": "2026-11-30T13:00:00+00:00",
            "data": {"target": 2, "conforms": False, "finding": "厕所无灯", "by": "d01-01"},
        },
    ),
    "returns": (
        ("单位", "报送任务", "报送期", "标题", "填报人", "走访次数", "总体评价", "零报告"),
        ("d01", "月报", "2026年11月", "十一月月报", "d01-01", 12, "好", "否"),
        {
            "type": "ReturnFiled",
            "subject": "tz2026/d01/return/monthly~2026-11",
            "time": "2026-11-30T13:00:00+00:00",
            "data": {
                "obligation": "monthly",
                "period": "2026-11",
                "title": "十一月月报",
                "by": "d01-01",
                "form": {"visits": "12", "mood": "good"},
            },
        },
    ),
    "ideas": (
        ("编号", "单位", "金点子", "类别", "来源渠道", "匿名"),
        ("7", "d01", "设夜间门诊", "服务态度", "走访", "是"),
        {
            "type": "IdeaOffered",
            "subject": "tz2026/d01/idea/desk~7",
            "time": "2026-11-30T13:00:00+00:00",
            "data": {"text": "设夜间门诊", "category": "service", "channel": "visit", "anonymous": True},
        },
    ),
    "surveys": (
        ("单位", "调查名称", "调查日期", "发放份数", "回收份数", "满意人数", "填报人"),
        ("d01", "患者满意度", "2026/11/28", "100", 98, 95, "d01-01"),
        {
            "type": "SurveyHeld",
            "subject": "tz2026/d01/survey/patients~2026-11-28",
            "time": "2026-11-30T13:00:00+00:00",
            "data": {"survey": "patients", "on": "2026-11-28", "asked": 100, "answered": 98, "satisfied": 95, "by": "d01-01"},
        },
    ),
    "persons": (
        ("人员编号", "单位", "姓名", "电话", "邮箱"),
        ("d01-01", "d01", "张三", 13800000000, "zhang@example.org"),
        {
            "type": "PersonNamed",
            "subject": "tz2026/d01",
            "time": "2026-11-30T13:00:00+00:00",
            "data": {"person": "d01-01", "unit": "d01", "name": "张三", "phone": "13800000000", "mail": "zhang@example.org"},
        },
    ),
}


@pytest.mark.parametrize("form", FILLED)
async def test_a_row_of_each_form_is_the_event_that_it_says_in_the_form_that_the_door_takes(form: str, tmp_path: Path) -> None:
    heading, row, event = FILLED[form]
    found = await told(tmp_path, workbook([heading, row]), form=form)
    assert events(found) == [event]
    read = read_event(found[0].event, "desk", None)
    CATALOGUE[read.type].model_validate(read.data, strict=False)


async def test_an_issue_comes_with_its_pictures(tmp_path: Path) -> None:
    picture = f"sha256:{'0a' * 32}"
    (event,) = events(await told(tmp_path, workbook([(*HEADING, "佐证材料"), (*ROW, f"{picture}；b.jpg")])))
    assert event["data"]["evidence"] == [picture, "b.jpg"]


@pytest.mark.parametrize(
    "beside",
    [
        [("合计", None, 1)],
        [(None, "小  计", 1)],
        [("总计：", None, None, None, None, 5)],
        [()],
        [(None, "  ", "　")],
        [("填表人：张三", None, None, "审核人：李四", None, "日期：2026年11月30日")],
        [("填表人：张三", None, None, "审核人：李四", None, "2026.11.30")],
        [("填表人：", "张三", None, "审核人：", "李四")],
        [("填表人", "张三", "审核人", "李四")],
        [("单位（盖章）：",), (None, None, None, None, None, "2026年11月30日")],
        [("单位负责人（签字）：",), ("2026-11-30",)],
        [("注：1.请如实填写。2.每月25日前报送。",)],
        [("备注：本表一式两份",)],
        [("填报说明：请如实填写",), ("注意事项：每月25日前报送",)],
        [("审核人（科主任）：", None, "联系人及电话："), (None, None, "单位：", None, "日期：")],
        [("合计", "5 项", None, "完成率95%")],
        [("填表人：张三",), HEADING, ("填表人：张三",)],
        [HEADING[:4]],
        [("自编号", "单位名称", *HEADING[2:])],
        [HEADING],
    ],
    ids=str,
)
async def test_totals_signatures_notes_blank_rows_and_repeated_headings_are_no_rows(beside: list[Sequence[Any]], tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([HEADING, ROW, *beside]))) == [EVENT]


@pytest.mark.parametrize("label", LABELS)
def test_a_row_of_a_label_alone_is_no_row_in_whichever_column_it_stands(label: str) -> None:
    for place in range(len(HEADING) + 2):
        for numbered in (False, True):
            last = [2 if numbered and place else None, *[None] * (place - 1), label][-place - 1 :]
            with here(workbook([("序号", *HEADING), (1, *ROW), last]), "xlsx") as sheet:
                found = rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED)
                assert [(each.number, bool(each.event)) for each in found] == [(2, True)], (place, numbered)


@pytest.mark.parametrize(
    "labels",
    [
        ("合计", None, None, "小计"),
        ("小计", 5, "合计", "10 项"),
        ("填表人：张三", None, "合计", 5),
        ("合计", None, "填表人", "张三"),
        ("单位负责人", None, "填表人", "张三", "年 月 日"),
        ("合计", 5, None, "填表人：", "李四", "2026年11月30日"),
    ],
    ids=str,
)
async def test_a_row_of_several_labels_is_no_row(labels: Sequence[Any], tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([HEADING, ROW, labels]))) == [EVENT]


@pytest.mark.parametrize(
    "text", ["合计不对", "审核慢", "单位食堂无消毒", "日期标错", "以下空白处有污渍", "领导不重视", "说明书缺失", "2026年11月30日"]
)
async def test_a_text_that_only_begins_like_a_label_is_asked_about(text: str, tmp_path: Path) -> None:
    found = await told(tmp_path, workbook([HEADING, ROW, (None, None, text)]))
    assert [bool(each.event) for each in found] == [True, False]


async def test_what_a_report_says_beside_a_signature_makes_no_row_of_it(tmp_path: Path) -> None:
    beside = [
        ("填表人：张三", *[None] * (len(HEADING) - 1), "必须填写“单位”"),
        ("备注：本表一式两份", *[None] * (len(HEADING) - 1), "必须填写“单位”"),
    ]
    assert events(await told(tmp_path, workbook([(*HEADING, "未受理原因"), ROW, *beside]))) == [EVENT]


@pytest.mark.parametrize(
    "row",
    [
        *[
            (None, None, None, text)
            for text in ("科室卫生差：地面有积水", "电话无人接听：投诉多", "说明书缺失：药房", "单位食堂差：无消毒", "审核慢：排队")
        ],
        (2, None, None, "时间：太长"),
        (2, None, None, "审核：排队太慢"),
        (2, None, None, None, None, None, None, "此行作废"),
        (None, "合计", None, "候诊区没有饮水机"),
        ("合计", None, "中心医院"),
    ],
    ids=str,
)
async def test_a_row_that_begins_like_a_signature_or_a_total_and_says_more_is_asked_about(row: Sequence[Any], tmp_path: Path) -> None:
    found = await told(tmp_path, workbook([("序号", *HEADING, "备注"), (1, *ROW), row]))
    assert [bool(each.mistakes) for each in found] == [False, True]


async def test_what_looks_like_a_signature_is_asked_about_where_rows_follow(tmp_path: Path) -> None:
    found = await told(tmp_path, workbook([HEADING, (None, None, "说明：药品没有价格"), ROW, ("填表人：张三",)]))
    assert [(each.number, bool(each.mistakes)) for each in found] == [(2, True), (3, False)]


@pytest.mark.parametrize(
    "again",
    [
        tuple(reversed(HEADING)),
        (*HEADING[:2], HEADING[3], HEADING[2], *HEADING[4:]),
        (*HEADING[:2], None, *HEADING[2:5]),
        (*HEADING[:5], "整改期限"),
        ("编号", "问题", "单位"),
    ],
    ids=str,
)
async def test_rows_below_another_heading_are_asked_about(again: Sequence[Any], tmp_path: Path) -> None:
    table = [HEADING, ROW, again, ("2026-02", *ROW[1:]), ("填表人：张三",), HEADING, ("2026-03", ROW[1], "厕所无灯", *ROW[3:])]
    found = await told(tmp_path, workbook(table))
    assert rules(found) == [(3, "", "head-moved"), (4, "", "head-moved")]
    assert [each.number for each in found if each.event] == [2, 7]


async def test_rows_that_are_numbered_alone_are_no_rows(tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([("序号", *HEADING), (1, *ROW), (2,), (3,)]))) == [EVENT]


ASKED: dict[str, tuple[Sequence[Sequence[Any]], list[tuple[int, str, str]]]] = {
    "a cell that is needed": ([(*ROW[:2], None, *ROW[3:])], [(2, "C", "cell-missing")]),
    "a stroke for a text": ([(*ROW[:2], "无", *ROW[3:])], [(2, "C", "cell-missing")]),
    "several cells": ([("2026-01", "没有的医院", None, "没有", "投诉", "11/3/2026")], [(2, "B", "unit-unknown"), (2, "D", "entry-unknown"), (2, "F", "date-order"), (2, "C", "cell-missing")]),
    "the same row twice": ([(None, *ROW[1:]), ROW, (None, *ROW[1:])], [(4, "", "row-same")]),
    "the same row in other glyphs": ([(None, *ROW[1:]), (None, "中心醫院", "候診區沒有飲水機", *ROW[3:])], [(3, "", "row-same")]),
    "one number twice": ([ROW, (*ROW[:2], "另一个问题", *ROW[3:])], [(3, "A", "row-same-subject")]),
    "one issue under two categories": ([(None, *ROW[1:]), (None, *ROW[1:3], "服务态度", *ROW[4:])], [(3, "A", "row-same-subject")]),
    "ditto": ([ROW, ("2026-02", "同上", "另一个问题", "〃", "投诉", None)], [(3, "B", "cell-ditto"), (3, "D", "cell-ditto")]),
    "text in a column without a heading": ([(*ROW, None, "请核实")], [(2, "H", "cell-outside")]),
    "an error": ([(*ROW[:3], '<c r="@" t="e"><v>#REF!</v></c>', *ROW[4:])], [(2, "D", "cell-error")]),
    "a formula without its value": ([(*ROW[:2], '<c r="@"><f>A1</f></c>', *ROW[3:])], [(2, "C", "cell-formula")]),
    "a day that became a number's": ([('<c r="@" s="1"><v>46356</v></c>', *ROW[1:])], [(2, "A", "cell-date")]),
    "a number that was cut": ([(12345678901234567, *ROW[1:])], [(2, "A", "number-long")]),
    "a remark of a total that is no total": ([("合计数不对", *ROW[1:2], None, *ROW[3:])], [(2, "C", "cell-missing")]),
    "a signature beside values": ([("填表人：张三", "d01", None, "环境卫生", "投诉", None)], [(2, "C", "cell-missing")]),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
async def test_a_row_that_may_mean_something_else_is_asked_about_cell_by_cell(case: str, tmp_path: Path) -> None:
    table, asked = ASKED[case]
    assert rules(await told(tmp_path, workbook([HEADING, *table]))) == asked


async def test_cells_merged_over_rows_are_asked_about(tmp_path: Path) -> None:
    table = [HEADING, ROW, ("2026-02", None, "另一个问题", *ROW[3:]), ("2026-03", *ROW[1:2], "第三个", *ROW[3:])]
    found = await told(tmp_path, workbook(table, after='<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="C4:D4"/></mergeCells>'))
    assert rules(found) == [(2, "B", "cell-merged"), (3, "B", "cell-merged")]
    assert "B2:B3" in found[0].mistakes[0].detail.zh


async def test_a_field_that_the_form_of_a_return_lacks_is_asked_about(tmp_path: Path) -> None:
    heading = FILLED["returns"][0]
    found = await told(tmp_path, workbook([heading, ("d01", "总结", None, "总结", "d01-01", 12, None, None)]), form="returns")
    assert rules(found) == [(2, "F", "field-not-asked")]


async def test_an_issue_of_another_unit_is_asked_about(tmp_path: Path) -> None:
    heading, row, _ = FILLED["rectifications"]
    found = await told(tmp_path, workbook([heading, (row[0], "d02", *row[2:])]), form="rectifications")
    assert rules(found) == [(2, "A", "issue-elsewhere")]


async def test_the_same_file_is_the_same_events_whenever_it_comes_and_however_it_is_laid_out(tmp_path: Path) -> None:
    rows = [ROW, (None, "中医医院", "无人导诊", "服务态度", "走访", "2026-11-04")]
    plain = await told(tmp_path, workbook([HEADING, *rows]))
    other = [("标题",), tuple(reversed(HEADING)), *(tuple(reversed(each)) for each in rows), ("合计", None, 2)]
    traditional = [HEADING, ("２０２６－０１", "中心醫院", "候診區沒有飲水機", "環境衛生", "投訴", "2026年11月3日"), rows[1]]
    ids = [each.event["id"] for each in plain if each.event]
    assert len(set(ids)) == 2
    assert [each.event["id"] for each in await told(tmp_path, workbook(other)) if each.event] == ids
    assert [each.event["id"] for each in await told(tmp_path, workbook(traditional)) if each.event] == ids


async def test_of_a_file_that_was_mended_the_other_rows_are_the_same_events(tmp_path: Path) -> None:
    wrong = await told(tmp_path, workbook([HEADING, ROW, ("2026-02", "没有", *ROW[2:])]))
    mended = await told(tmp_path, workbook([HEADING, ROW, ("2026-02", "d02", *ROW[2:])]))
    assert [each.event is None for each in wrong] == [False, True]
    assert wrong[0].event == mended[0].event
    assert mended[1].event
    assert mended[1].event["subject"] == "tz2026/d02/issue/desk~2026-02"


async def test_what_is_found_out_later_of_an_issue_without_a_number_makes_no_other_issue_of_it(tmp_path: Path) -> None:
    (before,) = await told(tmp_path, workbook([HEADING, (None, *ROW[1:])]))
    (after,) = await told(tmp_path, workbook([(*HEADING, "责任人"), (None, *ROW[1:], "d01-01")]))
    assert before.event
    assert after.event
    assert before.event["subject"] == after.event["subject"]
    assert before.event["id"] != after.event["id"]


async def test_days_of_a_workbook_that_counts_from_1904_are_those_that_it_shows(tmp_path: Path) -> None:
    cell = '<c r="@" s="1"><v>{}</v></c>'
    for book, number in (("", 46329), ('<workbookPr date1904="1"/>', 46329 - 1462)):
        assert events(await told(tmp_path, workbook([HEADING, (*ROW[:5], cell.format(number))], book=book))) == [EVENT]


async def test_a_month_that_a_day_shows_alone_is_a_period_and_no_day(tmp_path: Path) -> None:
    month = '<c r="@" s="5"><v>46329</v></c>'
    assert rules(await told(tmp_path, workbook([HEADING, (*ROW[:5], month)]))) == [(2, "F", "date-day")]
    heading, row, event = FILLED["returns"]
    assert events(await told(tmp_path, workbook([heading, (*row[:2], month, *row[3:])]), form="returns")) == [event]


async def test_numbers_are_read_as_they_are_shown(tmp_path: Path) -> None:
    (row,) = await told(tmp_path, workbook([HEADING, ('<c r="@" s="3"><v>7</v></c>', *ROW[1:])]))
    assert row.event
    assert row.event["subject"].endswith("~007")
    heading = FILLED["surveys"][0]
    share = ("d01", "患者满意度", "2026/11/28", 100, 98, '<c r="@" s="4"><v>0.95</v></c>', "d01-01")
    assert rules(await told(tmp_path, workbook([heading, share]), form="surveys")) == [(2, "F", "number-share")]


SEEMS = {'0.00"万元"': 1.2, '0"千元"': 5, "#,##0.00\\万": 1.2, "General亿": 2, '0"%"': 5, '0;-0"万"': 5, '0"萬元"': 3}
IS = {'0!.0,"万"': 12000, '0\\.0000"万元"': 12000, '0.0,"千元"': 12000, '#,##0.00"元"': 12000, '"¥"#,##0.00;[Red]"-¥"0.00': 12000}


async def funds(format: str, number: float, tmp_path: Path) -> list[FileRow]:
    """Funds that a workbook shows by some format."""
    styles = parts({})["xl/styles.xml"].decode().replace('formatCode="000"', f"formatCode={quoteattr(format)}")
    table = [("问题编号", "单位", "措施", "制定人", "资金"), ("2026-01", "d01", "加装", "d01-01", f'<c r="@" s="3"><v>{number}</v></c>')]
    return await told(tmp_path, workbook(table, more={"xl/styles.xml": styles.encode()}), form="measures")


@pytest.mark.parametrize("format", SEEMS)
async def test_a_number_whose_format_makes_it_seem_another_is_asked_about(format: str, tmp_path: Path) -> None:
    assert rules(await funds(format, SEEMS[format], tmp_path)) == [(2, "E", "number-scaled")]


@pytest.mark.parametrize("format", IS)
async def test_a_format_that_only_shows_a_number_changes_nothing_of_it(format: str, tmp_path: Path) -> None:
    (event,) = events(await funds(format, IS[format], tmp_path))
    assert event["data"]["funds"] == IS[format] * 100


async def test_a_sheet_that_holds_no_row_is_no_mistake(tmp_path: Path) -> None:
    assert await told(tmp_path, workbook([HEADING])) == []


async def test_what_is_wrong_with_an_event_is_in_the_column_that_says_it(tmp_path: Path) -> None:

    with kept(tmp_path, workbook([(*HEADING, "边查边改佐证"), (*ROW, "a")]), "a") as path, await read(path, "a.xlsx") as sheet:
        head = head_of(sheet, FORMS["issues"], WORDS)
    assert [head.column_of(each) for each in ("data.text", "data.fixed.evidence.0", "subject", "time", "data.owner")] == [
        "C",
        "G",
        "A",
        "F",
        "",
    ]


@pytest.mark.parametrize("name", ["填写说明", "Guide"])
async def test_the_page_of_explanations_of_a_template_is_no_sheet_that_is_filled_in(name: str, tmp_path: Path) -> None:

    content = zipped(
        parts({"问题清单": sheet_xml([HEADING, ROW]), name: sheet_xml([["说明"]]), "lists": sheet_xml([["1"]])}, states={"lists": "hidden"})
    )
    assert events(await told(tmp_path, content)) == [EVENT]


@pytest.mark.parametrize(
    ("number", "code", "shows"),
    [
        *((number, "", "month") for number in (17, 27, 36, 50, 52, 57)),
        *((number, "", "day") for number in (14, 28, 31, 51, 58)),
        *((180, code, "month") for code in ("mmm", 'm"月"', "yyyy-mm", "mmm yy", "[$-804]yyyy年m月", "e\\-m")),
        *((180, code, "day") for code in ("m月d日", "yyyy-mm-dd", "mm:ss", "[mm]", "h:mm", "am/pm", "[h]", "ss")),
    ],
)
async def test_a_cell_that_shows_no_day_is_a_month(number: int, code: str, shows: str, tmp_path: Path) -> None:
    formats = f'<numFmts><numFmt numFmtId="180" formatCode={quoteattr(code)}/></numFmts>' if code else ""
    styles = f'<styleSheet xmlns="{MAIN}">{formats}<cellXfs><xf/><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    heading, row, _ = FILLED["returns"]
    table = [heading, (*row[:2], '<c r="@" s="1"><v>46329</v></c>', *row[3:])]
    (event,) = events(await told(tmp_path, workbook(table, more={"xl/styles.xml": styles.encode()}), form="returns"))
    assert event["data"]["period"] == {"month": "2026-11", "day": "2026-11-03"}[shows]
