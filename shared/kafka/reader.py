"""The readers' rule: every reader of `campaign.ledger` folds the next position of a book and nothing else.

At or below the mark is a repeat. Above the next is passed over without moving the mark, for the ledger publishes the batch again in order before its
offset moves. A mark that stays behind is an alarm. Marks hold position and chain hash, so that a history that was exchanged shows.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact
from shared.kafka.cloudevents import chained, read_of_types, read_recorded
from shared.kafka.dead_letters import dead_letter, failed_at
from shared.kafka.records import Placed, Received, Record, Recorded, Unreadable
from shared.kafka.work import Work
from shared.metrics import Seconds
from shared.mongo import Document, Mongo, Session, replace_all
from shared.topics import LEDGER

log = structlog.get_logger()

MARKS = "marks"


Fold = Callable[[Session, Sequence[Recorded]], Awaitable[None]]
"""Brings events, each the next of its book, into a service's state, inside the transaction that moves the marks."""


class Reader(Work):
    """Work on `campaign.ledger` for a service that keeps a state of its own."""

    def __init__(
        self,
        mongo: Mongo,
        fold: Fold,
        group: str,
        registry: CollectorRegistry,
        after: Callable[[], None] = lambda: None,
        facts: Iterable[type[Fact]] | None = None,
        folded: Seconds | None = None,
    ) -> None:
        """`facts`: those that `fold` has a use for; events of others move the marks by the same rule, their values unread. None: all.

        `folded` is told since when those were on the topic that stand from now on.
        """
        self._mongo, self._fold, self._group, self._after, self._folded = mongo, fold, group, after, folded
        types = frozenset(fact.__name__ for fact in facts or ())
        self._read: Callable[[Received], Recorded | Placed] = read_recorded if facts is None else partial(read_of_types, types=types)
        self._behind: set[str] = set()
        self._passed_over = Counter("xiaohao_passed_over", "Recorded events above the next position of their book.", registry=registry)
        self._exchanged = Counter(
            "xiaohao_chain_broken", "Recorded events whose chain hash does not follow from the one before.", registry=registry
        )
        self._unknown = Counter("xiaohao_unknown_types", "Recorded events of a type that this reader does not know.", registry=registry)
        Gauge("xiaohao_marks_behind", "Books whose mark stays behind the topic.", registry=registry).set_function(lambda: len(self._behind))

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Fold a batch in one transaction; what is no event goes to the dead-letter topic."""
        events: list[Recorded | Placed] = []
        parked = []
        for record in records:
            try:
                events.append(self._read(record))
            except Unreadable as error:
                parked.append(dead_letter(LEDGER, record, str(error), self._group))
        if events:
            fresh = await self._mongo.transaction(lambda session: self._apply(session, events))
            if self._folded:
                self._folded.observe([each.timestamp for each in fresh], lambda slowest: _trace(fresh[slowest]))
        return parked

    async def _apply(self, session: Session, events: Sequence[Recorded | Placed]) -> Sequence[Recorded | Placed]:
        """Gives those that were the next of their books."""
        books = list({event.book for event in events})
        marks = [mark async for mark in self._mongo[MARKS].find({"_id": {"$in": books}}, session=session)]
        loaded_at: dict[str, int] = {mark["_id"]: mark["position"] for mark in marks}
        stands = {mark["_id"]: (mark["position"], mark["chain"]) for mark in marks}
        last: dict[str, Recorded | Placed] = {}
        fresh, behind = [], set()
        passed_over = exchanged = 0
        for event in events:
            book, position = event.book, event.position
            at, chain = stands.get(book, (0, ""))
            if position <= at:
                continue
            if position > at + 1:
                passed_over += 1
                behind.add(book)
                continue
            if event.chain != chained(chain, event.value):
                exchanged += 1
                behind.add(book)
                log.error("chain broken", book=book, position=position)
                continue
            fresh.append(event)
            behind.discard(book)
            last[book], stands[book] = event, (position, event.chain)
        if wanted := [event for event in fresh if isinstance(event, Recorded)]:
            await self._fold(session, wanted)
        moved: list[Document] = [
            {"_id": book, "position": event.position, "chain": event.chain, "accepted": event.accepted} for book, event in last.items()
        ]
        await replace_all(self._mongo[MARKS], session, moved, loaded_at)
        self._behind = (self._behind - last.keys()) | behind
        self._passed_over.inc(passed_over)
        self._exchanged.inc(exchanged)
        self._unknown.inc(sum(event.type not in CATALOGUE for event in fresh))
        return fresh

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the event that cannot be folded. Its book's mark stays behind, which is an alarm, and is mended by a rebuild."""
        try:
            self._behind.add(self._read(record).book)
        except Unreadable:
            log.warning("aside unread", topic=LEDGER, partition=record.partition, offset=record.offset, cause=failed_at(bug))
        return [dead_letter(LEDGER, record, failed_at(bug), self._group, trace)]

    def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """Tell the service that its state moved; there is nothing more to publish."""
        self._after()
        return super().after(records)


def _trace(event: Recorded | Placed) -> str | None:
    return event.traceparent if isinstance(event, Recorded) else None


class Marks:
    """Where a reader stands in each book."""

    def __init__(self, mongo: Mongo) -> None:
        self._marks = mongo[MARKS]

    async def of(self, book: str) -> int:
        """The last position folded of a book; 0 when none."""
        mark = await self._marks.find_one({"_id": book})
        return int(mark["position"]) if mark else 0

    async def latest(self) -> datetime | None:
        """Up to when facts were folded, by the time at which intake took them."""
        mark = await self._marks.find_one(sort=[("accepted", -1)])
        return mark["accepted"] if mark else None
