"""A sheet of units: told as the tree that it is, in parts, whole or not at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.intake.files.vocabulary import Vocabulary
from shared.events.tree import UnitsListed
from shared.units import PART
from tests.intake.files.made import WORDS, events, rules, told, workbook

HEADING = ("单位编码", "单位名称", "上级单位", "单位类别", "标签", "第一责任人", "别名", "其他条线上级")
ROOT = ("bureau", "卫生局", None, "bureau", None, "b-01", None, None)
NOTHING = Vocabulary.of("new2026", [], None)


async def test_units_are_told_to_the_book_of_their_root_with_those_above_by_name_or_id(tmp_path: Path) -> None:
    table = [
        HEADING,
        ROOT,
        ("d01", "中心医院", "卫生局", "hospital", "grade-2，tcm", "d01-01", "市一院；中心院", "union=u01"),
        ("d02", "分院", "市一院", "hospital"),
    ]
    (row,) = await told(tmp_path, workbook(table), form="units", words=NOTHING)
    (event,) = events([row])
    assert (row.number, row.covers, event["subject"]) == (2, 3, "new2026/bureau/tree/1")
    assert event["data"]["units"][1:] == [
        {
            "id": "d01",
            "name": "中心医院",
            "parent": "bureau",
            "unit_class": "hospital",
            "tags": ["grade-2", "tcm"],
            "responsible": "d01-01",
            "aliases": ["市一院", "中心院"],
            "superiors": {"union": "u01"},
        },
        {"id": "d02", "name": "分院", "parent": "d01", "unit_class": "hospital"},
    ]
    UnitsListed.model_validate(event["data"], strict=False)


async def test_a_large_tree_is_told_in_parts_that_are_the_same_each_time(tmp_path: Path) -> None:
    table = [HEADING, ROOT, *((f"d{number:04}", f"医院{number}", "bureau", "hospital") for number in range(1100))]
    found = await told(tmp_path, workbook(table), form="units", words=NOTHING)
    assert [(each.number, each.covers) for each in found] == [(2, PART), (2 + PART, PART), (2 + 2 * PART, 101)]
    assert [each["data"]["part"] for each in events(found)] == [1, 2, 3]
    again = await told(tmp_path, workbook(table), form="units", words=NOTHING)
    assert [each.event for each in again] == [each.event for each in found]


async def test_classes_are_known_by_name_once_a_plan_is(tmp_path: Path) -> None:
    (event,) = events(await told(tmp_path, workbook([HEADING, (*ROOT[:3], "卫生局")]), form="units", words=WORDS))
    assert event["data"]["units"][0]["unit_class"] == "bureau"


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([ROOT, ("d01", "甲", "没有", "hospital")], [(2, "", "tree-not-whole"), (3, "C", "tree-parent")]),
        ([("d01", "甲", "bureau", "hospital"), ROOT], [(2, "C", "tree-parent"), (3, "", "tree-not-whole")]),
        ([ROOT, ("d01", "甲", None, "hospital")], [(2, "", "tree-not-whole"), (3, "C", "tree-root")]),
        ([ROOT, ("bureau", "甲", "bureau", "hospital")], [(2, "", "tree-not-whole"), (3, "A", "tree-twice")]),
        (
            [ROOT, ("a", "院", "bureau", "hospital"), ("b", "院", "bureau", "hospital"), ("c", "科", "院", "hospital")],
            [(2, "", "tree-not-whole"), (3, "", "tree-not-whole"), (4, "", "tree-not-whole"), (5, "C", "tree-several")],
        ),
        ([ROOT, ("d01", None, "bureau", "hospital")], [(2, "", "tree-not-whole"), (3, "B", "cell-missing")]),
    ],
    ids=str,
)
async def test_a_tree_is_taken_whole_or_not_at_all(
    rows: Sequence[Sequence[Any]], asked: list[tuple[int, str, str]], tmp_path: Path
) -> None:
    found = await told(tmp_path, workbook([HEADING, *rows]), form="units", words=NOTHING)
    assert rules(found) == asked
    assert [each.event for each in found] == [None] * len(rows)


async def test_the_versions_of_a_tree_agree(tmp_path: Path) -> None:
    heading = (*HEADING[:4], "名录版本")
    found = await told(tmp_path, workbook([heading, (*ROOT[:4], 2), ("d01", "甲", "bureau", "hospital", 3)]), form="units", words=NOTHING)
    assert rules(found) == [(2, "", "tree-not-whole"), (3, "E", "tree-version")]
    (event,) = events(await told(tmp_path, workbook([heading, (*ROOT[:4], 2)]), form="units", words=NOTHING))
    assert event["subject"] == "new2026/bureau/tree/2"


@pytest.mark.parametrize("units", [3, 1100])
async def test_the_version_is_that_of_the_first_row_where_others_leave_it_blank(units: int, tmp_path: Path) -> None:
    heading = (*HEADING[:4], "名录版本")
    below = [(f"d{number:04}", f"医院{number}", "bureau", "hospital") for number in range(units)]
    found = events(await told(tmp_path, workbook([heading, (*ROOT[:4], 3), *below]), form="units", words=NOTHING))
    assert {each["data"]["version"] for each in found} == {3}
    assert {each["subject"] for each in found} == {"new2026/bureau/tree/3"}
