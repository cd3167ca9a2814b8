"""A state with some of its fields changed."""

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

from services.ledger.rules.decision import State

S = TypeVar("S", bound=State)
FIELDS: dict[type[State], tuple[dict[str, int], "attrgetter[tuple[object, ...]]"]] = {}
"""The places of a state's fields by name, and what reads them all."""


def changed(state: S, **changes: object) -> S:
    """What `dataclasses.replace` gives, in half the time: each event brings one or two, of states with dozens of fields.

    Raises KeyError for a field that there is not.
    """
    make: Callable[..., S] = type(state)
    known = FIELDS.get(type(state))
    if known is None:
        names = type(state).__slots__
        known = FIELDS[type(state)] = {name: place for place, name in enumerate(names)}, attrgetter(*names)
    places, read = known
    values: list[object] = list(read(state)) if len(places) > 1 else [read(state)]
    for name, value in changes.items():
        values[places[name]] = value
    return make(*values)
