"""Whoever reported an issue is answered in time (L11), and complaints by a named department (B12).

The book that took a complaint answers for it, also after it handed the issue over; an answer in the other book is told back to it.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused, Wake, once_over
from shared.events.issue import DeadlinePassed
from shared.events.reporter import ComplaintReplied, ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.plan import Plan

Facts = ReplyDepartmentNamed | ReporterAnswered | ReporterRewarded
"""What is told of an issue's reporter."""


def dealt_with(case: AnyCase, issue: Issue, fact: Facts) -> list[Event]:
    """What follows from an answer or a reward, whatever became of the issue. Raises Refused."""
    match fact:
        case ReplyDepartmentNamed():
            if not _is_complaint(issue, case.plan):
                raise Refused("no-complaint", channel=issue.channel)
            return []
        case ReporterRewarded():
            if issue.reporter is None:
                raise Refused("no-reporter")
            return []
        case ReporterAnswered():
            if not (issue.reporter or issue.origin or _is_complaint(issue, case.plan)):
                raise Refused("no-reporter")
            return replied(case, issue)


def _is_complaint(issue: Issue, plan: Plan) -> bool:
    """Whether it is a complaint: it was one as it was entered, or came by a channel that takes complaints by now (A7)."""
    return issue.complaint or issue.channel in plan.complaint_channels


def replied(case: AnyCase, issue: Issue) -> list[Event]:
    """A complaint of this book is answered, for the first time."""
    if issue.answered or not issue.complaint:
        return []
    return [case.event(ComplaintReplied(number=issue.number, phase=case.phase))]


def due(issue: Issue, plan: Plan) -> date | None:
    """The last day for the answer; none where nobody waits for it, or it was missed already."""
    if plan.clocks.answer is None or issue.answered or "answer" in issue.overdue or not (issue.complaint or issue.reporter):
        return None
    return plan.due(plan.clocks.answer, issue.entered_on)


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """The clock tells that an answer is late."""
    if last := due(issue, plan):
        yield once_over(last, partial(DeadlinePassed, clock="answer", due=last), f"answer-{last}")
