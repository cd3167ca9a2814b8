"""Where `xiaohao simulate` tells its stream: to a file, to intake over HTTP, or straight to `campaign.intake`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import orjson
from aiokafka import AIOKafkaProducer

from deploy.cli.watch import Place
from deploy.client.door import Door
from deploy.simulator.lives.simulation import CloudEvent
from deploy.simulator.simulate import announcement, stream
from shared.events.catalogue import CATALOGUE
from shared.kafka.cloudevents import instant, told_record
from shared.kafka.records import Record, Told
from shared.plan import Plan
from shared.topics import book_of
from shared.units import Unit

OPENING = 60.0
"""Seconds that the books of a campaign just announced may take to open."""
AT_ONCE = 1000
"""Records handed to Kafka before their acknowledgements are awaited."""


def whole(plan: Plan, units: Sequence[Unit], issues: int, seed: int, source: str | None = None) -> Iterator[CloudEvent]:
    """The announcement, then every day's events in order; with a `source`, told by one client."""
    return chain(announcement(plan, units), (event for _, events in stream(plan, units, issues, seed, source) for event in events))


def to_file(events: Iterable[CloudEvent], path: Path | None) -> int:
    """Write events as NDJSON, to the standard output where no file is given. Returns how many."""
    count = 0
    with path.open("wb") if path else sys.stdout.buffer as file:
        for count, event in enumerate(events, 1):  # noqa: B007 - the last is how many
            file.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
    return count


async def to_http(events: Iterable[CloudEvent], url: str, key: str) -> int:
    """Tell intake with one key, under that key's source. Returns how many. Raises NotTold."""
    async with Door(url, key) as door:
        return await door.tell_all(({name: value for name, value in event.items() if name != "source"} for event in events), OPENING)


async def to_kafka(events: Iterable[CloudEvent], where: Place) -> int:
    """Publish to `campaign.intake` what intake would have told on, accepted at the time of each event. Returns how many. Raises KafkaError."""
    producer, count = AIOKafkaProducer(bootstrap_servers=where.bootstrap, acks="all", enable_idempotence=True), 0
    await producer.start()
    try:
        waiting = iter(events)
        while part := list(islice(waiting, AT_ONCE)):
            records = map(record, part)
            sent = [
                await producer.send(f"{where.namespace}{each.topic}", each.value, each.key, headers=list(each.headers)) for each in records
            ]
            for each in sent:
                await each
            count += len(part)
    finally:
        await producer.stop()
    return count


def record(event: CloudEvent) -> Record:
    """What intake would tell on, accepted at the time of the event."""
    when = instant(event["time"])
    fact = CATALOGUE[event["type"]].model_validate_json(orjson.dumps(event["data"]), extra="forbid")
    return told_record(Told(event["id"], event["source"], event["type"], event["subject"], book_of(event["subject"]), when, when, fact))
