"""How an issue leaves the ledger other than by a strike-off, and that what left takes no more. Nothing is deleted (C18)."""

from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.leaving import IssueAbsorbed, IssueWithdrawn
from shared.topics import book_of, kind_of


def refuse_if_left(issue: Issue) -> None:
    """What left takes no more of what is told of it. Raises Refused, by how it left."""
    match issue.status:
        case "struck-off":
            raise Refused("struck-off")
        case "void":
            raise Refused("void")
        case "merged":
            raise Refused("merged", into=issue.merged_into)


def voided(case: AnyCase, issue: Issue, by: str) -> list[Event]:
    """It turned out to be none, as somebody says who gains nothing by it. Raises Refused."""
    if by in (issue.owner, issue.answerable, *issue.fixers):
        raise Refused("voided-by-owner", by=by)
    return [case.event(IssueWithdrawn(number=issue.number, phase=case.phase, standing=issue.standing))]


def merged(case: AnyCase, issue: Issue, into: str) -> list[Event]:
    """It goes into another of the same book. Raises Refused."""
    other = case.beside(into, Issue)
    if into == case.subject:
        raise Refused("merged-into-itself")
    if not in_book(case.book.id, into) or other is None:
        raise Refused("merged-into-unknown", into=into)
    if not other.here:
        raise Refused("merged-into-gone", into=into)
    return [Event(into, IssueAbsorbed(merged=case.subject, number=issue.number, phase=case.phase, standing=issue.standing))]


def in_book(book: str, subject: str) -> bool:
    """Whether a subject can be an issue of this book."""
    return book_of(subject) == book and kind_of(subject) == "issue"
