"""What became of issues and ideas."""

from collections import Counter
from datetime import date

import pytest

from shared.events.activity import PracticeShared
from shared.events.hand_over import HandOverCompleted, HandOverOutcome, HandOverSettled
from shared.events.hazard import HazardReportClimbed, HazardReportFiled, HazardReportOverdue, HazardReportReturned
from shared.events.idea import FollowThroughDone, IdeaDeclined, IdeaOffered
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff, RectificationDone
from shared.events.lateness import IssueEscalated
from shared.events.strike_off import IssueReopened
from tests.campaigns.qingdao.given import HOSPITALS, ROOT
from tests.campaigns.qingdao.reading import events
from tests.campaigns.story import Told


@pytest.mark.covers("E1", "E4", "C9", "C17", "C2", "D4", "C8", "C18", "B2", "B15")
def test_problems_defects_and_hazards_run_on_clocks_of_their_own(told: Told) -> None:
    entered = told.facts(IssueEntered)
    assert {(fact.nature, fact.lane, fact.priority) for fact in entered} == {
        ("problem", None, None),
        ("defect", "defect", 7),
        ("hazard", "hazard", 9),
    }
    assert {fact.channel for fact in entered} >= {"grumbling", "fault-finding", "task-force", "discussion"}
    overdue = {(each.where.unit, each.fact.due) for each in events(told, IssueOverdue) if each.fact.clock == "fix"}
    assert overdue == {("second", date(2023, 5, 22)), ("private-1", date(2023, 7, 31)), ("stationed", date(2023, 6, 30))}
    assert {(each.where.unit, each.fact.to) for each in events(told, IssueEscalated)} == {("private-1", ROOT), ("stationed", ROOT)}
    assert all(fact.evidence for fact in told.facts(RectificationDone))
    [carried] = told.facts(IssueCarriedOver)
    assert (carried.owner, carried.due) == ("st-01", date(2023, 12, 28))
    assert [fact.carried_over for fact in told.facts(IssueStruckOff, "stationed")] == [True]
    [again] = told.facts(IssueReopened)
    assert (again.cycle, again.plan_due, again.fix_due) == (2, date(2023, 10, 19), date(2023, 11, 9))


@pytest.mark.covers("E3", "H7", "J3")
def test_the_report_of_a_hazard_cleared_climbs_one_level_at_a_time_and_comes_back_the_same_way(told: Told) -> None:
    climbed = {
        unit: [(fact.revision, fact.unit, fact.level, fact.top) for fact in told.facts(HazardReportClimbed, unit)] for unit in HOSPITALS
    }
    assert climbed == {
        "east-1": [(1, "east", 1, False), (1, ROOT, 2, True)],
        "east-2": [(1, "east", 1, False), (2, "east", 1, False), (2, ROOT, 2, True)],
    }
    back = [(each.where.unit, each.fact.unit, each.fact.reason) for each in events(told, HazardReportReturned)]
    assert back == [("east", ROOT, "请写明避免的损失"), ("east-2", "east", "市里退回，请补写")]
    assert [(each.where.unit, each.fact.due) for each in events(told, HazardReportOverdue)] == [(ROOT, date(2023, 6, 2))]
    reports = told.facts(HazardReportFiled)
    assert all(set(fact.form or {}) == {"hazard", "measures", "loss-avoided", "social-impact"} for fact in reports)


@pytest.mark.covers("E2")
def test_what_a_unit_cannot_mend_goes_to_one_that_can_and_the_outcome_comes_back(told: Told) -> None:
    [completed] = told.facts(HandOverCompleted)
    assert completed.to == "organ"
    assert [(fact.unit, fact.accepted) for fact in told.facts(HandOverSettled, "works")] == [("organ", True)]
    assert [(fact.unit, fact.outcome) for fact in told.facts(HandOverOutcome, "works")] == [("organ", "struck-off")]
    assert [(fact.unit, fact.accepted, fact.reason) for fact in told.facts(HandOverSettled, "private-1")] == [
        ("second", False, "应由贵院先行申请")
    ]
    # The giver answers for it until it is taken: no measures within the one day of a hazard.
    assert [(fact.clock, fact.due) for fact in told.facts(IssueOverdue, "works")] == [("plan", date(2023, 6, 13))]
    [taken] = told.facts(IssueEntered, "organ")
    assert (taken.plan_due, taken.fix_due) == (date(2023, 6, 16), date(2023, 6, 25))
    assert told.statement("works", "P0.2") == {
        "units": 1,
        "entered": 1,
        "hazards": 1,
        "handed_over": 1,
        "late": 1,  # its interim pack
        "activities": 1,
    }


@pytest.mark.covers("F1", "B2", "K1", "G5")
def test_ideas_are_adopted_applied_and_looked_at_again(told: Told) -> None:
    assert [fact.holds for fact in told.facts(FollowThroughDone, "first")] == [True]
    assert [fact.reason for fact in told.facts(IdeaDeclined, "second")] == ["已在试行"]
    assert Counter(fact.offered_by for fact in told.facts(IdeaOffered)) == {"first-21": 1, None: 2}  # of three books, in no order
    assert [fact.title for fact in told.facts(PracticeShared)] == ["门诊陪检"]
