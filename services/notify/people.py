"""Notify's own copy of `campaign.people`: whose mailbox is where."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from services.notify.store import Person, Store
from shared.events.people import PersonNamed
from shared.kafka.cloudevents import Received, Record, Unreadable
from shared.kafka.work import dead_letter
from shared.topics import PEOPLE


def read_person(record: Received) -> Person:
    """A record of `campaign.people`; a null value erases the person that is its key. Raises Unreadable, which quotes nothing of the value."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        raise Unreadable("the key is not UTF-8") from None
    if not key:
        raise Unreadable("the key is empty; it must be the person's id")
    if record.value is None:
        return Person(key, record.offset, record.timestamp, erased=True)
    try:
        fact = PersonNamed.model_validate_json(record.value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Unreadable(f"the value is no PersonNamed: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if fact.person != key:
        raise Unreadable("the key is not the person of the value")
    return Person(key, record.offset, record.timestamp, fact.name, fact.mail)


class People:
    """Work on `campaign.people`. See `shared.kafka.work.Work`."""

    def __init__(self, store: Store, group: str, moved: Callable[[], None]) -> None:
        self._store, self._group, self._moved = store, group, moved

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Take a batch over, the last word on each person; what waits for a mailbox is tried at once."""
        people, parked = {}, []
        for record in records:
            try:
                person = read_person(record)
                people[person.id] = person
            except Unreadable as error:
                parked.append(dead_letter(PEOPLE, record, str(error), self._group))
        if people:
            await self._store.keep(people)
            await self._store.nudge(people, datetime.now(UTC))
            self._moved()
        return parked

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park a record that cannot be kept."""
        return [dead_letter(PEOPLE, record, type(bug).__name__, self._group)]

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """Nothing to publish."""
        return
        yield ()
