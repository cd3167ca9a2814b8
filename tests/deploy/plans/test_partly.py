"""Every mistake of a plan and its tree is said at once, as far as it can be known: a wrong field hides none, and brings up none that is not there."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.plans.partly import Partly
from deploy.plans.read import read_both, read_plan, read_units
from shared.file_mistakes import FileMistake

TENGZHOU = Path(__file__).parents[3] / "deploy/campaigns/tengzhou-2019.yaml"
CONTENT: dict[str, Any] = yaml.safe_load(TENGZHOU.read_text(encoding="utf-8"))
TREE = "- {id: bureau, name: 局, unit_class: bureau}\n- {id: h1, name: 一院, parent: bureau, unit_class: general-hospital}\n"


def told_of(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> dict[str, str]:
    """What is said about the Tengzhou plan after a change, by its place in the plan."""
    content: dict[str, Any] = yaml.safe_load(yaml.safe_dump(CONTENT))
    change(content)
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    found = re.findall(rf"^{re.escape(str(file))}:\d+: (?:([^ ]+): )?(.*)$", str(caught.value), flags=re.MULTILINE)
    assert len(found) == len(str(caught.value).splitlines())
    assert len(found) == len(dict(found)), "said twice"
    return dict(found)


def test_a_day_that_does_not_exist_is_named_with_its_line_and_hides_no_other_mistake(tmp_path: Path) -> None:
    text = TENGZHOU.read_text(encoding="utf-8").replace("issued: 2019-03-05", "issued: 2019-02-30").replace("public:", "pubic:")
    number = next(index for index, line in enumerate(text.splitlines(), 1) if line.startswith("issued"))
    file = tmp_path / "plan.yaml"
    file.write_text(text.replace("[bureau, general-hospital", "[burea, general-hospital"), encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f'{file}:{number}: issued: should be a day that exists, written as 2019-03-31 (given: "2019-02-30") / 应为')
    assert ": obligations.carry-over-list.classes: 'burea' is no class of units of the plan; there are bureau, " in second


def test_wrong_fields_do_not_hide_what_is_wrong_between_the_parts(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content |= {"campaign": "Teng Zhou", "checklist_of": ["ward"], "colour": "red"}
        content["obligations"][0] |= {"due": "2019-02-30", "classes": ["nobody"], "phase": "P9"}
        content["obligations"][1]["days"] = "two"
        content["phases"][2]["end"] = "2019-04-30"
        content["phases"][3]["grace"] = "3"
        content["targets"][0] |= {"number": "one"}
        content["targets"][1] |= {"aspect": "colour", "needs": ["Grade 2"]}
        content["clocks"]["plan"] = {"dais": 5}
        content["clocks"]["fix"]["cap"] = "P8"
        content["rights"]["roles"][0] |= {"code": "Leading Group"}
        content["rights"]["roles"][1] |= {"acts": ["IssueVoidd"]}

    assert set(told_of(tmp_path, change)) == {
        *("campaign", "colour", "obligations.0.due", "obligations.1.days", "phases.3.grace", "targets.0.number", "targets.1.needs.0"),
        *("clocks.plan.days", "clocks.plan.dais", "rights.roles.0.code"),
        *("checklist_of", "obligations.own-plan.classes", "obligations.own-plan.phase", "phases.P3.3.end", "targets.2.aspect"),
        *("clocks.fix.cap", "rights.roles.contact-leader.acts"),
    }


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda plan: plan["phases"][1].update(end="soon"), {"phases.1.end"}),
        (lambda plan: plan["phases"][1].update(code="P 3.2"), {"phases.1.code"}),
        (lambda plan: plan["phases"][1].pop("code"), {"phases.1.code"}),
        (lambda plan: plan["phases"].__setitem__(1, "P3.2"), {"phases.1"}),
        (lambda plan: plan.update(phases="P3.1"), {"phases"}),
        (lambda plan: plan.pop("phases"), {"phases"}),
        (lambda plan: plan.update(classes=[]), {"classes"}),
        (lambda plan: plan["classes"][0].pop("name"), {"classes.0.name"}),
        (lambda plan: plan.update(clocks=[]), {"clocks"}),
        (lambda plan: plan["clocks"].pop("fix"), {"clocks.fix"}),
        (lambda plan: plan["obligations"][0].update(due="soon"), {"obligations.0.due"}),
        (lambda plan: plan["obligations"][0].update(due={"phase": "P 1"}), {"obligations.0.due.phase"}),
        (lambda plan: plan["obligations"][0].update(due={}), {"obligations.0.due.phase"}),
        (lambda plan: plan["obligations"][0].update(due=["2019-03-31"]), {"obligations.0.due"}),
        (lambda plan: plan["kpis"][0].update(at_least="all"), {"kpis.0.at_least"}),
        (lambda plan: plan["asked"].update(visit="Contact Visit"), {"asked.visit"}),
        (lambda plan: plan.update(asked=5), {"asked"}),
        (lambda plan: plan["channels"][0].update(code="Self-check"), {"channels.0.code"}),
        (lambda plan: plan.update(categories="all"), {"categories"}),
        (lambda plan: plan.update(aspects=5), {"aspects"}),
        (lambda plan: plan.update(steps=[{"clock": "fix"}]), {"steps.0"}),
        (lambda plan: plan.update(measures=[]), {"kpis.no-avoidable-death.code_of"}),
        (lambda plan: plan["measures"][3].update(classes="all"), {"measures.3.classes"}),
    ],
)
def test_what_is_wrong_only_because_a_field_cannot_be_read_is_not_said(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], places: set[str]
) -> None:
    assert set(told_of(tmp_path, change)) == places


def places(content: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value of a plan."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, value in inside:
        yield (*above, step)
        yield from places(value, (*above, step))


SAFETY = yaml.safe_load((TENGZHOU.parent / "mine-safety-2024.yaml").read_text(encoding="utf-8"))
PLACES = [(plan, place) for plan in (CONTENT, SAFETY) for place in places(plan)]


@settings(deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from([12345.5, {"x": 1}, "！", [[]]]))
def test_whatever_cannot_be_read_of_a_plan_that_is_right_nothing_else_is_wrong(
    at: tuple[dict[str, Any], tuple[str | int, ...]], unreadable: object
) -> None:
    content = deepcopy(at[0])
    part: Any = content
    for step in at[1][:-1]:
        part = part[step]
    part[at[1][-1]] = unreadable
    found = Partly(content)
    assert not (found.wrong and found.between)
    assert bool(found.wrong or found.between) == (found.plan is None)


def test_mistakes_of_the_plan_and_of_the_tree_beside_it_are_said_at_once(tmp_path: Path) -> None:
    plan, units = tmp_path / "plan.yaml", tmp_path / "units.yaml"
    plan.write_text(TENGZHOU.read_text(encoding="utf-8").replace("issued: 2019-03-05", "issued: soon"), encoding="utf-8")
    units.write_text(
        TREE + "- {id: h2, parent: bureau, unit_class: ward}\n- {id: h3, name: 三院, parent: h2, unit_class: ward}\n", encoding="utf-8"
    )
    with pytest.raises(FileMistake) as caught:
        read_both(plan, units)
    assert [line.partition(" / ")[0].partition(";")[0].rpartition("yaml:")[2] for line in str(caught.value).splitlines()] == [
        '27: issued: should be a day that exists, written as 2019-03-31 (given: "soon")',
        "3: 2.name: this field is needed",
        "3: h2.unit_class: 'ward' is no class of units of the plan",
        "4: h3.unit_class: 'ward' is no class of units of the plan",
    ]


def test_a_return_to_a_unit_that_the_tree_does_not_have_is_a_mistake_on_the_line_of_the_plan(tmp_path: Path) -> None:
    plan, units = tmp_path / "plan.yaml", TENGZHOU.parent / "units/yangpu-2013.yaml"
    text = (TENGZHOU.parent / "yangpu-2013.yaml").read_text(encoding="utf-8").replace("recipient: publicity", "recipient: publcity", 1)
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_both(plan, units)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "publcity" in each)
    assert str(caught.value).startswith(f"{plan}:{line}: obligations.spread-plan.recipient: 'publcity' is no unit of the tree; name the id")
    assert len(str(caught.value).splitlines()) == 1


def test_wrong_fields_of_a_unit_do_not_hide_what_else_is_wrong_in_the_tree(tmp_path: Path) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(
        "- {id: bureau, name: 局, unit_class: bureau}\n"
        "- {id: a, name: 甲, parent: b, unit_class: bureau}\n"
        "- {id: b, name: 乙, parent: a, unit_class: ward, tags: grade-2}\n"
        "- {id: c, name: '', parent: d, unit_class: Ward}\n"
        "- {id: e, name: 戊, parnt: bureau, unit_class: ward}\n"
        "- {id: f, name: 己, parent: E, unit_class: bureau}\n"
        "- {id: g, name: 庚, parent: c, unit_class: bureau}\n",
        encoding="utf-8",
    )
    with pytest.raises(FileMistake) as caught:
        read_both(TENGZHOU, file)
    assert [line.removeprefix(f"{file}:").rpartition(": ")[0].split(": ")[1] for line in str(caught.value).splitlines()] == [
        *("2.tags", "3.name", "3.unit_class", "4.parnt", "5.parent"),
        *("a.parent", "c.parent", "b.unit_class", "e.unit_class"),
    ]


@pytest.mark.parametrize("content", ["", "- a\n"])
def test_what_a_plan_does_not_say_is_no_mistake_of_the_tree(tmp_path: Path, content: str) -> None:
    plan, units = tmp_path / "plan.yaml", tmp_path / "units.yaml"
    plan.write_text(content, encoding="utf-8")
    units.write_text(TREE, encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_both(plan, units)
    assert str(units) not in str(caught.value)
    with pytest.raises(FileMistake) as caught:
        read_both(TENGZHOU, tmp_path / "none.yaml")
    assert str(caught.value).startswith(f"{tmp_path / 'none.yaml'}: there is no such file")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ":1: the file is empty; list the units"),
        ("[]", ":1: there is no unit; list the root first"),
        ("units: []", ":1: a tree of units is a list, each unit on a line, as - {id: bureau,"),
        ("- bureau\n", ":1: 0: should be fields with their values, each as `field: value`; there are aliases, id, name, parent,"),
        ("- {id：bureau}\n", ":1: 0.id：bureau: write `field: value`, with a space after the colon"),
        ("- {id: bureau, name: 局, unit_class: Bureau}\n", ":1: 0.unit_class: a code has small letters, digits and hyphens"),
    ],
)
def test_a_tree_that_is_none_is_named_with_its_line_and_what_would_be_right(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_units(file)
    assert f"{file}{said}" in str(caught.value)


@pytest.mark.covers("D8")
def test_all_years_without_calendar_are_named_at_once_with_the_setting_that_adds_them(tmp_path: Path) -> None:
    said = told_of(tmp_path, lambda plan: plan["phases"][3].update(end="2031-12-31"))["phases.P3.4.end"]
    assert said.startswith("the working calendar of 2027–2032 is not loaded")
    assert "set XIAOHAO_CALENDARS to a folder with a file for each year, such as 2027.yaml" in said
    assert "2027–2032 年的工作日历尚未载入" in said
    assert "of 1999–2003 is" in told_of(tmp_path, lambda plan: plan["phases"][0].update(start="1999-01-01"))["phases.P3.1.start"]
    far = told_of(tmp_path, lambda plan: plan["obligations"][0].update(due="2109-04-25"))["obligations.own-plan.due"]
    assert far.startswith("the working calendar of 2027–2109 is not loaded")
