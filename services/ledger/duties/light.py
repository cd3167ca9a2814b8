"""A light that a person sets, and acts that follow from lights: recorded, and nothing hangs on them here."""

from collections.abc import Iterator
from datetime import date

from services.ledger.book import rights
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.light import LightActTaken, LightSet
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import subject_id


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a light needs: none."""
    return []


def decide(told: Told, state: None, book: Book, plan: Plan) -> list[Event]:
    """Nothing follows in the books. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, LightSet | LightActTaken)
    if told.subject != subject_id(book.id, "light", fact.light, fact.month):
        raise Refused("wrong-subject", type=told.type, kind=f"light/{fact.light}~{fact.month}", subject=told.subject)
    light = next((each for each in plan.lights if each.code == fact.light), None)
    if light is None:
        raise Refused("light-unknown", light=fact.light, known=", ".join(each.code for each in plan.lights) or "–")
    if isinstance(fact, LightActTaken) and fact.act not in {act.code for act in light.acts}:
        raise Refused("light-act-unknown", act=fact.act, light=fact.light, known=", ".join(act.code for act in light.acts) or "–")
    if isinstance(fact, LightSet):
        rights.from_above(told, book)
    return []


def evolve(state: None, event: Event, day: date) -> None:
    """A light has no state."""


def wakes(state: None, plan: Plan) -> Iterator[Wake]:
    """The clock tells a light nothing."""
    return iter(())
