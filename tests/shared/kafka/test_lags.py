"""A reader is behind by the records that it can still read, whatever else takes offsets among them, and since the oldest of them was written."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.kafka.broker import Broker
from shared.kafka.lags import FEW, Lag, Lags
from shared.topics import INTAKE

ROOT = Path(__file__).parents[3]
DONE = Lag(0, readable=False)


class World(NamedTuple):
    """A partition, who measures it, and somebody who writes to it in transactions."""

    place: TopicPartition
    lags: Lags
    foreign: AIOKafkaProducer

    async def put(self, at: int, count: int = 1) -> None:
        """Write so many records, of which Kafka notes that they were written then."""
        for _ in range(count):
            await self.foreign.send_and_wait(self.place.topic, b"x", b"k", partition=self.place.partition, timestamp_ms=at)

    async def write(self, at: int, commit: bool) -> None:
        """One record, and the marker of its transaction."""
        await self.foreign.begin_transaction()
        await self.put(at)
        await (self.foreign.commit_transaction() if commit else self.foreign.abort_transaction())

    async def becomes(self, *wanted: Lag) -> None:
        """Wait until who handled nothing, the first offset, the first two … is that far behind; asked once more, it is the same."""
        said: list[Lag] = []
        try:
            async with asyncio.timeout(20):
                while said != list(wanted):  # a marker is written a moment after its transaction is over
                    said = [await self.asked(handled) for handled in range(len(wanted))]
        except TimeoutError:
            assert said == list(wanted)
        assert said == [await self.asked(handled) for handled in range(len(wanted))]

    async def asked(self, handled: int) -> Lag:
        return (await self.lags.of("somebody", {self.place: handled}))[self.place]


@pytest.fixture
async def world(broker: Broker) -> AsyncIterator[World]:
    await broker.create_topics()
    lags = Lags(broker)
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=f"{broker.namespace}foreign", acks="all")
    await producer.start()
    await lags.start()
    yield World(TopicPartition(broker.name(INTAKE), 1), lags, producer)
    await producer.stop()
    await lags.stop()


async def test_only_records_that_can_be_read_are_waited_for(world: World) -> None:
    first, second, third = 1_700_000_000_000, 1_700_000_001_000, 1_700_000_002_000
    one = Lag(1, readable=True, since=second)
    await world.becomes(DONE)
    await world.write(first, commit=False)  # 0, and its marker 1
    await world.becomes(DONE, DONE, DONE)
    await world.write(second, commit=True)  # 2, and its marker 3
    await world.becomes(one, one, one, DONE, DONE)
    await world.foreign.begin_transaction()
    await world.put(third)  # 4: what is not decided may be told, or stand before what is
    held, waits = Lag(2, readable=True, since=second), Lag(1, readable=False, since=third)
    await world.becomes(held, held, held, waits, waits, DONE)
    await world.foreign.abort_transaction()  # 5
    await world.becomes(one, one, one, DONE, DONE, DONE, DONE)
    behind = [(await world.lags.of("another", {world.place: 4}, moving=True))[world.place] for _ in range(2)]
    assert behind == [Lag(2, readable=True), DONE]  # while something moves it is not worth a look


async def test_what_retention_took_waits_for_nobody(world: World, broker: Broker) -> None:
    old, young = 1_700_000_000_000, 1_700_000_500_000
    for at in (old, old, young):
        await world.write(at, commit=True)  # 0 to 5, every other one a marker
    await world.becomes(Lag(3, readable=True, since=old))
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        await admin.delete_records({world.place: RecordsToDelete(before_offset=4)})
        await world.becomes(*[Lag(1, readable=True, since=young)] * 5, DONE, DONE)
        await admin.delete_records({world.place: RecordsToDelete(before_offset=6)})
        await world.becomes(*[DONE] * 7)
    finally:
        await admin.close()


async def test_many_are_counted_by_their_offsets(world: World) -> None:
    at = 1_700_000_000_000
    await world.foreign.begin_transaction()
    await world.put(at, FEW + 1)
    await world.foreign.commit_transaction()
    one_by_one = Lag(FEW - 1, readable=True, since=at)
    await world.becomes(Lag(FEW + 2, readable=True, since=at), Lag(FEW + 1, readable=True, since=at), one_by_one)


def test_every_consumer_says_how_it_reads() -> None:
    files = {path: path.read_text("utf-8") for room in ("shared", "services", "deploy") for path in (ROOT / room).rglob("*.py")}
    consumers = {path: len(re.findall(r"AIOKafkaConsumer\(|faststream\.subscriber\(", text)) for path, text in files.items()}
    assert sum(consumers.values()) >= 8
    assert [path for path, text in files.items() if text.count("isolation_level=") != consumers[path]] == []
