"""The plan that a unit derives from the campaign's: within its phases, with its targets, each version in the place of the one before. A6.

Its earlier dates bind the unit by itself: no clock follows them, for lateness is told up the line by the dates of the campaign alone (L15).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.gate import applies
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.unit_plan import UnitPlanAdopted, UnitPlanCounted
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import subject_id


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What decisions need of a unit's own plan."""

    version: int


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a unit's own plan needs."""
    return [told.subject]


def decide(told: Told, before: UnitPlan | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a unit's own plan. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, UnitPlanAdopted)
    if told.subject != subject_id(book.id, "plan", "own"):
        raise Refused("wrong-subject", type=told.type, kind="plan/own", subject=told.subject)
    expected = before.version + 1 if before else 1
    if fact.version != expected:
        raise Refused("unit-plan-version", version=fact.version, expected=expected)
    for code, end in fact.ends.items():
        if code not in {phase.code for phase in plan.phases}:
            raise Refused("phase-unknown", phase=code)
        phase = plan.phase(code)
        start, last = plan.begins(phase), plan.last_day_of(phase, book.ends)
        if not start <= end <= last:
            raise Refused("unit-plan-outside", phase=code, end=end, start=start, last=last)
    for duty in fact.duties:
        target = plan.target(duty.target)
        if target is None:
            raise Refused("target-unknown", target=duty.target)
        if not applies(target, book):
            raise Refused("target-not-applicable", target=duty.target)
    meets = tuple(each.code for each in plan.obligations if each.met_by_plan and book.profile.unit_class in each.classes)
    return [Event(told.subject, UnitPlanCounted(version=fact.version, meets=meets))]


def evolve(before: UnitPlan | None, event: Event, day: date) -> UnitPlan | None:
    """A unit's own plan after an event."""
    match event.fact:
        case UnitPlanCounted(version=version):
            return UnitPlan(version)
    return before


def wakes(own: UnitPlan, plan: Plan) -> Iterator[Wake]:
    """The clock tells a unit's own plan nothing."""
    return iter(())
