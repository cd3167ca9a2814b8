"""Kafka and MongoDB say themselves how much room is left where they write."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from prometheus_client import CollectorRegistry

from deploy.embedded.ports import HOST, choose
from deploy.embedded.servers import Embedded
from services.ledger.disks import Disks
from shared.disk import Room
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.log_dirs import DescribeLogDirs, least_room
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


async def test_one_that_falls_silent_keeps_what_it_said_last_for_a_quarter_of_an_hour(broker: Broker, mongo: Mongo) -> None:
    registry, now = CollectorRegistry(), [0.0]
    disks = Disks(registry, broker, mongo, lambda: now[0])
    await disks.look()
    before = room(registry, "kafka")
    disks._broker = replace(broker, bootstrap=f"{HOST}:{choose([])}")
    now[0] = 900
    await disks.look()
    assert room(registry, "kafka") == before != (None, None)
    now[0] = 901
    await disks.look()
    await disks.look()
    assert room(registry, "kafka") == (None, None), "nobody knows"
    assert room(registry, "mongodb") != (None, None), "which answers still"
    disks._broker = broker
    await disks.look()
    assert room(registry, "kafka") != (None, None)


@pytest.mark.parametrize(
    "error", [Unavailable("away"), TopicAuthorizationFailedError(), ZeroDivisionError(), KeyError("fsUsedSize"), TimeoutError()]
)
async def test_whatever_goes_wrong_ends_no_ledger_and_hides_no_other_disk(
    broker: Broker, mongo: Mongo, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    registry = CollectorRegistry()
    disks = Disks(registry, broker, mongo)

    async def failing() -> Room:
        raise error

    monkeypatch.setattr(disks, "_of_kafka", failing)
    await disks.look()
    assert room(registry, "kafka") == (None, None)
    assert room(registry, "mongodb") != (None, None)


class Brokers:
    """Two brokers, as far as they are asked here: each tells of folders, by room left and size."""

    def __init__(self, *folders: list[tuple[int, int]]) -> None:
        self._folders = folders

    async def describe_cluster(self) -> dict[str, list[dict[str, int]]]:
        return {"brokers": [{"node_id": node} for node in range(len(self._folders))]}

    async def _send_request(self, _: DescribeLogDirs, node: int) -> SimpleNamespace:
        results: list[tuple[object, ...]] = [
            (0, f"/folder-{number}", [], size, free, {}) for number, (free, size) in enumerate(self._folders[node])
        ]
        return SimpleNamespace(error_code=0, results=results)


@pytest.mark.parametrize(
    ("folders", "least"),
    [
        ([[(5, 10)], [(3, 10)]], Room(3, 10)),
        ([[(0, 0), (5, 10)], [(-1, -1)]], Room(5, 10)),
        ([[(0, 10)], [(0, 0)]], Room(0, 10)),
        ([[(0, 0)], [(-1, -1)]], None),
        ([[], []], None),
    ],
    ids=["the-fullest", "of-those-that-are-known", "full", "none-known", "no-folders"],
)
async def test_a_folder_whose_size_nobody_knows_says_nothing(folders: list[list[tuple[int, int]]], least: Room | None) -> None:
    assert await least_room(Brokers(*folders)) == least
