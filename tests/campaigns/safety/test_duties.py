"""What became of the county's duties and awards: dates that move, phases, quotas, approval, nominations."""

import pytest

from shared.events.hazard import HazardReportClimbed, HazardReportOverdue
from shared.events.issue import IssueEntered, IssueStruckOff
from shared.events.nomination import AwardReceived, NominationRecommended
from shared.events.phase import PhaseClosed
from shared.events.returns import ObligationMet, ObligationMoved, ObligationOpened, ReturnMissing
from tests.campaigns.safety.given import API, LAZY, ROOT
from tests.campaigns.safety.reading import of, only
from tests.campaigns.story import Told


@pytest.mark.covers("L1")
def test_each_date_counts_as_the_plan_says_and_moves_with_what_it_is_told_by(told: Told) -> None:
    opened = {(fact.obligation, fact.period): str(fact.due) for fact in told.facts(ObligationOpened, "chem-2")}
    assert opened["hazard-list", None] == "2025-01-08"  # seven calendar days before the end of the search
    assert opened["own-plan", None] == "2024-10-24"  # five working days before the end of October
    assert opened["duty-report", "2024-W45"] == "2024-11-11"  # a week ends on a Sunday: the working day after
    assert opened["monthly-figures", "2025-01"] == "2025-02-07"  # three working days after the New Year's holidays
    [moved] = [fact for fact in told.facts(ObligationMoved, "school-2") if fact.obligation == "hazard-list"]
    assert (str(moved.was), str(moved.due)) == ("2025-01-08", "2025-01-17")
    [kitchen] = only(of(told, "school-1", "k1"), IssueEntered)
    assert (str(kitchen.plan_due), str(kitchen.fix_due)) == ("2024-11-20", "2024-11-21")  # the day of the report is the first
    [major] = only(of(told, "chem-1", "m1"), IssueEntered)
    assert str(major.fix_due) == "2025-01-10"  # 60 calendar days later is a Saturday: the working day before
    # The check stops the fix clock, so what was rectified in time and checked later is not on time.
    [late] = only(of(told, "school-2", "k2"), IssueStruckOff)
    assert not late.on_time


@pytest.mark.covers("L7")
def test_a_phase_lasts_longer_for_one_unit_and_late_facts_count_where_the_plan_says(told: Told) -> None:
    closed = {
        each.where.unit: str(each.accepted.date())
        for each in told.recorded
        if isinstance(each.fact, PhaseClosed) and each.fact.phase == "S2"
    }
    assert (closed["school-3"], closed["school-2"]) == ("2025-01-15", "2025-01-24")
    # Both entered on 16 January: the search had closed at chem-1, and waited for mine-1.
    assert [only(of(told, unit, reference), IssueEntered)[0].phase for unit, reference in (("mine-1", "n1"), ("chem-1", "n2"))] == [
        "S2",
        "S3",
    ]
    assert "2025-06" in [fact.period for fact in told.facts(ObligationMet, "mine-2") if fact.obligation == "drill-record"]


@pytest.mark.covers("L12")
def test_a_quota_needs_so_many_of_so_many_kinds_and_an_empty_list_costs_a_point(told: Told) -> None:
    met = {
        each.where.unit: each.fact.late for each in told.recorded if isinstance(each.fact, ObligationMet) and each.fact.period == "2024-Q4"
    }
    assert met == {"emergency": False, "resources": False, "education": False, "north": True}  # three of one kind are not enough
    assert [(fact.obligation, str(fact.due)) for fact in told.facts(ReturnMissing, "south")] == [("warning-cases", "2025-01-08")]
    points = told.answers[f"{API}/scores?unit=school-3"]["points"]
    assert [(each["rule"], each["points"]) for each in points] == [("missing", -3), ("missing", 3), ("none-found", -1)]


@pytest.mark.covers("L13")
def test_what_needs_approval_may_be_sent_back_and_between_late_and_missing_there_is_a_line(told: Told) -> None:
    lists = {
        each.where.unit: (each.fact.late, each.fact.was_missing)
        for each in told.recorded
        if isinstance(each.fact, ObligationMet) and each.fact.obligation == "hazard-list"
    }
    assert lists["chem-1"] == (False, False)  # sent back, and in again by its last day
    assert lists["mine-1"] == (False, False)  # in on its last day, accepted nine days later
    assert lists["chem-2"] == (True, False)  # a day late, and never missing
    assert [fact.obligation for fact in told.facts(ReturnMissing, LAZY) if fact.obligation == "hazard-list"] == ["hazard-list"]
    assert "chem-2" not in {each.where.unit for each in told.recorded if isinstance(each.fact, ReturnMissing)}


@pytest.mark.covers("E3")
def test_a_hazard_report_climbs_the_line_of_the_trade(told: Told) -> None:
    climbed = [(fact.unit, fact.level, fact.top) for fact in told.facts(HazardReportClimbed, "school-1")]
    assert climbed == [("education", 1, False), (ROOT, 2, True)]
    assert [str(fact.due) for fact in told.facts(HazardReportOverdue, "education")] == ["2024-11-22"]


@pytest.mark.covers("F2", "F8")
def test_awards_go_from_nomination_to_decision_and_the_best_is_recommended(told: Told) -> None:
    assert [(fact.award, fact.prize) for fact in told.facts(AwardReceived, "mine-1")] == [("whistle", "1000元")]
    assert [fact.award for fact in told.facts(AwardReceived, "chem-1")] == ["model-site"]
    assert [fact.nominated_by for fact in told.facts(NominationRecommended, ROOT)] == ["chem-1"]
