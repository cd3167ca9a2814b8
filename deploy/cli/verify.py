"""`xiaohao verify`: proves that nothing was rewritten, lost or slipped in, on the topic and in the store, from a book up to the root."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from deploy.cli.watch import Mistake, Place, database, partitions, to_the_end
from deploy.client.chains import Broken, Chains, Vouched, parted, vouches
from services.ledger.store.documents import Group
from shared.kafka.cloudevents import BOOK, read_recorded, recorded_headers, recorded_record
from shared.kafka.records import Recorded, Unreadable
from shared.topics import LEDGER


@dataclass(frozen=True)
class Wanted:
    """What is to be proved: all, a campaign, a unit with all below it, or one book alone."""

    campaign: str | None = None
    unit: str | None = None
    alone: bool = False

    def covers(self, book: str, path: tuple[str, ...]) -> bool:
        """Whether a book is among it."""
        campaign, _, unit = book.partition("/")
        if self.campaign not in (None, campaign):
            return False
        return self.unit in (None, unit) or (self.unit in path and not self.alone)


@dataclass(frozen=True)
class Proof:
    """What was found."""

    books: int
    events: int
    broken: list[Broken]
    heads: dict[str, tuple[int, str]]
    """Where the books stand that nothing above vouches for: roots, or the unit that was asked for. Whoever notes these can see any later rewriting."""


async def verify(where: Place, wanted: Wanted, heads: Sequence[str] = ()) -> Proof:
    """Read topic and store whole, in constant memory for each book; `heads` were printed before. Raises Mistake, Unavailable or KafkaError."""
    topic, store = Chains("topic"), Chains("store")
    for book, claimed in map(noted, heads):
        topic.vouched.setdefault(book, []).append(claimed)
    async for event in _topic(where):
        if (claim := vouches(event)) and wanted.covers(claim[0], event.where.path):
            topic.vouched.setdefault(claim[0], []).append(claim[1])
    store.vouched = topic.vouched
    async for event in _topic(where):
        topic.add(event)
    async for event in _store(where):
        store.add(event)
    paths = {id: book.path for chains in (topic, store) for id, book in chains.books.items()}
    among = {id for id, path in paths.items() if wanted.covers(id, path)}
    broken = {(each.book, each.position, each.what): each for chains in (topic, store) for each in chains.broken()}
    found = [each for each in broken.values() if each.book in among or each.book not in paths]
    for id, how in parted(topic, store):
        if id in among:
            found.append(Broken(id, await _first(where, id), "store", how))
    tops = [id for id in sorted(among) if id.partition("/")[2] == wanted.unit or len(paths[id]) == 1]
    stand = {id: (topic.books[id].position, topic.books[id].chain) for id in tops if id in topic.books}
    events = sum(topic.books[id].position for id in among if id in topic.books)
    return Proof(len(among), events, sorted(found, key=lambda each: (each.book, each.position)), stand)


async def _topic(where: Place, book: str | None = None) -> AsyncIterator[Recorded]:
    async with partitions(where, LEDGER) as (consumer, wanted):
        async for record in to_the_end(consumer, wanted):
            try:
                event = read_recorded(record)
            except Unreadable:
                continue  # not of the ledger; readers park it
            if book in (None, event.book):
                yield event


async def _store(where: Place, book: str | None = None) -> AsyncIterator[Recorded]:
    """What the store has, as it was published."""
    mongo = database(where, "ledger")
    try:
        await mongo.ping()
        query = {"_id": {"$gte": f"{book}@", "$lt": f"{book}A"}} if book else {}  # `A` follows `@`
        async for document in mongo["recorded"].find(query).sort("_id", 1):
            group = Group.of(document)
            common = recorded_headers(group.source, group.id, group.time, group.accepted, group.traceparent)
            for position, (type, subject, chain, value) in enumerate(group.events, group.first):
                yield read_recorded(recorded_record(group.book, type, subject, position, chain, value, common))
    finally:
        mongo.close()


async def _first(where: Place, book: str) -> int:
    """The first position at which topic and store differ in a book."""
    there = {event.position: event async for event in _topic(where, book)}
    here = {event.position: event async for event in _store(where, book)}
    return next((position for position in sorted(there.keys() | here.keys()) if there.get(position) != here.get(position)), 0)


def noted(text: str) -> tuple[str, Vouched]:
    """A head that somebody noted before, as `verify` prints it: `<campaign>/<unit>@<position>:<hash>`. Raises Mistake."""
    book, _, rest = text.partition("@")
    position, _, chain = rest.partition(":")
    if not (BOOK.fullmatch(book) and position.isdigit() and re.fullmatch(r"[0-9a-f]{64}", chain)):
        raise Mistake(f"--head {text!r}: write it as it was printed, <campaign>/<unit>@<position>:<hash>")
    return book, Vouched(int(position), chain, "the head that was noted")
