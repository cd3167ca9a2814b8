"""A return (报送材料) that a unit owes: opened with its phase, filed on time or late, or missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.ledger.book import Book
from services.ledger.decision import Event, Refused, Wake
from shared.cloudevents import Told
from shared.events.obligation import ObligationDue, ObligationMet, ObligationOpened, ReturnFiled, ReturnMissing
from shared.plan import Plan
from shared.topics import subject_id
from shared.workdays import end_of, local_date


@dataclass(frozen=True, slots=True)
class Return:
    """What decisions need of an obligation and its return."""

    obligation: str
    phase: str
    due: date
    met: bool = False
    missing: bool = False


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a return needs."""
    return [told.subject]


def decide(told: Told, owed: Return | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a return, or from its due date. Raises Refused."""
    match told.fact:
        case ReturnFiled(obligation=code):
            if told.subject != subject_id(book.id, "return", code):
                raise Refused("obligation-mismatch", obligation=code, subject=told.subject)
            if owed is None:
                raise Refused("obligation-unknown", obligation=code)
            if owed.met:
                return []  # a further return for the same obligation stands beside the first
            late = local_date(told.accepted) > owed.due
            return [Event(told.subject, ObligationMet(obligation=code, phase=owed.phase, late=late, was_missing=owed.missing))]
        case ObligationDue(due=due):
            if owed is None or owed.met or owed.missing or owed.due != due:
                return []
            return [Event(told.subject, ReturnMissing(obligation=owed.obligation, phase=owed.phase, due=due))]
    raise AssertionError(f"{told.type} is not about a return")


def evolve(owed: Return | None, event: Event, day: date) -> Return | None:
    """The obligation after an event."""
    match event.fact:
        case ObligationOpened(obligation=code, phase=phase, due=due):
            return Return(obligation=code, phase=phase, due=due)
        case ObligationMet() if owed:
            return replace(owed, met=True)
        case ReturnMissing() if owed:
            return replace(owed, missing=True)
    return owed


def wakes(owed: Return, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an obligation."""
    if not owed.met and not owed.missing:
        yield Wake(owed.due + timedelta(1), end_of(owed.due), ObligationDue(obligation=owed.obligation, due=owed.due), f"due-{owed.due}")
