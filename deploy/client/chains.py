"""Whether books are as they were recorded: positions without gap, every content as its chain says, and the heads that statements carried up the tree. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.events.statement import StatementSubmitted
from shared.kafka.cloudevents import chained, stamp
from shared.kafka.records import Recorded
from shared.topics import book_id


class Broken(NamedTuple):
    """The first position of a book where something is not as it was recorded."""

    book: str
    position: int
    source: str
    """Where it was seen: `topic`, `store`, or the book above, as `<book>@<position>`."""
    what: str


class Vouched(NamedTuple):
    """What a book above says of one below: where that stood when its statement was made."""

    position: int
    chain: str
    by: str
    """The place that says so, `<book>@<position>`."""


@dataclass
class Chain:
    """A book as far as it was read."""

    position: int = 0
    chain: str = ""
    digest: bytes = b""
    """Over all that was read, headers too: equal digests of topic and store mean equal events."""
    path: tuple[str, ...] = ()
    ahead: int = 0
    """The last position that was passed over: the ledger publishes a batch of which a part did not arrive again, in order."""
    broken: Broken | None = None


@dataclass
class Chains:
    """All books as one source tells them, read once from the beginning; holds a few hundred bytes for each book."""

    source: str
    vouched: dict[str, list[Vouched]] = field(default_factory=dict)
    """What must hold of books, by book; see `vouches`."""
    books: dict[str, Chain] = field(default_factory=dict)

    def add(self, event: Recorded) -> None:
        """Read the next event, by the readers' rule: one that was read before is a repeat, one above the next is passed over."""
        book = self.books.setdefault(event.book, Chain())
        if event.position <= book.position or book.broken:
            return
        if event.position > book.position + 1:
            book.ahead = max(book.ahead, event.position)
            return
        chain = chained(book.chain, event.value)
        if chain != event.chain:
            book.broken = Broken(event.book, event.position, self.source, f"{event.type}: the content is not the one that was recorded")
            return
        for says in self.vouched.get(event.book, ()):
            if says.position == event.position and says.chain != chain:
                book.broken = Broken(event.book, event.position, says.by, "the statement above carries another hash: rewritten since")
                return
        book.position, book.chain, book.path = event.position, chain, event.where.path or book.path
        book.digest = hashlib.sha256(book.digest + _told(event)).digest()

    def broken(self) -> Iterator[Broken]:
        """Every book that is broken, with its first position. Asked once all is read."""
        broken = {id: found for id in self.books if (found := self.broken_at(id))}
        yield from broken.values()
        for id, claims in self.vouched.items():
            book = self.books.get(id, Chain())
            missing = [says for says in claims if says.position > book.position]
            if missing and id not in broken:
                first = min(missing)
                yield Broken(id, book.position + 1, first.by, f"is missing; the statement above was made at position {first.position}")

    def broken_at(self, id: str) -> Broken | None:
        """Where a book is broken, once all is read: what was passed over must have come again."""
        book = self.books.get(id, Chain())
        if book.broken or book.ahead <= book.position:
            return book.broken
        return Broken(id, book.position + 1, self.source, f"is missing; {book.ahead} comes later")


def vouches(event: Recorded) -> tuple[str, Vouched] | None:
    """The book that an event vouches for, and how: a statement carries the head of the book that made it."""
    if not isinstance(event.fact, StatementSubmitted) or event.fact.head.position == 0:
        return None
    head, below = event.fact.head, book_id(event.where.campaign, event.fact.unit)
    return below, Vouched(head.position, head.chain, f"{event.book}@{event.position}")


def parted(topic: Chains, store: Chains) -> Iterator[tuple[str, str]]:
    """Books that topic and store tell differently though neither is broken in itself, and how."""
    for id in sorted(topic.books.keys() | store.books.keys()):
        if topic.broken_at(id) or store.broken_at(id):
            continue
        there, here = topic.books.get(id, Chain()), store.books.get(id, Chain())
        if there.position != here.position:
            yield id, f"the topic ends at position {there.position}, the store at {here.position}"
        elif there.digest != here.digest:
            yield id, "topic and store have other events"


def _told(event: Recorded) -> bytes:
    """What the chain does not cover: type, subject, origin and times."""
    parts = (event.type, event.subject, event.told_source, event.told_id, stamp(event.time), stamp(event.accepted), event.chain)
    return "\n".join(parts).encode()
