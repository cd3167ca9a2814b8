"""A state with some of its fields changed."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _read(kind: Any) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]:
    names = [field.name for field in fields(kind)]
    return {name: place for place, name in enumerate(names)}, attrgetter(*names)


def changed(state: T, **changes: Any) -> T:
    """What `dataclasses.replace` gives, in half the time: each event brings one or two, of states with dozens of fields.

    Raises KeyError for a field that there is not.
    """
    kind: Callable[..., T] = type(state)
    places, read = _read(kind)
    values = list(read(state))
    for name, value in changes.items():
        values[places[name]] = value
    return kind(*values)
