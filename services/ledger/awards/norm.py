"""One norm (规范) that a unit below proposed as a norm of this unit: promoted or declined. F14."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.idea import NormDeclined, NormPromoted, NormReceived
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.wording.details import stated


@dataclass(frozen=True, slots=True)
class Norm:
    """What decisions need of a norm."""

    status: Literal["received", "promoted", "declined"] = "received"


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a norm needs."""
    return [told.subject]


def decide(told: Told, norm: Norm | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for a norm from what was told: nothing but what was told. Raises Refused."""
    if isinstance(told.fact, NormPromoted | NormDeclined):
        if norm is None:
            raise Refused("norm-unknown", subject=told.subject)
        if norm.status != "received":
            raise Refused("norm-judged", status=stated(norm.status))
    return []


def evolve(norm: Norm | None, event: Event, day: date) -> Norm | None:
    """The norm after an event; one that was declined may be proposed again."""
    match event.fact:
        case NormReceived():
            return Norm()
        case NormPromoted():
            return Norm("promoted")
        case NormDeclined():
            return Norm("declined")
    return norm


def wakes(norm: Norm, plan: Plan) -> Iterator[Wake]:
    """The clock tells a norm nothing."""
    return iter(())
