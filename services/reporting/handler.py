"""Reporting's work: recorded events into rows, people's names into a copy, and word to those who wait for an event they told."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from pydantic import ValidationError

from services.reporting.fold.projections import Place, first_telling, fold, touches
from services.reporting.store import Store
from shared.events.campaign import BookAmended
from shared.events.people import PersonNamed
from shared.kafka.cloudevents import Received, Record, Recorded
from shared.kafka.work import dead_letter
from shared.mongo import Mongo, Session
from shared.topics import PEOPLE


class Waiting:
    """Requests that wait until an event they told is folded. The fold wakes them by the told id, so none of them polls."""

    def __init__(self, most: int = 1000) -> None:
        self._most, self._waiting = most, 0
        self._asked: dict[str, list[asyncio.Event]] = {}
        self._folded: set[str] = set()

    def folded(self, events: Sequence[Recorded]) -> None:
        """These are being folded; their transaction may yet fail."""
        self._folded = {id for event in events if (id := first_telling(event)[1]) in self._asked}

    def wake(self) -> None:
        """The transaction stands."""
        for told_id in self._folded:
            for asked in self._asked.get(told_id, ()):
                asked.set()

    @contextmanager
    def asking(self, told_id: str) -> Iterator[asyncio.Event | None]:
        """An event that is set when `told_id` was folded here; none where too many wait already."""
        if self._waiting >= self._most:
            yield None
            return
        asked = asyncio.Event()
        self._waiting += 1
        self._asked.setdefault(told_id, []).append(asked)
        try:
            yield asked
        finally:
            self._waiting -= 1
            self._asked[told_id].remove(asked)
            if not self._asked[told_id]:
                del self._asked[told_id]


class Folding:
    """Brings events into the rows. See `shared.kafka.reader.Fold`."""

    def __init__(self, store: Store, waiting: Waiting) -> None:
        self._store, self._waiting = store, waiting

    async def __call__(self, session: Session, events: Sequence[Recorded]) -> None:
        """Load the rows that the events touch, fold in order, replace what changed."""
        places: set[Place] = {place for event in events for place in touches(event)}
        loaded = await self._store.load(session, places)
        rows = dict(loaded)
        for event in events:
            fold(rows, event)
        changed = {place: row for place, row in rows.items() if row is not loaded.get(place)}
        await self._store.write(session, changed, {place: row["position"] for place, row in loaded.items()}, events)
        for unit in {("units", event.book) for event in events if isinstance(event.fact, BookAmended)}:
            if unit not in loaded or loaded[unit]["path"] != rows[unit]["path"]:
                await self._store.move(session, rows[unit])
        self._waiting.folded(events)


class People:
    """Keeps a copy of `campaign.people`. The last word about a person stands; a null value erases. See `shared.kafka.work.Work`."""

    def __init__(self, mongo: Mongo, store: Store, group: str) -> None:
        self._mongo, self._store, self._group = mongo, store, group

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Fold a batch in one transaction; what names nobody goes to the dead-letter topic."""
        last: dict[str, PersonNamed | None] = {}
        parked = []
        for record in records:
            key = (record.key or b"").decode("utf-8", "replace")
            try:
                named = PersonNamed.model_validate_json(record.value) if record.value is not None else None
                if not key or (named and named.person != key):
                    raise ValueError(f"key {key[:100]!r} is not the person named")
            except ValueError as error:
                first = error.errors(include_url=False, include_input=False)[0] if isinstance(error, ValidationError) else error
                parked.append(dead_letter(PEOPLE, record, str(first), self._group))
                continue
            last[key] = named
        if last:
            named_now = [named for named in last.values() if named]
            erased = {person for person, named in last.items() if named is None}
            await self._mongo.transaction(lambda session: self._store.people(session, named_now, erased))
        return parked

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the record that cannot be folded."""
        return [dead_letter(PEOPLE, record, trace, self._group)]

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """Nothing more to publish."""
        return
        yield ()
