"""The clocks that only some issues have: milestones, the publication of a strike-off, look-back, review and listing.

Each begins with an event that says its last day.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.ledger.issue import clocks, verification, work
from services.ledger.issue.state import Issue, mark
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused, Wake, once_over
from shared.events.issue import ClockName, DeadlinePassed
from shared.events.supervision import NextReviewSet

CLOCKS: frozenset[ClockName] = frozenset({"milestone", "publication", "look-back", "review", "listing"})


def _running(issue: Issue) -> Iterator[tuple[ClockName, date, str | None]]:
    """The clocks that run and would make the issue overdue, with their last days, and for a milestone which one."""
    dues: dict[ClockName, date | None] = {}
    if issue.status == "struck-off":
        dues = {"look-back": issue.look_back_due}
    elif issue.number and not issue.gone:
        dues = {"review": issue.review_due, "listing": issue.listing_due}
    yield from ((clock, due, None) for clock, due in dues.items() if due and clock not in issue.overdue)
    if issue.status in ("entered", "planned"):
        yield from (("milestone", due, name) for name, due in work.awaited(issue))


def passed(case: AnyCase, issue: Issue, fact: DeadlinePassed) -> list[Event]:
    """What follows when the last day of such a clock is over; nothing where an act overtook it."""
    if fact.clock != "publication":
        return (
            [clocks.overdue(case, issue, fact.clock, fact.due, fact.name)] if (fact.clock, fact.due, fact.name) in _running(issue) else []
        )
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
        waits.append(("publication", issue.published_until, None))
    for clock, due, name in waits:
        yield once_over(due, partial(DeadlinePassed, clock=clock, due=due, name=name), mark(clock, due, name or "over"))
