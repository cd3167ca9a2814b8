"""The campaigns as data: what each plan says is what its notice says. Values are written out here by hand, from the requirements."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.plan.read import read_plan
from shared.units import Code
from shared.workdays import is_working_day

CAMPAIGNS = Path(__file__).parents[2] / "deploy/campaigns"
TENGZHOU = read_plan(CAMPAIGNS / "tengzhou-2019.yaml")
QINGDAO = read_plan(CAMPAIGNS / "qingdao-2023.yaml")
QINGDAO_AMENDED = read_plan(CAMPAIGNS / "qingdao-2023-v2.yaml")
DONGLI = read_plan(CAMPAIGNS / "dongli-2022.yaml")


def phases(plan: Plan) -> list[tuple[str, str, date, date]]:
    """Code, name, first and last day of every phase."""
    return [(phase.code, phase.name.zh, plan.begins(phase), phase.end) for phase in plan.phases]


def codes(plan: Plan, section: str) -> list[Code]:
    """The codes of a list of the plan, in its order."""
    return [entry.code for entry in getattr(plan, section)]


def names(plan: Plan, section: str) -> list[str]:
    """The Chinese names of a list of the plan, in its order."""
    return [entry.name.zh for entry in getattr(plan, section)]


def obligation(plan: Plan, code: str) -> Obligation:
    """One return that the plan asks for."""
    return next(each for each in plan.obligations if each.code == code)


def activities(plan: Plan, kind: str) -> set[Code]:
    """The activities of a kind."""
    return {each.code for each in plan.activities if each.kind == kind}


# Tengzhou 2019


@pytest.mark.covers("P3", "P3.1", "P3.2", "P3.3", "P3.4", "A1")
def test_tengzhou_lasts_six_months_in_four_phases() -> None:
    assert phases(TENGZHOU) == [
        ("P3.1", "宣传自查", date(2019, 3, 1), date(2019, 3, 31)),
        ("P3.2", "整改落实", date(2019, 4, 1), date(2019, 5, 31)),
        ("P3.3", "考核表彰", date(2019, 6, 1), date(2019, 7, 31)),
        ("P3.4", "总结提升", date(2019, 8, 1), date(2019, 8, 31)),
    ]
    assert TENGZHOU.issued == date(2019, 3, 5)


@pytest.mark.covers("A8")
def test_tengzhou_carries_in_what_four_earlier_campaigns_left() -> None:
    assert codes(TENGZHOU, "carries_in") == ["double-satisfaction", "service-plan", "internet-health", "conduct-campaign"]
    assert "carried-in" in codes(TENGZHOU, "channels")


@pytest.mark.covers("A9")
def test_tengzhou_draws_its_targets_from_four_sources() -> None:
    assert [name[:4] for name in names(TENGZHOU, "target_sources")] == ["突出重点", "聚焦热点", "解决难点", "打造亮点"]


@pytest.mark.covers("G6", "G7", "G8")
def test_tengzhou_has_45_targets_in_nine_aspects_three_of_them_with_a_threshold() -> None:
    assert list(Counter(target.aspect for target in TENGZHOU.targets).items()) == [
        (aspect, 5)
        for aspect in ("environment", "process", "functions", "quality", "attitude", "charges", "safeguards", "conduct", "integrity")
    ]
    limits = {target.number: target.threshold for target in TENGZHOU.targets if target.threshold}
    assert {number: (limit.at_least, limit.at_most, limit.measured_in.zh) for number, limit in limits.items()} == {
        8: (2, None, "种预约方式"),
        9: (None, 15, "分钟"),
        18: (1, None, "次/年"),
    }
    assert {target.number: target.needs for target in TENGZHOU.targets if target.needs} == {
        8: ("grade-2",),
        9: ("grade-2",),
        10: ("grade-2",),
        12: ("grade-2", "tcm"),
        13: ("grade-2",),
    }


@pytest.mark.covers("D3", "H11", "H12", "H13", "H14")
def test_tengzhou_asks_its_returns_by_the_ends_of_its_phases_and_all_fixes_within_the_second() -> None:
    assert {each.code: (each.phase, each.due) for each in TENGZHOU.obligations} == {
        "own-plan": ("P3.1", date(2019, 3, 31)),
        "problem-list": ("P3.1", date(2019, 3, 31)),
        "rectification-plan": ("P3.2", date(2019, 4, 12)),
        "rectification-report": ("P3.2", date(2019, 5, 31)),
        "acceptance-results": ("P3.3", date(2019, 7, 31)),
        "carry-over-list": ("P3.4", date(2019, 8, 31)),
    }
    assert obligation(TENGZHOU, "acceptance-results").classes == ("bureau",)
    assert TENGZHOU.clocks.fix.cap == "P3.2"


@pytest.mark.covers("B5", "B8", "B10", "B12", "B13")
def test_tengzhou_takes_complaints_at_one_desk_in_four_kinds() -> None:
    assert set(TENGZHOU.complaint_channels) == {"complaint", "calls-and-visits", "hotline", "conduct-hotline"}
    assert {"self-check", "conduct-review", "inspection", "routine-check"} <= set(codes(TENGZHOU, "channels"))
    kind = next(form for form in TENGZHOU.forms if form.code == "complaint").fields[0]
    assert [choice.name.zh for choice in kind.choices] == ["医德医风", "医疗质量安全", "安全保卫", "其他"]
    assert "price-complaints" in codes(TENGZHOU, "measures")


@pytest.mark.covers("F8", "F5")
def test_tengzhou_commends_hospitals_departments_and_persons_and_recommends_the_best() -> None:
    assert [(award.name.zh, award.phase, award.nominees, award.recommends) for award in TENGZHOU.awards] == [
        ("示范医院", "P3.3", ("team",), True),
        ("示范科室", "P3.3", ("team",), True),
        ("先进个人", "P3.3", ("person",), True),
    ]


@pytest.mark.covers("E5", "E7", "E8", "J5", "K2", "A12")
def test_tengzhou_has_contact_points_spot_checks_by_class_a_yearly_test_and_notices_for_the_public() -> None:
    kinds = {each.code: each for each in TENGZHOU.activities}
    assert set(kinds["spot-check"].classes) == set(TENGZHOU.checklist_of)
    assert kinds["contact-visit"].kind == "visit"
    assert TENGZHOU.asked.visit == "contact-visit"
    assert [field.code for field in next(form for form in TENGZHOU.forms if form.code == "contact-visit").fields] == [
        "problems",
        "difficulties",
        "solutions",
        "good-practice",
    ]
    assert kinds["three-basics"].tested
    assert activities(TENGZHOU, "publicity") == {"display", "good-practice"}
    assert [(lane.natures, lane.plan, lane.fix) for lane in TENGZHOU.lanes] == [(("hazard",), None, None)]


@pytest.mark.covers("G4", "G5", "I5")
def test_tengzhou_asks_the_public_counts_avoidable_deaths_and_names_every_class_of_institution() -> None:
    assert names(TENGZHOU, "surveys") == ["群众满意度", "窗口人员满意度"]
    assert {kpi.code: (kpi.at_least, kpi.at_most) for kpi in TENGZHOU.kpis}["no-avoidable-death"] == (None, 0)
    assert set(TENGZHOU.checklist_of) == {
        "general-hospital",
        "tcm-hospital",
        "specialist-hospital",
        "township-health-centre",
        "community-health-centre",
        "private-institution",
    }


# Qingdao 2023


@pytest.mark.covers("P0", "P0.1", "P0.2", "P0.3", "A1", "A2")
def test_qingdao_lasts_from_march_to_november_and_gives_no_start_of_its_first_phase() -> None:
    assert phases(QINGDAO) == [
        ("P0.1", "动员、宣传", date(2023, 3, 1), date(2023, 3, 31)),
        ("P0.2", "实施", date(2023, 4, 1), date(2023, 10, 31)),
        ("P0.3", "评比、总结、表彰", date(2023, 11, 1), date(2023, 11, 30)),
    ]
    assert QINGDAO.phases[0].start is None


@pytest.mark.covers("A4", "A6", "H1", "H3", "H4", "H5", "H6", "H7")
def test_qingdao_asks_plan_summary_and_award_material_and_the_last_two_before_their_phase_begins() -> None:
    assert {each.code: (each.phase, each.cadence, each.due) for each in QINGDAO.obligations} == {
        "own-plan": ("P0.1", "once", date(2023, 3, 31)),
        "implementation-plan": ("P0.1", "once", date(2023, 3, 31)),
        "summary": ("P0.3", "once", date(2023, 10, 31)),
        "award-material": ("P0.3", "once", date(2023, 10, 31)),
        "news": ("P0.1", "rolling", None),
        "dispatch": ("P0.2", "monthly", None),
        "review": ("P0.2", "quarterly", None),
        "year-end": ("P0.3", "once", date(2023, 11, 30)),
        "hazard-report": ("P0.1", "rolling", None),
    }
    assert obligation(QINGDAO, "own-plan").met_by_plan
    assert {obligation(QINGDAO, code).recipient for code in ("implementation-plan", "summary", "award-material", "news")} == {"city-union"}
    assert {obligation(QINGDAO, code).classes for code in ("dispatch", "review", "year-end")} == {("city-union",)}


@pytest.mark.covers("A7", "H2")
def test_the_second_notice_of_qingdao_adds_one_cumulative_return_and_nothing_else() -> None:
    pack = obligation(QINGDAO_AMENDED, "interim-pack")
    assert (pack.phase, pack.due, pack.cumulative, pack.recipient) == ("P0.2", date(2023, 8, 30), True, "city-union")
    assert set(pack.classes) == {
        "district-bureau",
        "direct-institution",
        "stationed-institution",
        "enterprise-institution",
        "private-institution",
        "commission-organ",
    }
    rest = tuple(each for each in QINGDAO_AMENDED.obligations if each is not pack)
    assert Plan(**(dict(QINGDAO_AMENDED) | {"version": 1, "obligations": rest})) == QINGDAO
    assert (QINGDAO.version, QINGDAO_AMENDED.version) == (1, 2)


@pytest.mark.covers("J3", "E1", "E3", "E4", "J6")
def test_qingdao_puts_hazards_first_and_reports_them_on_a_form_of_four_fields_up_the_unions_line() -> None:
    assert names(QINGDAO, "categories") == ["医疗", "护理", "安全生产"]
    assert [field.name.zh for field in QINGDAO.forms[0].fields] == ["隐患点", "采取的措施", "避免造成的经济损失", "社会影响"]
    assert QINGDAO.asked.hazard == QINGDAO.forms[0].code == "hazard"
    assert max(QINGDAO.lanes, key=lambda lane: lane.priority).natures == ("hazard",)
    # The unions' is the tree's own line; the health administration is a further one.
    assert (QINGDAO.hazard_line, codes(QINGDAO, "lines")) == (None, ["health"])


@pytest.mark.covers("F4", "F5", "F7", "F6")
def test_qingdao_gives_three_awards_in_two_rounds_closing_on_the_last_day_of_october() -> None:
    assert [(award.name.zh, award.closes) for award in QINGDAO.awards] == [
        ("优秀组织奖", date(2023, 10, 31)),
        ("优秀案例奖", date(2023, 10, 31)),
        ("优秀践行奖", date(2023, 10, 31)),
    ]
    for award in QINGDAO.awards:
        assert [each.code for each in award.rounds] == ["paper", "defence"]
        assert award.given_by == ("city-union",)
        assert "city-union" not in award.classes
    assert {nominee for award in QINGDAO.awards for nominee in award.nominees} == {"team", "person"}


@pytest.mark.covers("B1", "B2", "B15", "A11", "I1")
def test_qingdao_finds_problems_by_visits_in_the_patients_place_and_by_calls_for_grumbles_faults_and_ideas() -> None:
    assert {"outpatient-experience", "ward-experience", "window-experience", "grumbling", "fault-finding", "idea", "task-force"} <= set(
        codes(QINGDAO, "channels")
    )
    form = next(form for form in QINGDAO.forms if form.code == QINGDAO.asked.visit)
    assert [[choice.name.zh for choice in field.choices] for field in form.fields if field.kind == "choice"] == [
        ["门诊", "病房", "服务窗口"],
        ["本单位职工", "受邀的系统外职工"],
        ["本单位", "外单位"],
    ]
    assert {"grumbling", "fault-finding", "ideas", "role-play", "discussion"} <= activities(QINGDAO, "activity")


# Dongli 2022


@pytest.mark.covers("P4.1", "P4.2", "P4.3", "P4.4", "A1", "A2")
def test_dongli_gives_four_ends_and_no_start() -> None:
    assert phases(DONGLI) == [
        ("P4.1", "学习教育", date(2022, 4, 22), date(2022, 4, 30)),
        ("P4.2", "监督检查", date(2022, 5, 1), date(2022, 6, 30)),
        ("P4.3", "落实整改", date(2022, 7, 1), date(2022, 7, 31)),
        ("P4.4", "巩固成果", date(2022, 8, 1), date(2022, 10, 31)),
    ]
    assert not any(phase.start for phase in DONGLI.phases)


@pytest.mark.covers("D2")
def test_dongli_has_a_lane_for_what_is_done_at_once_and_one_for_what_gets_a_set_time_each_with_two_clocks() -> None:
    lanes = {lane.code: lane for lane in DONGLI.lanes}
    assert {code: lane.grades for code, lane in lanes.items()} == {"immediate": ("immediate",), "time-limited": ("time-limited",)}
    day = date(2022, 5, 16)
    dues = {code: (DONGLI.due(lane.plan, day), DONGLI.due(lane.fix, day)) for code, lane in lanes.items() if lane.plan and lane.fix}
    assert dues == {"immediate": (date(2022, 5, 17), date(2022, 5, 19)), "time-limited": (date(2022, 5, 23), date(2022, 6, 15))}


@pytest.mark.covers("D1", "D6")
def test_dongli_says_for_each_clock_and_return_what_becomes_of_a_last_day_of_rest() -> None:
    immediate, limited = DONGLI.lanes
    assert immediate.fix
    assert limited.fix
    assert not is_working_day(date(2022, 6, 5))
    assert DONGLI.due(immediate.fix, date(2022, 6, 2)) == date(2022, 6, 5)
    assert DONGLI.due(limited.fix, date(2022, 5, 6)) == date(2022, 6, 6)
    # 30 April was a day of rest, and so was 31 July; the 31st of October was none.
    assert [DONGLI.due_of(each) for each in DONGLI.obligations] == [date(2022, 4, 29), date(2022, 7, 29), date(2022, 10, 31)]


@pytest.mark.covers("A12")
def test_dongli_trains_new_staff_with_a_test_and_all_in_yearly_groups() -> None:
    assert {each.code: each.tested for each in DONGLI.activities if each.kind == "training"} == {
        "values-study": False,
        "group-study": False,
        "teaching-film": False,
        "new-staff": True,
    }
    assert DONGLI.phases[0].needs.activities == ("group-study",)


@pytest.mark.covers("B3", "B4", "B5", "B6", "B9")
def test_dongli_hears_patients_ombudsmen_box_and_telephone() -> None:
    assert {
        *("social-evaluation", "discharge-follow-up", "patient-meeting", "ombudsman-meeting", "ombudsman-questionnaire"),
        *("complaint-box", "report-phone", "letters-and-visits"),
    } <= set(codes(DONGLI, "channels"))
    assert set(DONGLI.complaint_channels) == {"complaint-box", "report-phone", "letters-and-visits"}
    assert activities(DONGLI, "box") == {"box-opening"}


@pytest.mark.covers("G1", "G2", "G3", "G4")
def test_dongli_aims_at_95_percent_satisfied_all_complaints_handled_fewer_disputes_and_no_serious_incident() -> None:
    assert {kpi.code: (kpi.of, kpi.at_least, kpi.at_most, kpi.falls) for kpi in DONGLI.kpis} == {
        "satisfied": ("satisfied", 95, None, None),
        "complaints-handled": ("complaints-answered", 100, None, None),
        "fewer-complaints": ("measure", None, None, 10),
        "fewer-disputes": ("measure", None, None, 10),
        "no-major-incident": ("measure", None, 0, None),
    }


@pytest.mark.covers("F12", "H15", "C15", "I4", "K4")
def test_dongli_gives_no_award_asks_a_summary_of_no_named_recipient_and_analyses_every_issue() -> None:
    assert DONGLI.awards == ()
    summary = obligation(DONGLI, "summary")
    assert (summary.phase, summary.due, summary.recipient) == ("P4.4", date(2022, 10, 31), None)
    assert DONGLI.issues.requires == ("analysis",)
    assert DONGLI.phase("P4.3").needs.verified == 100
    assert {role.code for role in DONGLI.rights.roles if "RectificationVerified" in role.acts} == {"discipline"}
    assert "service-promise" in activities(DONGLI, "publicity")
