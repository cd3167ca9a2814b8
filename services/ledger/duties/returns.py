"""A return (报送材料) that a unit owes: filed on time or late, accepted or sent back, chased, or missing."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import assert_never

from msgspec.structs import replace

from services.ledger.book.rights import require_superior
from services.ledger.book.state import totals_to_date
from services.ledger.duties.required import require_one_of
from services.ledger.issue.steps import step_day
from services.ledger.rules.case import AnyCase, Case
from services.ledger.rules.decision import Event, Refused, State, Wake, on_day, once_over
from services.ledger.rules.forms import require_form
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
from shared.plan import Plan
from shared.plan.clock import Step
from shared.plan.obligation import Obligation
from shared.plan.periods import FORMS, ROLLING, due_after, periods_of
from shared.topics import subject_id

MOST_KINDS = 20
"""Different kinds that a plan asks for at most."""


class Return(State, frozen=True):
    """What decisions need of an obligation and its return."""

    obligation: str
    phase: str
    due: date
    since: date = date.min
    """The day since which it is owed by this last day: nobody is warned or chased before."""
    period: str | None = None
    met: bool = False
    missing: bool = False
    missing_since: date | None = None
    """The day on which it was counted as missing."""
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


Acts = ReturnFiled | ReturnAccepted | ReturnSentBack | ReturnAnswered | ReturnChased
"""What people tell of a return."""
Facts = Acts | ReturnMetByPlan | ObligationDue | ReturnStepDue


def decide(case: Case[Return, Facts]) -> list[Event]:
    """What follows from a return, from what is said of it, or from its due date. Raises Refused."""
    fact, owed = case.fact, case.state
    if isinstance(fact, Acts):
        _require_named(case, fact)
    if owed is None and isinstance(fact, Acts) and (rule := case.plan.obligation(fact.obligation)) and rule.cadence in FORMS:
        require_one_of(case, fact.obligation, fact.period or "–", {rule.cadence: periods_of(case.plan, rule, case.book.ends)})
    return _follows(case, fact, owed)


def _follows(case: Case[Return, Facts], fact: Facts, owed: Return | None) -> list[Event]:
    """What follows for a return that is open, or is none. Raises Refused."""
    if owed is None:
        return _not_owed(fact)
    rule = case.plan.obligation(owed.obligation)
    match fact:
        case ReturnAccepted() | ReturnSentBack():
            return _judged(case, fact, owed)  # what was filed waits for it, also where an amendment took the obligation away since
        case ObligationDue() | ReturnStepDue() if rule is None or case.book.profile.unit_class not in rule.classes:
            return _lifted(case, fact, owed)
    if rule is None:
        return _not_owed(fact)
    # The day it is told by may have moved since it was opened. It is looked at only when something is told of it, the old last day at the latest.
    now, events = replace(owed, due=_due_now(case, owed, rule)), list[Event]()
    if now.due != owed.due:
        moved = ObligationMoved(obligation=owed.obligation, phase=owed.phase, due=now.due, was=owed.due, period=owed.period)
        events.append(case.event(moved))
    match fact:
        case ReturnFiled():
            events += _filed(case, fact, now, rule)
        case ReturnAnswered():
            if not now.filed:
                raise Refused("return-not-filed", obligation=now.obligation)
        case ReturnChased():
            if fact.by is None:
                raise Refused("chaser-missing")
            if not _open(now):
                raise Refused("return-not-open", obligation=now.obligation)
        case ReturnMetByPlan():
            events += _met(case, now, case.day)
        case ObligationDue(due=due):
            if _open(now) and not now.missing and now.due == due:
                events.append(case.event(ReturnMissing(obligation=now.obligation, phase=now.phase, due=due, period=now.period)))
        case ReturnStepDue(step=step, due=due):
            if _open(now) and step not in now.steps and now.due == due:
                events += _warned(case, now, step)
        case _:
            assert_never(fact)
    return events


def _require_named(case: AnyCase, fact: Acts) -> None:
    """What is told names the return whose subject it is told for. Raises Refused."""
    right = subject_id(case.book.id, "return", fact.obligation, *([fact.period] if fact.period else []))
    if case.subject != right:
        raise Refused("obligation-mismatch", obligation=fact.obligation, subject=case.subject, right=right)


def _not_owed(fact: Facts) -> list[Event]:
    """Nothing comes of a return that was never opened, or that an amendment took away. Raises Refused where people tell of it."""
    if isinstance(fact, Acts):
        raise Refused("obligation-unknown", obligation=fact.obligation)
    return []


def _judged(case: AnyCase, fact: ReturnAccepted | ReturnSentBack, owed: Return) -> list[Event]:
    """What follows from the word of the unit above on what was filed. Raises Refused."""
    require_superior(case.told, case.book)
    if owed.waits is None:
        raise Refused("return-not-waiting", obligation=owed.obligation)
    if isinstance(fact, ReturnSentBack):
        return [case.event(ObligationReopened(obligation=owed.obligation, phase=owed.phase, due=owed.due, period=owed.period))]
    if fact.by == owed.filer:
        raise Refused("accepted-by-filer", by=fact.by)
    return _met(case, owed, owed.waits, owed.waits_nil)


def _lifted(case: AnyCase, fact: ObligationDue | ReturnStepDue, owed: Return) -> list[Event]:
    """What becomes on its last day of a return that an amendment dropped, or that a class does not owe which the unit has by one."""
    if isinstance(fact, ReturnStepDue) or not _open(owed) or owed.missing:
        return []
    return [case.event(ObligationLifted(obligation=owed.obligation, phase=owed.phase, period=owed.period))]


def _due_now(case: AnyCase, owed: Return, rule: Obligation) -> date:
    """The last day as the plan and the phases extended for this unit have it now; never earlier than when it was opened."""
    plan, ends = case.plan, case.book.ends
    if not _open(owed):
        return owed.due
    if rule.cadence == "once":
        return max(owed.due, plan.due_of(rule, ends))
    # A period that was cut short by the phase's end lasts as long as the phase does now.
    return max([owed.due, *(due_after(rule, each) for each in periods_of(plan, rule, ends) if each.code == owed.period)])


def _open(owed: Return) -> bool:
    """Whether it is owed still: neither met nor lifted, nor filed and waiting to be accepted, nor without a date."""
    return not (owed.met or owed.lifted) and owed.waits is None and owed.period != ROLLING


def _filed(case: AnyCase, fact: ReturnFiled, owed: Return, rule: Obligation) -> list[Event]:
    """What follows from a return that is filed. Raises Refused."""
    if owed.lifted:
        raise Refused("obligation-unknown", obligation=rule.code)
    if fact.nil and not rule.nil:
        raise Refused("nil-not-taken", obligation=rule.code)
    if not fact.nil:
        if rule.kinds and fact.item_kind is None:
            raise Refused("item-kind-missing", obligation=rule.code, kinds=rule.kinds)
        require_form(case.plan, rule.form, fact.form)
    book, events = case.book, list[Event]()
    if rule.cumulative:
        own, total = totals_to_date(book)
        head = Head(position=book.position, chain=book.chain)
        events.append(case.event(PackFrozen(obligation=rule.code, period=owed.period, own=own, total=total, head=head)))
    if owed.period == ROLLING:
        phase = book.phase_for(case.plan, case.day) or owed.phase
        return [*events, case.event(RollingReturnCounted(obligation=rule.code, phase=phase))]
    if not _open(owed) or not _enough(fact, owed, rule):
        return events  # it stands beside the first, or is one of several
    if rule.approval:
        waits = ApprovalAwaited(
            obligation=rule.code,
            phase=owed.phase,
            period=owed.period,
            nil=fact.nil,
            was_missing=owed.missing,
            counted_on=owed.missing_since,
        )
        return [*events, case.event(waits)]
    return [*events, *_met(case, owed, case.day, fact.nil)]


def _enough(fact: ReturnFiled, owed: Return, rule: Obligation) -> bool:
    """Whether all that is owed is in with this return; a nil return answers for all (L12)."""
    kinds = {*owed.kinds, *([fact.item_kind] if fact.item_kind else [])}
    return fact.nil or (owed.filed + 1 >= (rule.quota or 1) and len(kinds) >= (rule.kinds or 0))


def _met(case: AnyCase, owed: Return, day: date, nil: bool = False) -> list[Event]:
    """A return is met by what came in on a day: what was filed, or the unit's own plan where the obligation is `met_by_plan` (A6)."""
    if owed.met:
        return []
    met = ObligationMet(
        obligation=owed.obligation,
        phase=owed.phase,
        late=day > owed.due,
        was_missing=owed.missing,
        period=owed.period,
        nil=nil,
        counted_on=owed.missing_since,
    )
    return [case.event(met)]


def _warned(case: AnyCase, owed: Return, step: str) -> list[Event]:
    """A return that is not in is warned of, or chased as many levels up as the plan's step says."""
    if step.startswith("before"):
        return [case.event(ReturnNearDue(obligation=owed.obligation, phase=owed.phase, due=owed.due, period=owed.period))]
    levels = [each.levels for each in case.plan.steps if each.clock == "return" and _step_name(each) == step]
    return [case.event(ReturnChased(obligation=owed.obligation, period=owed.period, levels=max(levels)))] if levels else []


def _step_name(step: Step) -> str:
    return f"before-{step.before}" if step.before else f"after-{step.after}"


def evolve(owed: Return | None, event: Event, day: date) -> Return | None:
    """The obligation after an event."""
    fact = event.fact
    if isinstance(fact, ObligationOpened) and owed is None:
        owed = Return(obligation=fact.obligation, phase="", due=date.max, period=fact.period)
    if owed is None:
        return None
    match fact:
        case ObligationOpened(phase=phase, due=due):
            return replace(owed, phase=phase, due=due, since=day)
        case ReturnFiled(item_kind=kind) if _open(owed):
            added = kind if kind not in owed.kinds and len(owed.kinds) < MOST_KINDS else None
            kinds = (*owed.kinds, added) if added else owed.kinds
            return replace(owed, filed=owed.filed + 1, kinds=kinds, new_kind=added, filer=fact.by)
        case ReturnFiled():
            return replace(owed, filed=owed.filed + 1)
        case ApprovalAwaited(nil=nil):
            return replace(owed, waits=day, waits_nil=nil, missing=False, missing_since=None)
        case ObligationReopened():
            kinds = tuple(each for each in owed.kinds if each != owed.new_kind)
            return replace(owed, waits=None, filed=owed.filed - 1, kinds=kinds, sent_back=owed.sent_back + 1, sent_back_on=day, since=day)
        case ObligationMet():
            return replace(owed, met=True, waits=None)
        case ReturnMissing():
            return replace(owed, missing=True, missing_since=day)
        case ObligationLifted():
            return replace(owed, lifted=True)
        case ObligationMoved(due=due):
            return replace(owed, due=due, since=day, steps=())
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
        yield once_over(last, partial(ObligationDue, obligation=owed.obligation, due=owed.due), f"due-{owed.due}{again}")
    for step in plan.steps:
        name = _step_name(step)
        if step.clock == "return" and name not in owed.steps and (day := step_day(step, plan, owed.due, owed.since)):
            fact = partial(ReturnStepDue, obligation=owed.obligation, due=owed.due, step=name)
            yield on_day(day, fact, f"{name}-{owed.due}{again}")
