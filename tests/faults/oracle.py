"""The oracle: reads the topics and the databases with plain drivers and no code of the services, and says what does not hold.

It knows the published contract alone: the headers of the records, the documents of `recorded`, the chain, and the readers' rule.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from pymongo import MongoClient

Document = Mapping[str, Any]
TIME = "TimeTold"
"""The one type that is told and recorded in no book."""


@dataclass(frozen=True)
class Event:
    """A recorded event, from the topic or from the database."""

    book: str
    position: int
    chain: str
    value: bytes


@dataclass
class Reader:
    """What a reader of the ledger's topic keeps: its mark in each book, and the events that it folded (book, position)."""

    marks: dict[str, tuple[int, str]] = field(default_factory=dict)
    folded: set[tuple[str, int]] | None = None


def header(record: Any, name: str) -> str:
    """A header's text; empty where it is missing."""
    return next(((value or b"").decode("utf-8", "replace") for key, value in record.headers if key == name), "")


async def read(bootstrap: str, topic: str) -> list[Any]:
    """All records of a topic, each partition in its order."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        records: dict[TopicPartition, list[Any]] = {partition: [] for partition in sorted(ends)}
        while [each for each, end in ends.items() if await consumer.position(each) < end]:
            for partition, found in (await consumer.getmany(timeout_ms=500)).items():
                records[partition] += found
        return [record for found in records.values() for record in found]
    finally:
        await consumer.stop()


def events(recorded: Iterable[Document]) -> Iterator[Event]:
    """The events of the documents of `recorded`."""
    for document in recorded:
        for position, (_, _, chain, value) in enumerate(document["events"], document["first"]):
            yield Event(document["book"], position, chain, bytes(value))


def told(intake: Sequence[Any], parked: Sequence[Any]) -> dict[tuple[str, str, str], set[tuple[str, str, bytes]]]:
    """What was told and can be read, by book, source and id: each with its different contents."""
    letters = [each for each in parked if header(each, "dlt-offset")]  # the others are operators' notes
    aside = {(int(header(each, "dlt-partition")), int(header(each, "dlt-offset"))) for each in letters}
    found: dict[tuple[str, str, str], set[tuple[str, str, bytes]]] = defaultdict(set)
    for record in intake:
        if (record.partition, record.offset) not in aside and header(record, "ce_type") != TIME:
            known_by = ((record.key or b"").decode(), header(record, "ce_source"), header(record, "ce_id"))
            found[known_by].add((header(record, "ce_type"), header(record, "ce_subject"), record.value))
    return found


def wrong_groups(known: Mapping[tuple[str, str, str], set[Any]], recorded: Sequence[Document]) -> Iterator[str]:
    """Each told event has one group of events, each content of a reused id its own; and nothing is recorded that nobody told."""
    groups: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
    for document in recorded:
        groups[document["book"], document["source"], document["id"]].append(document)
    for known_by, contents in known.items():
        if len(groups[known_by]) != len(contents):
            yield f"told {known_by} with {len(contents)} contents has {len(groups[known_by])} groups in recorded"
    # What fell due is decided before what is told later; that it fell due, the clock need not have told.
    untold = (known_by for known_by in groups.keys() - known.keys() if known_by[1] != "xiaohao/clock")
    yield from (f"recorded {known_by} was never told" for known_by in untold)
    yield from (f"recorded {document['_id']} is empty" for document in recorded if not document["events"])


def wrong_books(books: Mapping[str, Sequence[Event]], where: str) -> Iterator[str]:
    """Positions are 1, 2, 3 … in every book, and the chain is whole."""
    for book, found in books.items():
        positions = [event.position for event in found]
        if positions != list(range(1, len(found) + 1)):
            yield f"{where}: positions of {book} are {_short(positions)}"
            continue
        chain = ""
        for event in found:
            chain = hashlib.sha256(bytes.fromhex(chain) + hashlib.sha256(event.value).digest()).hexdigest()
            if event.chain != chain:
                yield f"{where}: the chain of {book} breaks at {event.position}"
                break


def by_readers_rule(ledger: Sequence[Any]) -> tuple[dict[str, list[Event]], list[str]]:
    """The books as a reader of the topic has them, and what is wrong with repeats: fold mark+1 only, pass over what lies above."""
    books: dict[str, list[Event]] = defaultdict(list)
    first: dict[tuple[str, int], tuple[str, bytes]] = {}
    homes: dict[str, int] = {}
    wrong = []
    for record in ledger:
        book, position = (record.key or b"").decode(), int(header(record, "ce_sequence"))
        content = (header(record, "ce_id"), record.value)
        if first.setdefault((book, position), content) != content:
            wrong.append(f"topic: {book} position {position} is repeated with another ce_id or value")
        if homes.setdefault(book, record.partition) != record.partition:
            wrong.append(f"topic: {book} lies in partitions {homes[book]} and {record.partition}")
        if content[0] != f"{book}@{position}":
            wrong.append(f"topic: {book} position {position} has ce_id {content[0]}")
        if position == len(books[book]) + 1:
            books[book].append(Event(book, position, header(record, "ce_chain"), record.value))
    wrong += [f"topic: {book} position {position} was never folded" for book, position in first if position > len(books[book])]
    return books, wrong


def wrong_reader(reader: Reader, books: Mapping[str, Sequence[Event]]) -> Iterator[str]:
    """A reader's marks stand at the end of each book, and it folded all that lies before."""
    wanted = {book: (found[-1].position, found[-1].chain) for book, found in books.items()}
    for book in wanted.keys() | reader.marks.keys():
        if wanted.get(book) != reader.marks.get(book):
            yield f"reader: the mark of {book} is {reader.marks.get(book)}, the book stands at {wanted.get(book)}"
    if reader.folded is not None:
        missing = {(event.book, event.position) for found in books.values() for event in found} - reader.folded
        if missing:
            yield f"reader: {len(missing)} events were never folded, such as {sorted(missing)[:3]}"


def compare(
    intake: Sequence[Any], parked: Sequence[Any], ledger: Sequence[Any], recorded: Sequence[Document], reader: Reader | None = None
) -> list[str]:
    """All that does not hold."""
    stored: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events(recorded), key=lambda event: (event.book, event.position)):
        stored[event.book].append(event)
    published, wrong = by_readers_rule(ledger)
    wrong += wrong_groups(told(intake, parked), recorded)
    wrong += wrong_books(stored, "recorded")
    wrong += wrong_books(published, "topic")
    for book in stored.keys() | published.keys():
        if stored[book] != published[book]:
            wrong.append(f"topic has {len(published[book])} events of {book}, recorded {len(stored[book])}, or they are not the same")
    return wrong + (list(wrong_reader(reader, stored)) if reader else [])


def _short(positions: Sequence[int]) -> str:
    return str(positions) if len(positions) < 20 else f"{positions[:10]} … {positions[-5:]}"


class Oracle:
    """One installation, as its topics and databases show it."""

    def __init__(self, bootstrap: str, mongodb_uri: str, namespace: str) -> None:
        self._bootstrap, self._uri, self._namespace = bootstrap, mongodb_uri, namespace

    def recorded(self) -> list[Document]:
        """The ledger's documents."""
        with MongoClient[dict[str, Any]](self._uri) as client:
            return list(client[f"{self._namespace}xiaohao-ledger"]["recorded"].find())

    def reader(self, database: str, folded: str = "folded") -> Reader:
        """What a reader keeps in its database: marks, and in a collection of `book@position` the events that it folded."""
        with MongoClient[dict[str, Any]](self._uri) as client:
            found = client[f"{self._namespace}{database}"]
            pairs = (document["_id"].rpartition("@") for document in found[folded].find())
            return Reader(
                {mark["_id"]: (mark["position"], mark["chain"]) for mark in found["marks"].find()},
                {(book, int(position)) for book, _, position in pairs},
            )

    async def topic(self, name: str) -> list[Any]:
        """All records of a topic."""
        return await read(self._bootstrap, f"{self._namespace}{name}")

    async def findings(self, reader: Reader | None = None) -> list[str]:
        """All that does not hold; nothing when all does."""
        return compare(
            await self.topic("campaign.intake"),
            await self.topic("campaign.intake.dlt"),
            await self.topic("campaign.ledger"),
            self.recorded(),
            reader,
        )
