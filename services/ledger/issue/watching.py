"""The clocks that only some issues have: milestones, the publication of a strike-off, look-back, review and listing.

Each begins with an event that says its last day.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from services.ledger.book.state import Book
from services.ledger.issue import clocks, verification
from services.ledger.issue.state import Issue, mark
from services.ledger.rules.decision import Event, Wake
from shared.events.issue import ClockName, DeadlinePassed, IssueOverdue
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.workdays import end_of

CLOCKS: frozenset[ClockName] = frozenset({"milestone", "publication", "look-back", "review", "listing"})


def _running(issue: Issue) -> Iterator[DeadlinePassed]:
    """The clocks that run and would make the issue overdue, each as what is told once its last day is over."""
    dues: dict[ClockName, date | None] = {}
    if issue.status == "struck-off":
        dues = {"look-back": issue.look_back_due}
    elif not issue.gone:
        dues = {"review": issue.review_due, "listing": issue.listing_due}
    yield from (DeadlinePassed(clock=clock, due=due) for clock, due in dues.items() if due and clock not in issue.overdue)
    if issue.status == "planned":
        for name, due in issue.milestones:
            if mark("milestone", due, name) not in issue.overdue:
                yield DeadlinePassed(clock="milestone", due=due, name=name)


def passed(told: Told, fact: DeadlinePassed, issue: Issue, book: Book, plan: Plan) -> list[Event]:
    """What follows when the last day of such a clock is over; nothing where an act overtook it."""
    if fact.clock != "publication":
        return [_overdue(issue, plan, told.subject, fact)] if fact in _running(issue) else []
    if issue.status != "verified" or issue.objectors or issue.published_until != fact.due:
        return []
    on_time = clocks.on_time(issue, plan, fact.due)
    return [*clocks.stopped(issue, plan, told, "struck-off"), verification.struck_off(issue, book, plan, told.subject, fact.due, on_time)]


def run_out(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The clocks that ran out before this day and of which nothing was told yet."""
    return [_overdue(issue, plan, subject, each) for each in _running(issue) if day > each.due]


def _overdue(issue: Issue, plan: Plan, subject: str, told: DeadlinePassed) -> Event:
    phase = plan.phase_on(told.due) or plan.last_phase
    late = IssueOverdue(number=issue.number, phase=phase, clock=told.clock, due=told.due, owner=issue.owner, name=told.name)
    return Event(subject, late)


def wakes(issue: Issue) -> Iterator[Wake]:
    """What the clock tells an issue of these."""
    waits = list(_running(issue))
    if issue.status == "verified" and issue.published_until and not issue.objectors:
        waits.append(DeadlinePassed(clock="publication", due=issue.published_until))
    for told in waits:
        yield Wake(told.due + timedelta(1), end_of(told.due), told, mark(told.clock, told.due, told.name or "over"))
