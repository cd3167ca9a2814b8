"""The work that every candidate does: what `xiaohao simulate` tells of a real plan in 211 books, all on one day, as on the last of a phase."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.client.announcement import announcement
from deploy.client.sinks import record
from deploy.plans.read import read_plan
from deploy.simulator.stream import stream
from deploy.simulator.tree import example_units, grow_tree
from shared.events.clock import TimeTold
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Record, Told
from shared.kafka.seal import StreamKeys
from shared.plan import Plan
from shared.topics import kind_of
from shared.units import Unit

BOOKS, SEED = 211, 1
STREAM_KEY = "no secret: it is what benchmarks seal with"
CHECKOUT = Path(__file__).parents[1]
PLAN = CHECKOUT / "deploy" / "campaigns" / "tengzhou-2019.yaml"
KINDS = ("book", "check", "issue", "idea", "activity", "survey", "measure", "visit")
"""What can all be told on one day: returns, awards and what climbs wait until others have begun."""
DAY = datetime(2019, 6, 14, 2, tzinfo=UTC)
"""When it is told."""


@cache
def campaign() -> tuple[Plan, list[Unit]]:
    """The plan, and its units grown to as many as there are books."""
    plan = read_plan(PLAN)
    return plan, grow_tree(example_units(plan, PLAN), BOOKS)


def opening() -> Iterator[Record]:
    """The tree and the campaign, told to the root's book."""
    return map(record, announcement(*campaign()))


def morning(partitions: int) -> Iterator[Record]:
    """The time, told to each partition: what fell due by then is the clock's work, and over before the day's begins."""
    told = Told("morning", "xiaohao/benchmark", "TimeTold", "time", "time", DAY, DAY, TimeTold(now=DAY))
    return (told_record(told, partition) for partition in range(partitions))


def told(issues: int) -> list[Record]:
    """The told events of a campaign with about so many issues, in order: self-checks, issues from report to strike-off, figures, and their slips."""
    days = stream(*campaign(), issues, SEED)
    events = (event for _, each in days for event in each if kind_of(event["subject"]) in KINDS)
    return [record(event | {"time": DAY.isoformat()}) for event in events]


async def publish(broker: Broker, records: Iterable[Record], seal: bool = True) -> None:
    """Put records on `campaign.intake`, sealed where whoever reads them can read a header that is no text."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", linger_ms=5, max_batch_size=262144) as producer:
        sent = [
            await producer.send(
                broker.name(each.topic), each.value, each.key, each.partition if each.partition >= 0 else None, headers=each.headers
            )
            for each in (map(StreamKeys(STREAM_KEY).sealed, records) if seal else records)
        ]
        await asyncio.gather(*sent)


async def written(broker: Broker, topic: str, after: float) -> list[float]:
    """When each record of a topic was produced, in seconds since 1970, of those produced after a moment."""
    times: list[float] = []
    async with AIOKafkaConsumer(
        broker.name(topic), bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                got = await consumer.getmany(partition, timeout_ms=500, max_records=10_000)
                times += [record.timestamp / 1000 for records in got.values() for record in records]
    return sorted(time for time in times if time >= after)


@contextmanager
def processes(commands: Sequence[Sequence[str]], env: Mapping[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Python processes that end with the block."""
    running = [
        subprocess.Popen([sys.executable, *command], env=os.environ | env, cwd=CHECKOUT, stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        yield running
    finally:
        for each in running:
            if each.poll():
                raise RuntimeError(f"{each.args!r} ended by itself with {each.returncode}")
            each.terminate()
        for each in running:
            each.wait(30)
