"""Persons whom trees and plans name and nobody did, in no later event either: no mail goes to them."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from deploy.client.cloudevent import CloudEvent
from deploy.client.door import Answer, Remark
from shared.events.people import PersonNamed

Said = TypeVar("Said")


class Unnamed(Generic[Said]):
    """Those of the events that were told so far, each with what is to be said of where it was named first."""

    def __init__(self) -> None:
        self._said = dict[Any, Said]()

    def note(self, events: Sequence[CloudEvent], answer: Answer, said: Callable[[Remark], Said]) -> None:
        """Take in what a batch names, and what its answer says of whom nobody did."""
        refused = {each.index for each in answer.refusals}
        for index, event in enumerate(events):
            if event.get("type") == PersonNamed.__name__ and index not in refused and isinstance(data := event.get("data"), dict):
                self._said.pop(str(data.get("person")), None)
        for each in answer.unnamed:
            self._said.setdefault(str(each.value), said(each))

    def taken(self) -> list[Said]:
        """What is to be said of them now; they are forgotten with that."""
        found = list(self._said.values())
        self._said.clear()
        return found
