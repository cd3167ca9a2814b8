"""A good practice, a model or a promise that a unit shares: read, not ruled over; the last telling stands."""

from collections.abc import Iterator
from datetime import date

from services.ledger.rules.decision import Event, Wake
from shared.kafka.cloudevents import Told
from shared.plan import Plan


def touches(told: Told) -> list[str]:
    """No decision needs anything."""
    return []


def evolve(before: None, event: Event, day: date) -> None:
    """Nothing is kept of it: readers have the text."""


def wakes(practice: None, plan: Plan) -> Iterator[Wake]:
    """The clock tells it nothing."""
    return iter(())
