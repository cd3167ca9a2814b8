"""What stands in the books of Yangpu's hospital in the end."""

from datetime import date

import pytest

from shared.events.idea import FollowThroughOpened, FollowThroughOverdue, OutcomeRecorded
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.lateness import IssueNearDue
from shared.events.nomination import AwardGiven, AwardReceived, NominationHeldBack, ScoreCounted
from shared.events.phase import PhaseClosed, PhaseHeld, PhaseSupplemented
from shared.events.proposal import ProposalFiled, ProposalJudged
from shared.events.refusal import Refused
from shared.events.returns import ObligationMet, ReturnMissing, ReturnNearDue
from shared.events.roles import RoleGiven
from tests.campaigns.story import Told
from tests.campaigns.yangpu.expected import EXPECTED
from tests.campaigns.yangpu.given import CAMPAIGN, ROOT
from tests.campaigns.yangpu.story import NOT_RIGHT, STORY


@pytest.mark.covers("P1", "P1.1", "P1.2", "P1.3", "A3", "A8", "B3", "C8", "D4", "F1", "G6", "G10")
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_hospital_says_what_the_story_told(either: Told, phase: str) -> None:
    assert either.statement(ROOT, phase) == EXPECTED[phase]


@pytest.mark.covers("C14")
def test_lines_state_what_their_departments_told(either: Told) -> None:
    medical = {"units": 4, "entered": 2, "carried_in": 1, "struck_off": 1, "on_time": 1, "answered": 10, "findings": 1, "filed": 1}
    assert either.statement("medical", "P1.1") == medical
    assert either.statement("outpatient", "P1.1") == {"units": 2, "gaps": 1, "entered": 1, "voided": 1, "answered": 10, "late": 1}
    zhongyuan = either.statement("zhongyuan", "P1.3")
    assert (zhongyuan["entered"], zhongyuan["handed_over"], zhongyuan["overdue"], zhongyuan["ideas"]) == (2, 1, 1, 1)


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    assert told.counted(f"/api/campaigns/{CAMPAIGN}/summary") == EXPECTED


@pytest.mark.covers("C10", "I3", "F10")
def test_what_breaks_a_rule_is_refused_and_nothing_else(either: Told) -> None:
    assert {each.told_id: each.fact.rule for each in either.recorded if isinstance(each.fact, Refused)} == STORY.forbidden


def test_whoever_told_it_hears_why_it_was_refused(told: Told) -> None:
    answer = told.answers[f"/api/told/{NOT_RIGHT}?source=medical"]
    assert answer["state"] == "refused"
    assert "opinion-above" in str(answer)


@pytest.mark.covers("A3")
def test_phases_overlap_and_november_is_in_none(either: Told) -> None:
    closed = [fact.phase for fact in either.facts(PhaseClosed, ROOT)]
    assert closed == ["P1.1", "P1.2", "P1.3"]
    [wheelchairs] = either.facts(IssueEntered, "medical-2")
    assert wheelchairs.phase == "P1.3"
    assert {fact.phase for fact in either.facts(PhaseSupplemented, "medical")} == {"P1.3"}


@pytest.mark.covers("A5", "H17", "G6")
def test_the_study_waits_for_ten_answers_and_the_plan_for_spreading_them(either: Told) -> None:
    held = [fact.gap for fact in either.facts(PhaseHeld, "zhongyuan") if fact.phase == "P1.1"]
    assert [(gap.returns, gap.targets) for gap in held] == [(("spread-plan",), 2)]
    [closed] = [fact for fact in either.facts(PhaseClosed, "zhongyuan") if fact.phase == "P1.1"]
    assert closed.gap
    assert (closed.gap.returns, closed.gap.targets) == (("spread-plan",), 0)
    chased = [(each.where.unit, type(each.fact)) for each in either.recorded if isinstance(each.fact, ReturnNearDue | ReturnMissing)]
    assert sorted(unit for unit, kind in chased if kind is ReturnNearDue) == ["logistics", "outpatient", "zhongyuan"]
    assert sorted(unit for unit, kind in chased if kind is ReturnMissing) == ["logistics", "outpatient", "zhongyuan"]
    assert sorted(fact.late for fact in either.facts(ObligationMet)) == [False, False, True, True, True]


def test_a_phase_that_a_unit_opened_again_is_stated_anew_up_to_the_root(either: Told) -> None:
    assert [(fact.phase, fact.revision) for fact in either.facts(PhaseClosed, "party-office")][-1] == ("P1.3", 1)
    assert ("P1.2", 2) in {(fact.phase, fact.revision) for fact in either.facts(PhaseClosed, "party-office")}
    assert ("P1.2", 2) in {(fact.phase, fact.revision) for fact in either.facts(PhaseSupplemented, ROOT)}


@pytest.mark.covers("H8", "J1", "B11", "F10")
def test_a_proposal_climbs_from_the_department_over_its_line_to_the_hospital_and_the_opinion_comes_back(either: Told) -> None:
    for unit, opinion in (("medical", "同意立项"), ("nursing", "先在本科试行")):
        for book in (unit, f"{unit}-1"):
            assert [(fact.unit, fact.opinion) for fact in either.facts(ProposalJudged, book)] == [(ROOT, opinion)]
    assert [fact.unit for fact in either.facts(ProposalJudged, "outpatient-1")] == ["outpatient"]
    assert either.facts(ProposalJudged, "zhongyuan-1") == []
    filed = either.facts(ProposalFiled, "medical-1")[-1]
    assert len(filed.form["measures"]) == 500


@pytest.mark.covers("F2", "F3", "F5", "F9", "F11")
def test_ideas_are_awarded_every_two_months_and_the_year_ends_with_an_award_on_the_five_criteria(either: Told) -> None:
    given = [(fact.award, fact.period, fact.nominated_by, fact.nominee) for fact in either.facts(AwardGiven, ROOT)]
    assert given == [
        ("idea", "2013-04", ROOT, "team"),
        ("idea", "2013-04", "medical-1", "team"),
        ("idea", "2013-04", "nursing-1", "team"),
        ("idea", "2013-10", "party-office", "team"),
        ("improvement", "once", "medical-1", "team"),
        ("improvement", "once", "nursing-1", "person"),
    ]
    means = [(fact.judges, fact.mean) for fact in either.facts(ScoreCounted, ROOT)]
    assert means == [(1, 80.0), (1, 80.0), (2, 81.0), (1, 80.0), (1, 80.0), (1, 80.0), (1, 72.0)]  # 82 of the second judge of medical-1
    assert {fact.prize for fact in either.facts(AwardReceived, "medical-1")} == {"证书与奖金", "奖杯"}


@pytest.mark.covers("F6")
def test_a_nomination_that_a_unit_above_does_not_take_comes_back(either: Told) -> None:
    held_back = {
        (each.where.unit, each.fact.unit, each.fact.late, each.fact.reason)
        for each in either.recorded
        if isinstance(each.fact, NominationHeldBack)
    }
    assert held_back == {
        ("outpatient-1", ROOT, True, None),
        ("zhongyuan-1", "zhongyuan", False, "尚未见效"),
        ("logistics", ROOT, False, "材料不全"),
    }


@pytest.mark.covers("F13")
def test_measures_in_use_are_looked_at_again_by_somebody_else(either: Told) -> None:
    opened = {(each.where.unit, each.fact.due) for each in either.recorded if isinstance(each.fact, FollowThroughOpened)}
    assert opened == {
        (ROOT, date(2013, 6, 19)),  # forty working days after 22 April
        ("medical-1", date(2013, 7, 2)),  # after 6 May
        ("medical-1", date(2013, 9, 9)),  # after 15 July, when it was applied anew
    }
    assert [fact.due for fact in either.facts(FollowThroughOverdue)] == [date(2013, 7, 2)]


@pytest.mark.covers("D1", "D4", "C8", "D6")
def test_the_clocks_run_through_november_and_what_is_left_is_carried_over_and_struck_off(either: Told) -> None:
    overdue = {(each.where.unit, each.fact.clock, each.fact.due) for each in either.recorded if isinstance(each.fact, IssueOverdue)}
    assert overdue == {
        ("nursing", "fix", date(2013, 5, 8)),
        ("zhongyuan", "plan", date(2013, 4, 17)),  # ten working days after 2 April: 7 April is a Sunday on which people work
        ("zhongyuan", "fix", date(2013, 5, 30)),
        ("medical-3", "plan", date(2013, 9, 25)),  # 22 September is a Sunday on which people work
        ("medical-3", "fix", date(2013, 11, 11)),
    }
    assert {each.where.unit for each in either.recorded if isinstance(each.fact, IssueNearDue)} >= {"zhongyuan", "medical-3"}
    assert [(fact.due, fact.owner) for fact in either.facts(IssueCarriedOver)] == [(date(2013, 12, 27), "me3-01")]
    assert [fact.carried_over for fact in either.facts(IssueStruckOff, "medical-3")] == [True]


@pytest.mark.covers("I1", "I2", "B14", "E2", "F15")
def test_the_floor_goes_to_logistics_and_every_issue_keeps_how_it_came_in(either: Told) -> None:
    entered = [fact for fact in either.facts(IssueEntered) if fact.nature == "hazard"]
    assert [(bool(fact.origin), fact.channel) for fact in entered] == [(False, "patients"), (True, "patients")]
    assert [fact.nature for fact in either.facts(OutcomeRecorded, "nursing")] == ["patent"]
    assert {fact.role for fact in either.facts(RoleGiven, ROOT)} >= {"leading-group-head", "office", "panel"}
