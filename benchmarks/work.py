"""The work that every candidate does: what `xiaohao simulate` tells of a real plan in 211 books, but for what a book must first be told a day for."""

import asyncio
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.client.announcement import announcement
from deploy.client.sinks import record
from deploy.plans.read import read_plan
from deploy.simulator.stream import stream
from deploy.simulator.tree import example_units, grow_tree
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.plan import Plan
from shared.topics import kind_of
from shared.units import Unit

BOOKS, SEED = 211, 1
PLAN = Path(__file__).parents[1] / "deploy" / "campaigns" / "tengzhou-2019.yaml"
KINDS = ("book", "check", "issue", "idea", "activity", "survey", "measure", "visit")
"""What can be told without a clock: returns, awards and what climbs wait until a day has begun that opens them."""


@cache
def campaign() -> tuple[Plan, list[Unit]]:
    """The plan, and its units grown to as many as there are books."""
    plan = read_plan(PLAN)
    return plan, grow_tree(example_units(plan, PLAN), BOOKS)


def opening() -> Iterator[Record]:
    """The tree and the campaign, told to the root's book."""
    return map(record, announcement(*campaign()))


def told(issues: int) -> list[Record]:
    """The told events of a campaign with about so many issues, in order: self-checks, issues from report to strike-off, figures, and their slips."""
    days = stream(*campaign(), issues, SEED)
    return [record(event) for event in chain.from_iterable(events for _, events in days) if kind_of(event["subject"]) in KINDS]


async def publish(broker: Broker, records: Iterable[Record]) -> None:
    """Put records on their topics."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", linger_ms=5, max_batch_size=262144)
    await producer.start()
    try:
        sent = [await producer.send(broker.name(each.topic), each.value, each.key, headers=each.headers) for each in records]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def written(broker: Broker, topic: str, after: float) -> list[float]:
    """When each record of a topic was produced, in seconds since 1970, of those produced after a moment."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(broker.name(topic), number) for number in range(broker.partitions)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        times: list[float] = []
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                got = await consumer.getmany(partition, timeout_ms=500, max_records=10_000)
                times += [record.timestamp / 1000 for records in got.values() for record in records]
        return sorted(time for time in times if time >= after)
    finally:
        await consumer.stop()
