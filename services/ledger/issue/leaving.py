"""How an issue leaves the ledger other than by a strike-off, and that what left takes no more. Nothing is deleted (C18)."""

from datetime import date

from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.leaving import IssueAbsorbed, IssueMerged, IssueWithdrawn
from shared.plan import Plan
from shared.topics import book_of, kind_of


def left(issue: Issue) -> None:
    """Whether it still takes what is told of it. Raises Refused, by how it left."""
    match issue.status:
        case "struck-off":
            raise Refused("struck-off")
        case "void":
            raise Refused("void")
        case "merged":
            raise Refused("merged", into=issue.merged_into)


def voided(issue: Issue, book: Book, plan: Plan, subject: str, day: date, by: str) -> list[Event]:
    """It turned out to be none, as somebody says who gains nothing by it. Raises Refused."""
    if by in (issue.owner, issue.answerable, *issue.fixers):
        raise Refused("voided-by-owner", by=by)
    phase = phase_for(book, plan, day) or plan.last_phase
    return [Event(subject, IssueWithdrawn(number=issue.number, phase=phase, standing=issue.standing))]


def merged(issue: Issue, other: Issue | None, book: Book, plan: Plan, subject: str, day: date, fact: IssueMerged) -> list[Event]:
    """It goes into another of the same book. Raises Refused."""
    if fact.into == subject:
        raise Refused("merged-into-itself")
    if not in_book(book.id, fact.into) or other is None:
        raise Refused("merged-into-unknown", into=fact.into)
    if not other.here:
        raise Refused("merged-into-gone", into=fact.into)
    phase = phase_for(book, plan, day) or plan.last_phase
    absorbed = IssueAbsorbed(merged=subject, number=issue.number, phase=phase, standing=issue.standing)
    return [Event(fact.into, absorbed)]


def in_book(book: str, subject: str) -> bool:
    """Whether a subject can be an issue of this book."""
    return book_of(subject) == book and kind_of(subject) == "issue"
