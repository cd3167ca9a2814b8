"""Headings as offices write them: below titles, on two lines, merged, with notes; a column that nobody knows is asked about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.intake.files.forms import FORMS
from services.intake.files.mistakes import FileRefused
from tests.intake.files.made import EVENT, HEADING, ROW, events, parts, sheet_xml, told, workbook, zipped

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
        [("编号", "问题"), ("2026-02", "厕所无灯")],
        [("问题清单",), ("序号", "编号", "问题", "备注"), (1, "2026-02", "厕所无灯"), ("合计", 1), ()],
        [("单位", "日期"), ("中心医院", "2026-11-30"), ()],
        [("编号", "问题", "检查组", "检查人"), ("2026-02", "厕所无灯", "一组", "张三")],
        [("问题", None, "单位"), (), ("厕所无灯", None, "d01")],
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
        [("单位：", None, "日期："), ("填表人：", None, "电话：")],
        [("单位", "中心医院", "日期", "2026-11-30"), ("地址", "府前路1号", "电话", "5512345")],
        [("编号", "问题"), ()],
        [HEADING, ()],
    ],
    ids=str,
)
async def test_labels_above_a_heading_are_no_table(above: list[Sequence[Any]], tmp_path: Path) -> None:
    assert events(await told(tmp_path, workbook([*above, HEADING, ROW]))) == [EVENT]


FUNDS = ("问题编号", "单位", "措施", "制定人", "资金")


PLANNED = ("2026-01", "d01", "加装", "d01-01", 1.2)
OTHER = ("2026-02", "d01", "改造", "d01-01", 3)
NOTES: list[Sequence[Any]] = [
    ("单位：万元",),
    (None, None, None, "（金额單位：人民币萬元）"),
    ("整改措施表（千元）",),
    ("单位：万",),
    ("单位：", "万元"),
    ("单位：1万元",),
    ("单位：美元",),
    ("单位：角",),
    ("注：1.如实填写。2.金额以万元为单位，保留一位小数。",),
    ("填表人：张三", None, None, "单位：千元"),
    ("填表人：张三", "审核人：李四", "日期：2026-11-30", "单位：千元"),
    ("单位：K元",),
    (None, None, None, None, "万"),
    ("以上资金按万元计",),
    ("in thousand yuan",),
    ("Amounts in thousands",),
    ("RMB '000",),
    (None, None, None, None, "(万元)"),
    (None, None, None, None, "单位: 百万元"),
]
TOTALS: list[Sequence[Any]] = [("合计", None, None, None, "4.2万元"), ("合计（万元）", None, None, None, 4.2), ("合计：4.2万元",)]


async def refused(table: Sequence[Sequence[Any]], tmp_path: Path, form: str = "measures", **more: Any) -> str:
    """The rule by which a sheet is refused as a whole."""
    with pytest.raises(FileRefused) as stopped:
        await told(tmp_path, workbook(table, **more), form=form)
    return stopped.value.rule


@pytest.mark.parametrize("note", NOTES, ids=str)
async def test_amounts_of_which_a_note_says_that_they_are_not_in_yuan_are_asked_about_wherever_it_stands(
    note: Sequence[Any], tmp_path: Path
) -> None:
    assert await refused([note, FUNDS, PLANNED, OTHER], tmp_path) == "head-scale"
    assert await refused([FUNDS, note, PLANNED, OTHER], tmp_path) == "head-scale"
    assert await refused([FUNDS, PLANNED, note, FUNDS, OTHER], tmp_path) == "head-scale"
    assert (
        await refused([FUNDS, *[(f"A{each}", *PLANNED[1:]) for each in range(60)], ("合计", None, None, None, 72), (), note], tmp_path)
        == "head-scale"
    )


@pytest.mark.parametrize("total", TOTALS, ids=str)
async def test_amounts_whose_total_is_not_in_yuan_are_asked_about(total: Sequence[Any], tmp_path: Path) -> None:
    assert await refused([FUNDS, PLANNED, OTHER, total], tmp_path) == "head-scale"


async def test_amounts_of_which_a_remark_or_the_name_of_the_sheet_says_another_unit_are_asked_about(tmp_path: Path) -> None:
    assert await refused([(*FUNDS, "备注"), (*PLANNED, "单位：万元"), OTHER], tmp_path) == "head-scale"
    assert await refused([FUNDS, (*PLANNED, None, "单位：万元"), OTHER], tmp_path) == "head-scale"
    content = zipped(parts({"资金（万元）": sheet_xml([FUNDS, PLANNED])}))
    with pytest.raises(FileRefused) as stopped:
        await told(tmp_path, content, form="measures")
    assert stopped.value.rule == "sheet-scale"


async def test_counts_and_numbers_that_a_plan_asks_for_are_asked_about_alike(tmp_path: Path) -> None:
    heading, row, _ = (
        ("单位", "调查名称", "调查日期", "调查人数", "答复人数", "满意人数", "填报人"),
        ("d01", "患者满意度", "2026/11/28", 3, 2, 2, "d01-01"),
        0,
    )
    assert await refused([heading, row, ("注：单位：千人",)], tmp_path, "surveys") == "head-scale"
    of_return = ("单位", "报送任务", "报送期", "标题", "填报人")
    assert (
        await refused([(*of_return, "走访次数（千次）"), ("d01", "月报", "2026-11", "月报", "d01-01", 3)], tmp_path, "returns")
        == "head-unknown"
    )
    assert (
        await refused([(*of_return, "走访次数"), ("d01", "月报", "2026-11", "月报", "d01-01", 3), ("单位：千次",)], tmp_path, "returns")
        == "head-scale"
    )


@pytest.mark.parametrize(
    "beside",
    [
        ("单位：元",),
        ("金额单位：人民币元",),
        ("单位：1元",),
        ("单位：万州区医院",),
        ("单位：千佛山医院", None, "填表人：张三"),
        ("注：10万元以上的项目须另附预算",),
        ("合计", None, None, None, 4.2),
        ("合计", None, None, None, "4.2元"),
    ],
    ids=str,
)
async def test_a_note_that_says_nothing_else_of_amounts_changes_nothing(beside: Sequence[Any], tmp_path: Path) -> None:
    found = await told(tmp_path, workbook([beside, FUNDS, PLANNED, ("填表人：张三",)]), form="measures")
    assert [each.event["data"]["funds"] for each in found if each.event] == [120]


async def test_amounts_that_a_title_or_a_measure_speaks_of_are_no_unit(tmp_path: Path) -> None:
    table = [("单位：万州区医院；10万元以上、五十万元以下的项目",), FUNDS, ("2026-01", "d01", "投入近万元加装", "d01-01", 9000)]
    (event,) = events(await told(tmp_path, workbook(table), form="measures"))
    assert event["data"]["funds"] == 900_000
    assert events(await told(tmp_path, workbook([("单位：万元",), HEADING, ROW]))) == [EVENT]


SPOKEN_OF = (
    "已整改，退还患者上千元押金",
    "每年为患者节约近万元",
    "预算近十万元，另行申报",
    "退还万元押金",
    "千元以下设备已配齐",
    "十余万元",
    "百元医疗收入消耗卫生材料费用下降",
    "saved five thousand yuan a year",
)


@pytest.mark.parametrize("text", SPOKEN_OF)
async def test_a_row_that_lacks_something_is_refused_alone_whatever_amounts_it_speaks_of(text: str, tmp_path: Path) -> None:
    heading, good = ("问题编号", "单位", "整改结果", "整改人", "退费"), ("2026-01", "d01", "已加装", "d01-01", 35)
    for lacking in [(None, None, text, "d01-01", 9), (None, None, text, None, None), ("2026-02", None, text, None, 9)]:
        found = await told(tmp_path, workbook([heading, good, lacking]), form="rectifications")
        assert [(each.number, bool(each.mistakes)) for each in found] == [(2, False), (3, True)]
        assert {mistake.rule for mistake in found[1].mistakes} == {"cell-missing"}


@pytest.mark.parametrize("title", [*SPOKEN_OF, "每百元医疗收入的医疗支出", "百元医疗收入消耗卫生材料（元）", "万元以上设备整改表"])
async def test_a_title_that_speaks_of_amounts_or_of_a_figure_named_for_one_is_no_unit(title: str, tmp_path: Path) -> None:
    found = await told(tmp_path, workbook([(title,), FUNDS, PLANNED]), form="measures")
    assert [each.event["data"]["funds"] for each in found if each.event] == [120]


async def test_a_unit_that_a_long_note_above_the_rows_ends_with_is_asked_about(tmp_path: Path) -> None:
    assert await refused([("填表说明：" + "如实填写各项内容。" * 40 + "金额单位：万元。",), FUNDS, PLANNED], tmp_path) == "head-scale"


async def test_of_long_texts_in_rows_only_their_beginning_is_made_plain_and_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[int]()

    def plain(text: str) -> str:
        looked.append(len(text))
        return text

    monkeypatch.setattr("services.intake.files.scale.plain", plain)
    table = [(*FUNDS, "备注", "备注"), *[(*PLANNED, "长" * 2000, "文" * 2000)] * 30]
    await told(tmp_path, workbook(table), form="measures")
    assert max(looked) <= 200
    assert sum(looked) < 1000


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
