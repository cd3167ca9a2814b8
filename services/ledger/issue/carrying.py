"""How an unfinished issue is carried over (挂账)."""

from datetime import date

from services.ledger.book.phases import last_day
from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event
from shared.events.issue import CarryOverPutOff, IssueCarriedOver
from shared.plan import Plan


def carries(issue: Issue, plan: Plan) -> bool:
    """Whether the campaign's end carries it over: unfinished, not without an end, and not opened again since."""
    last = issue.carried_over_after or plan.ends
    opened_since = issue.reopened_on is not None and issue.reopened_on > last
    return issue.here and not (issue.follow_up_due or issue.standing or opened_since)


def carried_over(issue: Issue, book: Book, plan: Plan, subject: str, phase: str, day: date) -> list[Event]:
    """What follows for an issue when the last phase ends; nothing where it left, or is carried over already."""
    if not carries(issue, plan):
        return []
    last = last_day(book, plan)
    if day < last:  # the campaign lasts longer now, for all (A7) or for this unit (L7)
        return [Event(subject, CarryOverPutOff(until=last))]
    owner = issue.owner if plan.carry_over_owner == "owner" else book.profile.responsible
    due = plan.due(plan.clocks.follow_up, last)
    return [Event(subject, IssueCarriedOver(number=issue.number, phase=phase, due=due, owner=owner or issue.owner))]
