"""The clocks that only some issues have: milestones, the publication of a strike-off, look-back, review and listing.

Each begins with an event that says its last day.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from services.ledger.issue import clocks, verification, work
from services.ledger.issue.state import Issue, mark
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.issue import ClockName, DeadlinePassed
from shared.events.supervision import NextReviewSet
from shared.workdays import end_of

CLOCKS: frozenset[ClockName] = frozenset({"milestone", "publication", "look-back", "review", "listing"})


def _running(issue: Issue) -> Iterator[DeadlinePassed]:
    """The clocks that run and would make the issue overdue, each as what is told once its last day is over."""
    dues: dict[ClockName, date | None] = {}
    if issue.status == "struck-off":
        dues = {"look-back": issue.look_back_due}
    elif issue.number and not issue.gone:
        dues = {"review": issue.review_due, "listing": issue.listing_due}
    yield from (DeadlinePassed(clock=clock, due=due) for clock, due in dues.items() if due and clock not in issue.overdue)
    if issue.status in ("entered", "planned"):
        yield from (DeadlinePassed(clock="milestone", due=due, name=name) for name, due in work.awaited(issue))


def passed(case: AnyCase, issue: Issue, fact: DeadlinePassed) -> list[Event]:
    """What follows when the last day of such a clock is over; nothing where an act overtook it."""
    if fact.clock != "publication":
        return [clocks.overdue(case, issue, fact.clock, fact.due, fact.name)] if fact in _running(issue) else []
    if issue.status != "verified" or issue.objectors or issue.published_until != fact.due:
        return []
    on_time = clocks.on_time(issue, case.plan, fact.due)
    return [*clocks.stopped(case, issue, "struck-off"), verification.struck_off(case, issue, fact.due, on_time, issue.look_back_due)]


def reviewed(case: AnyCase, issue: Issue) -> list[Event]:
    """The review clock begins anew. Raises Refused."""
    if not issue.standing:
        raise Refused("not-standing")
    clock = case.plan.clocks.review
    return [case.event(NextReviewSet(due=case.plan.due(clock, case.day)))] if clock else []


def wakes(issue: Issue) -> Iterator[Wake]:
    """What the clock tells an issue of these."""
    waits = list(_running(issue))
    if issue.status == "verified" and issue.published_until and not issue.objectors:
        waits.append(DeadlinePassed(clock="publication", due=issue.published_until))
    for told in waits:
        yield Wake(told.due + timedelta(1), end_of(told.due), told, mark(told.clock, told.due, told.name or "over"))
