"""The plan of a campaign, and the Tengzhou campaign as one."""

import json
import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from deploy.plans.read import read_plan, read_units
from shared.events import campaign
from shared.events.fact import Teller
from shared.events.subjects import facts_of
from shared.file_mistakes import FileMistake
from shared.plan import Plan
from shared.plan.checks import OF_A_PLAN
from shared.plan.phase import Phase
from shared.values import Wording

TENGZHOU = Path(__file__).parents[3] / "deploy/campaigns/tengzhou-2019.yaml"
PLAN = read_plan(TENGZHOU)
CONTENT: dict[str, Any] = yaml.safe_load(TENGZHOU.read_text(encoding="utf-8"))
NAME = Wording(zh="阶段", en="Phase")


def with_phases(*phases: Phase) -> Plan:
    """The Tengzhou plan with other phases, and nothing that names the old ones."""
    fix = PLAN.clocks.fix.model_copy(update={"cap": None})
    clocks = PLAN.clocks.model_copy(update={"fix": fix})
    # Not a copy: that would take along what the plan has worked out and kept.
    return Plan(**(dict(PLAN) | {"phases": phases, "obligations": (), "awards": (), "clocks": clocks}))


def broken(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """What is said about the Tengzhou plan after a change, each line without the file's name and the line in it."""
    content = deepcopy(CONTENT)
    change(content)
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    return re.sub(rf"^{re.escape(str(file))}:\d+: ", "", str(caught.value), flags=re.MULTILINE)


def test_tengzhou_has_45_targets_five_in_each_of_nine_aspects_in_order() -> None:
    assert [target.number for target in PLAN.targets] == list(range(1, 46))
    assert list(Counter(target.aspect for target in PLAN.targets).values()) == [5] * 9
    assert [target.aspect for target in PLAN.targets][::5] == [aspect.code for aspect in PLAN.aspects]
    assert PLAN.aspects == PLAN.categories


def test_tengzhou_asks_four_targets_of_some_only_and_encourages_none_as_a_whole() -> None:
    needs = {target.number: target.needs for target in PLAN.targets if target.needs}
    assert needs == {9: ("grade-2",), 10: ("grade-2",), 12: ("grade-2", "tcm"), 13: ("grade-2",)}
    assert not any(target.optional for target in PLAN.targets)
    assert {target.number for target in PLAN.targets if "鼓励有条件" in target.text.zh} == {3, 9, 12}


@pytest.mark.parametrize(
    ("number", "zh", "en"), [(8, "2种", "at least 2 ways"), (9, "15分钟", "15 minutes"), (18, "每年至少1次", "once a year")]
)
def test_tengzhou_keeps_the_thresholds_of_its_targets(number: int, zh: str, en: str) -> None:
    target = PLAN.target(number)
    assert target is not None
    asked = target.asks({"grade-2"})
    assert zh in asked[-1].zh
    assert en in asked[-1].en


def test_an_item_asks_more_of_a_unit_that_is_held_to_its_higher_level() -> None:
    target = PLAN.target(8)
    assert target is not None
    assert target.applies_to("township-health-centre", ())
    assert [each.zh for each in target.asks(())] == ["各级机构均可用手机支付交费。"]
    assert len(target.asks({"grade-2"})) == 2


def test_tengzhou_has_four_phases_end_to_end_and_lasts_until_the_end_of_august() -> None:
    assert [(phase.code, PLAN.begins(phase), phase.end) for phase in PLAN.phases] == [
        ("P3.1", date(2019, 3, 1), date(2019, 3, 31)),
        ("P3.2", date(2019, 4, 1), date(2019, 5, 31)),
        ("P3.3", date(2019, 6, 1), date(2019, 7, 31)),
        ("P3.4", date(2019, 8, 1), date(2019, 8, 31)),
    ]
    assert (PLAN.issued, PLAN.ends, PLAN.last_phase) == (date(2019, 3, 5), date(2019, 8, 31), "P3.4")


def test_tengzhou_asks_returns_of_institutions_and_of_the_bureau() -> None:
    due = {obligation.code: (obligation.phase, obligation.due) for obligation in PLAN.obligations}
    assert due["own-plan"] == due["problem-list"] == ("P3.1", date(2019, 3, 31))
    assert due["rectification-report"] == ("P3.2", date(2019, 5, 31))
    assert due["acceptance-results"] == ("P3.3", date(2019, 7, 31))
    assert due["carry-over-list"] == ("P3.4", date(2019, 8, 31))
    for obligation in PLAN.obligations:
        phase = PLAN.phase(obligation.phase)
        assert PLAN.begins(phase) <= PLAN.due_of(obligation) <= phase.end
    assert [obligation.code for obligation in PLAN.obligations if "bureau" in obligation.classes] == [
        "acceptance-results",
        "carry-over-list",
    ]


@pytest.mark.parametrize(
    ("entered", "fix_due"),
    [
        (date(2019, 3, 6), date(2019, 4, 3)),
        (date(2019, 5, 20), date(2019, 5, 31)),
        (date(2019, 5, 31), date(2019, 5, 31)),
        (date(2019, 6, 1), date(2019, 7, 1)),
    ],
)
def test_the_fix_clock_stops_at_the_end_of_its_phase_for_what_was_found_up_to_it(entered: date, fix_due: date) -> None:
    assert PLAN.due(PLAN.clocks.fix, entered) == fix_due


@given(st.dates(date(2019, 3, 1), date(2019, 8, 31)))
def test_every_day_of_the_campaign_lies_in_the_phase_in_force(day: date) -> None:
    code = PLAN.phase_on(day)
    assert code
    assert PLAN.begins(PLAN.phase(code)) <= day <= PLAN.phase(code).end


def test_no_phase_is_in_force_before_the_first_and_the_last_stays_after_the_end() -> None:
    assert PLAN.phase_on(date(2019, 2, 28)) is None
    assert PLAN.phase_on(date(2019, 9, 30)) == "P3.4"


def test_a_phase_without_start_begins_after_the_one_before_or_on_the_day_of_issue() -> None:
    plan = with_phases(Phase(code="A", name=NAME, end=date(2019, 3, 31)), Phase(code="B", name=NAME, end=date(2019, 10, 31)))
    assert [plan.begins(phase) for phase in plan.phases] == [plan.issued, date(2019, 4, 1)]


def test_where_phases_overlap_a_fact_counts_in_the_later_and_in_a_gap_in_the_one_before() -> None:
    first = Phase(code="A", name=NAME, start=date(2019, 4, 1), end=date(2019, 4, 30))
    second = Phase(code="B", name=NAME, start=date(2019, 4, 15), end=date(2019, 5, 31))
    third = Phase(code="C", name=NAME, start=date(2019, 7, 1), end=date(2019, 8, 31))
    plan = with_phases(first, second, third)
    days = [date(2019, 4, 14), date(2019, 4, 15), date(2019, 4, 30), date(2019, 6, 15), date(2019, 7, 1)]
    assert [plan.phase_on(day) for day in days] == ["A", "B", "B", "B", "C"]


def test_every_field_that_cannot_be_read_is_named_at_once_with_its_value(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content |= {"campaign": "Teng Zhou", "issued": 5, "colour": "red"}
        content["phases"][1]["end"] = "soon"
        content["targets"][7]["number"] = "eight"
        content["clocks"]["fix"]["days"] = 0

    lines = broken(tmp_path, change).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "campaign", "issued", "targets.7.number", "clocks.fix.days", "phases.1.end", "colour",
    ]  # fmt: skip
    assert re.findall(r"\(given: (.*?)\) / ", "\n".join(lines)) == ['"Teng Zhou"', "5", '"eight"', "0", '"soon"', '"red"']


def test_every_mistake_between_the_parts_is_named_at_once_with_its_value(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["phases"][0]["end"] = date(2019, 2, 1)
        content["phases"][3]["code"] = "P3.3"
        content["targets"][1]["number"] = 1
        content["targets"][2]["aspect"] = "colour"
        content["checklist_of"] = ["ward"]
        content["obligations"][0] |= {"phase": "P9", "classes": ["nobody"]}
        content["clocks"]["fix"]["cap"] = "P8"
        rule = {"code": "late", "name": {"zh": "超期", "en": "Late"}, "fact": "ReturnMissing", "points": -1, "obligation": "diary"}
        content["scoring"] = {"rules": [rule]}

    lines = broken(tmp_path, change).splitlines()
    for start in (
        "phases.P3.3: 'P3.3' stands twice",
        "targets.1: '1' stands twice",
        "phases.P3.1.end: ends on 2019-02-01, before it begins on 2019-03-01",
        "targets.3.aspect: 'colour' is no aspect of the plan; there are ",
        "checklist_of: 'ward' is no class of units of the plan; there are ",
        "obligations.own-plan.classes: 'nobody' is no class of units of the plan; there are ",
        "obligations.own-plan.phase: 'P9' is no phase of the plan; there are ",
        "obligations.carry-over-list.phase: 'P3.4' is no phase of the plan; there are ",
        "clocks.fix.cap: 'P8' is no phase of the plan; there are ",
        "scoring.rules.late.obligation: 'diary' is no obligation of the plan; there are ",
    ):
        assert any(line.startswith(start) for line in lines), start


@pytest.mark.covers("I3")
def test_what_nobody_tells_or_does_not_say_who_tells_it_cannot_be_kept_for_a_role_or_a_unit_above(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        office = {"code": "office", "name": {"zh": "办公室", "en": "Office"}, "acts": ["IssueVoided", "IssueReported", "TimeTold"]}
        content["rights"] = {"above": ["IssueVoided", "IssueStruckOff", "FollowUpSet"], "roles": [office]}

    assert [line.partition(" is not told")[0] for line in broken(tmp_path, change).splitlines()] == [
        "rights.roles.office.acts: 'IssueReported'",
        "rights.roles.office.acts: 'TimeTold'",
        "rights.above: 'IssueStruckOff'",
        "rights.above: 'FollowUpSet'",
    ]


def test_a_plan_whose_clocks_may_reach_a_year_without_calendar_is_not_taken(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["phases"][3]["end"] = date(2031, 12, 31)

    assert "the working calendar of 2" in broken(tmp_path, change)


@pytest.mark.covers("D8")
@pytest.mark.parametrize("due", [date(2109, 4, 25), {"phase": "P3.4", "days": 1000}])
def test_nor_one_whose_returns_fall_due_in_such_a_year(tmp_path: Path, due: object) -> None:
    def change(content: dict[str, Any]) -> None:
        content["obligations"][0]["due"] = due
        content["phases"][3]["end"] = date(2024, 12, 31)

    assert "the working calendar of 2" in broken(tmp_path, change)


@pytest.mark.parametrize("field", ["issued", "last_day"])
def test_the_last_day_that_there_is_stands_in_no_plan_for_none_comes_after_it(tmp_path: Path, field: str) -> None:
    def change(content: dict[str, Any]) -> None:
        content[field] = date.max

    assert broken(tmp_path, change).startswith(f"{field}: ")


def test_phases_are_listed_in_the_order_in_which_they_begin(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["phases"] = content["phases"][::-1]

    assert "list phases in the order in which they begin" in broken(tmp_path, change)


def test_every_mistake_of_a_plan_is_named_with_its_line_and_what_would_be_right(tmp_path: Path) -> None:
    lines = TENGZHOU.read_text(encoding="utf-8").splitlines()
    ends = next(index for index, line in enumerate(lines) if "code: P3.2" in line)
    lines[ends] = lines[ends].replace("end: 2019-05-31", "end: 2019-03-31")
    owed = next(index for index, line in enumerate(lines) if "code: problem-list" in line)
    lines[owed] = lines[owed].replace("phase: P3.1", "phase: P3.9")
    file = tmp_path / "plan.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    assert str(caught.value).splitlines() == [
        (
            f"{file}:{ends + 1}: phases.P3.2.end: ends on 2019-03-31, before it begins on 2019-04-01; correct one of the two"
            " / 2019-03-31 结束，早于 2019-04-01 开始；请改正起止日期"
        ),
        (
            f"{file}:{owed + 1}: obligations.problem-list.phase: 'P3.9' is no phase of the plan; there are P3.1, P3.2, P3.3, P3.4"
            " / 方案中没有阶段“P3.9”；现有：P3.1, P3.2, P3.3, P3.4"
        ),
    ]


def test_every_mistake_of_a_tree_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(
        "- {id: root, name: 局, unit_class: bureau}\n"
        "- {id: a, name: 甲, parent: b, unit_class: ward}\n"
        "- {id: b, name: 乙, parent: a, unit_class: bureau}\n"
        "- {id: root, name: 局, parent: gone, unit_class: bureau}\n",
        encoding="utf-8",
    )
    with pytest.raises(FileMistake) as caught:
        read_units(file, PLAN)
    assert [line.removeprefix(f"{file}:").partition("; ")[0] for line in str(caught.value).splitlines()] == [
        "2: a.parent: the tree goes round in a circle: a → b → a",
        "4: root.id: 'root' is listed twice",
        "4: root.parent: parent 'gone' is no unit of the list / 名录中没有上级单位“gone”",
        "2: a.unit_class: 'ward' is no class of units of the plan",
    ]


@pytest.mark.covers("I1")
def test_a_line_of_command_that_the_plan_does_not_name_is_a_mistake_of_the_tree(tmp_path: Path) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(
        "- {id: root, name: 局, unit_class: bureau}\n- {id: a, name: 甲, parent: root, unit_class: bureau, superiors: {unoin: root}}\n",
        encoding="utf-8",
    )
    with pytest.raises(FileMistake, match=r"units\.yaml:2: a\.superiors: 'unoin' is no line of command of the plan; there are –"):
        read_units(file, PLAN)
    assert len(read_units(file)) == 2


@pytest.mark.covers("A3")
def test_a_campaign_may_last_past_its_last_phase_but_not_end_before_it(tmp_path: Path) -> None:
    longer = Plan(**(dict(PLAN) | {"last_day": date(2019, 9, 30)}))
    assert (longer.ends, longer.last_phase, longer.phase_on(date(2019, 9, 30))) == (date(2019, 9, 30), "P3.4", "P3.4")

    def change(content: dict[str, Any]) -> None:
        content["last_day"] = date(2019, 8, 30)

    assert broken(tmp_path, change) == (
        "last_day: 2019-08-30 lies before 2019-08-31, when the last phase ends; leave it out, or name a later day"
        " / 2019-08-30 早于最后一个阶段的结束日 2019-08-31；请删去此项或改为更晚的日期"
    )


def test_a_type_of_fact_that_does_not_exist_is_named_since_it_would_have_no_effect(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["rights"] = {
            "roles": [{"code": "office", "name": {"zh": "办公室", "en": "Office"}, "acts": ["RectificationVerifed"]}],
            "above": ["IssueSpotCheckd"],
        }

    said = broken(tmp_path, change)
    assert "rights.roles.office.acts: 'RectificationVerifed' is no type of fact; did you mean 'RectificationVerified'?" in said
    assert "rights.above: 'IssueSpotCheckd' is no type of fact; did you mean 'IssueSpotChecked'?" in said


def test_the_facts_that_are_made_of_plans_are_known_to_plans_by_name() -> None:
    made_of_plans = facts_of(campaign)
    assert tuple(made_of_plans) == OF_A_PLAN
    assert [name for name, fact in made_of_plans.items() if fact.teller is Teller.BUREAU and "by" in fact.model_fields] == [
        "CampaignAmended"
    ]


def test_a_form_that_nobody_is_asked_for_is_a_mistake(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["asked"] = {}

    assert broken(tmp_path, change) == (
        "forms.contact-visit: nobody is asked for this form; name it in `asked`, in an obligation or in an award, or leave it out"
        " / 没有任何事项填写此表单；请在 asked、报送任务或奖项中引用，或将其删去"
    )


def test_what_a_plan_says_without_effect_or_nobody_could_ever_fulfil_is_a_mistake(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["forms"][0]["fields"][1] |= {"kind": "choice"}
        content["forms"][0]["fields"][2] |= {"choices": [{"code": "help", "name": {"zh": "帮", "en": "Help"}}] * 2}
        content["forms"][0]["fields"].append(content["forms"][0]["fields"][0])
        content["awards"][0]["rounds"] = [{"code": "review", "name": {"zh": "评", "en": "Review"}}] * 2
        content["phases"][1]["needs"] = {"checklist": True, "watches": True}
        content["targets"][7]["levels"][0]["threshold"] |= {"at_most": 1}
        del content["targets"][8]["threshold"]["at_most"]
        content["watches"] = [{"code": "fees", "name": {"zh": "费用", "en": "Fees"}, "phase": "P3.1"}]
        del content["checklist_of"]
        content["obligations"][0] |= {"due": "2018-03-31", "days": 5}
        content["obligations"][1] |= {"cadence": "rolling", "quota": 3}
        del content["obligations"][1]["due"]
        content["awards"][1]["closes"] = "2018-06-30"
        content["activities"][0]["tested"] = True
        content["kpis"][2] |= {"at_least": 95}
        light = {"name": {"zh": "灯", "en": "Light"}, "yellow": 3, "red": 1}
        content["lights"] = [light | {"code": code, "of": of} for code, of in (("late", "overdue"), ("share", "on-time-share"))]
        rule = {"code": "late", "name": {"zh": "超期", "en": "Late"}, "fact": "IssueOverdue", "clock": "fixed", "points": -1}
        content["scoring"] = {"rules": [rule]}

    lines = broken(tmp_path, change).splitlines()
    assert {line.partition(",")[0].partition(";")[0] for line in lines} == {
        "forms.contact-visit.fields.difficulties: nothing can be chosen",
        "forms.contact-visit.fields.solutions.choices: only a field of kind `choice` has choices",
        "forms.contact-visit.fields.solutions.choices.help: 'help' stands twice",
        "forms.contact-visit.fields.problems: 'problems' stands twice",
        "awards.model-hospital.rounds.review: 'review' stands twice",
        "awards.model-department.closes: 2018-06-30 lies before 2019-03-01",
        "phases.P3.2.needs.checklist: there is nothing to wait for",
        "phases.P3.2.needs.watches: there is nothing to wait for",
        "targets.8.levels.0.threshold.at_most: no figure is at least 2.0 and at most 1.0",
        "targets.9.threshold: needs a limit: `at_least` or `at_most` / 缺少限值；请填写 at_least 或 at_most",
        "targets: no unit answers",
        "watches.fees: no unit answers",
        "obligations.own-plan.due: 2018-03-31 lies before 2019-03-01",
        "obligations.own-plan.days: has no effect",
        "obligations.problem-list.quota: has no effect",
        "activities.mobilisation.tested: only a `training` tells the results of a test",
        "kpis.no-avoidable-death.at_most: no figure is at least 95.0 and at most 0.0",
        "lights.late.red: yellow at 3.0 and red at 1.0",
        "scoring.rules.late.clock: 'fixed' is no clock of an issue",
    }


@pytest.mark.covers("L1")
def test_a_date_told_by_a_phase_does_not_lie_before_the_campaign_either(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["obligations"][0]["due"] = {"phase": "P3.1", "edge": "start", "days": -400, "working": False}

    code = PLAN.obligations[0].code
    assert f"obligations.{code}.due: 2018-" in broken(tmp_path, change)


@pytest.mark.covers("L8")
@pytest.mark.parametrize(
    ("cadence", "fits"), [("daily", True), ("weekly", True), ("monthly", True), ("quarterly", False), ("two-monthly", False)]
)
def test_a_light_of_incidents_needs_a_measure_of_them_that_each_month_has_figures_of(tmp_path: Path, cadence: str, fits: bool) -> None:
    name = {"zh": "事故", "en": "Incidents"}

    def change(content: dict[str, Any]) -> None:
        content["measures"].append({"code": "incidents", "name": name, "cadence": cadence})
        content["lights"] = [{"code": "accidents", "name": name, "of": "incidents", "yellow": 1, "red": 2}]

    if not fits:
        assert [line.partition(":")[0] for line in broken(tmp_path, change).splitlines()] == ["lights.accidents.of"]
        return
    content = deepcopy(CONTENT)
    change(content)
    assert [each.of for each in Plan.model_validate_json(json.dumps(content, default=str)).lights] == ["incidents"]
