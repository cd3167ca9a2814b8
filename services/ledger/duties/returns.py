"""A return (报送材料) that a unit owes: filed on time or late, accepted or sent back, chased, or missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.ledger.book import rights
from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book, totals_to_date
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.figures import Head
from shared.events.returns import (
    ApprovalAwaited,
    ObligationDue,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    PackFrozen,
    ReturnAccepted,
    ReturnAnswered,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
    ReturnNearDue,
    ReturnSentBack,
    ReturnStepDue,
    RollingReturnCounted,
)
from shared.events.unit_plan import ReturnMetByPlan
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.plan.periods import ROLLING, due_after, periods_of
from shared.topics import subject_id
from shared.workdays import add_days, end_of, local_date, start_of

TOLD = (ReturnFiled, ReturnAccepted, ReturnSentBack, ReturnAnswered, ReturnChased)
"""What people tell of a return."""
MOST_KINDS = 20
"""Different kinds that a plan asks for at most."""


@dataclass(frozen=True, slots=True)
class Return:
    """What decisions need of an obligation and its return."""

    obligation: str
    phase: str
    due: date
    period: str | None = None
    met: bool = False
    missing: bool = False
    lifted: bool = False
    filed: int = 0
    """Returns towards the quota, those sent back left out."""
    kinds: tuple[str, ...] = ()
    """Their different kinds, as far as the plan asks for them."""
    new_kind: str | None = None
    """The kind that the last of them added."""
    filer: str | None = None
    """Who filed the last."""
    waits: date | None = None
    """The day on which it was filed, while it waits to be accepted."""
    waits_nil: bool = False
    sent_back: int = 0
    """How often it was sent back."""
    sent_back_on: date | None = None
    steps: tuple[str, ...] = ()
    """Warnings and chases of the plan that were told."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a return needs."""
    return [told.subject]


def decide(told: Told, owed: Return | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a return, from what is said of it, or from its due date. Raises Refused."""
    fact, day = told.fact, local_date(told.accepted)
    if isinstance(fact, TOLD):
        _named(told, fact.obligation, fact.period, book)
    rule = plan.obligation(owed.obligation) if owed else None
    if isinstance(fact, ObligationDue | ReturnStepDue) and owed and (rule is None or book.profile.unit_class not in rule.classes):
        return _lifted(fact, owed, told.subject)
    if isinstance(fact, ReturnAccepted | ReturnSentBack) and owed:
        return _judged(told, fact, owed, book)  # what was filed waits for it, also where an amendment took the obligation away since
    if owed is None or rule is None:
        if isinstance(fact, TOLD):
            raise Refused("obligation-unknown", obligation=fact.obligation)
        return []  # never opened, or an amendment took it away
    due = _due_now(owed, rule, book, plan)
    if due == owed.due:
        return _decide(told, owed, rule, book, plan, day)
    # The day it is told by moved since it was opened. It is looked at only when something is told of it, the old last day at the latest.
    moved = ObligationMoved(obligation=owed.obligation, phase=owed.phase, due=due, was=owed.due, period=owed.period)
    return [Event(told.subject, moved), *_decide(told, replace(owed, due=due), rule, book, plan, day)]


def _judged(told: Told, fact: ReturnAccepted | ReturnSentBack, owed: Return, book: Book) -> list[Event]:
    """What follows from the word of the unit above on what was filed. Raises Refused."""
    rights.from_above(told, book)
    if owed.waits is None:
        raise Refused("return-not-waiting", obligation=owed.obligation)
    if isinstance(fact, ReturnSentBack):
        back = ObligationReopened(obligation=owed.obligation, phase=owed.phase, due=owed.due, period=owed.period)
        return [Event(told.subject, back)]
    if fact.by == owed.filer:
        raise Refused("accepted-by-filer", by=fact.by)
    return met_by(owed, told.subject, owed.waits, owed.waits_nil)


def _lifted(fact: ObligationDue | ReturnStepDue, owed: Return, subject: str) -> list[Event]:
    """What becomes on its last day of a return that an amendment dropped, or that a class does not owe which the unit has by one."""
    if isinstance(fact, ReturnStepDue) or not _open(owed) or owed.missing:
        return []
    return [Event(subject, ObligationLifted(obligation=owed.obligation, phase=owed.phase, period=owed.period))]


def _due_now(owed: Return, rule: Obligation, book: Book, plan: Plan) -> date:
    """The last day as the plan and the phases extended for this unit have it now; never earlier than when it was opened."""
    if not _open(owed):
        return owed.due
    if rule.cadence == "once":
        return max(owed.due, plan.due_of(rule, book.ends))
    # A period that was cut short by the phase's end lasts as long as the phase does now.
    return max([owed.due, *(due_after(rule, each) for each in periods_of(plan, rule, book.ends) if each.code == owed.period)])


def _decide(told: Told, owed: Return, rule: Obligation, book: Book, plan: Plan, day: date) -> list[Event]:
    """What follows, by the last day that holds now. Raises Refused."""
    fact = told.fact
    match fact:
        case ReturnFiled():
            return _filed(told.subject, fact, owed, rule, book, plan, day)
        case ReturnAnswered():
            if not owed.filed:
                raise Refused("return-not-filed", obligation=owed.obligation)
            return []
        case ReturnChased():
            if fact.by is None:
                raise Refused("chaser-missing")
            if not _open(owed):
                raise Refused("return-not-open", obligation=owed.obligation)
            return []
        case ReturnMetByPlan():
            return met_by(owed, told.subject, day)
        case ObligationDue(due=due):
            if not _open(owed) or owed.missing or owed.due != due:
                return []
            missing = ReturnMissing(obligation=owed.obligation, phase=owed.phase, due=due, period=owed.period)
            return [Event(told.subject, missing)]
        case ReturnStepDue(step=step, due=due):
            if not _open(owed) or step in owed.steps or owed.due != due:
                return []
            return _step(told.subject, owed, plan, step)
    raise AssertionError(f"{told.type} is not about a return")


def _named(told: Told, code: str, period: str | None, book: Book) -> None:
    """Whether what is told names the return whose subject it is told for. Raises Refused."""
    right = subject_id(book.id, "return", code, *([period] if period else []))
    if told.subject != right:
        raise Refused("obligation-mismatch", obligation=code, subject=told.subject, right=right)


def _open(owed: Return) -> bool:
    """Whether it is owed still: neither met nor lifted, nor filed and waiting to be accepted, nor without a date."""
    return not (owed.met or owed.lifted) and owed.waits is None and owed.period != ROLLING


def _filed(subject: str, fact: ReturnFiled, owed: Return, rule: Obligation, book: Book, plan: Plan, day: date) -> list[Event]:
    """What follows from a return that is filed. Raises Refused."""
    if fact.nil and not rule.nil:
        raise Refused("nil-not-taken", obligation=rule.code)
    if not fact.nil:
        if rule.kinds and fact.item_kind is None:
            raise Refused("item-kind-missing", obligation=rule.code, kinds=rule.kinds)
        filled_in(plan, rule.form, fact.form)
    events = list[Event]()
    if rule.cumulative:
        own, total = totals_to_date(book)
        head = Head(position=book.position, chain=book.chain)
        events.append(Event(subject, PackFrozen(obligation=rule.code, period=owed.period, own=own, total=total, head=head)))
    if owed.period == ROLLING:
        phase = phase_for(book, plan, day) or owed.phase
        return [*events, Event(subject, RollingReturnCounted(obligation=rule.code, phase=phase))]
    if not _open(owed) or not _enough(fact, owed, rule):
        return events  # it stands beside the first, or is one of several
    if rule.approval:
        waits = ApprovalAwaited(obligation=rule.code, phase=owed.phase, period=owed.period, nil=fact.nil)
        return [*events, Event(subject, waits)]
    return events + met_by(owed, subject, day, fact.nil)


def _enough(fact: ReturnFiled, owed: Return, rule: Obligation) -> bool:
    """Whether all that is owed is in with this return; a nil return answers for all (L12)."""
    kinds = {*owed.kinds, *([fact.item_kind] if fact.item_kind else [])}
    return fact.nil or (owed.filed + 1 >= (rule.quota or 1) and len(kinds) >= (rule.kinds or 0))


def met_by(owed: Return | None, subject: str, day: date, nil: bool = False) -> list[Event]:
    """A return is met by what came in on a day: what was filed, or the unit's own plan where the obligation is `met_by_plan` (A6)."""
    if owed is None or owed.met:
        return []
    met = ObligationMet(
        obligation=owed.obligation, phase=owed.phase, late=day > owed.due, was_missing=owed.missing, period=owed.period, nil=nil
    )
    return [Event(subject, met)]


def _step(subject: str, owed: Return, plan: Plan, step: str) -> list[Event]:
    """A return that is not in is warned of, or chased as many levels up as the plan's step says."""
    if step.startswith("before"):
        return [Event(subject, ReturnNearDue(obligation=owed.obligation, phase=owed.phase, due=owed.due, period=owed.period))]
    levels = [levels for name, _, levels in _steps(owed, plan) if name == step]
    return [Event(subject, ReturnChased(obligation=owed.obligation, period=owed.period, levels=max(levels)))] if levels else []


def _steps(owed: Return, plan: Plan) -> Iterator[tuple[str, date, int]]:
    """The plan's steps for returns: name, day, and levels up."""
    for each in plan.steps:
        if each.clock == "return":
            side, days = ("before", -(each.before or 0)) if each.before else ("after", each.after or 0)
            yield f"{side}-{abs(days)}", add_days(owed.due, days), each.levels


def evolve(owed: Return | None, event: Event, day: date) -> Return | None:
    """The obligation after an event."""
    fact = event.fact
    if isinstance(fact, ObligationOpened):
        return Return(obligation=fact.obligation, phase=fact.phase, due=fact.due, period=fact.period)
    if owed is None:
        return None
    match fact:
        case ReturnFiled(item_kind=kind) if _open(owed):
            added = kind if kind not in owed.kinds and len(owed.kinds) < MOST_KINDS else None
            kinds = (*owed.kinds, added) if added else owed.kinds
            return replace(owed, filed=owed.filed + 1, kinds=kinds, new_kind=added, filer=fact.by)
        case ReturnFiled():
            return replace(owed, filed=owed.filed + 1)
        case ApprovalAwaited(nil=nil):
            return replace(owed, waits=day, waits_nil=nil)
        case ObligationReopened():
            kinds = tuple(each for each in owed.kinds if each != owed.new_kind)
            return replace(owed, waits=None, filed=owed.filed - 1, kinds=kinds, sent_back=owed.sent_back + 1, sent_back_on=day)
        case ObligationMet():
            return replace(owed, met=True, waits=None)
        case ReturnMissing():
            return replace(owed, missing=True)
        case ObligationLifted():
            return replace(owed, lifted=True)
        case ObligationMoved(due=due):
            return replace(owed, due=due, steps=())
        case ReturnStepDue(step=step, due=due) if _open(owed) and due == owed.due:
            # Overtaken, it was not taken: it falls due again where the return is sent back.
            return replace(owed, steps=tuple(dict.fromkeys((*owed.steps, step))))
    return owed


def wakes(owed: Return, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an obligation."""
    rule = plan.obligation(owed.obligation)
    if not _open(owed):
        return
    again = f"-{owed.sent_back}" if owed.sent_back else ""
    if not owed.missing:
        last = plan.due(rule.missing_after, owed.due) if rule and rule.missing_after else owed.due
        # What was in and was sent back after that day is missing from the day after it was sent back.
        last = max(last, owed.sent_back_on or last)
        yield Wake(last + timedelta(1), end_of(last), ObligationDue(obligation=owed.obligation, due=owed.due), f"due-{owed.due}{again}")
    for step, day, _ in _steps(owed, plan):
        if step not in owed.steps:
            fact = ReturnStepDue(obligation=owed.obligation, due=owed.due, step=step)
            yield Wake(day, start_of(day), fact, f"{step}-{owed.due}{again}")
