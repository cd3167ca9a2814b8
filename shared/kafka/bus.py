"""A service's connection to Kafka: one producer, a subscription for each topic that it reads, and a monitor of both."""

import asyncio
import contextlib
from collections.abc import Collection
from time import monotonic
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from faststream.kafka import KafkaBroker
from prometheus_client import CollectorRegistry

from shared.kafka import connections, headers
from shared.kafka.broker import Broker
from shared.kafka.connections import let_go
from shared.kafka.entry import require_entry
from shared.kafka.genuine import Genuine
from shared.kafka.instance import Instance
from shared.kafka.lags import Lags
from shared.kafka.metrics import Metrics, Standings
from shared.kafka.producer import Producer
from shared.kafka.seal import SEALED, StreamKeys
from shared.kafka.standing import Standing
from shared.kafka.subscription import SESSION, Subscription
from shared.kafka.work import Assigned, Work
from shared.logs.why import why

log = structlog.get_logger()

SILENT = 15.0
"""Seconds without a word from Kafka after which a service is not ready; a restart would not help, so it stays alive."""


class Bus:
    """A service's connection to Kafka: one producer, and one batch subscriber for each topic that it reads.

    FastStream owns the subscriptions, their lifecycle and the AsyncAPI description; acknowledging, publishing and every failure are handled here.
    """

    def __init__(self, broker: Broker, service: str, keys: StreamKeys, registry: CollectorRegistry, batch: int = 1000) -> None:
        headers.install()
        connections.install()
        self.instance = Instance(broker, service, keys, Metrics(registry), batch)
        self.producer = Producer(self.instance)
        self.faststream = KafkaBroker(
            broker.bootstrap,
            apply_types=False,
            logger=None,
            graceful_timeout=10,
            client_id=self.instance.client_id,
            allow_auto_create_topics=False,
            **broker.security.faststream(),
        )
        self.written: set[str] = set()
        """The topics that the service publishes on, beside those of its dead letters."""
        self._subscriptions: list[Subscription] = []
        self._monitor: asyncio.Task[None] | None = None
        self._seen = monotonic()
        registry.register(Standings(self._standings, lambda: self._seen, broker.partitions, SESSION))

    def _standings(self) -> list[Standing]:
        return [each.standing for each in self._subscriptions]

    def consume(self, topic: str, work: Work, assigned: Assigned | None = None, *, side_by_side: bool = False) -> None:
        """Have `work` handle the records of a topic; of a sealed one, those that bear a right seal.

        `side_by_side` where what `work` does with one partition has nothing to do with the others, so that they need not wait for one another.
        """
        self.instance.metrics.reads(topic)
        if topic in SEALED:
            work = Genuine(work, topic, self.group, self.instance.keys, self.instance.metrics)
        self._subscriptions.append(Subscription(self.faststream, self.producer, topic, work, assigned, side_by_side))

    def publishes(self, topic: str, schema: Any, description: str) -> None:
        """Describe what goes out on a topic, for the AsyncAPI contract; publishing itself is the producer's, since FastStream's drops keys."""
        title = f"{self.instance.service} publishes {topic}"
        self.written.add(topic)
        self.faststream.publisher(self.instance.broker.name(topic), title=title, schema=schema, description=description)

    def partitions(self, topic: str) -> Collection[int]:
        """The partitions of a topic that this copy has now, as far as Kafka would have told it otherwise."""
        if monotonic() - self._seen >= SESSION:
            return ()
        return {partition for each in self._subscriptions if each.topic == topic for partition in each.standing.next}

    @property
    def read(self) -> set[str]:
        """The topics that the service reads."""
        return {each.topic for each in self._subscriptions}

    @property
    def group(self) -> str:
        """What the service's consumer groups are named for."""
        return f"{self.instance.broker.namespace}{self.instance.service}"

    async def start(self) -> None:
        """Connect and begin to read. Raises Unavailable when the broker does not let us in, KafkaError when it does not answer."""
        await require_entry(self.instance.broker)
        await self.instance.broker.create_topics()
        await self.producer.start()
        await self.faststream.start()
        for each in self._subscriptions:
            each.listen()
        self._monitor = self.instance.spawn(self._measure(), "monitor")

    async def stop(self) -> None:
        """Finish the batch under way, leave the groups, let go; in bounded time, also when Kafka is away."""
        self.instance.stopping = True
        if self._monitor:
            self._monitor.cancel()
            await asyncio.gather(self._monitor, return_exceptions=True)
        for standing in self._standings():
            standing.lose()  # nobody measures it any more, and others soon have it
        await let_go(self.faststream.stop(), *(each.consumer for each in self._subscriptions if each.consumer), patience=15)
        await self.producer.stop()

    async def _measure(self) -> None:
        """Measure lag by a connection of its own: a stuck consumer does not know that it is behind (aiokafka#1154)."""
        while True:
            broker, name = self.instance.broker, f"{self.instance.client_id}-watch"
            patience = int(SILENT * 500)  # heard of before it counts as silence
            lags = Lags(broker, name, patience)
            admin = AIOKafkaAdminClient(**broker.connection, client_id=name, request_timeout_ms=patience)
            try:
                await lags.start()
                await admin.start()
                while True:
                    for subscription in self._subscriptions:
                        await subscription.measure(lags, admin)
                        self._seen = monotonic()
                    await asyncio.sleep(2)
            except Exception as error:  # a figure ends no service; one that is not measured for long is silence
                log.warning("lag unmeasured", detail=why(error))
                await asyncio.sleep(2)
            finally:
                with contextlib.suppress(Exception):
                    await lags.stop()
                with contextlib.suppress(Exception):
                    await admin.close()

    def alive(self) -> str | None:
        """Why the process makes no progress; none: it does, or nothing waits."""
        if self.instance.failure is not None:
            return f"ended: {why(self.instance.failure)}"
        if self.silent():
            return None
        return next((stuck for each in self._subscriptions if (stuck := each.stuck())), None)

    def ready(self) -> list[str]:
        """Why the service cannot do its work now."""
        reasons = [reason for each in self._subscriptions if (reason := each.trouble or each.unread or each.waits())]
        if self.silent():
            reasons.append(f"Kafka has not answered for {SILENT:.0f} s")
        return reasons

    def silent(self) -> bool:
        """Whether Kafka has not answered for a while."""
        return monotonic() - self._seen > SILENT
