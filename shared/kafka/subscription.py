"""One topic as one service reads it: apply, publish, commit, and what is done when one of them fails."""

import asyncio
import contextlib
import traceback
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.faults import Conflict, Held, TooLarge, Unavailable
from shared.kafka.dead_letters import failed_at
from shared.kafka.lags import READ_COMMITTED, Lags
from shared.kafka.producer import Producer
from shared.kafka.records import Received, Record
from shared.kafka.standing import Standing
from shared.kafka.work import Assigned, Work
from shared.logs.place import place_of
from shared.logs.why import why

log = structlog.get_logger()

T = TypeVar("T")

FETCH = 8 << 20
"""Bytes read ahead for one batch."""
STUCK = 60.0
"""Seconds without progress, with records waiting, after which the process is no longer alive."""
SESSION = 10.0
"""Seconds after which the group gives the partitions of a copy that was killed to others; tests shorten it."""


class Left(Exception):
    """The partitions went to another copy: leave the batch to it."""


class Subscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """One topic as one service reads it."""

    def __init__(
        self, faststream: KafkaBroker, producer: Producer, topic: str, work: Work, assigned: Assigned | None, side_by_side: bool
    ) -> None:
        self.instance, self.producer = producer.instance, producer
        self.topic, self.work, self.assigned, self._side_by_side = topic, work, assigned, side_by_side
        self.trouble: str | None = None
        self.unread: str | None = None
        """Why nothing could be fetched the last time."""
        self.standing = Standing(self.instance.broker, self.instance.service, topic)
        self._assignment = 0
        """Counts the assignments: what is fetched now belongs to this one."""
        self._handled = 0
        """The assignment of the batch under way."""
        self._over = -1
        """Batches of assignments up to this one are left to the copies that have their partitions now."""
        self._taking_over: asyncio.Task[None] | None = None
        self._progress = monotonic()
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._subscriber = faststream.subscriber(
            self.instance.broker.name(topic),
            group_id=self.instance.broker.group(self.instance.service, topic),
            batch=True,
            max_records=self.instance.batch,
            batch_timeout_ms=10,  # FastStream rests for as long again after it waited in vain, deaf to what comes meanwhile
            fetch_max_wait_ms=100,  # the broker answers at once where there is anything
            fetch_max_bytes=FETCH,
            max_partition_fetch_bytes=FETCH,
            auto_offset_reset="earliest",
            isolation_level=READ_COMMITTED,
            session_timeout_ms=int(SESSION * 1000),
            heartbeat_interval_ms=int(SESSION * 100),
            max_poll_interval_ms=3_600_000,  # a batch is retried in place for as long as it takes
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=self._decode,
            listener=self,
            title=f"{self.instance.service} reads {topic}",
        )
        self._subscriber(self._handle)

    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        assert consumer is not None, "the broker is started"
        return consumer

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        """What it reads by; nothing before the broker is started."""
        return self._subscriber.consumer

    async def _parse(self, raw: Any) -> KafkaMessage:
        # FastStream's own batch parser decodes every header before the handler: one bad byte and the batch is lost unseen.
        return KafkaMessage(raw, b"", consumer=self._consumer())

    async def _decode(self, message: KafkaMessage) -> Any:
        return message.raw_message

    @property
    def leaving(self) -> bool:
        """Whether the batch under way is to be left as soon as it has to wait for something."""
        return self.instance.stopping or self._handled <= self._over

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Let the batch under way finish if it soon does; then it belongs to another copy."""
        over, self._assignment = self._assignment, self._assignment + 1
        self.standing.lose()
        if self._taking_over:
            self._taking_over.cancel()
        self._ready.clear()
        self._progress = monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SESSION / 2):
                await self._idle.wait()
        self._over = over

    def listen(self) -> None:
        """Hear of what cannot be fetched, once the consumer is there: FastStream waits, tries again, and says nothing, of a right that we lack for ever."""
        consumer = self._consumer()
        fetch = consumer.getmany

        async def heard(*given: Any, **named: Any) -> Any:
            try:
                found = await fetch(*given, **named)
            except KafkaError as error:
                self.unread = f"{self.topic} cannot be read: {error!r}"
                raise
            self.unread = None
            return found

        consumer.getmany = heard

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Take partitions over, in a task: the consumer sends no heartbeat before this returns, so that a long check would lose them again."""
        partitions = [each.partition for each in assigned]
        self.standing.given(partitions)  # what waits there gets older also while they are checked
        self._taking_over = self.instance.spawn(self._take_over(partitions), f"take over {self.topic}")

    async def _take_over(self, assigned: Sequence[int]) -> None:
        """Have the service check the partitions, then let their records be handled."""
        while self.assigned:
            try:
                await self.assigned(assigned)
                break
            except (Unavailable, KafkaError) as error:
                self.trouble = f"{self.topic}: {error}"
                self._progress = monotonic()
                await asyncio.sleep(1)
        self.trouble = None
        self._progress = monotonic()
        self._ready.set()
        log.info("partitions assigned", topic=self.topic, partitions=sorted(assigned))

    async def _handle(self, records: Any) -> None:
        # FastStream reads the annotation and would build a model of anything narrower.
        fetched_for = self._assignment
        await self._ready.wait()
        if fetched_for != self._assignment or self.instance.stopping:
            return  # whoever has the partitions next gets these records again; committing past them here would lose or repeat them
        self._handled = fetched_for
        self._idle.clear()
        try:
            if self.instance.failure is None:
                await self._settle_all(await self._parts(records))
        except Left:
            log.info("left", topic=self.topic)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self.instance.end(error)
        finally:
            self._idle.set()
        if self.instance.failure is not None:
            await asyncio.Event().wait()  # deaf on purpose: the process is ending

    async def _parts(self, records: Sequence[Received]) -> list[Sequence[Received]]:
        """A batch whole; a full one, behind which more waits, by partition, together with what is at hand of the other partitions."""
        if not self._side_by_side or len(records) < self.instance.batch:
            return [records]
        parts: dict[int, list[Received]] = {}
        for record in records:
            parts.setdefault(record.partition, []).append(record)
        for partition in sorted(self.standing.next.keys() - parts.keys()):
            place = TopicPartition(self.instance.broker.name(self.topic), partition)
            with contextlib.suppress(IllegalStateError):  # it was taken away meanwhile
                got = await self._consumer().getmany(place, max_records=self.instance.batch)
                if place in got:
                    parts[partition] = got[place]
        return list(parts.values())

    async def _settle_all(self, parts: Sequence[Sequence[Received]]) -> None:
        """Settle parts of a batch at the same time: while one waits for the database or the broker, another is decided."""
        for part in parts:
            self.instance.metrics.batch.observe(len(part))
        ends = await asyncio.gather(*map(self._traced, parts), return_exceptions=True)
        for failure in sorted((end for end in ends if end is not None), key=lambda end: isinstance(end, Left)):
            raise failure
        self.trouble = None

    async def _traced(self, records: Sequence[Received]) -> None:
        broker, tracing = self.instance.broker, self.instance.tracing
        if tracing is None:
            await self._settle(records)
            return
        with tracing.processing(self.topic, broker.name(self.topic), broker.group(self.instance.service, self.topic), records):
            await self._settle(records)

    async def _settle(self, records: Sequence[Received]) -> None:
        """Apply, publish, commit; each is tried again until it succeeds or the partitions are lost."""
        if self.leaving:
            raise Left
        held = conflicts = by_size = 0
        while True:
            try:
                out = await self._timed("apply", self.work.apply(records))
                break
            except Held as error:
                held += 1
                await self._pause("held" if held > 3 else "conflict", error, min(held, 3), 0.05)
                continue  # never a bug, however long it lasts
            except Conflict as error:
                conflicts += 1
                if conflicts < 10:
                    await self._pause("conflict", error, conflicts, 0.05)
                    continue
                bug: Exception = error  # nobody else is there: it conflicts with itself
            except TooLarge as error:
                by_size += 1
                if by_size < 3 or len(records) == 1:
                    await self._pause("size", error, by_size)
                    continue
                await self._halve(records)
                return
            except Unavailable as error:
                await self._pause("unavailable", error, 1)
                continue
            except Exception as error:
                bug = error
            if len(records) > 1:
                await self._halve(records)
                return
            out = await self._park(records[0], bug)
            break
        await self._until("publish", lambda: self._timed("publish", self.producer.publish(out)))
        await self._until("after", lambda: self._publish_after(records))
        await self._commit(records)
        self._done(records)

    async def _publish_after(self, records: Sequence[Received]) -> None:
        async for more in self.work.after(records):
            await self.producer.publish(more)
            self._progress = monotonic()

    async def _park(self, record: Received, bug: Exception) -> Sequence[Record]:
        log.error("set aside", **place_of(self.topic, record), cause=failed_at(bug))
        trace = "".join(traceback.format_exception(bug))
        out = await self._until("unavailable", lambda: self.work.set_aside(record, bug, trace))
        self.instance.metrics.set_aside.labels(self.topic).inc()
        return out

    async def _halve(self, records: Sequence[Received]) -> None:
        middle = len(records) // 2
        await self._settle(records[:middle])
        await self._settle(records[middle:])

    async def _commit(self, records: Sequence[Received]) -> None:
        offsets = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
        try:
            await self._until("commit", lambda: self._timed("commit", self._consumer().commit(offsets)))
        except (CommitFailedError, IllegalStateError) as error:
            raise Left from error

    async def _until(self, cause: str, call: Callable[[], Awaitable[T]]) -> T:
        tries = 0
        while True:
            try:
                return await call()
            except (CommitFailedError, IllegalStateError):
                raise
            except (Unavailable, Conflict, KafkaError) as error:
                tries += 1
                await self._pause(cause, error, tries)

    async def _pause(self, cause: str, error: Exception, tries: int, first: float = 0.2) -> None:
        self.instance.metrics.retries.labels(cause).inc()
        if cause != "conflict":
            self.trouble = f"{self.topic}: {error}"
            log.warning("retry", topic=self.topic, cause=cause, detail=why(error))
        self._progress = monotonic()  # trying is what can be done: a restart would not help
        if self.leaving:
            raise Left
        await asyncio.sleep(min(first * 2 ** min(tries, 5), 5))
        if self.leaving:
            raise Left

    async def _timed(self, step: str, call: Awaitable[T]) -> T:
        with self.instance.metrics.step.labels(step).time():
            return await call

    def _done(self, records: Sequence[Received]) -> None:
        log.debug("batch", topic=self.topic, records=len(records))
        self._progress = monotonic()
        self.instance.metrics.records.labels(self.topic).inc(len(records))
        self.standing.handled(records)

    async def measure(self, lags: Lags, admin: AIOKafkaAdminClient) -> None:
        """Look how far it is behind. Raises KafkaError."""
        await self.standing.measure(lags, admin)
        if self._ready.is_set() and not self.standing.behind:
            self._progress = monotonic()

    def waits(self) -> str | None:
        """Why nothing can be handled yet."""
        return None if self._ready.is_set() else f"{self.topic}: waits for its partitions"

    def stuck(self) -> str | None:
        """Why this subscription makes no progress."""
        idle = monotonic() - self._progress
        if idle <= STUCK:
            return None
        if waits := self.waits():
            return f"{waits} for {idle:.0f} s"
        return f"{self.topic}: records wait and none was handled for {idle:.0f} s" if self.standing.behind else None
