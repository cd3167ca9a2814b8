"""How a rectification is checked: by a person who neither did it nor owns the issue."""

from datetime import date

from services.ledger.book import Book
from services.ledger.decision import Event, Refused
from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.phases import phase_for
from shared.events.issue import IssueStruckOff
from shared.plan import Plan


def checked_by_another(issue: Issue, by: str) -> None:
    if issue.status != "rectified":
        raise Refused("not-rectified")
    if by in issue.fixers:
        raise Refused("verifier-is-fixer", by=by)
    if by in (issue.owner, issue.answerable):
        raise Refused("verifier-is-owner", by=by)


def struck_off(issue: Issue, book: Book, plan: Plan, subject: str, day: date) -> list[Event]:
    """The issue leaves the ledger (销号)."""
    phase = phase_for(book, plan, day) or plan.last_phase
    struck = IssueStruckOff(
        number=issue.number,
        phase=phase,
        on_time=clocks.on_time(issue, plan, day),
        carried_over=issue.follow_up_due is not None,
        first_due=issue.first_fix_due,
    )
    return [Event(subject, struck)]
