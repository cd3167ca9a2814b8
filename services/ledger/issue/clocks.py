"""The clocks of an issue: when they run out, and when the clock tells it so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from services.ledger.decision import Event, Wake
from services.ledger.issue.state import Issue
from shared.events.issue import (
    CarryOverDue,
    ClockName,
    DeadlinePassed,
    IssueOverdue,
)
from shared.plan import Plan
from shared.workdays import end_of

CLOCKS: tuple[ClockName, ...] = ("plan", "fix", "follow-up")


def passed(issue: Issue, plan: Plan, subject: str, clock: ClockName, due: date) -> list[Event]:
    """What follows when the last day of a clock is over; nothing where an act overtook it."""
    return [overdue(issue, plan, subject, clock, due)] if issue.due(clock) == due and clock not in issue.overdue else []


def run_out(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The clocks that ran out before this day: the clock looks a margin after midnight, and what is told in between goes by its own date."""
    return [
        overdue(issue, plan, subject, clock, due)
        for clock in CLOCKS
        if (due := issue.due(clock)) and day > due and clock not in issue.overdue
    ]


def run_out_since(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The clocks that ran out while a rectification waited that is now sent back: they never stopped.

    The fix clock also where a carry-over took its place since.
    """
    again = replace(issue, status="planned")
    dues = {clock: again.due(clock) for clock in CLOCKS} | ({"fix": issue.fix_due} if issue.fix_due <= plan.ends else {})
    return [overdue(issue, plan, subject, clock, due) for clock, due in dues.items() if due and day > due and clock not in issue.overdue]


def overdue(issue: Issue, plan: Plan, subject: str, clock: ClockName, due: date) -> Event:
    phase = plan.phase_on(due) or plan.last_phase  # counted where the last day lay
    return Event(subject, IssueOverdue(number=issue.number, phase=phase, clock=clock, due=due, owner=issue.owner))


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an issue."""
    for clock in CLOCKS:
        due = issue.due(clock)
        if due and clock not in issue.overdue:
            yield Wake(due + timedelta(1), end_of(due), DeadlinePassed(clock=clock, due=due), f"{clock}-{due}")
    if not issue.gone and not issue.follow_up_due:
        yield Wake(plan.ends + timedelta(1), end_of(plan.ends), CarryOverDue(phase=plan.last_phase), "carry-over")
