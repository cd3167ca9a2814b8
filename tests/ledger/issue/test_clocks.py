"""Lanes, what stops a clock, warnings and escalations, and what counts as on time."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.issue import IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.lateness import (
    EscalationReceived,
    IssueEscalated,
    IssueNearDue,
    LateTellingAccepted,
    OverdueWithdrawn,
    StepDue,
)
from shared.events.strike_off import IssueReturned, ObjectionDecided, ObjectionRaised, ReopeningOrdered, StrikeOffPublished
from shared.plan import Plan
from shared.plan.clock import Clock, Lane, Step
from shared.plan.issue import IssueRules, Verification
from shared.workdays import add_days, is_working_day
from tests.ledger.delivery import Delivery
from tests.ledger.given import Morning, Said, Story
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LIFE, LISTED, PLAN, PLANNED, REPORTED, RETURNED, UNOWNED, VERIFIED, called

FIX_DUE, AFTER_FIX = "2022-05-09", "2022-05-10"
AT_ONCE = Lane(
    code="immediate", name=called("立即整改"), natures=("hazard",), plan=Clock(days=1), fix=Clock(days=2, working=False), priority=9
)
QUICK = Lane(code="quick", name=called("限时整改"), categories=("attitude",), channels=("complaint",), fix=Clock(days=3))
STEPS = (
    Step(clock="fix", before=2),
    Step(clock="fix", after=1),
    Step(clock="fix", after=5, levels=5),
    Step(clock="follow-up", after=1),
)


def under(day: str = FOUND, clocks: dict[str, Any] | None = None, **parts: object) -> Story:
    """An issue of a clinic under a plan with these parts; what else happens in the book is left out."""
    plan = Plan(**(dict(PLAN) | {"clocks": PLAN.clocks.model_copy(update=clocks or {})} | parts))
    Story(ledger := Ledger(), "bureau").given(LISTED, ANNOUNCED.model_copy(update={"plan": plan}))
    return Story(ledger, "e1", day, "issue")


# ── lanes ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("D2", "E4")
def test_a_hazard_is_on_the_immediate_lane_with_clocks_and_priority_of_its_own() -> None:
    story = under(lanes=(AT_ONCE, QUICK)).when(UNOWNED.model_copy(update={"nature": "hazard"}))
    story.then(Like(IssueEntered, lane="immediate", priority=9, plan_due=date(2022, 4, 24), fix_due=date(2022, 4, 24)))


@pytest.mark.covers("D2")
def test_the_first_lane_that_fits_is_taken_and_a_clock_that_it_does_not_set_is_the_plans() -> None:
    story = under(lanes=(AT_ONCE, QUICK)).when(UNOWNED)
    story.then(Like(IssueEntered, lane="quick", priority=0, plan_due=date(2022, 4, 28), fix_due=date(2022, 4, 26)))


def test_what_fits_no_lane_has_the_plans_clocks() -> None:
    story = under(lanes=(AT_ONCE, QUICK)).when(REPORTED.model_copy(update={"owner": None}))
    story.then(Like(IssueEntered, lane=None, priority=None, fix_due=date(2022, 5, 9)))


@pytest.mark.covers("D2", "E4")
def test_whoever_reports_may_name_the_lane() -> None:
    under(lanes=(AT_ONCE, QUICK)).when(UNOWNED.model_copy(update={"lane": "immediate"})).then(Like(IssueEntered, lane="immediate"))
    under(lanes=(AT_ONCE, QUICK)).when(UNOWNED.model_copy(update={"lane": "someday"})).refuses("lane-unknown")


@pytest.mark.covers("D3")
def test_the_cap_of_a_lane_holds_as_that_of_the_plan_does() -> None:
    capped = Lane(code="capped", name=called("限时"), fix=Clock(days=60, cap="P2"))
    under(lanes=(capped,)).when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 6, 30)))
    under("2022-07-01", lanes=(capped,)).when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 9, 26)))


# ── how a clock counts ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L1", "D1", "D6")
@given(
    cause=st.dates(date(2022, 4, 6), date(2022, 8, 31)),
    days=st.integers(1, 40),
    working=st.booleans(),
    start_day=st.booleans(),
    rest=st.sampled_from(["stay", "before", "after"]),
)
def test_a_clock_counts_as_its_plan_says(cause: date, days: int, working: bool, start_day: bool, rest: Any) -> None:
    due = PLAN.due(Clock(days=days, working=working, start_day=start_day, rest=rest), cause)
    plain = PLAN.due(Clock(days=days, working=working), cause)
    assert due >= cause or rest == "before"
    if rest != "stay":
        assert is_working_day(due)
    if not start_day and rest == "stay":
        assert due == plain == add_days(cause, days, working)
    if start_day and not working and rest == "stay":
        assert due == plain - timedelta(1)
    if start_day and working and rest == "stay":
        assert due == (add_days(cause, days - 1) if is_working_day(cause) and days > 1 else due)
        assert due <= plain
    capped = PLAN.due(Clock(days=days, working=working, start_day=start_day, rest=rest, cap="P2"), cause)
    assert capped == (min(due, date(2022, 6, 30)) if cause <= date(2022, 6, 30) else due)


@pytest.mark.covers("L1", "D7")
@pytest.mark.parametrize(("start_day", "due"), [(False, date(2022, 4, 28)), (True, date(2022, 4, 27))])
def test_the_start_day_counts_only_where_the_clock_says_so(start_day: bool, due: date) -> None:
    under(clocks={"plan": Clock(days=5, start_day=start_day)}).when(UNOWNED).then(Like(IssueEntered, plan_due=due))


@pytest.mark.covers("L1", "D6")
@pytest.mark.parametrize(("rest", "due"), [("stay", date(2022, 5, 2)), ("before", date(2022, 4, 29)), ("after", date(2022, 5, 5))])
def test_a_last_day_of_rest_stays_or_moves_as_the_clock_says(rest: Any, due: date) -> None:
    under(clocks={"fix": Clock(days=10, working=False, rest=rest)}).when(UNOWNED).then(Like(IssueEntered, fix_due=due))


# ── which act stops the fix clock ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L1")
@pytest.mark.parametrize("stops", ["verified", "struck-off"])
def test_a_fix_clock_that_the_check_stops_runs_on_while_a_rectification_waits(stops: str) -> None:
    story = under(clocks={"fix_stops": stops}).given(REPORTED, PLANNED).on(FIX_DUE).given(DONE)
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"))
    story.on(AFTER_FIX).when(VERIFIED).then(Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L1", "L15")
def test_what_is_checked_on_its_last_day_is_on_time_also_where_the_check_stops_the_clock() -> None:
    story = under(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED, DONE).on(FIX_DUE)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))
    story.when(Morning(AFTER_FIX)).then()


@pytest.mark.covers("L1", "L4", "L15")
def test_what_enough_verified_in_time_is_on_time_also_where_its_publication_ends_later() -> None:
    published = IssueRules(verification=Verification(published=True))
    story = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=published).given(REPORTED, PLANNED, DONE)
    story.on(FIX_DUE).given(VERIFIED).when(Morning("2022-05-13")).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("D4")
def test_what_the_clock_told_while_an_act_was_on_its_way_is_told_again_once_the_act_is_undone() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED, Morning(FIX_DUE))
    delivery = Delivery(story.ledger.store)
    looked = delivery.due(AFTER_FIX)  # the clock looks before these were recorded
    story.on(FIX_DUE).given(DONE)
    delivery.send(*looked)
    delivery.settle(Random(1))
    assert not [fact for fact in story.history() if isinstance(fact, IssueOverdue | IssueEscalated)]
    story.when(RETURNED).then(IssueReturned)
    told = story.when(Morning(AFTER_FIX)).recorded()
    assert Like(IssueOverdue, clock="fix") in told
    assert Like(IssueEscalated, days=1) in told


def test_a_check_that_is_told_before_the_clock_looked_finds_the_clock_run_out_by_its_own_date() -> None:
    story = under(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED, DONE).on(AFTER_FIX)
    story.when(VERIFIED).then(Like(IssueOverdue, clock="fix"), Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L4", "L15")
@pytest.mark.parametrize(("stops", "on_time"), [("verified", True), ("struck-off", False)])
def test_where_the_check_stops_the_clock_the_publication_after_it_costs_no_time(stops: str, on_time: bool) -> None:
    clocks = {"fix_stops": stops, "publication": Clock(days=3)}
    rules = IssueRules(verification=Verification(published=True))
    story = under(clocks=clocks, issues=rules).given(REPORTED, PLANNED, DONE).on(FIX_DUE).given(VERIFIED)
    objected = ObjectionRaised(reason="仍缺一把", by="nurse-gu")
    story.given(objected).on(AFTER_FIX).given(ObjectionDecided(upheld=False, reason="已补", by="chief-lin"), Morning("2022-05-14"))
    [struck] = [fact for fact in story.history() if isinstance(fact, IssueStruckOff)]
    assert struck.on_time is on_time


@pytest.mark.covers("L15")
def test_a_check_told_late_is_in_time_also_where_its_strike_off_is_published_first_and_what_goes_back_begins_anew() -> None:
    rules = IssueRules(verification=Verification(published=True), told_late=3)
    story = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=rules).given(REPORTED, PLANNED, DONE)
    story.on(AFTER_FIX).when(Said(VERIFIED, happened=FIX_DUE)).then(LateTellingAccepted, StrikeOffPublished)
    story.when(Morning("2022-05-14")).then(Like(IssueStruckOff, on_time=True))
    back = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=rules).given(REPORTED, PLANNED, DONE)
    back.on(FIX_DUE).given(VERIFIED, ObjectionRaised(reason="仍缺一把", by="nurse-gu")).on(AFTER_FIX)
    back.given(ObjectionDecided(upheld=True, reason="属实", by="chief-lin"), DONE, VERIFIED)
    back.when(Morning("2022-05-14")).then(Like(IssueStruckOff, on_time=False))


# ── warnings and escalations ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("D4")
def test_a_warning_is_told_once_so_many_working_days_before_the_last_day() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED).when(Morning("2022-05-05")).then()
    story.when(Morning("2022-05-06")).then(IssueNearDue(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), days=2, owner="owner-li"))
    story.when(Morning("2022-05-07")).then()


@pytest.mark.covers("D4")
def test_what_stays_late_is_escalated_up_the_line_and_the_upper_book_says_what_it_was_told() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED, Morning(FIX_DUE))
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"), Like(IssueEscalated, levels=1, to="east", days=1, phase="P2"))
    received = EscalationReceived(issue="yz2022/e1/issue/desk~1", unit="e1", number=1, clock="fix", due=date(2022, 5, 9), owner="owner-li")
    assert received in story.at("east").history()
    story.when(Morning("2022-05-16")).then(Like(IssueEscalated, levels=5, to="bureau", days=5))
    assert received in story.at("bureau").history()
    assert story.book.phase("P2").own == {"overdue": 1, "escalated": 2}
    story.when(Morning("2022-05-17")).then()


@pytest.mark.covers("D4")
def test_what_was_done_meanwhile_is_neither_warned_of_nor_escalated() -> None:
    under(steps=STEPS).given(REPORTED, PLANNED, DONE).when(Morning("2022-05-16")).then()
    late = under(steps=STEPS).given(REPORTED, PLANNED, Morning(AFTER_FIX)).on(AFTER_FIX).given(DONE)
    late.when(Morning("2022-05-16"), StepDue(clock="fix", due=date(2022, 5, 9), side="after", days=5)).then()


def test_a_step_that_the_plan_does_not_have_has_no_consequence() -> None:
    under().given(REPORTED).on("2022-05-06").when(StepDue(clock="fix", due=date(2022, 5, 9), side="before", days=2)).then()


def test_the_root_escalates_to_itself_and_tells_nobody() -> None:
    story = under(steps=STEPS).at("bureau")
    story.given(REPORTED, PLANNED).when(Morning(AFTER_FIX))
    assert Like(IssueEscalated, to="bureau") in story.recorded()
    assert not [fact for fact in story.history() if isinstance(fact, EscalationReceived)]


@pytest.mark.covers("D4")
def test_what_was_carried_over_is_escalated_by_its_new_date() -> None:
    story = under("2022-08-30", steps=STEPS).given(REPORTED, PLANNED, Morning("2022-09-01")).when(Morning("2022-09-16"))
    story.then(Like(IssueOverdue, clock="follow-up"), Like(IssueEscalated, clock="follow-up", phase="P3"))


# ── on time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L15")
def test_a_fix_accepted_on_the_last_day_but_recorded_after_the_clock_looked_is_not_overdue() -> None:
    story = under().given(REPORTED, PLANNED, Morning(AFTER_FIX)).on(FIX_DUE).when(DONE)
    story.then(OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="in-time"))
    assert story.book.phase("P2").own == {"overdue": 0}
    story.on(AFTER_FIX).when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("L15")
def test_measures_accepted_in_time_take_back_the_mark_of_the_plan_clock() -> None:
    story = under().given(REPORTED, Morning("2022-04-29")).on("2022-04-28").when(PLANNED)
    story.then(Like(OverdueWithdrawn, clock="plan", reason="in-time"))


def late(told: str, happened: str, days: int | None = 3) -> Story:
    """A rectification is told late, of a plan that lets it be told so many days late."""
    rules = IssueRules(told_late=days)
    return under(issues=rules).given(REPORTED, PLANNED, Morning(AFTER_FIX)).on(told).when(Said(DONE, happened=happened))


@pytest.mark.covers("L15")
def test_what_happened_in_time_and_was_told_within_the_plans_days_counts_as_on_time() -> None:
    story = late("2022-05-12", "2022-05-09T23:50:00+08:00")
    story.then(
        LateTellingAccepted(number=1, happened=date(2022, 5, 9), due=date(2022, 5, 9)),
        OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="told-late"),
    )
    assert story.book.phase("P2").own == {"overdue": 0}
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("L5", "L15")
def test_what_happened_before_an_issue_was_opened_again_is_not_in_time_for_its_next_cycle() -> None:
    again = ReopeningOrdered(reason="又损坏", by="chief-lin", by_unit="bureau")
    story = under(issues=IssueRules(told_late=3)).given(*LIFE).on("2022-05-20").given(again, PLANNED).on("2022-06-08")  # due on 6 June
    story.when(Said(DONE, happened="2022-05-19")).then(Like(IssueOverdue, clock="fix"))
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=False))
    story = under(issues=IssueRules(told_late=3)).given(*LIFE).on("2022-05-20").given(again, PLANNED).on("2022-06-08")
    story.when(Said(DONE, happened="2022-05-20")).then(Like(LateTellingAccepted, happened=date(2022, 5, 20)))


def test_what_is_told_late_before_the_clock_looked_is_not_marked_at_all() -> None:
    story = under(issues=IssueRules(told_late=3)).given(REPORTED, PLANNED).on(AFTER_FIX).when(Said(DONE, happened=FIX_DUE))
    story.then(LateTellingAccepted)


@pytest.mark.covers("L1", "L15")
@pytest.mark.parametrize("stops", ["verified", "struck-off"])
def test_a_check_that_is_told_late_counts_where_it_stops_the_clock(stops: str) -> None:
    plan: dict[str, Any] = {"clocks": {"fix_stops": stops}, "issues": IssueRules(told_late=3)}
    story = under(**plan).given(REPORTED, PLANNED, DONE, Morning(AFTER_FIX)).on("2022-05-12").when(Said(VERIFIED, happened=FIX_DUE))
    story.then(
        LateTellingAccepted(number=1, happened=date(2022, 5, 9), due=date(2022, 5, 9)),
        OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="told-late"),
        Like(IssueStruckOff, on_time=True),
    )
    too_late = under(**plan).given(REPORTED, PLANNED, DONE, Morning(AFTER_FIX)).on("2022-05-13")
    too_late.when(Said(VERIFIED, happened=FIX_DUE)).then(Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L15")
@pytest.mark.parametrize(
    ("told", "happened", "days"),
    [
        ("2022-05-13", FIX_DUE, 3),
        ("2022-05-12", AFTER_FIX, 3),
        ("2022-05-12", "2022-05-13", 3),
        ("2022-05-12", FIX_DUE, None),
    ],
)
def test_what_is_told_too_late_or_happened_too_late_or_under_a_plan_without_such_days_stays_late(
    told: str, happened: str, days: int | None
) -> None:
    story = late(told, happened, days).then()
    assert story.book.phase("P2").own == {"overdue": 1}
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L15")
def test_a_mark_that_was_withdrawn_comes_back_with_a_return_since_the_clock_never_stopped() -> None:
    story = late("2022-05-12", FIX_DUE).when(RETURNED).then(IssueReturned, Like(IssueOverdue, clock="fix"))
    assert story.book.phase("P2").own["overdue"] == 1


@settings(max_examples=30, deadline=None)
@given(done=st.integers(0, 12), looked=st.booleans())
def test_no_issue_is_both_on_time_and_overdue(done: int, looked: bool) -> None:
    day = (date(2022, 5, 1) + timedelta(done)).isoformat()
    story = under().given(*LIFE[:2])
    if looked:
        story.given(Morning(AFTER_FIX))
    story.on(day).given(DONE).on(max(day, AFTER_FIX)).given(VERIFIED)
    own = [story.book.phase(code).own for code in ("P1", "P2")]
    assert sum(each.get("on_time", 0) + each.get("overdue", 0) for each in own) == 1
