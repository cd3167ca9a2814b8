"""What stands in the books of Tengzhou in the end."""

from collections import Counter
from datetime import date
from hashlib import sha256

import pytest

from shared.events.common_problem import IssueLinked
from shared.events.hand_over import HandOverCompleted
from shared.events.hazard import HazardReportClimbed
from shared.events.issue import CarriedIn, IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.nomination import AwardGiven, AwardReceived, NominationHeldBack, NominationRecommended
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.reporter import ComplaintReplied
from shared.events.returns import ObligationMet, ReturnMissing
from shared.events.sample import SampleChosen, SpotCheckAnnounced
from shared.events.self_check import TargetChecked
from shared.events.strike_off import IssueReopened
from shared.events.unit_plan import UnitPlanCounted
from shared.events.visit import ContactPointNamed, VisitLogged
from tests.campaigns.story import Told
from tests.campaigns.tengzhou.acceptance import WINNERS
from tests.campaigns.tengzhou.expected import BELOW, CARRIED, EXPECTED, KPIS, SUMMARY
from tests.campaigns.tengzhou.given import ROOT, SEED
from tests.campaigns.tengzhou.story import story


@pytest.mark.covers(
    "P3", "P3.1", "P3.2", "P3.3", "P3.4", "A1", "A5", "A11", "A12", "C14", "C17", "D3", "D5", "E5", "G5", "H11", "H12", "H14"
)
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_bureaus_statement_of_a_phase_is_what_was_told(told: Told, phase: str) -> None:
    assert told.statement(ROOT, phase) == EXPECTED[phase]


@pytest.mark.covers("C14")
@pytest.mark.parametrize("unit_and_phase", BELOW, ids="-".join)
def test_the_statement_of_a_unit_below_is_what_was_told_of_it_and_its_units(told: Told, unit_and_phase: tuple[str, str]) -> None:
    assert told.statement(*unit_and_phase) == BELOW[unit_and_phase]


@pytest.mark.covers("C14")
def test_reporting_counts_the_same_from_the_events(told: Told) -> None:
    assert told.counted(SUMMARY) == EXPECTED
    assert told.answers[SUMMARY]["carried_open"] == 1  # t01-02's; d02's was struck off
    assert told.counted(f"{SUMMARY}?unit=t01")["P3.1"] == BELOW["t01", "P3.1"]


def test_nothing_is_refused_but_what_a_rule_forbids_and_each_is_told_by_which(told: Told) -> None:
    forbidden = story().forbidden
    assert told.refused() == Counter(forbidden.values())
    assert {id: [each["rule"] for each in told.answers[f"/api/told/{id}"]["answers"]] for id in forbidden} == {
        id: [rule] for id, rule in forbidden.items()
    }


@pytest.mark.covers("B10", "G6", "G7")
def test_a_finding_of_the_self_check_enters_an_issue_of_its_targets_aspect(told: Told) -> None:
    found = [(each.target, each.category) for each in told.facts(IssueEntered) if each.channel == "self-check"]
    assert sorted(found) == [
        (8, "process"),
        (12, "functions"),
        (18, "quality"),
        (24, "attitude"),
        (30, "charges"),
        (32, "safeguards"),
        (34, "safeguards"),
    ]
    answered = Counter(each.where.unit for each in told.recorded if isinstance(each.fact, TargetChecked) and each.fact.replaces is None)
    assert answered == {"d01": 44, "d02": 45, "t01-01": 41}


@pytest.mark.covers("A10", "C7")
def test_a_target_that_falls_short_again_opens_its_issue_again_and_is_struck_off_twice(told: Told) -> None:
    (again,) = told.facts(IssueReopened, "d01")
    assert (again.cycle, again.reason, again.fix_due) == (2, "评价器又停用", date(2019, 5, 31))  # capped by the phase
    assert [each.phase for each in told.facts(IssueStruckOff, "d01") if each.number == again.number] == ["P3.1", "P3.3"]


@pytest.mark.covers("A6")
def test_units_adopt_plans_of_their_own(told: Told) -> None:
    assert [unit for unit in ("d01", "t01-01") if told.facts(UnitPlanCounted, unit)] == ["d01", "t01-01"]


@pytest.mark.covers("A8")
def test_what_an_earlier_campaign_left_is_carried_in_and_struck_off(told: Told) -> None:
    (entered,) = (each for each in told.facts(IssueEntered) if each.carried_in)
    assert entered.carried_in == CarriedIn(campaign="service-plan", reference="2018-17")
    assert entered.number in [each.number for each in told.facts(IssueStruckOff, "d02")]


@pytest.mark.covers("E7")
def test_spot_checks_are_drawn_by_class_so_that_anybody_can_draw_again_and_reopen_what_does_not_hold(told: Told) -> None:
    drawn = {each.sample: (each.units, each.of) for each in told.facts(SampleChosen)}
    assert drawn == {"private": (("t01-02",), 2), "towns": (("t01-01",), 1), "streets": (("t03-01",), 1)}
    lots = {unit: sha256(f"{SEED}/{unit}".encode()).hexdigest() for unit in ("t01-02", "t03-02")}
    assert min(lots, key=lambda unit: lots[unit]) == "t01-02"
    told_of_it = {each.where.unit for each in told.recorded if isinstance(each.fact, SpotCheckAnnounced)}
    assert told_of_it == {"t01-02", "t01-01"}  # the third draw is covert
    (again,) = told.facts(IssueReopened, "t01-01")
    assert again.reason == "电话已换，未更新"


@pytest.mark.covers("E8", "J5")
def test_leaders_visit_their_contact_points_on_the_plans_form_and_what_they_find_is_entered(told: Told) -> None:
    assert {each.where.unit for each in told.recorded if isinstance(each.fact, ContactPointNamed)} == {"t01", "d01"}
    visits = [each for each in told.facts(VisitLogged) if each.activity == "contact-visit"]
    assert [sorted(each.form) for each in visits if len(each.form) > 1] == [["difficulties", "good-practice", "problems", "solutions"]]
    assert all(each.form["problems"] and each.visitor == "b-02" for each in visits)
    (entered,) = told.facts(IssueEntered, "t01")
    assert entered.channel == "contact-point"


@pytest.mark.covers("B7")
def test_who_made_a_covert_visit_stays_unnamed(told: Told) -> None:
    (covert,) = (each for each in told.facts(VisitLogged) if each.covert)
    assert covert.visitor == covert.by != "b-04"
    assert covert.by.startswith("anon-")


@pytest.mark.covers("E3", "E4")
def test_a_hazard_comes_first_and_its_report_climbs_to_the_bureau_although_it_was_sent_back(told: Told) -> None:
    (entered,) = (each for each in told.facts(IssueEntered) if each.nature == "hazard")
    assert (entered.lane, entered.priority) == ("risk", 5)
    climbed = [(each.unit, each.revision, each.top) for each in told.facts(HazardReportClimbed, "t03-01")]
    assert climbed == [("t03", 1, False), ("t03", 2, False), ("bureau", 2, True)]


@pytest.mark.covers("C16")
def test_a_common_problem_is_linked_to_the_issues_of_two_hospitals(told: Told) -> None:
    assert [len(told.facts(IssueLinked, unit)) for unit in ("d01", "d03")] == [1, 1]


@pytest.mark.covers("F4", "F5", "F6", "F8", "H13")
def test_the_best_are_named_in_their_phase_and_one_is_recommended_to_the_prefecture(told: Told) -> None:
    given = {(each.award, each.nominated_by, each.phase) for each in told.facts(AwardGiven, ROOT)}
    assert given == {(award, unit, "P3.3") for award, _, unit, *_ in WINNERS}
    assert [unit for unit in ("d01", "d03", "t01-01", "t03-01", "t03-02") if told.facts(AwardReceived, unit)] == [
        "d01",
        "t01-01",
        "t03-01",
    ]
    (held_back,) = told.facts(NominationHeldBack)  # of t03-02; that d03's was not recommended is none of its business
    assert held_back.unit == "t03"
    (recommended,) = told.facts(NominationRecommended)
    assert (recommended.nominated_by, recommended.reason) == ("d01", "择优推荐至枣庄市")
    (results,) = (each for each in told.facts(ObligationMet, ROOT) if each.obligation == "acceptance-results")
    assert not results.late


@pytest.mark.covers("C8", "H14")
def test_what_is_unfinished_is_carried_over_with_date_and_owner_and_struck_off_afterwards(told: Told) -> None:
    carried = {each.where.unit: (each.fact.due, each.fact.owner) for each in told.recorded if isinstance(each.fact, IssueCarriedOver)}
    # Twenty working days from 31 August: without the Mid-Autumn Festival on 13 September, with the Sunday worked on the 29th.
    assert carried == {"d02": (date(2019, 9, 29), "d02-01"), "t01-02": (date(2019, 9, 29), "t01-02-01")}
    (struck,) = (each for each in told.facts(IssueStruckOff, "d02") if each.carried_over)
    assert (struck.phase, struck.on_time) == ("P3.4", False)
    late = [(each.clock, each.due) for each in told.facts(IssueOverdue, "t01-02")]
    assert late == [("fix", date(2019, 8, 9)), ("follow-up", date(2019, 9, 29))]
    listed = {each["unit"]: (each["status"], each["owner"]) for each in told.answers[CARRIED]["items"]}
    assert listed == {"d02": ("struck-off", "d02-31"), "t01-02": ("planned", "t01-02-01")}


@pytest.mark.covers("H17", "D4")
def test_a_return_that_did_not_come_is_missing_and_the_phase_closes_over_it_by_its_grace_or_its_owners_word(told: Told) -> None:
    missing = Counter(each.where.unit for each in told.recorded if isinstance(each.fact, ReturnMissing))
    # t01-02: list, plan, carry-over list; d03: report; t03-02: all four of the first two phases.
    assert missing == {"t01-02": 3, "d03": 1, "t03-02": 4}
    closed = {each.phase: each.gap.returns for each in told.facts(PhaseClosed, "t03-02") if each.gap}
    assert closed == {"P3.1": ("own-plan", "problem-list"), "P3.2": ("rectification-plan", "rectification-report")}


@pytest.mark.covers("E2", "B12")
def test_a_complaint_that_was_handed_over_is_in_one_book_and_answered_for_by_the_one_that_took_it(told: Told) -> None:
    (gone,) = told.facts(HandOverCompleted)
    (entered,) = (each for each in told.facts(IssueEntered) if each.origin)
    assert (gone.to, entered.number, entered.complaint) == ("t03-01", 2, False)
    assert {each.where.unit for each in told.recorded if isinstance(each.fact, ComplaintReplied)} == {"d03", "t03"}


@pytest.mark.covers("L6")
def test_more_time_that_the_bureau_granted_keeps_the_first_last_day_known(told: Told) -> None:
    (struck,) = (each for each in told.facts(IssueStruckOff, "d01") if each.first_due)
    assert (struck.first_due, struck.on_time) == (date(2019, 5, 21), True)


@pytest.mark.covers("A5")
def test_what_came_after_a_phase_had_closed_went_up_in_supplements(told: Told) -> None:
    supplemented = [each for each in told.facts(PhaseSupplemented, ROOT) if each.phase == "P3.1"]
    assert supplemented[-1].total.findings == 2
    assert {each.phase for each in told.facts(PhaseSupplemented, ROOT)} >= {"P3.1", "P3.4"}


@pytest.mark.covers("G4", "G6")
def test_the_kpis_say_how_many_targets_conform_and_that_no_avoidable_death_is_left(told: Told) -> None:
    kpis = {each["code"]: (each["part"], each["whole"], each["met"]) for each in told.answers[KPIS]["kpis"]}
    assert kpis == {
        "targets-met": (128, 130, False),
        "complaints-answered": (2, 3, False),  # d01 never answered
        "no-avoidable-death": (0, 2, True),  # of two hospitals that told of May; the one death of d02 was corrected
    }
