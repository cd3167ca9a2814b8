"""One target of the self-check (自查): answered by the unit; what does not conform enters an issue by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger import issue
from services.ledger.book.gate import applies
from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.issue import Issue, reopening
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.issue import IssueReported
from shared.events.self_check import SelfCheckAnswered, TargetChecked
from shared.kafka.cloudevents import Told
from shared.plan import SELF_CHECK, Plan
from shared.topics import subject_id
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Check:
    """What decisions need of an answer."""

    conforms: bool
    phase: str
    """The phase of the first answer, in whose figures the target counts for good."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an answer needs: the answer's, and that of the issue it may enter."""
    return [told.subject, found(told)]


def found(told: Told) -> str:
    """The issue that an answer which does not conform enters."""
    assert isinstance(told.fact, SelfCheckAnswered)
    return subject_id(told.book, "issue", SELF_CHECK, str(told.fact.target))


def decide(told: Told, before: Check | None, entered: Issue | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from an answer; `entered` is the issue that stands for this target already. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, SelfCheckAnswered)
    if told.subject != subject_id(book.id, "check", str(fact.target)):
        raise Refused("wrong-subject", type=told.type, kind=f"check/{fact.target}", subject=told.subject)
    target = plan.target(fact.target)
    if target is None:
        raise Refused("target-unknown", target=fact.target)
    if book.profile.unit_class not in plan.checklist_of:
        raise Refused("no-checklist")
    if not applies(target, book):
        raise Refused("target-not-applicable", target=fact.target)
    day = local_date(told.accepted)
    phase = phase_for(book, plan, day)
    if phase is None:
        raise Refused("before-campaign")
    if before:
        checked = TargetChecked(target=fact.target, phase=before.phase, conforms=fact.conforms, replaces=before.conforms)
    else:
        checked = TargetChecked(target=fact.target, phase=phase, conforms=fact.conforms)
    events = [Event(told.subject, checked)]
    if not fact.conforms:
        if not fact.finding:
            raise Refused("finding-missing")
        if target.optional:
            return events
        if entered is None:
            report = IssueReported(text=fact.finding, category=target.aspect, channel=SELF_CHECK, target=fact.target)
            events += issue.enter(book, plan, found(told), day, report)
        elif reopening.may_reopen(entered):
            events += reopening.reopened(entered, book, plan, found(told), day, fact.finding)
    return events


def evolve(before: Check | None, event: Event, day: date) -> Check | None:
    """The answer after an event."""
    match event.fact:
        case TargetChecked(conforms=conforms, phase=phase):
            return Check(conforms=conforms, phase=phase)
    return before


def wakes(check: Check, plan: Plan) -> Iterator[Wake]:
    """The clock tells an answer nothing."""
    return iter(())
