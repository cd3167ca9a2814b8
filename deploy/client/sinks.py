"""Where a stream of events may go: to a file, to intake over HTTP, or straight to Kafka."""

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import orjson
from aiokafka import AIOKafkaProducer

from deploy.client.cloudevent import CloudEvent
from deploy.client.door import OPENING, Door
from shared.events.catalogue import CATALOGUE
from shared.events.people import PersonNamed
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import instant, person_record, told_record
from shared.kafka.entry import require_entry
from shared.kafka.records import Record, Told
from shared.kafka.seal import StreamKeys
from shared.topics import book_of, person_id

AT_ONCE = 1000
"""Records handed to Kafka before their acknowledgements are awaited."""


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


async def to_kafka(events: Iterable[CloudEvent], broker: Broker, keys: StreamKeys) -> int:
    """Publish what intake would have told on, sealed, accepted at the time of each event. Returns how many. Raises Unavailable or KafkaError."""
    await require_entry(broker)
    waiting, count = iter(events), 0
    async with AIOKafkaProducer(**broker.connection, acks="all", enable_idempotence=True) as producer:
        while part := list(islice(waiting, AT_ONCE)):
            records = map(keys.sealed, map(record, part))
            sent = [await producer.send(broker.name(each.topic), each.value, each.key, headers=list(each.headers)) for each in records]
            for each in sent:
                await each
            count += len(part)
    return count


def record(event: CloudEvent) -> Record:
    """What intake would tell on, accepted at the time of the event."""
    when, book = instant(event["time"]), book_of(event["subject"])
    fact = CATALOGUE[event["type"]].model_validate_json(orjson.dumps(event["data"]), extra="forbid")
    told = Told(event["id"], event["source"], event["type"], event["subject"], book, when, when, fact)
    # The root names everybody, in its own book: see `naming`.
    return person_record(told, person_id(book.partition("/")[2], fact.person), when) if isinstance(fact, PersonNamed) else told_record(told)
