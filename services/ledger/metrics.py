"""What an operator sees of the ledger: what became of what was told, what is set aside, and how late the clock is."""

import asyncio
from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterator, Sequence
from time import time

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.ledger.batch import Batch
from services.ledger.clock import MARGIN, Clock
from services.ledger.rules import table
from services.ledger.rules.letter import INTERNAL
from services.ledger.store import Store
from services.ledger.store.documents import Group
from shared.logs.why import why
from shared.metrics import Seconds
from shared.refusals import Refusals
from shared.topics import book_of, partition_of
from shared.workdays import start_of

log = structlog.get_logger()

EVERY = 15.0
"""Seconds between two looks at what stands in the store."""


class Metrics:
    """The figures of the ledger about what it recorded."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._recorded = Counter("xiaohao_recorded", "Events recorded, by type.", ["type"], registry=registry)
        self._refused = Counter("xiaohao_refused", "Told events refused, by rule.", ["rule"], registry=registry)
        self._held = Counter("xiaohao_held", "Told events held until what they stand on is there.", registry=registry)
        self._repeated = Counter("xiaohao_repeated", "Told events that had been recorded before.", registry=registry)
        self._took = Seconds(
            "xiaohao_told_to_recorded_seconds", "From when Kafka took what was told until it is in its book, repeats left out.", registry
        )
        self.held_now = Gauge("xiaohao_held_now", "Told events held now in the partitions of this copy.", registry=registry)
        self._by_source = Refusals(registry)

    def count(self, batch: Batch, repeated: int) -> None:
        """Count what became of told events; so many of them had been recorded before."""
        recorded = Tally(event[0] for group in batch.new for event in group.events)
        for type, count in recorded.items():
            self._recorded.labels(type).inc(count)
        for rule, count in Tally(rule for rule, _ in batch.refused).items():
            self._refused.labels(rule).inc(count)
        told = Tally(group.source for group in batch.new)
        refused = Tally(group.source for group in batch.new if group.events[0][0] == "Refused")
        for source, count in told.items():
            if not source.startswith(INTERNAL):
                self._by_source.count(source, count, refused[source])
        self._held.inc(recorded[table.HELD])
        self.held_now.inc(batch.held_more())
        self._repeated.inc(repeated)

    def recorded(self, since: Sequence[int], groups: Sequence[Group]) -> None:
        """Count how long it took from when told events were on the topic until they stand as these."""
        self._took.observe(since, lambda slowest: groups[slowest].traceparent)


class Watch(Collector):
    """What stands in the partitions that this copy has, looked at again and again by nobody who has to do with handling it."""

    def __init__(self, store: Store, clock: Clock, own: Callable[[], Collection[int]], partitions: int, told_clock: bool) -> None:
        """`own`: the partitions of this copy now, of so many. Where time is told, nobody knows how late it is."""
        self._store, self._clock, self._own, self._partitions, self._told_clock = store, clock, own, partitions, told_clock
        self._of: frozenset[int] = frozenset()
        """The partitions that it was looked for in."""
        self._subjects = self._events = 0
        self._next: float | None = None
        """When the next wake falls due, in seconds since 1970."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # a figure ends no service
                self._of = frozenset()  # nobody knows
                log.warning("what is set aside cannot be counted", detail=why(error))
            await asyncio.sleep(EVERY if self._of == frozenset(self._own()) else 1)

    async def look(self) -> None:
        """Look once. Raises Unavailable."""
        of = frozenset(self._own())
        aside = {id: told for id, told in (await self._store.set_aside()).items() if self._in(id) in of}
        # What is set aside, or cannot be reckoned with, wakes for nobody, however long it was due; each has a figure of its own.
        apart = {*aside, *self._clock.unreckoned()}
        next_due = await self._store.next_due(of, apart) if of and not self._told_clock else None
        self._next = (start_of(next_due) + MARGIN).timestamp() if next_due else None
        self._of, self._subjects, self._events = of, len(aside), sum(map(len, aside.values()))

    def _in(self, subject: str) -> int:
        return partition_of(book_of(subject).encode(), self._partitions)

    def describe(self) -> Sequence[GaugeMetricFamily]:
        """The metrics, before anything was looked at."""
        return [
            GaugeMetricFamily("xiaohao_clock_unreckoned", "Subjects of which the clock cannot say when they are due."),
            GaugeMetricFamily("xiaohao_aside_subjects", "Subjects that are set aside now, in the partitions of this copy."),
            GaugeMetricFamily("xiaohao_aside_events", "Told events that wait behind them."),
            GaugeMetricFamily(
                "xiaohao_clock_next_due_timestamp_seconds",
                "When the next subject of this copy's partitions is due; it is not there where none will be, or time is told.",
            ),
            GaugeMetricFamily(
                "xiaohao_clock_late_seconds", "By how much the oldest subject that is due is late; it is not there where time is told."
            ),
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What was seen last, unless the partitions are others by now; how late that is by now."""
        unreckoned, subjects, events, next_due, late = families = self.describe()
        unreckoned.add_metric([], len(self._clock.unreckoned()))
        if self._of and self._of == frozenset(self._own()):
            subjects.add_metric([], self._subjects)
            events.add_metric([], self._events)
            if self._next is not None:
                next_due.add_metric([], self._next)
            if not self._told_clock:
                late.add_metric([], max(0.0, time() - self._next) if self._next is not None else 0.0)
        yield from families
