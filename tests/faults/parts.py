"""Services that run in the test's own process: the ledger, and a reader with the plainest fold there is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from prometheus_client import CollectorRegistry

from services.ledger import app
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.reader import MARKS, Reader
from shared.kafka.records import Recorded
from shared.mongo import Mongo, Session
from shared.settings import Settings
from shared.topics import LEDGER, TOPICS, dead_letters
from tests.faults.oracle import Oracle
from tests.stream import KEYS

GROUP = "intake"
"""The name under which `Settled` knows a reader of the ledger's topic alone."""


@asynccontextmanager
async def ledger(settings: Settings, change: Callable[[Service], None] = lambda _: None, **fakes: Any) -> AsyncIterator[Service]:
    """One copy of the ledger in this process; it must not have ended by itself."""
    service = app.build(settings, **fakes)
    change(service)
    await service.start()
    try:
        yield service
        assert service.bus.instance.failure is None
    finally:
        await service.stop()


def broker_of(settings: Settings) -> Broker:
    """The broker as an installation sees it."""
    return Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)


def oracle_of(settings: Settings) -> Oracle:
    """The oracle of an installation."""
    return Oracle(settings.kafka_bootstrap, settings.mongodb_uri.get_secret_value(), settings.namespace)


class Witness:
    """A real reader of the ledger's topic, whose fold notes each event under its book and position."""

    def __init__(self, settings: Settings, reader: type[Reader] = Reader) -> None:
        self.registry = CollectorRegistry()
        self._mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}{self.database}")
        self.bus = Bus(broker_of(settings), GROUP, KEYS, self.registry, settings.batch)
        self.bus.consume(LEDGER, reader(self._mongo, self._fold, self.bus.group, self.registry))

    database = "witness"

    async def _fold(self, session: Session, events: Sequence[Recorded]) -> None:
        documents = [{"_id": f"{event.book}@{event.position}", "type": event.type} for event in events]
        await self._mongo["folded"].insert_many(documents, session=session)

    async def mark(self, of: str) -> int:
        """Where it stands in a book."""
        mark = await self._mongo[MARKS].find_one({"_id": of})
        return int(mark["position"]) if mark else 0

    def figure(self, name: str) -> float:
        """One of its metrics."""
        return self.registry.get_sample_value(name) or 0

    async def __aenter__(self) -> Self:
        await self._mongo.create([MARKS, "folded"])
        await self.bus.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bus.stop()
        self._mongo.close()


def before_publish(service: Service, act: Callable[[Callable[..., Awaitable[None]], Sequence[Any]], Awaitable[None]]) -> None:
    """Let `act` stand between the ledger and its publishing; it is given what publishes and the records."""
    publish = service.bus.producer.publish

    async def acting(records: Sequence[Any]) -> None:
        await act(publish, records)

    service.bus.producer.publish = acting  # type: ignore[method-assign]


async def limit(broker: Broker, topic: str, largest: int | None) -> None:
    """Have the broker refuse records of a topic over so many bytes; none: as the topic was created."""
    known = {each.name: each for each in TOPICS} | {dead_letters(each.name): each for each in TOPICS if dead_letters(each.name) == topic}
    config = known[topic].config() | ({} if largest is None else {"max.message.bytes": str(largest)})
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, broker.name(topic), configs=config)])
    finally:
        await admin.close()
