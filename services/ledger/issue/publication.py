"""Objections to a strike-off while it is published (公示)."""

from datetime import date

from services.ledger.book.state import Book
from services.ledger.issue import clocks, verification
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.strike_off import ObjectionDecided
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.workdays import local_date


def objected(issue: Issue, day: date) -> list[Event]:
    """An objection stops the publication until it is decided. Raises Refused."""
    if issue.published_until is None:
        raise Refused("not-published")
    if day > issue.published_until and not issue.objectors:
        raise Refused("objection-late", until=issue.published_until)
    return []


def decided(told: Told, fact: ObjectionDecided, issue: Issue, book: Book, plan: Plan) -> list[Event]:
    """What is upheld goes back to be rectified; what is not is published anew, or leaves where the plan publishes no more. Raises Refused."""
    subject, day = told.subject, local_date(told.accepted)
    if not issue.objectors:
        raise Refused("no-objection")
    if fact.by in issue.objectors:
        raise Refused("objection-own", by=fact.by)
    verification.by_another(issue, fact.by)
    if fact.upheld:
        return verification.returned(issue, book, plan, subject, day)
    if plan.clocks.publication is None:
        on_time = clocks.on_time(issue, plan, day)
        return [*clocks.stopped(issue, plan, told, "struck-off"), verification.struck_off(issue, book, plan, subject, day, on_time)]
    return verification.published(issue, plan, subject, day)
