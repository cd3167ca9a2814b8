"""The work that every candidate does: what `xiaohao simulate` tells of a real plan in some hundred books, all on one day, as on the last of a phase."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.client.announcement import announcement
from deploy.client.cloudevent import CloudEvent
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

SEED = 1
STREAM_KEY = "no secret: it is what benchmarks seal with"
CHECKOUT = Path(__file__).parents[1]
PLAN = CHECKOUT / "deploy" / "campaigns" / "tengzhou-2019.yaml"
KINDS = ("book", "check", "issue", "idea", "activity", "survey", "measure", "visit")
"""What can all be told on one day: returns, awards and what climbs wait until others have begun."""
DAY = datetime(2019, 6, 14, 2, tzinfo=UTC)
"""When it is told."""


@dataclass(frozen=True)
class Work:
    """A campaign of so many books, with about so many issues."""

    books: int = 211
    issues: int = 1600

    @cached_property
    def plan(self) -> Plan:
        """Its plan."""
        return read_plan(PLAN)

    @cached_property
    def units(self) -> list[Unit]:
        """Its units, the root first, one for each book."""
        return grow_tree(example_units(self.plan, PLAN), self.books)

    def opening(self) -> Iterator[Record]:
        """The tree and the campaign, told to the root's book."""
        return map(record, announcement(self.plan, self.units))

    def events(self, source: str | None = None) -> list[CloudEvent]:
        """What is told of it, in order: self-checks, issues from report to strike-off, figures, and their slips; with a source, by one client."""
        days = stream(self.plan, self.units, self.issues, SEED, source)
        return [event | {"time": DAY.isoformat()} for _, each in days for event in each if kind_of(event["subject"]) in KINDS]

    def told(self) -> list[Record]:
        """The same as intake would put it on its topic."""
        return list(map(record, self.events()))


def morning(partitions: int, later: timedelta = timedelta()) -> Iterator[Record]:
    """The time, told to each partition: what fell due by then is the clock's work, and over before the day's begins."""
    now = DAY + later
    told = Told(f"morning-{later}", "xiaohao/benchmark", "TimeTold", "time", "time", now, now, TimeTold(now=now))
    return (told_record(told, partition) for partition in range(partitions))


async def publish(broker: Broker, records: Iterable[Record], seal: bool = True) -> None:
    """Put records on `campaign.intake`, sealed where whoever reads them can read a header that is no text."""
    async with AIOKafkaProducer(**broker.connection, acks="all", linger_ms=5, max_batch_size=262144) as producer:
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
        broker.name(topic), **broker.connection, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                got = await consumer.getmany(partition, timeout_ms=500, max_records=10_000)
                times += [record.timestamp / 1000 for records in got.values() for record in records]
    return sorted(time for time in times if time >= after)


@contextmanager
def processes(commands: Sequence[Sequence[str]], env: Mapping[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the block: of this Python where a command names none. Raises RuntimeError where one failed."""
    running = [
        subprocess.Popen(
            [sys.executable, *command] if command[0].startswith("-") else command,
            env=os.environ | env,
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
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
