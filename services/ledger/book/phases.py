"""The phases of a book: opened, held, closed, opened again, supplemented, extended; and which one a fact counts in. A3 to A5, L7."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.ledger.book import periods
from services.ledger.book.gate import gap
from services.ledger.book.state import Book, counted, totals
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.figures import Head
from shared.events.phase import (
    Gap,
    GapAccepted,
    PhaseClosed,
    PhaseDue,
    PhaseExtended,
    PhaseHeld,
    PhaseOpened,
    PhaseReopened,
    PhaseSupplemented,
    SupplementDue,
)
from shared.events.returns import PeriodBegun
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.phase import Phase
from shared.workdays import YearMissing, add_days, end_of, local_date, start_of


def phase_for(book: Book, plan: Plan, day: date) -> str | None:
    """The phase that a fact of this day counts in: the last in order that has begun; none before the first (A3).

    One that the unit opened again comes first, then one that is past its last day but not closed, where the plan counts late facts there (L7).
    """
    reopened = [phase.code for phase in plan.phases if (since := book.phase(phase.code).reopened) and since <= day]
    late = [
        phase.code
        for phase in plan.phases
        if phase.late_facts == "this" and phase.end < day and book.phase(phase.code).status in ("open", "held")
    ]
    found = reopened or late
    return found[-1] if found else plan.phase_on(day)


def last_day(book: Book, plan: Plan) -> date:
    """The last day of the campaign for this unit."""
    return max(plan.ends, *book.ends.values()) if book.ends else plan.ends


def decide(told: Told, book: Book, plan: Plan) -> list[Event]:
    """What follows for a phase from what was told. Raises Refused."""
    match told.fact:
        case PeriodBegun() as begun:
            return periods.decide(begun, book, plan)
        case PhaseDue(phase=code, edge=edge):
            return _due(book, plan, _phase(plan, code), edge, local_date(told.accepted))
        case GapAccepted(phase=code):
            phase = _phase(plan, code)
            if book.phase(code).status != "held":
                raise Refused("phase-not-held", phase=code)
            return [_closed(book, plan, phase)]
        case PhaseReopened(phase=code):
            state = book.phase(_phase(plan, code).code)
            if state.status != "closed":
                raise Refused("phase-not-closed", phase=code)
            if told.fact.by_unit not in (None, book.unit):
                raise Refused("phase-not-yours", unit=book.unit)
            missing = gap(book, plan, plan.phase(code))
            held = PhaseHeld(phase=code, gap=missing or Gap(), takes_back="gap" if state.own.get("gaps") else "complete")
            return [Event(book.id, held)]
        case PhaseExtended() as extended:
            _may_extend(book, plan, _phase(plan, extended.phase), extended)
            return []
        case SupplementDue(phase=code, revision=revision):
            state = book.phase(code)
            if state.status != "closed" or state.late_since is None or state.revision != revision:
                return []
            return [supplemented(book, code)]
    raise AssertionError(f"{told.type} is not about a phase")


def _phase(plan: Plan, code: str) -> Phase:
    try:
        return plan.phase(code)
    except KeyError:
        raise Refused("phase-unknown", phase=code) from None


def _due(book: Book, plan: Plan, phase: Phase, edge: str, day: date) -> list[Event]:
    state = book.phase(phase.code)
    if edge in ("end", "grace") and state.extended and day < plan.last_day_of(phase, book.ends):
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
            return [Event(book.id, opened), *(event for each in owed for event in periods.opened_once(book, plan, each))]
        case ("end", "open"):
            missing = gap(book, plan, phase)
            return [Event(book.id, PhaseHeld(phase=phase.code, gap=missing))] if missing else [_closed(book, plan, phase)]
        case ("grace", "held") if not state.revision:
            return [_closed(book, plan, phase)]
        case ("again", "held") if state.reopened:
            missing = gap(book, plan, phase)
            return [Event(book.id, PhaseHeld(phase=phase.code, gap=missing))] if missing else [_closed(book, plan, phase)]
    return []  # something overtook it


def _grace_ends(book: Book, plan: Plan, phase: Phase) -> date:
    return plan.grace_ends(phase, book.profile.levels_below, plan.last_day_of(phase, book.ends))


def _may_extend(book: Book, plan: Plan, phase: Phase, extended: PhaseExtended) -> None:
    """Whether a phase may last longer for this unit alone: a unit above says so, before it closed. Raises Refused."""
    if extended.by_unit not in book.profile.path[:-1]:
        raise Refused("extension-not-above", unit=extended.by_unit or book.unit)
    if book.phase(phase.code).status == "closed" or book.phase(phase.code).revision:
        raise Refused("phase-closed", phase=phase.code)
    if extended.until <= (end := plan.last_day_of(phase, book.ends)):
        raise Refused("extension-short", until=extended.until, end=end)
    try:
        add_days(extended.until, (phase.grace or 0) * (book.profile.levels_below + 1))
    except YearMissing as missing:
        raise Refused("year-missing", year=missing.year, phase=phase.code) from None


def follows(book: Book, plan: Plan) -> list[Event]:
    """What a book does by itself once nothing is missing any more: a held phase closes."""
    held = [phase for phase in plan.phases if (state := book.phase(phase.code)).status == "held" and not state.reopened]
    return [_closed(book, plan, phase) for phase in held if gap(book, plan, phase) is None]


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
        # An extended phase is told its new end although it was told the old one.
        name = f"{code}-{plan.last_day_of(phase, book.ends)}" if state.extended else code
        match state.status:
            case "ahead":
                start = plan.begins(phase)
                yield Wake(start, start_of(start), PhaseDue(phase=code, edge="start"), f"start-{code}")
            case "open":
                last = plan.last_day_of(phase, book.ends)
                yield Wake(last + timedelta(1), end_of(last), PhaseDue(phase=code, edge="end"), f"end-{name}")
            case "held" if since := state.reopened:
                yield Wake(since + timedelta(1), end_of(since), PhaseDue(phase=code, edge="again"), f"again-{code}-{state.revision}")
            case "held" if phase.grace and not state.revision:
                last = _grace_ends(book, plan, phase)
                yield Wake(last + timedelta(1), end_of(last), PhaseDue(phase=code, edge="grace"), f"grace-{name}")
            case "closed" if since := state.late_since:
                due = SupplementDue(phase=code, revision=state.revision)
                yield Wake(since + timedelta(1), end_of(since), due, f"supplement-{code}-{state.revision}")
