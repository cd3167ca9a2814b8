"""The published contract: which types go on which topic, as one schema for each, for AsyncAPI and for the tests that compare it with what was sent."""

from functools import reduce
from operator import or_
from typing import Any

from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Fact, Teller
from shared.kafka.cloudevents import ENVELOPES


def told_types(*tellers: Teller) -> list[type[Fact]]:
    """The facts that these tell books."""
    return [fact for fact in CATALOGUE.values() if fact.teller in tellers and fact.kind not in OUTSIDE_BOOKS]


def recorded_types() -> list[type[Fact]]:
    """The facts that stand in books."""
    return [fact for fact in CATALOGUE.values() if fact.kind not in OUTSIDE_BOOKS]


def told(*tellers: Teller) -> Any:
    """What these tell, as one union."""
    return reduce(or_, told_types(*tellers))


def recorded() -> Any:
    """What the ledger records, as one union."""
    return reduce(or_, [ENVELOPES[fact.__name__] for fact in recorded_types()])
