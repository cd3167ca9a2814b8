"""Dead letters as their topics hold them, and what operators did about each: a note on the same topic, so that it is lost with nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiokafka import AIOKafkaProducer

from deploy.client.mistake import UserMistake
from deploy.client.topics import partitions, records_so_far
from shared.kafka.broker import Broker
from shared.kafka.dead_letters import original
from shared.kafka.producer import LARGEST
from shared.kafka.records import Received, Record
from shared.kafka.seal import NotOurs, StreamKeys
from shared.topics import TOPICS, is_dead_letters

SETTLES = "dlt-settles"
"""The header that makes a record of a dead-letter topic a note: the offset of the letter of its partition that it is about."""
OURS = frozenset(each.name for each in TOPICS if is_dead_letters(each.name))
AT_ONCE = 500
"""Records handed to Kafka before their acknowledgements are awaited."""


@dataclass(frozen=True)
class Outcome:
    """What became of a dead letter, who did it and why, and when (UTC)."""

    what: Literal["replayed", "dropped"]
    by: str
    why: str
    at: datetime


async def dead_letters(broker: Broker, ending: str = ".dlt") -> AsyncIterator[tuple[str, Record]]:
    """Every dead letter, with its place as `topic/partition/offset`. They are encrypted: `opened` reads one. Raises UserMistake."""
    async for place, record in _records(broker, ending):
        if SETTLES not in dict(record.headers):
            yield place, record


async def outcomes(broker: Broker) -> dict[str, Outcome]:
    """What became of dead letters, by place; of two notes the later holds. Raises UserMistake."""
    found = {}
    async for _, record in _records(broker, ".dlt"):
        note = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
        if SETTLES in note:
            what: Literal["replayed", "dropped"] = "dropped" if note.get("dlt-outcome") == "dropped" else "replayed"
            at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            found[f"{record.topic}/{record.partition}/{note[SETTLES]}"] = Outcome(what, note.get("dlt-by", ""), note.get("dlt-why", ""), at)
    return found


async def unsettled(broker: Broker) -> dict[str, int]:
    """How many letters nobody has replayed or dropped, by dead-letter topic. Raises UserMistake."""
    waiting: dict[str, set[str]] = {topic: set() for topic in sorted(OURS)}
    async for place, record in _records(broker, ".dlt"):
        topic, partition, _ = place.split("/")
        about = dict(record.headers).get(SETTLES)
        if about is None:
            waiting[topic].add(place)
        else:
            waiting[topic].discard(f"{topic}/{partition}/{about.decode('utf-8', 'replace')}")  # a note stands behind its letter
    return {topic: len(places) for topic, places in waiting.items()}


async def note(broker: Broker, places: Iterable[str], what: Literal["replayed", "dropped"], by: str, why: str = "") -> None:
    """Note what became of the letters at these places, where whoever lists them sees it. Raises KafkaError."""

    async def notes() -> AsyncIterator[Record]:
        for place in places:
            topic, partition, offset = place.split("/")
            headers = {SETTLES: offset, "dlt-outcome": what, "dlt-by": by, "dlt-why": why}
            yield Record(topic, None, b"", [(name, text.encode()) for name, text in headers.items()], int(partition))

    await put(broker, notes())


def opened(place: str, letter: Received, keys: StreamKeys) -> tuple[Record, str]:
    """The record of a dead letter, byte for byte, and the trace of what failed. Raises UserMistake."""
    try:
        return original(letter, keys)
    except NotOurs as error:
        raise UserMistake(f"{place} cannot be read: {error}.") from None


async def dead_letter_at(broker: Broker, place: str) -> Record:
    """The dead letter at a place. Raises UserMistake where there is none."""
    if found := [letter async for at, letter in dead_letters(broker) if at == place]:
        return found[0]
    raise UserMistake(f"No dead letter at {place!r}; `xiaohao dead list` says what there is.")


async def put(broker: Broker, records: AsyncIterator[Record]) -> dict[int, int]:
    """Put records on their topics as they are, in order, with the seal that they have or lack; gives the last offset in each partition.

    Raises KafkaError.
    """
    last: dict[int, int] = {}
    async with AIOKafkaProducer(**broker.connection, acks="all", enable_idempotence=True, max_request_size=LARGEST) as producer:
        sent: list[asyncio.Future[object]] = []
        async for each in records:
            name = broker.name(each.topic)
            sent.append(await producer.send(name, each.value, each.key, partition=each.partition, headers=list(each.headers)))
            if len(sent) >= AT_ONCE:
                last |= await _acknowledged(sent)
                sent = []
        last |= await _acknowledged(sent)
    return last


async def _acknowledged(sent: Sequence[asyncio.Future[object]]) -> dict[int, int]:
    return {each.partition: each.offset for each in await asyncio.gather(*sent)}  # type: ignore[attr-defined]


async def _records(broker: Broker, ending: str) -> AsyncIterator[tuple[str, Record]]:
    async with partitions(broker, ending) as (consumer, wanted):
        async for found in records_so_far(consumer, wanted):
            topic = found.topic.removeprefix(broker.namespace)
            if topic not in OURS:
                continue  # of another installation on the same Kafka
            place = f"{topic}/{found.partition}/{found.offset}"
            yield place, Record(topic, found.key, found.value, found.headers, found.partition, found.offset, found.timestamp)
