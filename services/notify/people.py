"""Notify's own copy of `campaign.people`: whose mailbox is where."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from services.notify.store import Person, Store
from shared.kafka.records import PersonTold


async def keep_people(store: Store, wake: Callable[[], None], people: Mapping[str, PersonTold]) -> None:
    """Keep names and mailboxes; what waits for a mailbox is tried at once."""
    await store.keep({id: _kept(each) for id, each in people.items()})
    await store.nudge(people, datetime.now(UTC))
    wake()


def _kept(each: PersonTold) -> Person:
    if each.named is None:
        return Person(each.id, each.offset, each.timestamp, erased=True)
    return Person(each.id, each.offset, each.timestamp, each.named.name, each.named.mail)
