"""What cells say: numbers, amounts, yes and no, names of units and entries, as offices write them; what is unsure is asked about."""

from datetime import date
from typing import Any

import pytest

from services.intake.files.cells import Cells
from services.intake.files.columns import Column, Kind
from services.intake.files.mistakes import NotRead
from services.intake.files.sheet import Cell, CellError, Month, NoValue, Share
from services.intake.files.vocabulary import UnitNames, Vocabulary
from shared.values import Wording
from tests.intake.files.made import WORDS

CELLS = Cells(WORDS, "desk", loose=False, date1904=False)
READ: list[tuple[Kind, str, Cell, Any]] = [
    ("count", "", 35, 35),
    ("count", "", 35.0, 35),
    ("count", "", "３５", 35),
    ("count", "", "1,234", 1234),
    ("count", "", "1，234,567", 1_234_567),
    ("count", "", "35人", 35),
    ("count", "", "35 人次", 35),
    ("count", "", "007", 7),
    ("yuan", "", 12000.5, 1_200_050),
    ("yuan", "", "12,000.50元", 1_200_050),
    ("yuan", "", "￥３５", 3500),
    ("yuan", "", "人民币35元整", 3500),
    ("yuan", "", 0.1 + 0.2, 30),
    ("figure", "", "12.5", 12.5),
    ("yes", "", "是", True),
    ("yes", "", "√", True),
    ("yes", "", "符合", True),
    ("yes", "", "達標", True),
    ("yes", "", True, True),
    ("yes", "", "Y", True),
    ("yes", "", "否", False),
    ("yes", "", "不符合", False),
    ("yes", "", 0, False),
    ("entry", "categories", "environment", "environment"),
    ("entry", "categories", "环境卫生", "environment"),
    ("entry", "categories", "環境衛生", "environment"),
    ("entry", "categories", " 环境 卫生　", "environment"),
    ("entry", "categories", "ＥＮＶＩＲＯＮＭＥＮＴ", "environment"),
    ("entry", "natures", "隐患", "hazard"),
    ("target", "targets", 1, 1),
    ("target", "targets", "1", 1),
    ("target", "targets", "第1项", 1),
    ("target", "targets", "1. 优化门诊流程，缩短候诊时间", 1),
    ("target", "targets", "1.优化门诊流程", 1),
    ("target", "targets", "优化门诊流程，缩短候诊时间", 1),
    ("unit", "units", "d01", "d01"),
    ("unit", "units", "滕州市中心医院", "d01"),
    ("unit", "units", "滕州市中心醫院", "d01"),
    ("unit", "units", "中心医院", "d01"),
    ("unit", "units", "中心院", "d01"),
    ("unit", "units", "滕州市 中心医院", "d01"),
    ("unit", "units", "南沙河镇卫生院", "t01"),
    ("unit", "units", "市卫健局", "bureau"),
    ("unit", "units", "滕州市市卫健局", "bureau"),
    ("person", "", "d01-01", "d01-01"),
    ("person", "", 1001, "1001"),
    ("person", "", "ｄ01", "d01"),
    ("reference", "", "2019-17", "2019-17"),
    ("reference", "", 17, "17"),
    ("reference", "", "（２０１９）17号", "(2019)17号"),
    ("reference", "", 17.0, "17"),
    ("reference", "", "1.10", "1.10"),
    ("reference", "", "2026-01\u200b", "2026-01"),
    ("reference", "", "\ufeff2026\u200d-\u00ad01\u2060", "2026-01"),
    ("reference", "", "2026\u3164-01\uffa0", "2026-01"),
    ("issue", "", "desk~\u200e2026-01\u200b", "2026-01"),
    ("issue", "", "tz2026/d01/issue/desk~2019-17\u200b", "tz2026/d01/issue/desk~2019-17"),
    ("code", "", "d\u200b01", "d01"),
    ("codes", "", "grade-2\u200b；tcm\ufeff", ["grade-2", "tcm"]),
    ("person", "", "d01-01\u200b", "d01-01"),
    ("superiors", "", "工会=u01\u200b", {"union": "u01"}),
    ("yes", "", "×", False),
    ("yes", "", "✗", False),
    ("issue", "", "2019-17", "2019-17"),
    ("issue", "", "desk~2019-17", "2019-17"),
    ("issue", "", "tz2026/d01/issue/desk~2019-17", "tz2026/d01/issue/desk~2019-17"),
    ("line", "", " 两行\n标题 ", "两行 标题"),
    ("text", "", 3.5, "3.5"),
    ("text", "", 1e-7, "0.0000001"),
    ("text", "", Share(0.955), "95.5%"),
    ("text", "", " 一\n二 ", "一\n二"),
    ("papers", "", "a.jpg；b.jpg\nc.jpg;", ["a.jpg", "b.jpg", "c.jpg"]),
    ("codes", "", "grade-2，tcm", ["grade-2", "tcm"]),
    ("day", "", date(2026, 11, 30), "2026-11-30"),
    ("period", "", "2026-11", "2026-11"),
    ("period", "", "2026年3月", "2026-03"),
    ("period", "", "2026年第三季度", "2026-Q3"),
    ("period", "", "2026Q3", "2026-Q3"),
    ("period", "", "2026年第12周", "2026-W12"),
    ("period", "", "2026q3", "2026-Q3"),
    ("period", "", "2026第3季度", "2026-Q3"),
    ("period", "", "2026年3季度", "2026-Q3"),
    ("period", "", "2026-W12", "2026-W12"),
    ("period", "", "2026.03", "2026-03"),
    ("period", "", "2026.10", "2026-10"),
    ("period", "", 2026, "2026"),
    ("period", "", 2026.0, "2026"),
    ("period", "", "2026年度"[:5], "2026"),
    ("period", "", Month("2026-11"), "2026-11"),
    ("period", "", date(2026, 11, 30), "2026-11-30"),
    (
        "milestones",
        "",
        "招标 2026-12-31；安装完毕：2027年1月31日",
        [{"name": "招标", "due": "2026-12-31"}, {"name": "安装完毕", "due": "2027-01-31"}],
    ),
    ("superiors", "", "工会=u01", {"union": "u01"}),
]
ASKED: list[tuple[Kind, str, Cell, str]] = [
    ("count", "", "约30", "number"),
    ("count", "", "30+", "number"),
    ("count", "", "12,34", "number"),
    ("count", "", "三十", "number"),
    ("count", "", "1.2万", "number"),
    ("count", "", 3.5, "number-whole"),
    ("count", "", Share(0.5), "number-share"),
    ("count", "", "50%", "number-share"),
    ("count", "", True, "number"),
    ("count", "", date(2026, 1, 1), "number"),
    ("yuan", "", "1.2万元", "number"),
    ("yuan", "", "1.234", "number-cents"),
    ("yes", "", "基本符合", "yes"),
    ("yes", "", "部分", "yes"),
    ("yes", "", "有", "yes"),
    ("yes", "", 2, "yes"),
    ("entry", "categories", "环境", "entry-unknown"),
    ("entry", "categories", "同上", "cell-ditto"),
    ("entry", "categories", "〃", "cell-ditto"),
    ("target", "targets", 99, "entry-unknown"),
    ("target", "targets", "1. 别的目标", "entry-unknown"),
    ("unit", "units", "医院", "unit-unknown"),
    ("unit", "units", "枣庄市中心医院", "unit-unknown"),
    ("unit", "units", "卫生院", "unit-several"),
    ("person", "", "张三", "person-id"),
    ("person", "", 12345678901234567890, "number-long"),
    ("reference", "", "a~b", "reference"),
    ("reference", "", "号" * 100, "reference"),
    ("reference", "", date(2026, 3, 5), "cell-date"),
    ("issue", "", "other~17", "reference"),
    ("reference", "", 1.1, "number-decimal"),
    ("issue", "", 2026.1, "number-decimal"),
    ("code", "", 1.1, "number-decimal"),
    ("person", "", 100.5, "number-decimal"),
    ("yes", "", "x", "yes"),
    ("yes", "", "X", "yes"),
    ("yes", "", "ｘ", "yes"),
    ("text", "", True, "cell-truth"),
    ("text", "", CellError("#REF!"), "cell-error"),
    ("text", "", NoValue(), "cell-formula"),
    ("line", "", "同上", "cell-ditto"),
    ("period", "", "上个月", "period"),
    ("period", "", 2026.1, "period"),
    ("period", "", 2026.12, "period"),
    ("period", "", "2026.1", "period"),
    ("period", "", "2026 4", "period"),
    ("period", "", "20263", "period"),
    ("period", "", 20263, "period"),
    ("period", "", 20263.0, "period"),
    ("period", "", "2026年第3", "period"),
    ("period", "", "2026第12", "period"),
    ("milestones", "", "招标，年底", "milestones"),
    ("superiors", "", "u01", "superiors"),
]


def column(kind: Kind, entries: str) -> Column:
    """A column of this kind."""
    return Column("data.x", Wording(zh="列", en="column"), (), kind, entries=entries)


@pytest.mark.parametrize(("kind", "entries", "cell", "value"), READ, ids=str)
def test_a_cell_says_what_its_writer_means(kind: Kind, entries: str, cell: Cell, value: Any) -> None:
    assert CELLS.read(column(kind, entries), cell) == value


@pytest.mark.parametrize(("kind", "entries", "cell", "rule"), ASKED, ids=str)
def test_a_cell_that_may_mean_something_else_is_asked_about(kind: Kind, entries: str, cell: Cell, rule: str) -> None:
    with pytest.raises(NotRead) as asked:
        CELLS.read(column(kind, entries), cell)
    assert asked.value.rule == rule
    assert asked.value.detail.zh
    assert asked.value.detail.en


def test_a_name_of_several_is_asked_about_and_their_codes_are_not() -> None:
    twice = Vocabulary.of(
        "c",
        [UnitNames("a", "卫生院"), UnitNames("b", "卫生院"), UnitNames("c", "甲市中医院")],
        {
            "lists": {
                "categories": [["x", "其他", "Other"], ["y", "其他", "Another"], ["z", "x", "Z"]],
                "targets": [["7", "长" * 100, "long"]],
            }
        },
    )
    cells = Cells(twice, "desk", loose=False, date1904=False)
    assert [cells.read(column("unit", "units"), each) for each in ("a", "b", "甲市中医院")] == ["a", "b", "c"]
    assert cells.read(column("entry", "categories"), "y") == "y"
    assert cells.read(column("target", "targets"), "7. " + "长" * 60) == 7
    asked_about: list[tuple[Kind, str, str, str]] = [
        ("unit", "units", "卫生院", "unit-several"),
        ("entry", "categories", "其他", "entry-several"),
        ("entry", "categories", "x", "entry-several"),
    ]
    for kind, entries, text, rule in asked_about:
        with pytest.raises(NotRead) as asked:
            cells.read(column(kind, entries), text)
        assert asked.value.rule == rule


def test_a_name_without_its_place_is_read_where_one_unit_alone_has_it() -> None:
    words = Vocabulary.of("c", [UnitNames("c", "甲市中医院"), UnitNames("d", "乙市中医院"), UnitNames("e", "山东省甲市妇幼保健院")], None)
    assert words.unit("中医院") == ("c", "d")
    assert words.unit("甲市妇幼保健院") == ("e",)
    assert words.unit("妇幼保健院") == ("e",)
    assert words.unit("丙市妇幼保健院") == ()
    assert words.unit("山东省甲市中医院") == ("c",)


def test_a_place_that_tells_units_apart_is_not_taken_off() -> None:
    bureau, hospital = UnitNames("z", "枣庄市卫健委"), UnitNames("t", "滕州市中心医院", ("中心医院",))
    words = Vocabulary.of("c", [bureau, hospital], None)
    assert words.unit("枣庄市中心医院") == ()
    assert words.unit("滕州市中心医院") == words.unit("中心医院") == ("t",)
    assert Vocabulary.of("c", [bureau, hospital, UnitNames("o", "枣庄市第一医院", ("中心医院",))], None).unit("枣庄市中心医院") == ("o",)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("住院病区护理站", "护理站"),
        ("荆河社区卫生服务中心", "卫生服务中心"),
        ("滕州市荆河社区卫生服务中心", "卫生服务中心"),
        ("东院区门诊部", "门诊部"),
        ("老城区人民医院", "人民医院"),
        ("大学校区卫生所", "卫生所"),
        ("红旗医院", "医院"),
        ("城市规划医院", "规划医院"),
    ],
)
def test_what_is_no_place_stays_part_of_a_name(name: str, said: str) -> None:
    words = Vocabulary.of("c", [UnitNames("a", name)], None)
    assert (words.unit(name), words.unit(said)) == (("a",), ())
