"""Headings as offices write them: below titles, on two lines, merged, with notes; a column that nobody knows is asked about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.intake.files.forms import FORMS
from services.intake.files.mistakes import FileRefused
from tests.intake.files.made import EVENT, HEADING, ROW, events, told, workbook

TWO_LINES = (
    ("编号", "单位", "问题", "类别", "渠道", "发现日期", "边查边改", None, None),
    (None, None, None, None, None, None, "措施", "结果", "经办人"),
    (*ROW, "立即清理", "已清理", "d01-01"),
)
FIXED = {"measures": "立即清理", "result": "已清理", "by": "d01-01"}


@pytest.mark.parametrize(
    "heading",
    [
        HEADING,
        ("自编号", "填报单位", "存在的问题", "问题类别", "来源", "时间"),
        ("編號", "單位名稱", "問題描述", "類別", "來源渠道", "發現日期"),
        ("编号 ", " 单 位", "问题\n描述", "类别　", "来源渠道：", "发现日期*"),
        ("1.编号", "2.单位（必填）", "3、问题描述(必填)", "4.类别【下拉选择】", "5.来源渠道", "6.发现日期（年月日）"),
        ("编号", "单位（全称或编码均可）", "问题描述（请写明时间地点）", "类别", "来源渠道", "发现日期"),
        ("Number", "UNIT", "issue", "Category", "channel", "Date"),
        ("number", "unit", "text", "category", "channel", "time"),
        ("Ｎｕｍｂｅｒ", "单位", "问题描述", "类别", "来源渠道", "日期"),
    ],
    ids=str,
)
async def test_a_column_is_known_by_each_of_its_names(heading: Sequence[Any], tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([heading, ROW]))) == [EVENT]


async def test_columns_stand_in_any_order_with_blank_ones_between(tmp_path: Path) -> None:
    heading, row = [None, *reversed(HEADING), None], [None, *reversed(ROW), None]
    assert events(await told(tmp_path, workbook([heading, row]))) == [EVENT]


async def test_titles_stand_above_the_heading(tmp_path: Path) -> None:
    table = [("滕州市医院问题清单",), (), ("单位：滕州市中心医院", None, None, "日期：2026年11月30日"), HEADING, ROW]
    (row,) = await told(tmp_path, workbook(table, after='<mergeCells><mergeCell ref="A1:F1"/></mergeCells>'))
    assert (row.number, row.mistakes) == (5, ())


async def test_a_heading_on_two_lines_with_merged_cells_is_read_as_one(tmp_path: Path) -> None:
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:F2", "G1:I1"))
    (event,) = events(await told(tmp_path, workbook(TWO_LINES, after=f"<mergeCells>{merged}</mergeCells>")))
    assert event["data"]["fixed"] == FIXED


async def test_numbers_of_rows_and_remarks_are_not_read(tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([("序号", *HEADING, "备注"), (1, *ROW, "同上")]))) == [EVENT]


@pytest.mark.parametrize(
    ("heading", "rule", "named"),
    [
        ((*HEADING, "责任入"), "head-unknown", "责任人"),
        ((*HEADING, "检查组"), "head-unknown", "G 列“检查组”"),
        ((*HEADING[:5], "资金（万元）"), "head-unknown", "资金（万元）"),
        ((*HEADING, "问题内容"), "head-twice", "C, G"),
        (HEADING[:4], "head-missing", "来源渠道"),
        (("甲", "乙", "丙"), "head-none", "单位、问题、类别、来源渠道"),
        ((), "head-none", "模板"),
    ],
    ids=str,
)
async def test_a_heading_that_may_mean_something_else_is_asked_about(heading: Sequence[Any], rule: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook([heading, ROW]))
    assert refused.value.rule == rule
    assert named in refused.value.detail.zh


async def test_funds_in_another_unit_are_asked_about_and_in_yuan_are_read(tmp_path: Path) -> None:
    heading, row = ("问题编号", "单位", "措施", "制定人", "资金（元）"), ("2026-01", "d01", "加装", "d01-01", 12000.5)
    (event,) = events(await told(tmp_path, workbook([heading, row]), form="measures"))
    assert event["data"]["funds"] == 1_200_050
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook([(*heading[:4], "资金（万元）"), row]), form="measures")
    assert refused.value.rule == "head-unknown"


@pytest.mark.parametrize(
    "above",
    [
        [HEADING[:5], ROW[:5], ()],
        [HEADING[:5], ROW[:5]],
        [(*HEADING[:3], "检查组"), (*ROW[:3], "一组"), ()],
        [("标题",), tuple(reversed(HEADING)), tuple(reversed(ROW)), ()],
        [("编号", "单位", "边查边改", None), (None, None, "措施", "结果"), ("2026-02", "d01", "立即清理", "已清理")],
    ],
    ids=str,
)
async def test_of_two_tables_under_one_another_which_one_is_meant_is_asked(above: list[Sequence[Any]], tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook([*above, (*HEADING, "责任人"), (*ROW, "d01-01")]))
    assert refused.value.rule == "head-several"


@pytest.mark.parametrize(
    "above",
    [
        [("单位", "中心医院", "日期", "2026-11-30"), ()],
        [("单位：", None, "日期："), ()],
        [("单位", "中心医院", "填表人", "张三", "日期", "2026-11-30"), ()],
        [HEADING, ()],
    ],
    ids=str,
)
async def test_labels_above_a_heading_are_no_table(above: list[Sequence[Any]], tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([*above, HEADING, ROW]))) == [EVENT]


FUNDS = ("问题编号", "单位", "措施", "制定人", "资金")


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ([("单位：万元",)], []),
        ([("整改措施表",), (None, None, None, "（金额單位：人民幣萬元）")], []),
        ([("整改措施表（千元）",)], []),
        ([("单位：万",)], []),
        ([("in thousand yuan",)], []),
        ([], [(None, None, None, None, "(万元)")]),
        ([], [(None, None, None, None, "单位: 百万元")]),
    ],
    ids=str,
)
async def test_funds_of_which_a_row_beside_the_heading_says_another_unit_are_asked_about(
    above: list[Sequence[Any]], below: list[Sequence[Any]], tmp_path: Path
) -> None:
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook([*above, FUNDS, *below, ("2026-01", "d01", "加装", "d01-01", 1.2)]), form="measures")
    assert refused.value.rule == "head-scale"


async def test_amounts_that_a_title_or_a_measure_speaks_of_are_no_unit(tmp_path: Path) -> None:
    table = [("单位：万州区医院；10万元以上、五十万元以下的项目",), FUNDS, ("2026-01", "d01", "投入近万元加装", "d01-01", 9000)]
    (event,) = events(await told(tmp_path, workbook(table), form="measures"))
    assert event["data"]["funds"] == 900_000
    assert events(await told(tmp_path, workbook([("单位：万元",), HEADING, ROW]))) == [EVENT]


async def test_a_sheet_of_another_form_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook(), form="surveys")
    assert refused.value.rule in ("head-none", "head-unknown", "head-missing")


@pytest.mark.parametrize("form", FORMS)
def test_no_heading_means_two_columns_of_a_form(form: str) -> None:
    headings = [each for column in FORMS[form].columns for each in column.headings]
    assert sorted(headings) == sorted(set(headings))


@pytest.mark.parametrize(
    "note", ["(UTC)", "（ＧＭＴ）", "(Z)", "【UTC-5】", "(+00:00)", "（格林尼治时间）", "(东京时间)", "（东九区）", "(EST)", "(local time)"]
)
async def test_times_that_are_not_those_of_china_are_asked_about(note: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook([(*HEADING[:5], f"发现日期{note}"), ROW]))
    assert refused.value.rule in ("head-unknown", "head-missing")


@pytest.mark.parametrize("note", ["(北京时间)", "(UTC+8)", "（UTC+08:00）", "(东八区)", "（上报时间）", "(8:00-17:00)"])
async def test_a_note_by_which_times_are_those_of_china_changes_nothing(note: str, tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([(*HEADING[:5], f"发现日期{note}"), ROW]))) == [EVENT]
