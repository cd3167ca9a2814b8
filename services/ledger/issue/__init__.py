"""The life of one issue (问题): reported, entered, assigned, planned, rectified, checked, struck off or carried over.

`state` is what decisions need and how events change it; the other modules are the rules, one for each part of the life. What is told comes in here.
"""

from services.ledger.book import Book
from services.ledger.decision import Event, Refused
from services.ledger.issue import carrying, checking, clocks, extension, steps
from services.ledger.issue.clocks import wakes
from services.ledger.issue.entry import enter
from services.ledger.issue.leaving import left
from services.ledger.issue.state import Issue, evolve
from shared.cloudevents import Told
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.issue import (
    CarryOverDue,
    DeadlinePassed,
    FollowUpSet,
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import StepDue
from shared.plan import Plan
from shared.workdays import local_date

__all__ = ["Issue", "decide", "enter", "evolve", "touches", "wakes"]


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an issue needs."""
    return [told.subject]


def decide(told: Told, issue: Issue | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for an issue from what was told. Raises Refused."""
    day, subject, fact = local_date(told.accepted), told.subject, told.fact
    if isinstance(fact, IssueReported):
        if issue is not None:
            raise Refused("already-entered", number=issue.number)
        return enter(book, plan, subject, day, fact)
    if issue is None:
        raise Refused("issue-unknown", subject=subject)
    if isinstance(fact, DeadlinePassed):
        return clocks.passed(issue, plan, subject, fact.clock, fact.due)
    if isinstance(fact, StepDue):
        return steps.taken(issue, book, plan, subject, fact, clocks.running(issue, plan, fact.clock), day)
    if isinstance(fact, CarryOverDue):
        return carrying.carried_over(issue, book, plan, subject, fact.phase, day)
    left(issue)
    late = clocks.run_out(issue, plan, subject, day)
    match fact:
        case IssueAssigned():
            return late
        case MeasuresPlanned():
            if issue.status == "rectified":
                raise Refused("rectified")
            if issue.owner is None:
                raise Refused("no-owner")
            return clocks.planned(issue, plan, subject, day)
        case RectificationDone():
            if issue.status == "rectified":
                raise Refused("rectified")
            if issue.status != "planned":
                raise Refused("no-measures")
            return clocks.stopped(issue, plan, told, "done")
        case RectificationVerified(by=by):
            checking.checked_by_another(issue, by)
            return [*clocks.stopped(issue, plan, told, "verified", "struck-off"), *checking.struck_off(issue, book, plan, subject, day)]
        case RectificationReturned(by=by):
            checking.checked_by_another(issue, by)
            return clocks.run_out_since(issue, plan, subject, day)
        case FollowUpSet(due=due):
            if not issue.follow_up_due:
                raise Refused("not-carried-over")
            if due < day:
                raise Refused("follow-up-past", due=due)
            return []
        case ExtensionRequested():
            return extension.requested(issue, plan, subject, day, fact)
        case ExtensionGranted() | ExtensionDenied():
            return extension.decided(issue, plan, subject, day, fact)
    raise AssertionError(f"{told.type} is not about an issue")
