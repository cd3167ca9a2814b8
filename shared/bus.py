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
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, TopicAlreadyExistsError, for_code
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.cloudevents import Received, Record
from shared.faults import Conflict, TooLarge, Unavailable
from shared.topics import TOPICS, dead_letters, partition_of

log = structlog.get_logger()

FETCH = 8 << 20
"""Bytes read ahead for one batch."""
PUBLISH = 32 << 20
"""Bytes the producer takes at once: larger than any record, so that the topic's limit alone decides."""
STUCK = 60.0
"""Seconds without progress, with records waiting, after which the process is no longer alive."""


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
    added = {"topic": topic, "partition": str(record.partition), "offset": str(record.offset), "group": group, "reason": reason[:2000]}
    headers = [*record.headers, *((f"dlt-{name}", text.encode("utf-8", "backslashreplace")) for name, text in added.items())]
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
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def consume(self, topic: str, work: Work, assigned: Assigned | None = None) -> None:
        """Have `work` handle the records of a topic, in the group named for the service."""
        self._subscriptions.append(Subscription(self, topic, work, assigned))

    @property
    def group(self) -> str:
        """The consumer group: the service's name."""
        return f"{self.where.namespace}{self.service}"

    async def start(self) -> None:
        """Connect and begin to read. Raises KafkaError when the broker does not answer."""
        await self.where.create_topics()
        self._producer = await self._new_producer()
        await self.broker.start()
        self._watcher = asyncio.create_task(self._watch(), name="watch")

    async def stop(self) -> None:
        """Finish the batch under way, leave the groups, let go."""
        if self._watcher:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        for subscription in self._subscriptions:
            subscription.leaving = True
        await self.broker.stop()
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

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
        try:
            if producer is None:
                async with self._producing:
                    producer = self._producer = self._producer or await self._new_producer()
            acknowledgements = [
                await producer.send(
                    self.where.name(each.topic),
                    each.value,
                    each.key,
                    partition=each.partition if each.partition >= 0 else partition_of(each.key or b"", self.where.partitions),
                    headers=each.headers,
                )
                for each in records
            ]
            if acknowledgements:
                await asyncio.gather(*acknowledgements)
        except KafkaError as error:
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

    async def _watch(self) -> None:
        """Measure lag by a connection of its own: a stuck consumer does not know that it is behind (aiokafka#1154)."""
        while True:
            consumer = AIOKafkaConsumer(bootstrap_servers=self.where.bootstrap, client_id=f"xiaohao-{self.service}-watch")
            try:
                await consumer.start()
                while True:
                    for subscription in self._subscriptions:
                        await subscription.measure(consumer)
                    self._seen = monotonic()
                    await asyncio.sleep(2)
            except KafkaError as error:
                log.warning("watch", service=self.service, error=repr(error))
                await asyncio.sleep(2)
            finally:
                with contextlib.suppress(KafkaError):
                    await consumer.stop()

    def alive(self) -> str | None:
        """Why the process makes no progress; none: it does, or nothing waits."""
        if self.failure is not None:
            return f"ended: {self.failure!r}"
        return next((why for each in self._subscriptions if (why := each.stuck())), None)

    def ready(self) -> list[str]:
        """Why the service cannot do its work now."""
        reasons = [each.trouble for each in self._subscriptions if each.trouble]
        if monotonic() - self._seen > 15:
            reasons.append("Kafka has not answered for 15 s")
        return reasons


class Subscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """One topic as one service reads it."""

    def __init__(self, bus: Bus, topic: str, work: Work, assigned: Assigned | None) -> None:
        self.bus, self.topic, self.work, self.assigned = bus, topic, work, assigned
        self.leaving = False
        self.trouble: str | None = None
        self.partitions: dict[int, int] = {}
        """Partitions of this copy, each with the next offset to handle."""
        self._progress = monotonic()
        self._behind = False
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._subscriber = bus.broker.subscriber(
            bus.where.name(topic),
            group_id=bus.group,
            batch=True,
            max_records=bus.batch,
            batch_timeout_ms=100,
            fetch_max_wait_ms=50,
            fetch_max_bytes=FETCH,
            max_partition_fetch_bytes=FETCH,
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=1_000,
            max_poll_interval_ms=3_600_000,  # a batch is retried in place for as long as it takes
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=self._decode,
            listener=self,
            title=topic,
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

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Let the batch under way finish if it soon does; then it belongs to another copy."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._idle.wait(), 5)
        self.leaving = True
        self._ready.clear()
        self.partitions = {}

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Take partitions over, after the service has checked them. What it raises is swallowed by the consumer, so it ends the process here."""
        try:
            if self.assigned:
                while True:
                    try:
                        await self.assigned([each.partition for each in assigned])
                        break
                    except (Unavailable, KafkaError) as error:
                        self.trouble = str(error)
                        self._progress = monotonic()
                        await asyncio.sleep(1)
        except Exception as error:
            self.bus.end(error)
            return
        self.trouble = None
        self.partitions = dict.fromkeys((each.partition for each in assigned), -1)
        self._progress = monotonic()
        self.leaving = False
        self._ready.set()

    async def _handle(self, records: Any) -> None:
        # FastStream reads the annotation and would build a model of anything narrower.
        await self._ready.wait()
        self._idle.clear()
        try:
            if self.bus.failure is None:
                self.bus.metrics.batch.observe(len(records))
                await self._settle([record for record in records if record.partition in self.partitions])
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
        if not records:
            return
        conflicts = by_size = 0
        while True:
            try:
                out = await self._timed("apply", self.work.apply(records))
                break
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
        async for more in self.work.after(records):
            await self._until("publish", lambda more=more: self.bus.publish(more))  # type: ignore[misc]
        await self._commit(records)
        self._done(records)

    async def _park(self, record: Received, bug: Exception) -> Sequence[Record]:
        log.error("set aside", service=self.bus.service, topic=self.topic, offset=record.offset, error=repr(bug))
        trace = "".join(traceback.format_exception(bug))
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
            self.partitions[record.partition] = record.offset + 1

    async def measure(self, consumer: AIOKafkaConsumer) -> None:
        """Compare the ends of this copy's partitions with what it has handled."""
        topic = self.bus.where.name(self.topic)
        wanted = [TopicPartition(topic, partition) for partition in self.partitions]
        if not wanted:
            self._behind = False
            return
        ends = await consumer.end_offsets(wanted)
        unknown = [partition for partition, done in self.partitions.items() if done < 0]
        for partition in unknown:
            committed = await self._consumer().committed(TopicPartition(topic, partition))
            if self.partitions.get(partition) == -1:
                self.partitions[partition] = committed or 0
        self._behind = False
        for partition, end in ((each.partition, end) for each, end in ends.items()):
            lag = max(0, end - self.partitions.get(partition, end))
            self.bus.metrics.lag.labels(self.topic, partition).set(lag)
            self._behind |= lag > 0
        if not self._behind:
            self._progress = monotonic()

    def stuck(self) -> str | None:
        """Why this subscription makes no progress."""
        idle = monotonic() - self._progress
        return f"{self.topic}: records wait and none was handled for {idle:.0f} s" if self._behind and idle > STUCK else None
