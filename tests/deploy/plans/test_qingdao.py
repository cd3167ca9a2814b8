"""Qingdao 2023: what the plan and its amendment say is what their notices say. Values are written out here by hand, from the requirements."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.returns import ObligationOpened
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Told
from shared.plan import Plan
from shared.topics import book_id
from shared.units import Unit, seal
from tests.deploy.plans.campaigns import QINGDAO, QINGDAO_AMENDED, activities, announced, codes, names, obligation, phases, recorded, units
from tests.ledger.in_memory import Ledger, moment


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
