"""How an unfinished issue is carried over (挂账)."""

from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event
from shared.events.issue import CarryOverPutOff, IssueCarriedOver
from shared.plan import Plan


def carries(issue: Issue, plan: Plan) -> bool:
    """Whether the campaign's end carries it over: unfinished, not without an end, and not opened again since."""
    last = issue.carried_over_after or plan.ends
    opened_since = issue.reopened_on is not None and issue.reopened_on > last
    return issue.here and not (issue.follow_up_due or issue.standing or opened_since)


def carried_over(case: AnyCase, issue: Issue, phase: str) -> list[Event]:
    """What follows for an issue when the last phase ends; nothing where it left, or is carried over already."""
    book, plan = case.book, case.plan
    if not carries(issue, plan):
        return []
    last = book.last_day(plan)
    if case.day < last:  # the campaign lasts longer now, for all (A7) or for this unit (L7)
        return [case.event(CarryOverPutOff(until=last))]
    owner = issue.owner if plan.carry_over_owner == "owner" else book.profile.responsible
    due = plan.due(plan.clocks.follow_up, last)
    return [case.event(IssueCarriedOver(number=issue.number, phase=phase, due=due, owner=owner or issue.owner))]
