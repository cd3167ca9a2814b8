"""What became of the county's issues."""

import pytest

from shared.events.hand_over import HandOverCompleted, HandOverDeclined
from shared.events.issue import (
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    MilestoneReached,
    RectificationVerified,
)
from shared.events.lateness import LateTellingAccepted, OverdueWithdrawn
from shared.events.phase import PhaseClosed
from shared.events.reporter import ComplaintReplied, ReporterRewarded
from shared.events.strike_off import IssueReopened, LookBackDone, ObjectionDecided, StrikeOffPublished
from shared.events.supervision import NextReviewSet, SupervisionLifted, SupervisionOrdered
from shared.events.visit import VisitLogged
from tests.campaigns.safety.given import API, ROOT
from tests.campaigns.safety.reading import dues, of, only
from tests.campaigns.safety.story import IDS, KPIS, SUMMARY
from tests.campaigns.story import Told


@pytest.mark.covers("L2")
def test_the_grade_sets_clocks_verifications_and_a_listing_that_is_lifted_apart_from_the_strike_off(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    assert dues(told, "chem-1", "m1") == [("listing", "2024-11-15"), ("milestone", "2024-12-20")]
    kinds = [type(fact) for fact in history]
    assert kinds.index(SupervisionOrdered) < kinds.index(IssueStruckOff) < kinds.index(SupervisionLifted)
    [entered] = only(of(told, "chem-1", "m1"), IssueEntered)
    assert (entered.grade, entered.lane, str(entered.plan_due)) == ("major", "major", "2024-11-14")


@pytest.mark.covers("L3")
def test_a_major_hazard_is_verified_by_two_of_two_units_one_of_them_above(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    first = history[: next(index for index, fact in enumerate(history) if isinstance(fact, StrikeOffPublished))]
    # A second expert of the plant is refused: two are not enough.
    assert [(fact.by, fact.by_unit) for fact in only(first, RectificationVerified)] == [
        ("ch1-09", None),
        ("so-05", "south"),
    ]
    assert [(fact.by, fact.by_unit, fact.holds) for fact in only(history, LookBackDone)] == [
        ("so-08", "south", False),
        ("co-07", ROOT, True),
    ]


@pytest.mark.covers("L4")
def test_a_strike_off_is_published_and_stands_only_once_no_objection_is_open(told: Told) -> None:
    found = only(of(told, "chem-1", "m1"), StrikeOffPublished, ObjectionDecided, IssueStruckOff, IssueReopened)
    assert [(type(fact).__name__, str(getattr(fact, "until", getattr(fact, "upheld", "")))) for fact in found] == [
        ("StrikeOffPublished", "2025-01-03"),
        ("ObjectionDecided", "True"),
        ("StrikeOffPublished", "2025-01-14"),
        ("ObjectionDecided", "False"),
        ("StrikeOffPublished", "2025-01-17"),
        ("IssueStruckOff", ""),
        ("IssueReopened", ""),
        ("StrikeOffPublished", "2025-04-11"),
        ("IssueStruckOff", ""),
    ]


@pytest.mark.covers("L5")
def test_what_does_not_hold_is_opened_again_under_its_number_and_the_first_strike_off_stays(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    [again] = only(history, IssueReopened)
    [entered] = only(history, IssueEntered)
    assert (again.number, again.cycle, str(again.plan_due), str(again.fix_due)) == (entered.number, 2, "2025-03-12", "2025-05-09")
    struck = only(history, IssueStruckOff)
    assert [(fact.number, fact.phase, str(fact.look_back_due)) for fact in struck] == [
        (entered.number, "S3", "2025-03-18"),
        (entered.number, "S3", "2025-06-10"),
    ]
    assert told.statement("chem-1", "S3")["struck_off"] == 3  # m1 twice, and n2


@pytest.mark.covers("L6")
def test_a_hand_over_has_a_receipt_its_clocks_and_its_lateness_and_refused_it_goes_back(told: Told) -> None:
    there = "south~h1"
    [entered] = only(of(told, "chem-2", there), IssueEntered)
    # Measures anew from the receipt; removal as it ran from the report of 11 November.
    assert (str(entered.plan_due), str(entered.fix_due), entered.complaint) == ("2024-11-19", "2024-11-25", False)
    assert dues(told, "chem-2", there) == [("receipt", "2024-11-13"), ("look-back", "2025-01-21")]  # nobody looked back
    # On the way the clocks of the giver do not run; the answer is the giver's, within seven days, and was a week late.
    assert dues(told, "south", "h1") == [("answer", "2024-11-18")]
    assert len(only(of(told, "south", "h1"), HandOverCompleted)) == 1
    assert len(only(of(told, "south", "h1"), ComplaintReplied)) == 1
    assert told.facts(HandOverDeclined, "mine-2")
    assert only(of(told, "north", "h2"), IssueStruckOff)[0].on_time
    extended = of(told, "mine-2", "5")
    assert [(fact.clock, str(fact.due)) for fact in only(extended, IssueOverdue)] == [
        ("extension", "2024-12-18"),
        ("look-back", "2025-03-10"),  # 60 calendar days after 8 January is a Sunday
    ]
    [struck] = only(extended, IssueStruckOff)
    assert (struck.on_time, str(struck.first_due)) == (True, "2024-12-23")


@pytest.mark.covers("L10")
def test_measures_say_what_the_grade_requires_and_milestones_have_days(told: Told) -> None:
    [full, again] = only(of(told, "chem-1", "m1"), MeasuresPlanned)
    assert all((full.analysis, full.funds, full.emergency_plan, full.guard, full.standard, len(full.milestones) == 2))
    assert [(str(fact.due), fact.name) for fact in only(of(told, "chem-1", "m1"), IssueOverdue) if fact.clock == "milestone"] == [
        ("2024-12-20", "更换报警")
    ]
    assert [fact.name for fact in only(of(told, "chem-1", "m1"), MilestoneReached)] == ["恢复联锁", "更换报警", again.milestones[0].name]
    assert told.answers[f"/api/told/{IDS['no-standard']}"]["answers"][0]["rule"] == "detail-missing"


@pytest.mark.covers("L11", "B7")
def test_who_reports_stays_unknown_and_is_answered_and_rewarded_under_one_pseudonym(told: Told) -> None:
    [first] = only(of(told, "south", "h1"), IssueEntered)
    [second] = only(of(told, "north", "h2"), IssueEntered)
    assert first.reporter
    assert first.reporter == second.reporter
    assert first.reporter.startswith("anon-")
    [visit] = told.facts(VisitLogged, "school-2")
    assert (visit.visitor or "").startswith("anon-")
    # Neither the person nor, at the plant, the pseudonym stands anywhere.
    assert not [each for each in told.recorded if each.fact and "wk-77" in each.fact.model_dump_json()]
    assert only(of(told, "chem-2", "south~h1"), IssueEntered)[0].reporter is None
    assert told.facts(ReporterRewarded, "south")
    kpi = next(each for each in told.answers[KPIS]["kpis"] if each["code"] == "answered")
    assert (kpi["value"], kpi["met"]) == (100, True)


@pytest.mark.covers("L14")
def test_over_new_year_numbers_follow_the_plans_rule_and_what_has_no_end_is_reviewed(told: Told) -> None:
    assert told.plan.within == "root-cause-2024"
    labels = [only(of(told, "chem-1", reference), IssueEntered)[0].label for reference in ("m1", "n2")]
    assert labels == ["2024-chem-1-1", "2025-chem-1-2"]
    standing = of(told, "school-1", "s1")
    assert [str(fact.due) for fact in only(standing, NextReviewSet)] == ["2025-05-21", "2025-08-22"]
    assert dues(told, "school-1", "s1") == [("review", "2025-05-21")]
    assert not only(standing, IssueStruckOff, IssueCarriedOver)
    # No phase waits for it to be struck off.
    assert [fact.gap for fact in told.facts(PhaseClosed, "school-1")] == [None, None, None, None]
    assert told.answers[f"/api/told/{IDS['standing']}"]["answers"][0]["rule"] == "standing"


@pytest.mark.covers("L15")
def test_what_counts_as_on_time_is_said_and_what_is_told_late_counts(told: Told) -> None:
    said = told.answers[KPIS]["on_time"]["zh"]
    assert said.startswith("按期：验收通过")
    assert "最后一日后 3 日内" in said
    assert told.answers[SUMMARY]["on_time_rule"] == told.answers[KPIS]["on_time"] == told.answers[f"{API}/scores?unit=south"]["on_time"]
    history = of(told, "chem-2", "w1")
    [late] = only(history, LateTellingAccepted)
    [withdrawn] = only(history, OverdueWithdrawn)
    assert (str(late.happened), str(late.due), withdrawn.reason) == ("2024-12-16", "2024-12-16", "told-late")
    assert only(history, IssueStruckOff)[0].on_time
    # Checked by 7 January, due on the 10th; that it was published until the 17th costs no time.
    assert only(of(told, "chem-1", "m1"), IssueStruckOff)[0].on_time


def test_what_comes_too_early_is_held_and_released_or_refused_at_the_end_of_its_time(told: Told) -> None:
    released, expired = (told.answers[f"/api/told/{IDS[name]}"] for name in ("released", "expired"))
    assert (released["state"], expired["state"]) == ("recorded", "refused")
    assert "FactHeld" in [each["type"] for each in released["answers"][0]["events"]]
    assert only(of(told, "school-3", "o1"), IssueStruckOff)[0].on_time
    assert expired["answers"][0]["rule"] == "issue-unknown"
