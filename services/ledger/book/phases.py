"""The phases of a book: opened, held, closed, opened again, supplemented, extended. A3 to A5, L7."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Literal

from services.ledger.book import periods
from services.ledger.book.gate import gap
from services.ledger.book.state import Book, PhaseState, counted, totals
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused, Wake, on_day, once_over
from shared.events.figures import Head
from shared.events.phase import (
    Gap,
    PhaseClosed,
    PhaseDue,
    PhaseExtended,
    PhaseHeld,
    PhaseOpened,
    PhaseProlonged,
    PhaseReopened,
    PhaseSupplemented,
    SupplementDue,
)
from shared.plan import Plan
from shared.plan.phase import Phase
from shared.workdays import YearMissing, add_days


def require_begun(book: Book, plan: Plan, day: date) -> str:
    """The phase that a fact of this day counts in. Raises Refused before the campaign."""
    phase = book.phase_for(plan, day)
    if phase is None:
        raise Refused("before-campaign")
    return phase


def require_running(book: Book, plan: Plan, day: date) -> str:
    """The phase that a fact of this day counts in. Raises Refused before the campaign, and after its last day for this unit."""
    phase = require_begun(book, plan, day)
    if day > (end := book.last_day(plan)):
        raise Refused("after-campaign", end=end)
    return phase


def fell_due(case: AnyCase, due: PhaseDue) -> list[Event]:
    """What follows when a phase begins or ends, or its grace does; nothing where something overtook it. Raises Refused."""
    book, plan, edge = case.book, case.plan, due.edge
    phase = _require_phase(plan, due.phase)
    state = book.phase(phase.code)
    if edge in ("end", "grace") and (state.extended or state.prolonged) and case.day < plan.last_day_of(phase, book.ends):
        return []
    match (edge, state.status):
        case ("start", "ahead"):
            owed = periods.owes(book, plan, phase.code)
            opened = PhaseOpened(
                phase=phase.code,
                start=plan.begins(phase),
                end=plan.last_day_of(phase, book.ends),
                returns=tuple(each.code for each in owed if each.closes),
            )
            return [case.event(opened), *(event for each in owed for event in periods.opened_once(book, plan, each))]
        case ("end", "open"):
            return [_held_or_closed(book, plan, phase)]
        case ("grace", "held") if not state.revision or state.prolonged:
            return [_closed(book, plan, phase)]
        case ("again", "held") if state.reopened:
            return [_held_or_closed(book, plan, phase)]
    return []


def gap_accepted(case: AnyCase, code: str) -> list[Event]:
    """The unit closes a phase that is held over its gap. Raises Refused."""
    phase = _require_phase(case.plan, code)
    if case.book.phase(code).status != "held":
        raise Refused("phase-not-held", phase=code)
    return [_closed(case.book, case.plan, phase)]


def reopened(case: AnyCase, fact: PhaseReopened) -> list[Event]:
    """The unit opens a phase again: it is held until the next morning. Raises Refused."""
    book, phase = case.book, _require_phase(case.plan, fact.phase)
    state = book.phase(phase.code)
    if state.status != "closed":
        raise Refused("phase-not-closed", phase=phase.code)
    if fact.by_unit not in (None, book.unit):
        raise Refused("phase-not-yours", unit=book.unit)
    missing = gap(book, case.plan, phase) or Gap()
    return [case.event(PhaseHeld(phase=phase.code, gap=missing, takes_back=_closing(state), counted_on=state.closed_on))]


def prolonged(book: Book, plan: Plan, new: Plan, day: date) -> list[PhaseProlonged]:
    """The phases that had ended and are open again, since the plan that the book takes on a day ends them then or later."""
    again = []
    for phase in plan.phases:
        state, last = book.phase(phase.code), new.last_day_of(new.phase(phase.code), book.ends)
        if state.status != "ahead" and plan.last_day_of(phase, book.ends) < day <= last:
            back = _closing(state) if state.status == "closed" else None
            again.append(PhaseProlonged(phase=phase.code, end=last, takes_back=back, counted_on=state.closed_on if back else None))
    return again


def _closing(state: PhaseState) -> Literal["complete", "gap"]:
    """How a phase closed."""
    return "gap" if state.own.get("gaps") else "complete"


def supplement_due(book: Book, due: SupplementDue) -> list[Event]:
    """What came after a phase closed goes up as the next revision of its statement; nothing where that was done."""
    state = book.phase(due.phase)
    stands = state.status == "closed" and state.late_since is not None and state.revision == due.revision
    return [supplemented(book, due.phase)] if stands else []


def require_extendable(case: AnyCase, extended: PhaseExtended) -> None:
    """A phase may last longer for this unit alone: a unit above says so, before it closed. Raises Refused, YearMissing."""
    book, plan = case.book, case.plan
    phase = _require_phase(plan, extended.phase)
    if extended.by_unit not in book.profile.path[:-1]:
        raise Refused("extension-not-above", unit=extended.by_unit or book.unit)
    if book.phase(phase.code).status == "closed" or (book.phase(phase.code).revision and not book.phase(phase.code).prolonged):
        raise Refused("phase-closed", phase=phase.code)
    if extended.until <= (end := plan.last_day_of(phase, book.ends)):
        raise Refused("extension-short", until=extended.until, end=end)
    try:
        add_days(extended.until, (phase.grace or 0) * (book.profile.levels_below + 1))
    except YearMissing as missing:
        raise Refused("year-missing", year=missing.year, phase=phase.code) from None
    # What is open on the campaign's last day is carried over with a new one, and told up the line so long after that.
    follow_up = plan.due(plan.clocks.follow_up, max(extended.until, book.last_day(plan)))
    add_days(follow_up, max((step.after or 0 for step in plan.steps if step.clock == "follow-up"), default=0))


def _require_phase(plan: Plan, code: str) -> Phase:
    try:
        return plan.phase(code)
    except KeyError:
        raise Refused("phase-unknown", phase=code) from None


def _grace_ends(book: Book, plan: Plan, phase: Phase) -> date:
    return plan.grace_ends(phase, book.profile.levels_below, plan.last_day_of(phase, book.ends))


def follows(book: Book, plan: Plan) -> list[Event]:
    """What a book does by itself once nothing is missing any more: a held phase closes."""
    held = [phase for phase in plan.phases if (state := book.phase(phase.code)).status == "held" and not state.reopened]
    return [_closed(book, plan, phase) for phase in held if gap(book, plan, phase) is None]


def _held_or_closed(book: Book, plan: Plan, phase: Phase) -> Event:
    missing = gap(book, plan, phase)
    return Event(book.id, PhaseHeld(phase=phase.code, gap=missing)) if missing else _closed(book, plan, phase)


def _closed(book: Book, plan: Plan, phase: Phase) -> Event:
    state, missing = book.phase(phase.code), gap(book, plan, phase)
    own, total = totals(counted(state, {"units": 1, "gaps": int(missing is not None)}))
    head = Head(position=book.position, chain=book.chain)
    closed = PhaseClosed(phase=phase.code, revision=state.revision + 1, own=own, total=total, gap=missing, head=head)
    return Event(book.id, closed)


def supplemented(book: Book, code: str) -> Event:
    """The next revision of a closed phase's statement."""
    state = book.phase(code)
    own, total = totals(state)
    head = Head(position=book.position, chain=book.chain)
    return Event(book.id, PhaseSupplemented(phase=code, revision=state.revision + 1, own=own, total=total, head=head))


def wakes(book: Book, plan: Plan) -> Iterator[Wake]:
    """What the clock tells a book."""
    for phase in plan.phases:
        state, code = book.phase(phase.code), phase.code
        # One that ends later by now is told its new end although it was told the old one.
        name = f"{code}-{plan.last_day_of(phase, book.ends)}" if state.extended or state.prolonged else code
        match state.status:
            case "ahead":
                start = plan.begins(phase)
                yield on_day(start, partial(PhaseDue, phase=code, edge="start"), f"start-{code}")
            case "open":
                last = plan.last_day_of(phase, book.ends)
                yield once_over(last, partial(PhaseDue, phase=code, edge="end"), f"end-{name}")
            case "held" if since := state.reopened:
                yield once_over(since, partial(PhaseDue, phase=code, edge="again"), f"again-{code}-{state.revision}")
            case "held" if phase.grace and (not state.revision or state.prolonged):
                last = _grace_ends(book, plan, phase)
                yield once_over(last, partial(PhaseDue, phase=code, edge="grace"), f"grace-{name}", waits=bool(state.awaits_units))
            case "closed" if since := state.late_since:
                yield once_over(since, partial(SupplementDue, phase=code, revision=state.revision), f"supplement-{code}-{state.revision}")
