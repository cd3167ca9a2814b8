"""Reporting's work: recorded events into rows, people's names into a copy, whom notices did not reach, and word to those who wait for an event they told."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from services.reporting.fold.projections import changes_by, first_telling, fold
from services.reporting.fold.rows import Place, Rows, root_of
from services.reporting.store import OF_UNITS, Store
from services.reporting.summing import Summing
from shared.events.campaign import BookAmended, BookRemoved
from shared.events.notice import NoticeFailed
from shared.kafka.cloudevents import read_notice
from shared.kafka.dead_letters import failed_at
from shared.kafka.records import PersonTold, Received, Record, Recorded, Unreadable
from shared.kafka.work import Work
from shared.mongo import Mongo, Session
from shared.topics import NOTICES, book_id

log = structlog.get_logger()
OUTDATED = "outdated"
"""What would hold no more when it was to be sent is missed by nobody."""


class Waiting:
    """Requests that wait until an event they told is folded. The fold wakes them by the told id, so none of them polls."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._asked: dict[str, list[asyncio.Event]] = {}
        self._folded: set[str] = set()

    def folded(self, events: Sequence[Recorded]) -> None:
        """These are being folded; their transaction may yet fail, and others go on beside it."""
        if self._asked:
            self._folded |= {id for event in events if (id := first_telling(event)[1]) in self._asked}

    def wake(self) -> None:
        """A transaction stands. Whoever asks for what another one folds looks in vain, and is woken again by that one."""
        self._folded &= self._asked.keys()
        for told_id in self._folded:
            for asked in self._asked[told_id]:
                asked.set()

    @contextmanager
    def asking(self, told_id: str) -> Iterator[asyncio.Event | None]:
        """An event that is set when `told_id` was folded here; none where too many wait already."""
        if sum(map(len, self._asked.values())) >= self._most:
            yield None
            return
        asked = asyncio.Event()
        self._asked.setdefault(told_id, []).append(asked)
        try:
            yield asked
        finally:
            self._asked[told_id].remove(asked)
            if not self._asked[told_id]:
                del self._asked[told_id]


class Folding:
    """Brings events into the rows. See `shared.kafka.reader.Fold`."""

    def __init__(self, store: Store, summing: Summing, waiting: Waiting) -> None:
        self._store, self._summing, self._waiting = store, summing, waiting

    async def __call__(self, session: Session, events: Sequence[Recorded]) -> None:
        """Load the rows that the events touch, fold in order, replace what changed."""
        changes = [changes_by(event) for event in events]
        books = {("units", event.book) for event in events}
        places: set[Place] = {place for each in changes for place, _ in each} | books
        loaded = await self._store.load(session, places)
        rows = dict(loaded)
        for event, each in zip(events, changes, strict=True):
            fold(rows, event, each)
        _where_units_are(rows, loaded)
        changed = {place: row for place, row in rows.items() if row is not loaded.get(place)}
        amended = {("units", event.book) for event in events if isinstance(event.fact, BookAmended | BookRemoved)}
        moved = [rows[unit] for unit in amended if unit not in loaded or loaded[unit]["path"] != rows[unit]["path"]]
        await self._summing(session, loaded, changed, moved)
        await self._store.write(session, loaded, changed, events)
        for unit in moved:
            await self._store.move(session, unit)
        self._waiting.folded(events)


def _where_units_are(rows: Rows, loaded: Mapping[Place, Any]) -> None:
    """What is recorded of a unit lies where the unit does after all these events: each of them says where it stood then."""
    for (name, id), row in rows.items():
        if name in OF_UNITS and row is not loaded.get((name, id)):
            unit = rows.get(("units", book_id(row["campaign"], row["unit"])))
            if unit is not None and root_of(unit["path"]) == root_of(row["path"]):
                row["path"] = unit["path"]


async def keep_people(mongo: Mongo, store: Store, people: Mapping[str, PersonTold]) -> None:
    """Keep the names of people, and nothing of those erased."""
    await mongo.transaction(lambda session: store.people(session, people))


class Notices(Work):
    """Work on `campaign.notices`. No figure rests on it: what cannot be read or kept is logged and passed over."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Keep those that were given up."""
        failed = []
        for record in records:
            try:
                notice = read_notice(record)
            except Unreadable as error:
                log.warning("notice unreadable", topic=NOTICES, partition=record.partition, offset=record.offset, cause=str(error))
                continue
            if isinstance(notice.outcome, NoticeFailed) and notice.outcome.reason != OUTDATED:
                failed.append(notice)
        if failed:
            await self._store.unheard(failed)
        return []

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Pass it over."""
        log.error("notice not kept", topic=NOTICES, partition=record.partition, offset=record.offset, cause=failed_at(bug))
        return []
