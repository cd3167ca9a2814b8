"""Proves that nothing was rewritten, lost or slipped in, on the topic and in the store, from a book up to the root."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from deploy.client.chains import Broken, Chains, Vouched, parted, vouches
from deploy.client.mistake import UserMistake
from deploy.client.place import find_database
from deploy.client.topics import recorded_events
from services.ledger.store.documents import Group
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import BOOK, read_recorded, recorded_headers, recorded_record
from shared.kafka.records import Recorded


@dataclass(frozen=True)
class Scope:
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
    """How the books stand."""

    books: int
    events: int
    broken: list[Broken]
    heads: dict[str, tuple[int, str]]
    """Where the books stand that nothing above vouches for: roots, or the unit that was asked for. Whoever notes these can see any later rewriting."""


async def prove(broker: Broker, scope: Scope, heads: Sequence[str] = ()) -> Proof:
    """Read topic and store whole, in constant memory for each book; `heads` were printed before. Raises UserMistake, Unavailable or KafkaError."""
    topic, store = Chains("topic"), Chains("store")
    for book, claimed in map(_noted_head, heads):
        topic.vouched.setdefault(book, []).append(claimed)
    async for event in recorded_events(broker):
        if (claim := vouches(event)) and scope.covers(claim[0], event.where.path):
            topic.vouched.setdefault(claim[0], []).append(claim[1])
    store.vouched = topic.vouched
    async for event in recorded_events(broker):
        topic.add(event)
    async for event in _stored_events(broker):
        store.add(event)
    paths = {id: book.path for chains in (topic, store) for id, book in chains.books.items()}
    covered = {id for id, path in paths.items() if scope.covers(id, path)}
    broken = {(each.book, each.position, each.what): each for chains in (topic, store) for each in chains.broken()}
    shown = [each for each in broken.values() if each.book in covered or each.book not in paths]
    for id, how in parted(topic, store):
        if id in covered:
            shown.append(Broken(id, await _first_difference(broker, id), "store", how))
    tops = [id for id in sorted(covered) if id.partition("/")[2] == scope.unit or len(paths[id]) == 1]
    stand = {id: (topic.books[id].position, topic.books[id].chain) for id in tops if id in topic.books}
    events = sum(topic.books[id].position for id in covered if id in topic.books)
    return Proof(len(covered), events, sorted(shown, key=lambda each: (each.book, each.position)), stand)


async def _stored_events(broker: Broker, book: str | None = None) -> AsyncIterator[Recorded]:
    """What the store has, as it was published."""
    mongo = find_database(broker, "ledger")
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


async def _first_difference(broker: Broker, book: str) -> int:
    """The first position at which topic and store differ in a book."""
    there = {event.position: event async for event in recorded_events(broker) if event.book == book}
    here = {event.position: event async for event in _stored_events(broker, book)}
    return next((position for position in sorted(there.keys() | here.keys()) if there.get(position) != here.get(position)), 0)


def _noted_head(text: str) -> tuple[str, Vouched]:
    """A head that somebody noted before, as `verify` prints it: `<campaign>/<unit>@<position>:<hash>`. Raises UserMistake."""
    book, _, rest = text.partition("@")
    position, _, chain = rest.partition(":")
    if not (BOOK.fullmatch(book) and position.isdigit() and re.fullmatch(r"[0-9a-f]{64}", chain)):
        raise UserMistake(f"--head {text!r}: write it as it was printed, <campaign>/<unit>@<position>:<hash>")
    return book, Vouched(int(position), chain, "the head that was noted")
