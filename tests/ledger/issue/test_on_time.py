"""What counts as on time: what was accepted or happened in time and was told late."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.issue import IssueOverdue, IssueStruckOff
from shared.events.lateness import LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.events.strike_off import IssueReturned, ReopeningOrdered
from shared.plan.issue import IssueRules
from tests.ledger.given import Morning, Said, Story
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, under
from tests.ledger.like import Like
from tests.ledger.sample import DONE, LIFE, PLANNED, REPORTED, RETURNED, VERIFIED


@pytest.mark.covers("L15")
def test_a_fix_accepted_on_the_last_day_but_recorded_after_the_clock_looked_is_not_overdue() -> None:
    story = under().given(REPORTED, PLANNED, Morning(AFTER_FIX)).on(FIX_DUE).when(DONE)
    story.then(OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="in-time", counted_on=date(2022, 5, 9)))
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
        OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="told-late", counted_on=date(2022, 5, 9)),
    )
    assert story.book.phase("P2").own == {"overdue": 0}
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("L5", "L15")
def test_what_happened_before_an_issue_was_opened_again_is_not_in_time_for_its_next_cycle() -> None:
    again = ReopeningOrdered(reason="又损坏", by="chief-lin", by_unit="bureau")
    story = under(issues=IssueRules(told_late=3)).given(*LIFE).on("2022-05-20").given(again, PLANNED).on("2022-06-08")  # due on 6 June
    story.when(Said(DONE, happened="2022-05-19")).then(Like(IssueOverdue, clock="fix"), LateTellingDismissed)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=False))
    story = under(issues=IssueRules(told_late=3)).given(*LIFE).on("2022-05-20").given(again, PLANNED).on("2022-06-08")
    story.when(Said(DONE, happened="2022-05-20")).then(
        IssueOverdue, Like(LateTellingAccepted, happened=date(2022, 5, 20)), OverdueWithdrawn
    )


def test_what_is_told_late_before_the_clock_looked_is_marked_and_taken_back_as_after_its_look() -> None:
    story = under(issues=IssueRules(told_late=3)).given(REPORTED, PLANNED).on(AFTER_FIX).when(Said(DONE, happened=FIX_DUE))
    story.then(IssueOverdue, LateTellingAccepted, Like(OverdueWithdrawn, reason="told-late"))
    assert story.book.phase("P2").own["overdue"] == 0


@pytest.mark.covers("L1", "L15")
@pytest.mark.parametrize("stops", ["verified", "struck-off"])
def test_a_verification_that_is_told_late_counts_where_it_stops_the_clock(stops: str) -> None:
    plan: dict[str, Any] = {"clocks": {"fix_stops": stops}, "issues": IssueRules(told_late=3)}
    story = under(**plan).given(REPORTED, PLANNED, DONE, Morning(AFTER_FIX)).on("2022-05-12").when(Said(VERIFIED, happened=FIX_DUE))
    story.then(
        LateTellingAccepted(number=1, happened=date(2022, 5, 9), due=date(2022, 5, 9)),
        OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), reason="told-late", counted_on=date(2022, 5, 9)),
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
