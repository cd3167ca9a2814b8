"""The plan that a unit derives from the campaign's: within its phases, with its targets, each version in the place of the one before. A6.

Its earlier dates bind the unit by itself: no clock follows them, for lateness is told up the line by the dates of the campaign alone (L15).
"""

from collections.abc import Iterator
from datetime import date

from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.letter import letter
from shared.events.unit_plan import ReturnMetByPlan, UnitPlanAdopted, UnitPlanCounted
from shared.kafka.records import Recorded, Told
from shared.topics import subject_id


class UnitPlan(State, frozen=True):
    """What decisions need of a unit's own plan."""

    version: int


def decide(case: Case[UnitPlan, UnitPlanAdopted]) -> list[Event]:
    """What follows from a unit's own plan. Raises Refused."""
    fact, plan, book = case.fact, case.plan, case.book
    case.require_subject("own")
    expected = case.state.version + 1 if case.state else 1
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
        if not target.applies_to(book.profile.unit_class, book.profile.tags):
            raise Refused("target-not-applicable", target=duty.target)
    meets = tuple(each.code for each in plan.obligations if each.met_by_plan and book.profile.unit_class in each.classes)
    return [case.event(UnitPlanCounted(version=fact.version, meets=meets))]


def evolve(before: UnitPlan | None, event: Event, day: date) -> UnitPlan | None:
    """A unit's own plan after an event."""
    match event.fact:
        case UnitPlanCounted(version=version):
            return UnitPlan(version)
    return before


def tells(cause: Recorded, fact: UnitPlanCounted) -> Iterator[Told]:
    """The book tells its own returns that the plan meets them."""
    for code in fact.meets:
        yield letter(cause, f"{cause.position}-{code}", subject_id(cause.book, "return", code), ReturnMetByPlan(obligation=code))
