"""What is published arrives whole and in order in each partition, alone or in batches, and of what is refused nobody is told that it arrived."""

import asyncio
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.producer import MANY
from shared.kafka.records import Record
from shared.settings import Settings
from shared.topics import LEDGER, NOTICES
from tests.faults.oracle import read
from tests.stream import KEYS


@pytest.fixture
async def bus(broker: Broker) -> AsyncIterator[Bus]:
    """What publishes, and nothing that reads."""
    await broker.create_topics()
    bus = Bus(broker, "intake", KEYS, CollectorRegistry(), 1000)
    await bus.start()
    yield bus
    await bus.stop()


def numbered(topic: str, partition: int, numbers: range, size: int = 20) -> list[Record]:
    """Records of one partition, each with its number."""
    return [Record(topic, b"%d" % partition, b"%d " % number + b"x" * size, [("n", b"%d" % number)], partition) for number in numbers]


async def test_all_arrives_in_the_order_in_which_each_partition_was_told_it(bus: Bus, broker: Broker, settings: Settings) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201  shown where the test fails
    chance, published = random.Random(seed), defaultdict[tuple[str, int], list[bytes | None]](list)

    async def publish(partition: int) -> None:
        number = 0
        for _ in range(6):
            for topic in (LEDGER, NOTICES):
                more = chance.choice((1, 3, MANY - 1, MANY, 10 * MANY))
                records = numbered(topic, partition, range(number, number + more), chance.choice((0, 500, 5_000)))
                number += more
                await bus.producer.publish(records)
                published[topic, partition] += [record.value for record in records]

    await asyncio.gather(*map(publish, range(settings.partitions)))
    for topic in (LEDGER, NOTICES):
        arrived = defaultdict[int, list[bytes | None]](list)
        for record in await read(broker.bootstrap, broker.name(topic)):
            arrived[record.partition].append(record.value)
        assert arrived == {partition: those for (name, partition), those in published.items() if name == topic}


async def test_a_record_that_the_topic_refuses_fails_what_is_published_with_it_and_what_follows_arrives(bus: Bus, broker: Broker) -> None:
    before, large, after = (
        numbered(LEDGER, 0, range(MANY)),
        numbered(LEDGER, 0, range(1), 2 << 20),
        numbered(LEDGER, 0, range(MANY, 2 * MANY)),
    )
    with pytest.raises(Unavailable):
        await bus.producer.publish([*before, *large])
    await bus.producer.publish(after)
    values = [record.value for record in await read(broker.bootstrap, broker.name(LEDGER))]
    assert values[-MANY:] == [record.value for record in after]
