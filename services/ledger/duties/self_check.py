"""One target of the self-check (自查): answered by the unit; what does not conform enters an issue by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.phases import require_begun
from services.ledger.issue.entry import enter
from services.ledger.issue.reopening import may_reopen, reopened
from services.ledger.issue.state import Issue
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.issue import IssueReported
from shared.events.self_check import SelfCheckAnswered, TargetChecked
from shared.kafka.records import Told
from shared.plan.target import SELF_CHECK
from shared.topics import subject_id


@dataclass(frozen=True, slots=True)
class Answer(State):
    """What decisions need of an answer."""

    conforms: bool
    phase: str
    """The phase of the first answer, in whose figures the target counts for good."""
    since: date | None = None
    """The day of the first answer; none: one of an earlier version, which kept no day."""


def beside(fact: SelfCheckAnswered, told: Told) -> Iterator[str]:
    """The issue that an answer which does not conform enters."""
    yield _issue(told, fact)


def _issue(told: Told, fact: SelfCheckAnswered) -> str:
    return subject_id(told.book, "issue", SELF_CHECK, str(fact.target))


def decide(case: Case[Answer, SelfCheckAnswered]) -> list[Event]:
    """What follows from an answer. Raises Refused."""
    fact, plan, before = case.fact, case.plan, case.state
    case.require_subject(str(fact.target))
    target = plan.target(fact.target)
    if target is None:
        raise Refused("target-unknown", target=fact.target)
    if case.book.profile.unit_class not in plan.checklist_of:
        raise Refused("no-checklist")
    if not target.applies_to(case.book.profile.unit_class, case.book.profile.tags):
        raise Refused("target-not-applicable", target=fact.target)
    phase = require_begun(case.book, plan, case.day)
    if before:
        checked = TargetChecked(
            target=fact.target, phase=before.phase, conforms=fact.conforms, replaces=before.conforms, counted_on=before.since
        )
    else:
        checked = TargetChecked(target=fact.target, phase=phase, conforms=fact.conforms)
    if fact.conforms:
        return [case.event(checked)]
    if not fact.finding:
        raise Refused("finding-missing")
    if target.optional:
        return [case.event(checked)]
    id = _issue(case.told, fact)
    entered = case.beside(id, Issue)
    if entered is None:
        report = IssueReported(text=fact.finding, category=target.aspect, channel=SELF_CHECK, target=fact.target)
        return [case.event(checked), *enter(case, id, report)]
    return [case.event(checked), *(reopened(case, id, entered, fact.finding) if may_reopen(entered) else ())]


def evolve(before: Answer | None, event: Event, day: date) -> Answer | None:
    """The answer after an event."""
    match event.fact:
        case TargetChecked(conforms=conforms, phase=phase):
            return Answer(conforms=conforms, phase=phase, since=before.since if before else day)
    return before
