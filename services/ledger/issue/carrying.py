"""How an unfinished issue is carried over (挂账)."""

from services.ledger.book import Book
from services.ledger.decision import Event
from services.ledger.issue.state import Issue
from shared.events.issue import IssueCarriedOver
from shared.plan import Plan


def carried_over(issue: Issue, book: Book, plan: Plan, subject: str, phase: str) -> list[Event]:
    """What follows for an issue when the last phase ends; nothing where it left, or is carried over already."""
    if issue.gone or issue.follow_up_due:
        return []
    owner = issue.owner if plan.carry_over_owner == "owner" else book.profile.responsible
    due = plan.due(plan.clocks.follow_up, plan.ends)
    return [Event(subject, IssueCarriedOver(number=issue.number, phase=phase, due=due, owner=owner or issue.owner))]
