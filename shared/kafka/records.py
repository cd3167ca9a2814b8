"""A record as it is published or received, and what those of our topics tell once they are read."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from shared.events.fact import Fact, Where
from shared.events.notice import NoticeFailed, NoticeSent
from shared.events.people import PersonNamed
from shared.values import Wording

Headers = Sequence[tuple[str, bytes | None]]


class Received(Protocol):
    """What a consumer hands over; aiokafka's own record fits."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""A W3C `traceparent`: version, trace id, id of the span, flags."""


def trace_id(traceparent: str | None) -> str | None:
    """The trace that an event belongs to, where it is said rightly."""
    return traceparent[3:35] if traceparent and TRACE.fullmatch(traceparent) else None


class Record(Struct, frozen=True, gc=False):
    """A record to publish, or one made by a test to be read. `timestamp` is in milliseconds since 1970."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int = -1
    offset: int = 0
    timestamp: int = 0


class Unreadable(ValueError):
    """A record that is no event: it goes to the dead-letter topic with this reason."""


class Told(Struct, frozen=True, gc=False):
    """What somebody says happened, as it arrived. `accepted` is the time at which intake took it, to the millisecond: rules judge by it."""

    id: str
    source: str
    type: str
    subject: str
    book: str
    time: datetime
    accepted: datetime
    fact: Fact
    traceparent: str | None = None
    data: bytes = b""
    """The fact in its one canonical JSON form."""
    invalid: Wording | None = None
    """Why the data is not a fact of this type (`fact` is then an empty one); it can be read, so it is refused and not dead-lettered."""

    @property
    def key(self) -> str:
        """What a told event is known by."""
        return f"{self.book} {self.source} {self.id}"

    def digest(self) -> bytes:
        """Digest of what was told: the same id with another content shows."""
        return hashlib.sha256(f"{self.type} {self.subject} ".encode() + self.data).digest()


class Recorded(Struct, frozen=True, gc=False):
    """An event as it stands in a book."""

    book: str
    position: int
    chain: str
    type: str
    subject: str
    time: datetime
    accepted: datetime
    told_source: str
    told_id: str
    where: Where
    fact: Fact | None
    """None where this reader does not know the type."""
    value: bytes = b""
    traceparent: str | None = None
    timestamp: int = 0
    """When it was put on the topic, in milliseconds since 1970, by Kafka; 0 where nobody knows."""

    def __repr__(self) -> str:
        """By where it stands: what it says may name persons."""
        return f"Recorded({self.book}@{self.position} {self.type})"


class Placed(Struct, frozen=True, gc=False):
    """A recorded event by where it stands: all that the readers' rule asks of one whose type a service has no use for."""

    book: str
    position: int
    chain: str
    type: str
    accepted: datetime
    value: bytes
    timestamp: int = 0


class NoticeTold(Struct, frozen=True):
    """What became of a notice, on `campaign.notices`."""

    id: str
    """Of the delivery."""
    subject: str
    recipient: str
    """As `person_id` has it."""
    outcome: NoticeSent | NoticeFailed


class PersonTold(Struct, frozen=True):
    """What was said of a person, on `campaign.people`."""

    id: str
    """As `person_id` has it."""
    said: datetime
    """When intake took it, later than all that it took of that person before: what is older than what a reader holds has no effect,
    though a record copied to the topic again bears a right seal."""
    named: PersonNamed | None
    """None where the person was erased."""
