"""Objections to a strike-off while it is published (公示)."""

from datetime import date

from services.ledger.issue import clocks, verification
from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.strike_off import ObjectionDecided


def require_published(issue: Issue, day: date) -> None:
    """An objection stops the publication until it is decided. Raises Refused."""
    if issue.published_until is None:
        raise Refused("not-published")
    if day > issue.published_until and not issue.objectors:
        raise Refused("objection-late", until=issue.published_until)


def decided(case: AnyCase, issue: Issue, fact: ObjectionDecided) -> list[Event]:
    """What is upheld goes back to be rectified; what is not is published anew, or leaves where the plan publishes no more. Raises Refused."""
    if not issue.objectors:
        raise Refused("no-objection")
    if fact.by in issue.objectors:
        raise Refused("objection-own", by=fact.by)
    verification.require_another(issue, fact.by)
    if fact.upheld:
        return verification.returned(case, issue)
    if case.plan.clocks.publication is None:
        on_time = clocks.on_time(issue, case.plan, case.day)
        return [*clocks.stopped(case, issue, "struck-off"), verification.struck_off(case, issue, case.day, on_time)]
    return verification.published(case, issue, case.plan.clocks.publication)
