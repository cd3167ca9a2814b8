"""One target of the self-check (自查): answered by the unit; what does not conform enters an issue by itself."""

from collections.abc import Iterator

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


def beside(fact: SelfCheckAnswered, told: Told) -> Iterator[str]:
    """The issue that an answer which does not conform enters."""
    yield _issue(told, fact)


def _issue(told: Told, fact: SelfCheckAnswered) -> str:
    return subject_id(told.book, "issue", SELF_CHECK, str(fact.target))


def decide(case: Case[State, SelfCheckAnswered]) -> list[Event]:
    """What follows from an answer. Raises Refused."""
    fact, plan, before = case.fact, case.plan, case.book.answers.get(case.fact.target)
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
