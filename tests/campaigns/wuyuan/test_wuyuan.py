"""What stands in the books of Wuyuan's hospital in the end."""

from datetime import date

import pytest

from shared.events.idea import NormJudged
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff, RectificationVerified
from shared.events.nomination import AwardGiven
from shared.events.phase import PhaseClosed, PhaseHeld
from shared.events.refusal import Refused
from shared.events.returns import ObligationOpened, PackFrozen, ReturnFiled, ReturnMissing
from shared.events.visit import VisitLogged
from shared.events.watch_topic import WatchCounted
from tests.campaigns.story import Told
from tests.campaigns.wuyuan.expected import EXPECTED
from tests.campaigns.wuyuan.given import CAMPAIGN, CHECKER, COVERT, ROOT
from tests.campaigns.wuyuan.story import NO_MILESTONES, STORY


@pytest.mark.covers("P2", "P2.1", "P2.2", "P2.3", "A6", "A11", "B4", "B5", "C1", "C2", "C7", "D3", "G5", "G10", "H10")
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_hospital_says_what_the_story_told(either: Told, phase: str) -> None:
    assert either.statement(ROOT, phase) == EXPECTED[phase]


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    assert told.counted(f"/api/campaigns/{CAMPAIGN}/summary") == EXPECTED


@pytest.mark.covers("C14")
def test_a_department_states_its_own(either: Told) -> None:
    assert either.statement("newborn", "P2.2") == {
        "units": 1,
        "entered": 1,
        "overdue": 1,
        "filed": 3,
        "watched": 6,
        "activities": 1,
        "trained": 28,
    }
    assert either.statement("registration", "P2.1") == {"units": 1, "gaps": 1, "entered": 1, "late": 1, "activities": 1, "trained": 20}


@pytest.mark.covers("C5", "C10", "C12", "L10")
def test_what_breaks_a_rule_is_refused_and_nothing_else(either: Told) -> None:
    assert {each.told_id: each.fact.rule for each in either.recorded if isinstance(each.fact, Refused)} == STORY.forbidden


def test_whoever_told_measures_without_a_time_limit_hears_why_they_are_refused(told: Told) -> None:
    answer = told.answers[f"/api/told/{NO_MILESTONES}?source={ROOT}"]
    assert answer["state"] == "refused"
    assert "milestones" in str(answer)


@pytest.mark.covers("H9", "H16", "H17", "J4", "A5")
def test_each_phase_waits_for_its_report_with_a_contact(either: Told) -> None:
    reports = [fact for fact in either.facts(ReturnFiled) if fact.obligation.startswith("phase-")]
    assert {(fact.contact is not None, fact.form.get("filed-as")) for fact in reports} == {(True, "both")}
    assert {fact.recipient for fact in either.facts(ObligationOpened) if fact.obligation != "evaluation"} == {"office"}
    held = {(each.where.unit, each.fact.phase, each.fact.gap.returns) for each in either.recorded if isinstance(each.fact, PhaseHeld)}
    assert ("pharmacy", "P2.1", ("phase-1",)) in held
    assert ("registration", "P2.2", ("ledger", "phase-2")) in held
    missing = {(each.where.unit, each.fact.obligation) for each in either.recorded if isinstance(each.fact, ReturnMissing)}
    assert missing == {
        ("pharmacy", "phase-1"),
        ("registration", "phase-1"),
        ("registration", "rectification-plan"),
        ("registration", "ledger"),
        ("registration", "phase-2"),
        ("laboratory", "phase-3"),
    }
    gaps = {(each.where.unit, each.fact.phase) for each in either.recorded if isinstance(each.fact, PhaseClosed) and each.fact.gap}
    assert gaps == {("registration", "P2.1"), ("laboratory", "P2.3")}


@pytest.mark.covers("H10", "C1")
def test_the_ledger_that_is_filed_carries_the_figures_to_date(either: Told) -> None:
    [pack] = either.facts(PackFrozen, "obstetrics")
    assert (pack.own.entered, pack.own.struck_off, pack.own.on_time) == (2, 2, 1)
    [nil] = either.facts(PackFrozen, "laboratory")
    assert nil.own.entered == 0


@pytest.mark.covers("C12", "E6", "A5")
def test_topics_are_watched_until_each_is_answered(either: Told) -> None:
    held = [fact.gap.watches for fact in either.facts(PhaseHeld, "paediatrics") if fact.phase == "P2.2"]
    assert held == [("kickbacks",)]
    counted = [(fact.found, fact.first) for fact in either.facts(WatchCounted, "newborn") if fact.watch == "cost-growth"]
    assert counted == [(False, True), (True, False)]
    [red] = [fact for fact in either.facts(IssueEntered, "obstetrics") if fact.grade == "red-line"]
    assert (red.lane, red.priority, red.plan_due, red.fix_due) == ("red-line", 9, date(2018, 5, 15), date(2018, 5, 21))
    verified = [fact.by for fact in either.facts(RectificationVerified, "obstetrics")]
    assert verified == [CHECKER, CHECKER, "h-06", CHECKER]  # 2 by one person, 5 by two, 9 by one


@pytest.mark.covers("B7")
def test_whoever_came_covertly_stays_unnamed(told: Told) -> None:
    visitors = {each.fact.activity: each.fact.visitor or "" for each in told.recorded if isinstance(each.fact, VisitLogged)}
    assert visitors["announced-inspection"] == "o-02"
    assert visitors["covert-inspection"].startswith("anon-")
    assert not [each for each in told.recorded if COVERT in str(each.fact)]


@pytest.mark.covers("B7", "B14", "C13", "C17")
def test_what_inspections_found_keeps_its_channel_and_whose_fault_it_was(either: Told) -> None:
    subjective = {
        (each.where.unit, each.fact.channel) for each in either.recorded if isinstance(each.fact, IssueEntered) and each.fact.subjective
    }
    assert subjective == {("obstetrics", "announced-inspection"), ("registration", "covert-inspection")}
    assert [fact.on_time for fact in either.facts(IssueStruckOff, "paediatrics")] == [True]


@pytest.mark.covers("D1", "D3", "D6", "C8")
def test_the_clocks_run_as_the_plan_says(either: Told) -> None:
    overdue = {(each.where.unit, each.fact.clock, each.fact.due) for each in either.recorded if isinstance(each.fact, IssueOverdue)}
    assert overdue == {
        ("obstetrics", "milestone", date(2018, 5, 4)),  # told reached on the 14th
        ("obstetrics", "fix", date(2018, 5, 11)),  # 28 April is a Saturday on which people work
        ("newborn", "plan", date(2018, 6, 27)),
        ("newborn", "fix", date(2018, 6, 30)),
        ("laboratory", "milestone", date(2018, 7, 31)),
        ("laboratory", "fix", date(2018, 8, 7)),
    }
    [carried] = either.facts(IssueCarriedOver)
    assert (carried.due, carried.owner) == (
        date(2018, 9, 29),
        "la-01",
    )  # 24 September is a holiday, 29 September a Saturday on which people work
    assert [fact.carried_over for fact in either.facts(IssueStruckOff, "laboratory")] == [True]


@pytest.mark.covers("F14")
def test_a_norm_of_a_department_becomes_one_of_the_hospital_or_stays_its_own(either: Told) -> None:
    judged = {(each.where.unit, each.fact.promoted, each.fact.reason) for each in either.recorded if isinstance(each.fact, NormJudged)}
    assert judged == {("obstetrics", True, None), ("paediatrics", False, "仅适用本科")}


@pytest.mark.covers("F5", "F9")
def test_a_department_and_a_person_are_commended(either: Told) -> None:
    assert [(fact.award, fact.nominee, fact.unit) for fact in either.facts(AwardGiven, ROOT)] == [
        ("department", "team", "obstetrics"),
        ("person", "person", "newborn"),
    ]
