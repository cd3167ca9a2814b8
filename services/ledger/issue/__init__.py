"""The life of one issue (问题): reported, entered, assigned, planned, rectified, checked, struck off or carried over.

`state` is what decisions need and how events change it; the other modules are the rules, one for each part of the life. What is told comes in here.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from services.ledger.book.state import Book
from services.ledger.issue import (
    carrying,
    clocks,
    extension,
    hand_over,
    leaving,
    publication,
    reopening,
    reporter,
    steps,
    supervision,
    verification,
    watching,
    work,
)
from services.ledger.issue.entry import enter
from services.ledger.issue.state import Issue, evolve
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.hand_over import HandOverReceived, IssueHandedOver
from shared.events.issue import (
    CarryOverDue,
    DeadlinePassed,
    FollowUpSet,
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import StepDue
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.strike_off import IssueSpotChecked, LookBackDone, ObjectionDecided, ObjectionRaised, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.workdays import local_date

__all__ = ["Issue", "beside", "decide", "enter", "evolve", "touches", "wakes"]


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an issue needs."""
    if isinstance(told.fact, IssueMerged) and leaving.in_book(told.book, told.fact.into):
        return [told.subject, told.fact.into]
    return [told.subject]


def beside(told: Told) -> str:
    """The subject of another issue that a decision is about as well; empty where there is none."""
    return told.fact.into if isinstance(told.fact, IssueMerged) else ""


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an issue."""
    every = chain(clocks.wakes(issue, plan), watching.wakes(issue), hand_over.wakes(issue, plan), reporter.wakes(issue, plan))
    return (Wake(wake.on, wake.accepted, wake.fact, f"{wake.name}-{issue.turn}") for wake in every)


def decide(told: Told, issue: Issue | None, book: Book, plan: Plan, other: Issue | None = None) -> list[Event]:
    """What follows for an issue from what was told. Raises Refused."""
    day, subject, fact = local_date(told.accepted), told.subject, told.fact
    if isinstance(fact, IssueReported):
        if issue is not None:
            raise Refused("already-entered", number=issue.number)
        return enter(book, plan, subject, day, fact)
    if isinstance(fact, HandOverReceived):
        return []
    if issue is None:
        raise Refused("issue-unknown", subject=subject)
    put_off = clocks.put_off(issue, book, plan, subject)
    for event in put_off:
        issue = evolve(issue, event, day) or issue
    return [*put_off, *_follows(told, issue, book, plan, other)]


def _follows(told: Told, issue: Issue, book: Book, plan: Plan, other: Issue | None) -> list[Event]:
    """What follows for an issue whose clocks are as the phases are now. Raises Refused."""
    day, subject, fact = local_date(told.accepted), told.subject, told.fact
    if isinstance(fact, DeadlinePassed) and fact.clock in watching.CLOCKS:
        return watching.passed(told, fact, issue, book, plan)
    if isinstance(fact, DeadlinePassed):
        return _passed(issue, plan, subject, fact)
    if isinstance(fact, StepDue):
        return steps.taken(issue, book, plan, subject, fact, clocks.running(issue, plan, fact.clock), day)
    if isinstance(fact, CarryOverDue):
        return carrying.carried_over(issue, book, plan, subject, fact.phase, day)
    follows = _afterwards(told, issue, book, plan, day)
    if follows is None:
        leaving.left(issue)
        hand_over.is_here(issue)
        follows = _decide(told, issue, book, plan, day, other)
    return [*watching.run_out(issue, plan, subject, day), *follows]


def _afterwards(told: Told, issue: Issue, book: Book, plan: Plan, day: date) -> list[Event] | None:
    """What follows from what may be told of an issue that left, too; none where this may not. Raises Refused."""
    if isinstance(told.fact, hand_over.FACTS):
        return hand_over.decide(told.fact, issue, book, plan, told.subject, day)
    if isinstance(told.fact, reporter.FACTS) and issue.number:
        return reporter.decide(told.fact, issue, book, plan, told.subject, day)
    match told.fact:
        case LookBackDone() | IssueSpotChecked() | ReopeningOrdered() as fact:
            return reopening.decide(fact, issue, book, plan, told.subject, day)
        case SupervisionLifted():
            return supervision.lifted(issue)
    return None


def _decide(told: Told, issue: Issue, book: Book, plan: Plan, day: date, other: Issue | None) -> list[Event]:
    """What follows for an issue that is on the ledger. Raises Refused."""
    subject, fact = told.subject, told.fact
    late = clocks.run_out(issue, plan, subject, day)
    match fact:
        case IssueAssigned():
            return late
        case IssueHandedOver():
            return [*late, hand_over.offered(fact, issue, book, plan, subject, day)]
        case MeasuresPlanned():
            work.planned(issue, plan, fact)
            return clocks.planned(issue, plan, subject, day)
        case MilestoneReached(name=name):
            work.reached(issue, name)
            return late
        case RectificationDone():
            work.rectified(issue)
            return clocks.stopped(issue, plan, told, "done")
        case RectificationVerified():
            work.with_an_end(issue)
            return verification.verified(told, fact, issue, book, plan)
        case RectificationReturned(by=by):
            verification.checked_by_another(issue, by)
            return verification.returned(issue, book, plan, subject, day)
        case ObjectionRaised():
            return publication.objected(issue, day)
        case ObjectionDecided():
            return publication.decided(told, fact, issue, book, plan)
        case IssueVoided(by=by):
            return [*late, *leaving.voided(issue, book, plan, subject, day, by)]
        case IssueMerged():
            return [*late, *leaving.merged(issue, other, book, plan, subject, day, fact)]
        case SupervisionOrdered():
            return [*late, *supervision.ordered(issue)]
        case ReviewDone():
            return [*late, *supervision.reviewed(issue, plan, subject, day)]
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


def _passed(issue: Issue, plan: Plan, subject: str, fact: DeadlinePassed) -> list[Event]:
    """What follows when the last day of a clock is over."""
    match fact.clock:
        case "receipt":
            last = hand_over.receipt_due(issue, plan)
        case "answer":
            last = reporter.due(issue, plan)
        case _:
            return clocks.passed(issue, plan, subject, fact.clock, fact.due)
    return [clocks.overdue(issue, plan, subject, fact.clock, fact.due)] if last == fact.due else []
