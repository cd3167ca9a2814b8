"""The one way to get a broker and to handle a batch: read, retry, halve, dead-letter, publish, commit, measure, watch."""

import asyncio
import contextlib
import traceback
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic, time
from typing import Any, Protocol, cast

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, ProducerClosed, TopicAlreadyExistsError, for_code
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared import headers
from shared.cloudevents import Received, Record
from shared.faults import Conflict, Held, TooLarge, Unavailable
from shared.topics import TOPICS, dead_letters, partition_of

log = structlog.get_logger()

FETCH = 8 << 20
"""Bytes read ahead for one batch."""
PUBLISH = 32 << 20
"""Bytes the producer takes at once: larger than any record, so that the topic's limit alone decides."""
STUCK = 60.0
"""Seconds without progress, with records waiting, after which the process is no longer alive."""
SILENT = 15.0
"""Seconds without a word from Kafka after which a service is not ready; a restart would not help, so it stays alive."""
SESSION = 10.0
"""Seconds after which the group gives the partitions of a copy that was killed to others; tests shorten it."""


class Work(Protocol):
    """What a service does with the records of a topic."""

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Handle a batch in one transaction and return what to publish, in order.

        May be called again with the same records, also after it succeeded. Raises Conflict or Unavailable; anything else is a bug.
        """
        ...

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the one record that makes `apply` fail by a bug."""
        ...

    def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """What else to publish, in parts, once the batch stands and before its offsets move."""
        ...


class Assigned(Protocol):
    """Called with the partitions of a topic that a copy was given, before it reads them; what it raises ends the process."""

    async def __call__(self, partitions: Iterable[int]) -> None: ...


class Left(Exception):
    """The partitions went to another copy: leave the batch to it."""


class Metrics:
    """The figures of every service about what it reads and publishes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Counter("xiaohao_records", "Records handled.", ["topic"], registry=registry)
        self.published = Counter("xiaohao_published", "Records published and acknowledged.", ["topic"], registry=registry)
        self.dead_lettered = Counter("xiaohao_dead_lettered", "Records parked on a dead-letter topic.", ["topic"], registry=registry)
        self.retries = Counter("xiaohao_retries", "Batches tried again, by cause.", ["cause"], registry=registry)
        self.batch = Histogram(
            "xiaohao_batch_records", "Records in a batch.", registry=registry, buckets=(1, 10, 50, 100, 200, 500, 1000, 2000)
        )
        self.step = Histogram(
            "xiaohao_step_seconds",
            "Duration of a step of a batch: apply, publish, commit.",
            ["step"],
            registry=registry,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
        )
        self.lag = Gauge(
            "xiaohao_lag_records", "Records on the topic that this copy has not handled.", ["topic", "partition"], registry=registry
        )
        self.age = Gauge(
            "xiaohao_event_age_seconds", "Age, by Kafka's timestamp, of the last record when it was handled.", ["topic"], registry=registry
        )


def dead_letter(topic: str, record: Received, reason: str, group: str) -> Record:
    """A record of `topic` for its dead-letter topic: key, value and headers byte for byte, and why it is there."""
    added = {"topic": topic, "partition": str(record.partition), "offset": str(record.offset), "group": group, "reason": reason[:8000]}
    # A header's name that is no UTF-8 (`shared.headers`) cannot be sent as it was: its bytes are written out, as `\xff`.
    kept = [(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), value) for name, value in record.headers]
    headers = [*kept, *((f"dlt-{name}", text.encode("utf-8", "backslashreplace")) for name, text in added.items())]
    return Record(dead_letters(topic), record.key, record.value, headers)


@dataclass(frozen=True)
class Broker:
    """Where Kafka is, and what is put before every name on it."""

    bootstrap: str
    namespace: str = ""
    partitions: int = 4
    replication: int = 1

    def name(self, topic: str) -> str:
        """A topic's name on this broker."""
        return f"{self.namespace}{topic}"

    def group(self, service: str, topic: str) -> str:
        """The consumer group of a service on a topic: one for each, since consumers of one group rebalance together."""
        return f"{self.namespace}{service}.{topic.rpartition('.')[2]}"

    async def create_topics(self) -> None:
        """Create the topics that are not there. Raises ValueError where one is there with another number of partitions."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            wanted = {self.name(topic.name): topic for topic in TOPICS}
            answer = await admin.create_topics(
                [NewTopic(name, self.partitions, self.replication, topic_configs=topic.config()) for name, topic in wanted.items()]
            )
            for name, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise Unavailable(f"topic {name}: {for_code(code).__name__}")
            for found in await admin.describe_topics(list(wanted)):
                count = len(found["partitions"])
                if not found["error_code"] and count != self.partitions:
                    raise ValueError(
                        f"topic {found['topic']} has {count} partitions, XIAOHAO_PARTITIONS says {self.partitions}; it can never change"
                    )
        finally:
            await admin.close()


class Bus:
    """A service's connection to Kafka: one producer, and one batch subscriber for each topic that it reads.

    FastStream owns the subscriptions, their lifecycle and the AsyncAPI description; acknowledging, publishing and every failure are handled here.
    """

    def __init__(self, broker: Broker, service: str, registry: CollectorRegistry, batch: int = 1000) -> None:
        headers.install()
        self.where, self.service, self.batch = broker, service, batch
        self.metrics = Metrics(registry)
        self.broker = KafkaBroker(
            broker.bootstrap,
            apply_types=False,
            logger=None,
            graceful_timeout=10,
            client_id=f"xiaohao-{service}",
            allow_auto_create_topics=False,
        )
        self._registry = registry
        self._producer: AIOKafkaProducer | None = None
        self._producing = asyncio.Lock()
        self._subscriptions: list[Subscription] = []
        self._watcher: asyncio.Task[None] | None = None
        self._seen = monotonic()
        self.stopping = False
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def consume(self, topic: str, work: Work, assigned: Assigned | None = None) -> None:
        """Have `work` handle the records of a topic."""
        self._subscriptions.append(Subscription(self, topic, work, assigned))

    def publishes(self, topic: str, schema: Any, description: str) -> None:
        """Describe what goes out on a topic, for the AsyncAPI contract; publishing itself is `publish`, since FastStream's drops keys."""
        self.broker.publisher(self.where.name(topic), title=f"{self.service} publishes {topic}", schema=schema, description=description)

    @property
    def group(self) -> str:
        """What the service's consumer groups are named for."""
        return f"{self.where.namespace}{self.service}"

    async def start(self) -> None:
        """Connect and begin to read. Raises KafkaError when the broker does not answer."""
        await self.where.create_topics()
        self._producer = await self._new_producer()
        await self.broker.start()
        self._watcher = asyncio.create_task(self._watch(), name="watch")
        self._watcher.add_done_callback(self._watched)

    async def stop(self) -> None:
        """Finish the batch under way, leave the groups, let go; in bounded time, also when Kafka is away."""
        self.stopping = True
        if self._watcher:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.broker.stop(), 15)
        await self._drop(self._producer)

    def end(self, failure: BaseException) -> None:
        """Something escaped: the process ends before another batch is read."""
        if self.failure is None:
            self.failure = failure
            log.error("ended", service=self.service, error=repr(failure), trace="".join(traceback.format_exception(failure)))
        self.ended.set()

    async def _new_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.where.bootstrap,
            client_id=f"xiaohao-{self.service}",
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            max_batch_size=256 << 10,
            max_request_size=PUBLISH,
            request_timeout_ms=10_000,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def publish(self, records: Sequence[Record]) -> None:
        """Publish in order and wait for every acknowledgement. Raises Unavailable; the producer is then replaced, since one refusal spoils it."""
        producer = self._producer
        acknowledgements: list[asyncio.Future[Any]] = []
        try:
            if producer is None:
                async with self._producing:
                    producer = self._producer = self._producer or await self._new_producer()
            for each in records:
                partition = each.partition if each.partition >= 0 else partition_of(each.key or b"", self.where.partitions)
                topic = self.where.name(each.topic)
                acknowledgements.append(await producer.send(topic, each.value, each.key, partition=partition, headers=each.headers))
            if acknowledgements:
                await asyncio.gather(*acknowledgements)
        except KafkaError as error:
            for acknowledgement in acknowledgements:
                acknowledgement.cancel()  # nobody waits for them any more
            await self._drop(producer)
            raise Unavailable(f"Kafka: {error!r}") from error
        for topic, count in Tally(each.topic for each in records).items():
            self.metrics.published.labels(topic).inc(count)
            if topic.endswith(".dlt"):
                self.metrics.dead_lettered.labels(topic).inc(count)

    async def _drop(self, producer: AIOKafkaProducer | None) -> None:
        if self._producer is not producer or producer is None:
            return
        self._producer = None
        with contextlib.suppress(KafkaError, asyncio.TimeoutError):
            await asyncio.wait_for(producer.stop(), 5)
            return
        # An idempotent producer never gives up by itself: it would send what it still holds when the broker is back, and live on beside the
        # next one. Whoever waits for an acknowledgement of it is told, and publishes again.
        with contextlib.suppress(KafkaError, asyncio.TimeoutError):
            await asyncio.wait_for(producer._sender.close(), 1)  # noqa: SLF001  aiokafka has no other way to give up
        producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001
        await producer.client.close()

    def _watched(self, watcher: asyncio.Task[None]) -> None:
        if not watcher.cancelled() and (error := watcher.exception()):
            self.end(error)  # unwatched, a copy could be deaf and call itself alive

    async def _watch(self) -> None:
        """Measure lag by a connection of its own: a stuck consumer does not know that it is behind (aiokafka#1154)."""
        while True:
            consumer = AIOKafkaConsumer(bootstrap_servers=self.where.bootstrap, client_id=f"xiaohao-{self.service}-watch")
            admin = AIOKafkaAdminClient(bootstrap_servers=self.where.bootstrap)
            try:
                await consumer.start()
                await admin.start()
                while True:
                    for subscription in self._subscriptions:
                        await subscription.measure(consumer, admin)
                    self._seen = monotonic()
                    await asyncio.sleep(2)
            except KafkaError as error:
                log.warning("watch", service=self.service, error=repr(error))
                await asyncio.sleep(2)
            finally:
                with contextlib.suppress(KafkaError):
                    await consumer.stop()
                with contextlib.suppress(KafkaError):
                    await admin.close()

    def alive(self) -> str | None:
        """Why the process makes no progress; none: it does, or nothing waits."""
        if self.failure is not None:
            return f"ended: {self.failure!r}"
        if self.silent():
            return None
        return next((why for each in self._subscriptions if (why := each.stuck())), None)

    def ready(self) -> list[str]:
        """Why the service cannot do its work now."""
        reasons = [why for each in self._subscriptions if (why := each.trouble or each.waits())]
        if self.silent():
            reasons.append(f"Kafka has not answered for {SILENT:.0f} s")
        return reasons

    def silent(self) -> bool:
        """Whether Kafka has not answered for a while."""
        return monotonic() - self._seen > SILENT


class Subscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """One topic as one service reads it."""

    def __init__(self, bus: Bus, topic: str, work: Work, assigned: Assigned | None) -> None:
        self.bus, self.topic, self.work, self.assigned = bus, topic, work, assigned
        self.trouble: str | None = None
        self.partitions: dict[int, int] = {}
        """Partitions of this copy, each with the next offset to handle."""
        self._assignment = 0
        """Counts the assignments: what is fetched now belongs to this one."""
        self._handled = 0
        """The assignment of the batch under way."""
        self._over = -1
        """Batches of assignments up to this one are left to the copies that have their partitions now."""
        self._taking_over: asyncio.Task[None] | None = None
        self._progress = monotonic()
        self._behind = False
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._subscriber = bus.broker.subscriber(
            bus.where.name(topic),
            group_id=bus.where.group(bus.service, topic),
            batch=True,
            max_records=bus.batch,
            batch_timeout_ms=100,
            fetch_max_wait_ms=50,
            fetch_max_bytes=FETCH,
            max_partition_fetch_bytes=FETCH,
            auto_offset_reset="earliest",
            session_timeout_ms=int(SESSION * 1000),
            heartbeat_interval_ms=int(SESSION * 100),
            max_poll_interval_ms=3_600_000,  # a batch is retried in place for as long as it takes
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=self._decode,
            listener=self,
            title=f"{bus.service} reads {topic}",
        )
        self._subscriber(self._handle)

    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        assert consumer is not None, "the broker is started"
        return consumer

    async def _parse(self, raw: Any) -> KafkaMessage:
        # FastStream's own batch parser decodes every header before the handler: one bad byte and the batch is lost unseen.
        return KafkaMessage(
            raw_message=raw,
            body=b"",
            headers={},
            path={},
            reply_to="",
            content_type=None,
            message_id="",
            correlation_id="",
            consumer=self._consumer(),
        )

    async def _decode(self, message: KafkaMessage) -> Any:
        return message.raw_message

    @property
    def leaving(self) -> bool:
        """Whether the batch under way is to be left as soon as it has to wait for something."""
        return self.bus.stopping or self._handled <= self._over

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Let the batch under way finish if it soon does; then it belongs to another copy."""
        over, self._assignment = self._assignment, self._assignment + 1
        if self._taking_over:
            self._taking_over.cancel()
        self._ready.clear()
        self._progress = monotonic()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._idle.wait(), SESSION / 2)
        self._over = over
        self.partitions = {}

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Take partitions over, in a task: the consumer sends no heartbeat before this returns, so that a long check would lose them again."""
        self._taking_over = asyncio.create_task(self._take_over([each.partition for each in assigned]), name=f"take over {self.topic}")

    async def _take_over(self, assigned: Sequence[int]) -> None:
        """Have the service check the partitions, then let their records be handled."""
        try:
            while self.assigned:
                try:
                    await self.assigned(assigned)
                    break
                except (Unavailable, KafkaError) as error:
                    self.trouble = f"{self.topic}: {error}"
                    self._progress = monotonic()
                    await asyncio.sleep(1)
        except Exception as error:
            self.bus.end(error)
            return
        self.trouble = None
        self.partitions = dict.fromkeys(assigned, -1)
        self._progress = monotonic()
        self._ready.set()

    async def _handle(self, records: Any) -> None:
        # FastStream reads the annotation and would build a model of anything narrower.
        fetched_for = self._assignment
        await self._ready.wait()
        if fetched_for != self._assignment or self.bus.stopping:
            return  # whoever has the partitions next gets these records again; committing past them here would lose or repeat them
        self._handled = fetched_for
        self._idle.clear()
        try:
            if self.bus.failure is None:
                self.bus.metrics.batch.observe(len(records))
                await self._settle(records)
        except Left:
            log.info("left", service=self.bus.service, topic=self.topic)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self.bus.end(error)
        finally:
            self._idle.set()
        if self.bus.failure is not None:
            await asyncio.Event().wait()  # deaf on purpose: the process is ending

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
        await self._until("publish", lambda: self._timed("publish", self.bus.publish(out)))
        await self._until("after", lambda: self._publish_after(records))
        await self._commit(records)
        self._done(records)

    async def _publish_after(self, records: Sequence[Received]) -> None:
        async for more in self.work.after(records):
            await self.bus.publish(more)

    async def _park(self, record: Received, bug: Exception) -> Sequence[Record]:
        log.error("set aside", service=self.bus.service, topic=self.topic, offset=record.offset, error=repr(bug))
        trace = f"{bug!r}\n{''.join(traceback.format_exception(bug))}"  # what it is stands first, should the rest be cut
        return cast(Sequence[Record], await self._until("unavailable", lambda: self.work.set_aside(record, bug, trace)))

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

    async def _until(self, cause: str, call: Callable[[], Awaitable[Any]]) -> Any:
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
        self.bus.metrics.retries.labels(cause).inc()
        if cause != "conflict":
            self.trouble = f"{self.topic}: {error}"
            log.warning("retry", service=self.bus.service, topic=self.topic, cause=cause, error=str(error)[:500])
        self._progress = monotonic()  # trying is what can be done: a restart would not help
        if self.leaving:
            raise Left
        await asyncio.sleep(min(first * 2 ** min(tries, 5), 5))
        if self.leaving:
            raise Left

    async def _timed(self, step: str, call: Awaitable[Any]) -> Any:
        with self.bus.metrics.step.labels(step).time():
            return await call

    def _done(self, records: Sequence[Received]) -> None:
        self.trouble = None
        self._progress = monotonic()
        self.bus.metrics.records.labels(self.topic).inc(len(records))
        self.bus.metrics.age.labels(self.topic).set(max(0.0, time() - records[-1].timestamp / 1000))
        for record in records:
            if record.partition in self.partitions:
                self.partitions[record.partition] = record.offset + 1

    async def measure(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        """Compare the ends of this copy's partitions with what it has handled."""
        topic = self.bus.where.name(self.topic)
        wanted = [TopicPartition(topic, partition) for partition in self.partitions]
        if not wanted:
            self._behind = False
            return
        ends = await consumer.end_offsets(wanted)
        if -1 in self.partitions.values():
            committed = await admin.list_consumer_group_offsets(self.bus.where.group(self.bus.service, self.topic), partitions=wanted)
            for each, found in committed.items():
                if self.partitions.get(each.partition) == -1:
                    self.partitions[each.partition] = max(found.offset, 0)
        self._behind = False
        for partition, end in ((each.partition, end) for each, end in ends.items()):
            lag = max(0, end - self.partitions.get(partition, end))
            self.bus.metrics.lag.labels(self.topic, partition).set(lag)
            self._behind |= lag > 0
        if not self._behind:
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
        return f"{self.topic}: records wait and none was handled for {idle:.0f} s" if self._behind else None
