"""A figure of the plan for a period: recorded, and told again where it was wrong. Nothing else hangs on it, so nothing is kept."""

from collections.abc import Iterator
from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.indicator import MeasureTold
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import subject_id


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a figure needs: none."""
    return []


def decide(told: Told, state: None, book: Book, plan: Plan) -> list[Event]:
    """Nothing follows from a figure but that it stands. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, MeasureTold)
    if told.subject != subject_id(book.id, "measure", fact.measure, fact.period):
        raise Refused("wrong-subject", type=told.type, kind=f"measure/{fact.measure}~{fact.period}", subject=told.subject)
    measure = next((each for each in plan.measures if each.code == fact.measure), None)
    if measure is None:
        raise Refused("measure-unknown", measure=fact.measure, known=", ".join(each.code for each in plan.measures) or "–")
    if measure.classes and book.profile.unit_class not in measure.classes:
        raise Refused(
            "measure-not-applicable", measure=fact.measure, classes=", ".join(measure.classes), unit_class=book.profile.unit_class
        )
    return []


def evolve(state: None, event: Event, day: date) -> None:
    """A figure has no state."""


def wakes(state: None, plan: Plan) -> Iterator[Wake]:
    """The clock tells a figure nothing."""
    return iter(())
