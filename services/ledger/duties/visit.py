"""A visit or an inspection: counted once, corrected openly; and who looks after a unit as contact point."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.state import Book
from services.ledger.duties.survey import phase_of
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.visit import ContactPointNamed, VisitCounted, VisitLogged
from shared.kafka.cloudevents import Told
from shared.plan import Plan

KINDS = ("visit", "inspection")


@dataclass(frozen=True, slots=True)
class Visit:
    """What decisions need of a visit: that it counts already."""

    phase: str


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a visit needs."""
    return [told.subject]


def decide(told: Told, before: Visit | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a visit. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, VisitLogged)
    known = {each.code: each for each in plan.activities if each.kind in KINDS}
    activity = known.get(fact.activity)
    if activity is None:
        raise Refused("visit-unknown", activity=fact.activity, known=", ".join(known) or "–")
    if activity.classes and book.profile.unit_class not in activity.classes:
        raise Refused(
            "activity-not-applicable",
            activity=fact.activity,
            classes=", ".join(activity.classes),
            unit_class=book.profile.unit_class,
        )
    if activity.covert and not fact.covert:
        raise Refused("visit-covert", activity=fact.activity)
    phase = phase_of(fact.on, told, plan)
    filled_in(plan, plan.asked.visit if activity.kind == "visit" else None, fact.form)
    return [] if before else [Event(told.subject, VisitCounted(activity=fact.activity, phase=phase))]


def contact_point(fact: ContactPointNamed, book: Book) -> list[Event]:
    """Nothing follows from a contact point but that it stands. Raises Refused."""
    if fact.unit not in book.profile.path:
        raise Refused("leader-elsewhere", unit=fact.unit, path=", ".join(book.profile.path))
    return []


def evolve(before: Visit | None, event: Event, day: date) -> Visit | None:
    """The visit after an event."""
    match event.fact:
        case VisitCounted(phase=phase):
            return Visit(phase)
    return before


def wakes(visit: Visit, plan: Plan) -> Iterator[Wake]:
    """The clock tells a visit nothing."""
    return iter(())
