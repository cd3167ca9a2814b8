"""A state with some of its fields changed."""

from typing import TypeVar

from services.ledger.rules.decision import State

S = TypeVar("S", bound=State)


def changed(state: S, **changes: object) -> S:
    """What `dataclasses.replace` gives, in a tenth of the time: each event brings two or three, of states with dozens of fields.

    For that, states have no slots: all their fields are copied at once. Raises KeyError for a field that there is not.
    """
    before = vars(state)
    after = object.__new__(type(state))
    fields = vars(after)
    fields.update(before)
    fields.update(changes)
    if len(fields) != len(before):
        raise KeyError(*changes.keys() - before.keys())
    return after
