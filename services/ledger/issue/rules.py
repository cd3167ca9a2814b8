"""What is told of an issue (问题), and which part of its life rules over it: entered, planned, rectified, checked, struck off, carried over."""

from collections.abc import Iterator
from itertools import chain
from typing import assert_never

from msgspec.structs import replace

from services.ledger.book.state import Book
from services.ledger.issue import (
    clocks,
    extension,
    hand_over,
    leaving,
    reopening,
    reporter,
    steps,
    verification,
    watching,
    work,
)
from services.ledger.issue.entry import enter
from services.ledger.issue.evolving import evolve
from services.ledger.issue.state import Issue
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.world import Needs
from shared.events.common_problem import IssueLinked
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
from shared.events.leaving import IssueCameBack, IssueMerged, IssueVoided
from shared.events.strike_off import ObjectionDecided, ObjectionRaised
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.kafka.records import Told
from shared.plan import Plan
from shared.topics import book_of

Time = DeadlinePassed | StepDue | CarryOverDue
"""What the clock tells."""
Here = (
    IssueAssigned
    | IssueHandedOver
    | MeasuresPlanned
    | MilestoneReached
    | RectificationDone
    | RectificationVerified
    | RectificationReturned
    | ObjectionRaised
    | ObjectionDecided
    | IssueVoided
    | IssueMerged
    | SupervisionOrdered
    | ReviewDone
    | FollowUpSet
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionDenied
)
"""What may be told only of an issue that is on this ledger."""
Anywhere = SupervisionLifted | reopening.Facts | reporter.Facts | hand_over.Facts
"""What may be told of one that left, too; but for the first, of one on its way."""
Known = Time | Here | Anywhere | IssueLinked | IssueCameBack
Facts = IssueReported | HandOverReceived | Known


def beside(fact: Facts, told: Told) -> Iterator[str]:
    """The issue that another is merged into."""
    if isinstance(fact, IssueMerged) and leaving.in_book(told.book, fact.into):
        yield fact.into


def needs(fact: Facts, book: Book) -> Needs | None:
    """The unit that an issue is handed over to, in the tree that the book goes by."""
    return Needs(book.root, book.profile.tree_version, units=(fact.to,)) if isinstance(fact, IssueHandedOver) else None


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an issue."""
    every = chain(clocks.wakes(issue, plan), watching.wakes(issue), hand_over.wakes(issue, plan), reporter.wakes(issue, plan))
    return (Wake(wake.on, wake.tell, f"{wake.name}-{issue.turn}", wake.begins) for wake in every)


def decide(case: Case[Issue, Facts]) -> list[Event]:
    """What follows for an issue from what was told. Raises Refused."""
    fact, issue = case.fact, case.state
    if isinstance(fact, IssueReported):
        if issue is not None:
            raise Refused("already-entered", number=issue.number)
        return enter(case, case.subject, fact)
    if isinstance(fact, HandOverReceived):
        hand_over.require_takes_part(case.book)
        return []
    if issue is None:
        raise Refused("issue-unknown", subject=case.subject)
    if isinstance(fact, IssueLinked):
        unit = book_of(fact.common).partition("/")[2]
        if unit not in case.book.profile.path:
            raise Refused("not-above", unit=unit)
        return []
    if isinstance(fact, IssueCameBack):
        return []  # what it was merged into left, and it is here again
    put_off = clocks.put_off(case, issue)
    for event in put_off:
        issue = evolve(issue, event, case.day) or issue
    return [*put_off, *_follows(case, issue, fact)]


def _follows(case: Case[Issue, Facts], issue: Issue, fact: Time | Here | Anywhere) -> list[Event]:
    """What follows for an issue whose clocks are as the phases are now. Raises Refused."""
    if isinstance(fact, DeadlinePassed | StepDue | CarryOverDue):
        return _fell_due(case, issue, fact)
    # What was held was taken before what it acts on: it counts from there.
    case = replace(case, day=max(case.day, issue.earliest))
    return _told(case, issue, fact)


def _told(case: Case[Issue, Facts], issue: Issue, fact: Here | Anywhere) -> list[Event]:
    """What follows from what people or other books tell. Raises Refused."""
    if isinstance(fact, hand_over.Facts):
        return hand_over.moved(case, issue, fact)
    if isinstance(fact, reopening.Facts):
        return reopening.looked_at(case, issue, fact)
    if isinstance(fact, reporter.Facts) and issue.number:
        return reporter.dealt_with(case, issue, fact)
    if isinstance(fact, SupervisionLifted):
        hand_over.require_here(issue)
        if not issue.supervised:
            raise Refused("not-supervised")
        verification.require_another(issue, fact.by)
        return []
    leaving.refuse_if_left(issue)
    hand_over.require_here(issue)
    if isinstance(fact, reporter.Facts):
        raise TypeError(f"an issue without number is on its way to {case.book.id}, or is not taken there")
    return _acted(case, issue, fact)


def _acted(case: Case[Issue, Facts], issue: Issue, fact: Here) -> list[Event]:
    """What follows for an issue that is on the ledger. Raises Refused."""
    match fact:
        case IssueAssigned(owner=owner):
            work.require_room(issue.owners, owner)
            verification.refuse_checker(issue, owner)
            return []
        case IssueHandedOver():
            return [hand_over.offered(case, issue, fact)]
        case MeasuresPlanned():
            work.require_plannable(case, issue, fact)
            return clocks.planned(case, issue)
        case MilestoneReached(name=name):
            work.require_milestone(issue, name)
            return []
        case RectificationDone(by=by):
            work.require_rectifiable(issue, by)
            return clocks.stopped(case, issue, "done")
        case RectificationVerified():
            work.refuse_if_standing(issue)
            return verification.verified(case, issue, fact)
        case RectificationReturned(by=by):
            verification.require_rectified(issue, by)
            return verification.returned(case, issue)
        case ObjectionRaised():
            verification.require_published(issue)
            return []
        case ObjectionDecided():
            return verification.objection_decided(case, issue, fact)
        case IssueVoided(by=by):
            return leaving.voided(case, issue, by)
        case IssueMerged():
            return leaving.merged(case, issue, fact)
        case SupervisionOrdered(by=by):
            if issue.supervised:
                raise Refused("supervised")
            verification.require_another(issue, by)
            return []
        case ReviewDone():
            return watching.reviewed(case, issue)
        case FollowUpSet():
            return extension.followed_up(case, issue, fact)
        case ExtensionRequested(until=until):
            extension.require_askable(case, issue, until)
            return []
        case ExtensionGranted() | ExtensionDenied():
            return extension.decided(case, issue, fact)
        case _:
            assert_never(fact)


def _fell_due(case: Case[Issue, Facts], issue: Issue, fact: Time) -> list[Event]:
    """What follows when the last day of a clock is over, the day of a step came, or the campaign ended."""
    match fact:
        case StepDue():
            return steps.taken(case, issue, fact, clocks.running(issue, case.plan, fact.clock))
        case CarryOverDue(phase=phase):
            return clocks.carried_over(case, issue, phase)
        case DeadlinePassed() if fact.clock in watching.CLOCKS:
            return watching.passed(case, issue, fact)
        case DeadlinePassed(clock="receipt", due=due):
            return [clocks.overdue(case, issue, "receipt", due)] if hand_over.receipt_due(issue, case.plan) == due else []
        case DeadlinePassed(clock="answer", due=due):
            return [clocks.overdue(case, issue, "answer", due)] if reporter.due(issue, case.plan) == due else []
        case DeadlinePassed(clock=clock, due=due):
            return clocks.passed(case, issue, clock, due)
        case _:
            assert_never(fact)
