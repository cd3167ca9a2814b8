"""Lanes, and how a clock counts its days."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.issue import IssueEntered
from shared.plan.clock import Clock, Lane
from shared.workdays import add_days, is_working_day
from tests.ledger.issue.clocks import under
from tests.ledger.like import Like
from tests.ledger.sample import PLAN, REPORTED, UNOWNED, called

AT_ONCE = Lane(
    code="immediate", name=called("立即整改"), natures=("hazard",), plan=Clock(days=1), fix=Clock(days=2, working=False), priority=9
)
QUICK = Lane(code="quick", name=called("限时整改"), categories=("attitude",), channels=("complaint",), fix=Clock(days=3))

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
    cause=st.dates(date(2005, 1, 1), date(2025, 11, 1)),
    days=st.integers(1, 30),
    working=st.booleans(),
    start_day=st.booleans(),
    rest=st.sampled_from(["stay", "before", "after"]),
)
def test_a_clock_counts_as_its_plan_says(cause: date, days: int, working: bool, start_day: bool, rest: Any) -> None:
    due = PLAN.due(Clock(days=days, working=working, start_day=start_day, rest=rest), cause)
    plain = PLAN.due(Clock(days=days, working=working), cause)
    assert due >= cause
    if rest != "stay":
        stays = rest == "before" and not any(is_working_day(cause + timedelta(number)) for number in range((due - cause).days + 1))
        assert is_working_day(due) or stays
    if not start_day and rest == "stay":
        assert due == plain == add_days(cause, days, working)
    if start_day and not working and rest == "stay":
        assert due == plain - timedelta(1)
    if start_day and working and rest == "stay":
        assert due == (add_days(cause, days - 1) if is_working_day(cause) and days > 1 else due)
        assert due <= plain
    capped = PLAN.due(Clock(days=days, working=working, start_day=start_day, rest=rest, cap="P2"), cause)
    assert capped == (min(due, date(2022, 6, 30)) if cause <= date(2022, 6, 30) else due)


@pytest.mark.covers("L1", "D6")
def test_what_is_reported_on_a_holiday_is_not_due_before_it_was_reported() -> None:
    fix = Clock(days=2, working=False, rest="before")
    assert PLAN.due(fix, date(2024, 10, 3)) == date(2024, 10, 5)  # people rest from 1 to 7 October


@pytest.mark.covers("L1", "D7")
@pytest.mark.parametrize(("start_day", "due"), [(False, date(2022, 4, 28)), (True, date(2022, 4, 27))])
def test_the_start_day_counts_only_where_the_clock_says_so(start_day: bool, due: date) -> None:
    under(clocks={"plan": Clock(days=5, start_day=start_day)}).when(UNOWNED).then(Like(IssueEntered, plan_due=due))


@pytest.mark.covers("L1", "D6")
@pytest.mark.parametrize(("rest", "due"), [("stay", date(2022, 5, 2)), ("before", date(2022, 4, 29)), ("after", date(2022, 5, 5))])
def test_a_last_day_of_rest_stays_or_moves_as_the_clock_says(rest: Any, due: date) -> None:
    under(clocks={"fix": Clock(days=10, working=False, rest=rest)}).when(UNOWNED).then(Like(IssueEntered, fix_due=due))
