"""Publishing: sealed, in order, acknowledged by all replicas, by a producer that is replaced once Kafka refused it something."""

import asyncio
import contextlib
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from shared.faults import Unavailable
from shared.kafka.dead_letters import encrypted, parked
from shared.kafka.instance import Instance
from shared.kafka.records import Record
from shared.kafka.seal import SEALED
from shared.topics import is_dead_letters, label, partition_of

log = structlog.get_logger()

LARGEST = 32 << 20
"""Bytes that a request may take: more than any record has, so that the topic's limit alone decides."""
MANY = 50
"""Records for one partition from which on they go as batches of their own. Fewer share a batch with what others publish at the same time."""


class Producer:
    """What one copy of a service publishes with."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self._turns: dict[tuple[str, int], asyncio.Lock] = {}

    async def start(self) -> AIOKafkaProducer:
        """Connect, unless it is connected. Raises KafkaError when the broker does not answer."""
        async with self._connecting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self.instance.broker.connection,
                    client_id=self.instance.client_id,
                    enable_idempotence=True,
                    acks="all",
                    linger_ms=2,
                    max_batch_size=256 << 10,
                    max_request_size=LARGEST,
                    request_timeout_ms=10_000,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def stop(self) -> None:
        """Send what is held and let go; in bounded time, also when Kafka is away."""
        await self._drop(self._producer)

    async def publish(self, records: Sequence[Record]) -> None:
        """Publish in order and wait for every acknowledgement. Raises Unavailable; the producer is then replaced, since one refusal spoils it."""
        if (tracing := self.instance.tracing) is None:
            await self._publish(records)
            return
        with tracing.sending(records, {each.topic: self.instance.broker.name(each.topic) for each in records}):
            await self._publish(records)

    async def _publish(self, records: Sequence[Record]) -> None:
        producer, broker = self._producer, self.instance.broker
        acknowledgements: Acknowledgements = []
        try:
            if producer is None:
                producer = await self.start()
            places: dict[tuple[str, int], list[Record]] = {}
            for each in map(self._secured, records):
                partition = each.partition if each.partition >= 0 else partition_of(each.key or b"", broker.partitions)
                places.setdefault((broker.name(each.topic), partition), []).append(each)
            for (topic, partition), those in places.items():
                if len(those) < MANY:
                    await _send_each(producer, topic, partition, those, acknowledgements)
                    continue
                async with self._turns.setdefault((topic, partition), asyncio.Lock()):
                    await _send_batches(producer, topic, partition, those, acknowledgements)
            if acknowledgements:
                await asyncio.gather(*acknowledgements)
        except KafkaError as error:
            for acknowledgement in acknowledgements:
                acknowledgement.cancel()  # nobody waits for them any more
            await self._drop(producer)
            raise Unavailable(f"Kafka: {error!r}") from error
        metrics = self.instance.metrics
        for topic, count in Tally(each.topic for each in records).items():
            metrics.published.labels(label(topic)).inc(count)
            if is_dead_letters(topic):
                metrics.dead_lettered.labels(topic).inc(count)
                for each in records:
                    if each.topic == topic:
                        log.warning("dead-lettered", **parked(each))

    def _secured(self, record: Record) -> Record:
        """A record as it may stand on its topic: with its seal, or for those alone to read who have the key."""
        if record.topic in SEALED:
            return self.instance.keys.sealed(record)
        return encrypted(record, self.instance.keys) if is_dead_letters(record.topic) else record

    async def _drop(self, producer: AIOKafkaProducer | None) -> None:
        if self._producer is not producer or producer is None:
            return
        self._producer = None
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(5):
                await producer.stop()
            producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001
            return
        # An idempotent producer never gives up by itself: it would send what it still holds when the broker is back, and live on beside the
        # next one. Whoever waits for an acknowledgement of it is told, and publishes again.
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(1):
                await producer._sender.close()  # noqa: SLF001  aiokafka has no other way to give up
        producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001
        await producer.client.close()


Acknowledgements = list[asyncio.Future[Any]]
"""Of what was sent so far: waited for, or given up, together."""


async def _send_each(producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Record], sent: Acknowledgements) -> None:
    for each in records:
        sent.append(await producer.send(topic, each.value, each.key, partition=partition, headers=each.headers))


async def _send_batches(producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Record], sent: Acknowledgements) -> None:
    """A third of the work of sending each: one acknowledgement is waited for a batch, not a record."""
    batch = producer.create_batch()
    for each in records:
        while (
            batch.append(timestamp=None, key=each.key, value=each.value, headers=each.headers) is None
        ):  # it is full; an empty one takes any
            sent.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
    batch.close()
    sent.append(await producer.send_batch(batch, topic, partition=partition))
