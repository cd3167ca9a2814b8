"""Objections to a strike-off while it is published (公示)."""

from datetime import date

from services.ledger.book import Book
from services.ledger.decision import Event, Refused
from services.ledger.issue import checking
from services.ledger.issue.state import Issue
from shared.events.checking import ObjectionDecided
from shared.plan import Plan


def objected(issue: Issue, day: date) -> list[Event]:
    """An objection stops the publication until it is decided. Raises Refused."""
    if issue.published_until is None:
        raise Refused("not-published")
    if day > issue.published_until and not issue.objectors:
        raise Refused("objection-late", until=issue.published_until)
    return []


def decided(issue: Issue, book: Book, plan: Plan, subject: str, day: date, fact: ObjectionDecided) -> list[Event]:
    """What is upheld goes back to be rectified; what is not is published anew. Raises Refused."""
    if not issue.objectors:
        raise Refused("no-objection")
    if fact.by in issue.objectors:
        raise Refused("objection-own", by=fact.by)
    checking.by_another(issue, fact.by)
    return checking.returned(issue, book, plan, subject, day) if fact.upheld else checking.published(issue, plan, subject, day)
