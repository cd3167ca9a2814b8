"""Kafka and MongoDB say themselves how much room is left where they write."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from deploy.embedded.ports import HOST, choose
from deploy.embedded.servers import Embedded
from services.ledger.disks import Disks
from shared.kafka.broker import Broker
from shared.mongo import Mongo
from shared.settings import Settings


def room(registry: CollectorRegistry, of: str) -> tuple[float | None, float | None]:
    free, size = (registry.get_sample_value(f"xiaohao_disk_{each}_bytes", {"of": of}) for each in ("free", "size"))
    return free, size


@pytest.fixture
async def mongo(settings: Settings) -> AsyncIterator[Mongo]:
    """A database that is there."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger")
    await mongo.create(["books"])
    yield mongo
    mongo.close()


async def test_the_room_that_each_tells_of_is_that_of_its_disk(embedded: Embedded, broker: Broker, mongo: Mongo) -> None:
    registry = CollectorRegistry()
    await Disks(registry, broker, mongo).look()
    disk = shutil.disk_usage(embedded.directory)
    for of in ("kafka", "mongodb"):
        free, size = room(registry, of)
        assert size == disk.total
        assert free == pytest.approx(disk.free, rel=0.1)


async def test_one_that_falls_silent_keeps_what_it_said_last(broker: Broker, mongo: Mongo) -> None:
    registry = CollectorRegistry()
    disks = Disks(registry, broker, mongo)
    await disks.look()
    before = room(registry, "kafka")
    disks._broker = replace(broker, bootstrap=f"{HOST}:{choose([])}")
    await disks.look()
    assert room(registry, "kafka") == before != (None, None)
