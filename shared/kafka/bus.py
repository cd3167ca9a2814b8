"""A service's connection to Kafka: one producer, a subscription for each topic that it reads, and a watch over both."""

import asyncio
import contextlib
import traceback
from collections import Counter as Tally
from collections.abc import Sequence
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, ProducerClosed
from faststream.kafka import KafkaBroker
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.faults import Unavailable
from shared.kafka import headers
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import Record
from shared.kafka.subscription import Subscription
from shared.kafka.work import Assigned, Work
from shared.topics import partition_of

log = structlog.get_logger()

PUBLISH = 32 << 20
"""Bytes the producer takes at once: larger than any record, so that the topic's limit alone decides."""
SILENT = 15.0
"""Seconds without a word from Kafka after which a service is not ready; a restart would not help, so it stays alive."""


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
            name, patience = f"xiaohao-{self.service}-watch", int(SILENT * 500)  # heard of before it counts as silence
            consumer = AIOKafkaConsumer(bootstrap_servers=self.where.bootstrap, client_id=name, request_timeout_ms=patience)
            admin = AIOKafkaAdminClient(bootstrap_servers=self.where.bootstrap, client_id=name, request_timeout_ms=patience)
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
