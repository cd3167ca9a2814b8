"""The campaigns as data: what each plan says is what its notice says. Values are written out here by hand, from the requirements."""

import re
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from deploy.client.announcement import announcement
from deploy.client.sinks import record
from deploy.plans.read import read_plan, read_units
from shared.events.campaign import BookOpened, CampaignAmended
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact
from shared.events.returns import ObligationOpened
from shared.files import FileMistake
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Told
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.topics import book_id
from shared.units import Unit, seal
from shared.values import Code
from shared.workdays import is_working_day
from tests.ledger.given import facts
from tests.ledger.in_memory import Ledger, moment

CAMPAIGNS = Path(__file__).parents[3] / "deploy/campaigns"
TENGZHOU = read_plan(CAMPAIGNS / "tengzhou-2019.yaml")
QINGDAO = read_plan(CAMPAIGNS / "qingdao-2023.yaml")
QINGDAO_AMENDED = read_plan(CAMPAIGNS / "qingdao-2023-v2.yaml")
DONGLI = read_plan(CAMPAIGNS / "dongli-2022.yaml")
YANGPU = read_plan(CAMPAIGNS / "yangpu-2013.yaml")
WUYUAN = read_plan(CAMPAIGNS / "wuyuan-2018.yaml")
SAFETY = read_plan(CAMPAIGNS / "mine-safety-2024.yaml")
RIVERS = read_plan(CAMPAIGNS / "clean-rivers-2023.yaml")


def fits_schema(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--schemafile",
        str(CAMPAIGNS.parents[1] / "docs/plan.schema.json"),
        *map(str, files),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_plan_fits_the_schema_for_editors_which_marks_a_misspelt_field(tmp_path: Path) -> None:
    checked = fits_schema(*(file for file in CAMPAIGNS.glob("*.yaml") if file.stem != "try-it"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    misspelt = tmp_path / "plan.yaml"
    misspelt.write_text(
        (CAMPAIGNS / "tengzhou-2019.yaml").read_text(encoding="utf-8").replace("carry_over_owner", "cary_over_owner"), "utf-8"
    )
    assert "'cary_over_owner' was unexpected" in fits_schema(misspelt).stdout


@pytest.mark.parametrize(
    ("sides", "fits"), [("before: 3", True), ("before: 3, after: null", True), ("before: 3, after: 3", False), ("levels: 1", False)]
)
def test_the_schema_for_editors_wants_a_step_on_one_side_of_its_last_day_as_the_check_does(tmp_path: Path, sides: str, fits: bool) -> None:
    plan = tmp_path / "plan.yaml"
    text = (CAMPAIGNS / "dongli-2022.yaml").read_text(encoding="utf-8")
    plan.write_text(text.replace("{clock: fix, before: 2}", f"{{clock: fix, {sides}}}"), encoding="utf-8")
    assert (fits_schema(plan).returncode == 0) is fits
    with nullcontext() if fits else pytest.raises(FileMistake, match=r"steps\.0: a step lies either before or after"):
        read_plan(plan)


def announced(plan: Plan, tree: tuple[Unit, ...]) -> Ledger:
    """All books of a campaign, open."""
    ledger = Ledger()
    ledger.tell(*map(record, announcement(plan, tree)))
    return ledger


def recorded(ledger: Ledger, plan: Plan, unit: Unit) -> list[Fact]:
    """What stands in a unit's book."""
    return facts(ledger.groups(book_id(plan.campaign, unit.id)))


def units(campaign: str) -> tuple[Unit, ...]:
    """The made-up units beside a plan."""
    return read_units(CAMPAIGNS / f"units/{campaign}.yaml")


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
def test_tengzhou_takes_complaints_at_one_desk_by_four_channels() -> None:
    assert set(TENGZHOU.complaint_channels) == {"complaint", "calls-and-visits", "hotline", "conduct-hotline"}
    assert {"self-check", "conduct-review", "inspection", "routine-check"} <= set(codes(TENGZHOU, "channels"))
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


@pytest.mark.covers("A4", "A6", "H1", "H3", "H4", "H5", "H6", "H7", "H16")
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
    assert {each.contact for each in QINGDAO.obligations if each.recipient} == {"u-02"}
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
    assert pack.form == obligation(QINGDAO, "summary").form
    rest = tuple(each for each in QINGDAO_AMENDED.obligations if each is not pack)
    assert Plan(**(dict(QINGDAO_AMENDED) | {"version": 1, "obligations": rest})) == QINGDAO
    assert (QINGDAO.version, QINGDAO_AMENDED.version) == (1, 2)


@pytest.mark.covers("A7", "H2")
def test_books_of_qingdao_owe_the_interim_pack_from_the_day_of_the_second_notice_on() -> None:
    tree = units("qingdao-2023")
    ledger, root = announced(QINGDAO, tree), book_id(QINGDAO.campaign, tree[0].id)
    for day in ("2023-03-02", "2023-04-11", "2023-08-10"):
        ledger.morning(day)
    owing = {unit.id for unit in tree if unit.unit_class in obligation(QINGDAO_AMENDED, "interim-pack").classes}
    assert not any(fact.obligation == "interim-pack" for fact in _opened(ledger, tree))
    amended, now = CampaignAmended(plan=QINGDAO_AMENDED, tree=seal(tree), by="u-01"), moment("2023-08-10")
    ledger.tell(told_record(Told("august", "city-union", "CampaignAmended", root, root, now, now, amended)))
    ledger.morning("2023-08-11")
    packs = [fact for fact in _opened(ledger, tree) if fact.obligation == "interim-pack"]
    assert len(packs) == len(owing) == 9
    assert {(fact.phase, fact.due) for fact in packs} == {("P0.2", date(2023, 8, 30))}


def _opened(ledger: Ledger, tree: tuple[Unit, ...]) -> list[ObligationOpened]:
    return [fact for unit in tree for fact in recorded(ledger, QINGDAO, unit) if isinstance(fact, ObligationOpened)]


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
    # 不定期: when is not fixed; that nobody is told before is not said.
    named = [each for each in (*DONGLI.channels, *DONGLI.activities) if "不定期督查" in each.name.zh]
    assert [each.name.en for each in named] == ["Inspection by the commission at no fixed times", "Inspection at no fixed times"]
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


# Yangpu 2013


@pytest.mark.covers("P1", "P1.1", "P1.2", "P1.3", "A1", "A3")
def test_yangpu_has_phases_that_overlap_in_april_and_runs_on_in_november_without_one() -> None:
    assert phases(YANGPU) == [
        ("P1.1", "前期调研", date(2013, 3, 1), date(2013, 3, 31)),
        ("P1.2", "动员", date(2013, 4, 1), date(2013, 4, 30)),
        ("P1.3", "实施", date(2013, 4, 1), date(2013, 10, 31)),
    ]
    assert YANGPU.ends == date(2013, 11, 30)
    assert all(phase.end < date(2013, 11, 1) for phase in YANGPU.phases)
    assert codes(YANGPU, "carries_in") == ["first-campaign"]


@pytest.mark.covers("G6")
def test_yangpu_compares_ten_measures_in_each_of_five_lines_and_asks_of_each_its_state_and_whether_it_spreads() -> None:
    assert [target.number for target in YANGPU.targets] == list(range(1, 11))
    assert YANGPU.checklist_of == ("line",)
    assert [unit.name for unit in units("yangpu-2013") if unit.unit_class == "line"] == [
        "医务部",
        "护理部",
        "门诊部",
        "后勤保障部",
        "中原分部",
    ]
    fields = next(form for form in YANGPU.forms if form.code == "measures").fields
    assert Counter(field.name.zh[-4:] for field in fields) == {"实施现状": 10, "可推广性": 10, "推广计划": 1}
    assert YANGPU.phase("P1.1").needs.checklist


@pytest.mark.covers("H8", "B11")
def test_yangpu_lets_departments_propose_by_their_lines_and_lines_by_the_publicity_department() -> None:
    assert {each.code: (each.phase, each.cadence, each.due, each.classes, each.recipient) for each in YANGPU.obligations} == {
        "spread-plan": ("P1.1", "once", date(2013, 3, 31), ("line",), "publicity"),
        "department-form": ("P1.3", "rolling", None, ("department",), None),
        "forwarded-proposals": ("P1.3", "rolling", None, ("line",), "publicity"),
    }
    assert {"proposal", "party-and-youth"} <= set(codes(YANGPU, "channels"))


@pytest.mark.covers("J1", "J6", "I6", "F10")
def test_yangpu_has_the_form_of_proposals_field_by_field_and_holds_its_text_to_500_characters() -> None:
    form = next(form for form in YANGPU.forms if form.code == YANGPU.asked.proposal)
    assert [field.name.zh for field in form.fields] == [
        *("所属部门", "负责人姓名", "申报项目名称", "申报类别", "创建举措及申报优势", "考评领导小组意见"),
    ]
    line, _, _, category, measures, opinion = form.fields
    assert [choice.name.zh for choice in line.choices] == ["医务部", "护理部", "门办（门诊部）", "后勤保障部", "中原分院（中原分部）"]
    assert [choice.name.zh for choice in category.choices] == ["服务环境", "服务流程", "服务质量", "服务态度", "服务礼仪"]
    assert line.other
    assert category.other
    # A line goes by the name that the form has for it, too.
    assert {unit.name: unit.aliases for unit in units("yangpu-2013") if unit.aliases} == {"门诊部": ("门办",), "中原分部": ("中原分院",)}
    assert names(YANGPU, "categories") == ["服务环境", "服务流程", "服务质量", "服务态度", "服务礼仪", "其它"]
    filled = {"line": "nursing", "head": "某", "project": "项目", "category": "process", "measures": "举" * 500}
    assert not form.mistakes(filled)
    assert form.mistakes(filled | {"measures": "举" * 501}) == [("form-long", {"field": "measures", "length": 501, "longest": 500})]
    assert not opinion.required
    assert measures.longest == 500


@pytest.mark.covers("F1", "F2", "F3", "F11", "B3")
def test_yangpu_awards_ideas_every_two_months_without_limit_and_improvement_at_the_years_end_by_five_criteria() -> None:
    idea, improvement = YANGPU.awards
    assert (idea.name.zh, idea.cadence, idea.places, idea.for_ideas) == ("金点子奖", "two-monthly", None, True)
    assert (improvement.name.zh, improvement.cadence, improvement.closes) == ("服务改进奖", "once", date(2013, 11, 30))
    for award in YANGPU.awards:
        assert [each.name.zh for each in award.criteria] == ["创新性", "可操作性", "可持续改进", "外部评价", "宣传效应"]
    assert "idea-box" in codes(YANGPU, "channels")
    assert activities(YANGPU, "box") == {"box-opening"}


@pytest.mark.covers("I2", "I3", "F13", "F15")
def test_yangpu_lets_departments_that_execute_nothing_supervise_and_follows_measures_up() -> None:
    assert [unit.name for unit in units("yangpu-2013") if unit.unit_class == "supervising"] == [
        "党办",
        "院办",
        "宣传部（活动办公室）",
        "质管办",
    ]
    assert {role.code for role in YANGPU.rights.roles if role.acts} == {"supervisor"}
    assert {"leading-group-head", "leading-group-deputy", "leading-group-member", "office"} <= {role.code for role in YANGPU.rights.roles}
    assert YANGPU.clocks.follow_through
    assert codes(YANGPU, "measures") == ["research", "patents"]


# Wuyuan 2018


@pytest.mark.covers("P2", "P2.1", "P2.2", "P2.3", "A1", "D6")
def test_wuyuan_has_three_phases_of_which_the_second_opens_on_a_saturday() -> None:
    assert phases(WUYUAN) == [
        ("P2.1", "宣传教育、动员部署", date(2018, 2, 23), date(2018, 3, 16)),
        ("P2.2", "边查边改、突出实效", date(2018, 3, 17), date(2018, 6, 30)),
        ("P2.3", "检查评估、总结提高", date(2018, 7, 1), date(2018, 8, 31)),
    ]
    assert not is_working_day(date(2018, 3, 17))
    assert not is_working_day(date(2018, 6, 30))


@pytest.mark.covers("A5", "A6", "H9", "H10", "G10", "J4")
def test_wuyuan_asks_a_return_of_every_department_in_every_phase_with_its_contact_and_its_ledger_in_the_second() -> None:
    assert {each.code: (each.phase, each.due, each.recipient) for each in WUYUAN.obligations} == {
        "phase-1": ("P2.1", date(2018, 3, 16), "office"),
        "rectification-plan": ("P2.2", date(2018, 3, 30), "office"),
        "ledger": ("P2.2", date(2018, 6, 30), "office"),
        "phase-2": ("P2.2", date(2018, 6, 30), "office"),
        "phase-3": ("P2.3", date(2018, 8, 31), "office"),
        "evaluation": ("P2.3", date(2018, 8, 31), None),
    }
    assert {each.form for each in WUYUAN.obligations if each.code.startswith("phase-")} == {"phase-report"}
    assert [field.name.zh for field in WUYUAN.forms[0].fields] == ["开展活动情况", "联系人", "报送形式"]


@pytest.mark.covers("C12")
def test_wuyuan_watches_six_topics_and_its_second_phase_waits_for_their_answers() -> None:
    assert names(WUYUAN, "watches") == ["医疗费用过快增长", "用药", "检查", "诊疗", "红包", "回扣"]
    assert {watch.phase for watch in WUYUAN.watches} == {"P2.2"}
    assert [phase.code for phase in WUYUAN.phases if phase.needs.watches] == ["P2.2"]


@pytest.mark.covers("B3", "B4", "B5", "B7", "A11")
def test_wuyuan_searches_by_box_questionnaire_poll_and_by_open_and_covert_inspection() -> None:
    assert {
        *("questionnaire", "opinion-box", "announced-inspection", "covert-inspection", "petition-survey", "opinion-poll"),
    } <= set(codes(WUYUAN, "channels"))
    assert {each.code: each.covert for each in WUYUAN.activities if each.kind == "inspection"} == {
        "announced-inspection": False,
        "covert-inspection": True,
        "supervision": False,
    }
    assert codes(WUYUAN, "surveys") == ["questionnaire", "petition-survey", "opinion-poll"]
    assert {"lecture", "speech-contest", "essay-contest", "role-models", "warning-film", "launch"} <= set(codes(WUYUAN, "activities"))


@pytest.mark.covers("E6", "C5", "F5", "I2", "J6")
def test_wuyuan_keeps_red_lines_apart_sets_time_limits_for_measures_and_commends_departments_and_persons() -> None:
    general, red_line = WUYUAN.grades
    assert (general.code, general.verification, WUYUAN.issues.verification.persons) == ("general", None, 1)
    assert red_line.code == "red-line"
    assert red_line.verification
    assert red_line.verification.persons == 2
    assert WUYUAN.issues.requires == ("milestones",)
    assert names(WUYUAN, "categories") == ["不方便", "不放心", "不满意"]
    assert [award.nominees for award in WUYUAN.awards] == [("team",), ("person",)]
    assert {"leading-group-head", "leading-group-deputy", "office"} <= {role.code for role in WUYUAN.rights.roles}


# A campaign of another field


@pytest.mark.covers("L14", "A8")
def test_the_safety_campaign_crosses_new_year_within_another_with_a_numbering_of_its_own() -> None:
    assert phases(SAFETY) == [
        ("S1", "动员部署", date(2024, 10, 8), date(2024, 10, 31)),
        ("S2", "排查自查", date(2024, 11, 1), date(2025, 1, 15)),
        ("S3", "集中整治", date(2025, 1, 6), date(2025, 4, 30)),
        ("S4", "回头看与巩固", date(2025, 5, 6), date(2025, 6, 30)),
    ]
    assert SAFETY.within == "root-cause-2024"
    assert SAFETY.issues.numbering == "{year}-{unit}-{number}"
    assert SAFETY.clocks.review


@pytest.mark.covers("L1")
def test_the_safety_campaign_counts_backward_from_dates_that_may_move_and_says_how_each_clock_counts() -> None:
    assert {each.code: SAFETY.due_of(each) for each in SAFETY.obligations if each.due} == {
        "own-plan": date(2024, 10, 24),
        "hazard-list": date(2025, 1, 8),
        "launch-photo": date(2024, 11, 11),
        "removal-report": date(2025, 4, 30),
        "final-report": date(2025, 6, 30),
    }
    # Extended for one unit to 15 June, a Sunday, its report is due on the Friday before.
    assert SAFETY.due_of(obligation(SAFETY, "removal-report"), {"S3": date(2025, 6, 15)}) == date(2025, 6, 13)
    kitchen = next(lane for lane in SAFETY.lanes if lane.code == "kitchen")
    assert kitchen.fix
    assert SAFETY.due(kitchen.fix, date(2024, 12, 7)) == date(2024, 12, 8)
    assert SAFETY.clocks.answer
    assert SAFETY.due(SAFETY.clocks.answer, date(2024, 12, 1)) == date(2024, 12, 9)
    assert SAFETY.clocks.fix_stops == "verified"


@pytest.mark.covers("L2", "L3", "L4", "L5", "L10")
def test_the_safety_campaign_has_major_hazards_checked_by_two_of_two_units_listed_published_and_looked_back_at() -> None:
    general, major = SAFETY.grades
    assert (general.verification, SAFETY.issues.verification.persons, general.listed) == (None, 1, False)
    check = major.verification
    assert check
    assert (check.persons, check.units, check.levels, check.published, check.looked_back, major.listed) == (2, 2, 1, True, True, True)
    assert set(major.requires or ()) == {"analysis", "funds", "emergency-plan", "milestones", "standard", "guard"}


@pytest.mark.covers("L6", "L7", "L11", "L15", "E2")
def test_the_safety_campaign_times_receipts_extensions_listing_and_answers_and_says_what_is_on_time() -> None:
    clocks = SAFETY.clocks
    assert all((clocks.receipt, clocks.extension, clocks.listing, clocks.publication, clocks.answer, clocks.hold))
    assert (SAFETY.issues.hand_over.restarts, SAFETY.issues.hand_over.lateness) == (("plan",), "taker")
    assert {phase.code: phase.late_facts for phase in SAFETY.phases} == {"S1": "next", "S2": "this", "S3": "this", "S4": "next"}
    assert SAFETY.issues.told_late == 3
    assert SAFETY.complaint_channels == ("hotline",)
    assert next(award for award in SAFETY.awards if award.code == "whistle").nominees == ("person",)


@pytest.mark.covers("L8", "L9")
def test_the_safety_campaign_scores_with_deductions_floor_share_and_veto_and_lights_lead_to_acts() -> None:
    assert [(act.colour, act.in_a_row) for light in SAFETY.lights for act in light.acts] == [("yellow", 2), ("red", 3)]
    assert SAFETY.scoring
    assert (SAFETY.scoring.base, SAFETY.scoring.floor, SAFETY.scoring.below) == (100, 80, 30)
    assert [rule.points < 0 for rule in SAFETY.scoring.rules] == [True, True, True, True, False, True, True]
    assert [rule.code for rule in SAFETY.scoring.rules if rule.veto] == ["left-again"]
    assert {rule.fact for rule in SAFETY.scoring.rules} <= set(CATALOGUE)


@pytest.mark.covers("L12", "L13", "A5")
def test_the_safety_campaign_has_quotas_approvals_a_line_between_late_and_missing_and_gates() -> None:
    cases = obligation(SAFETY, "warning-cases")
    assert (cases.cadence, cases.quota, cases.kinds, cases.nil) == ("quarterly", 3, 2, False)
    assert {each.code for each in SAFETY.obligations if each.approval} == {"hazard-list", "removal-report"}
    assert {each.code for each in SAFETY.obligations if each.missing_after} == {"hazard-list", "removal-report", "warning-cases"}
    needs = [phase.needs for phase in SAFETY.phases]
    assert [each.verified for each in needs] == [None, None, 95, 100]
    assert [each.checklist for each in needs] == [each.watches for each in needs] == [False, True, False, False]
    assert [each.activities for each in needs] == [("launch", "emergency-training"), (), ("drill",), ()]


# The made-up units


@pytest.mark.parametrize("plan", [TENGZHOU, QINGDAO, YANGPU, WUYUAN, DONGLI, SAFETY, RIVERS], ids=lambda plan: plan.campaign)
@pytest.mark.covers("I1", "I5")
def test_every_plan_has_made_up_units_of_all_its_classes_whose_lines_and_recipients_are_known(plan: Plan) -> None:
    tree = read_units(CAMPAIGNS / f"units/{plan.campaign}.yaml", plan)
    assert 8 <= len(tree) <= 20
    assert {unit.unit_class for unit in tree} == set(codes(plan, "classes"))
    assert {line for unit in tree for line in unit.superiors} == set(codes(plan, "lines"))
    assert {each.recipient for each in plan.obligations if each.recipient} <= {unit.id for unit in tree}
    assert {tag for target in plan.targets for tag in target.needs} <= {tag for unit in tree for tag in unit.tags}
    ledger = announced(plan, tree)
    assert all(any(isinstance(fact, BookOpened) for fact in recorded(ledger, plan, unit)) for unit in tree)


@pytest.mark.parametrize("plan", [TENGZHOU, QINGDAO, YANGPU, WUYUAN, DONGLI, SAFETY, RIVERS], ids=lambda plan: plan.campaign)
def test_no_service_knows_a_campaign_by_its_name(plan: Plan) -> None:
    root = Path(__file__).parents[3]
    code = [file for folder in ("services", "shared") for file in (root / folder).rglob("*.py")]
    assert len(code) > 100
    assert not [file for file in code if plan.campaign in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("file", sorted(CAMPAIGNS.glob("*-20??*.yaml")), ids=lambda file: file.stem)
def test_no_plan_holds_a_telephone_number_or_a_mailbox(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\d{7,}|@", text)
