"""The topics, their keys, and the ids of books and subjects."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from aiokafka.partitioner import murmur2

INTAKE = "campaign.intake"
"""Told events, keyed by book: from intake, from the clock, and from books telling one another. Kept 30 days."""
LEDGER = "campaign.ledger"
"""Recorded events, keyed by book: the public contract, the one authoritative stream. Kept for ever."""
PEOPLE = "campaign.people"
"""Name, mailbox and unit of a person, keyed by `person_id`. Compacted: a null value erases."""
NOTICES = "campaign.notices"
"""What notify sent or failed to send, keyed by recipient, as `person_id` has it. Kept a year."""

INBOX = "inbox"
"""What one bureau writes itself, on a topic of its own, `inbox.<bureau>`, for intake to judge; see `inbox_topics`."""

DAY = 24 * 3600 * 1000
FOR_EVER = -1
DEAD_LETTER_RETENTION = 30 * DAY
"""Time (ms) to mend what failed and to replay it, after which a dead letter is gone with all that it says of anybody."""
RECORD_LIMIT = 1 << 20
"""Bytes that one record on a topic may take; the ledger refuses what would come near it (`services.ledger.handler`)."""
DEAD_LETTER_LIMIT = 16 << 20
"""Bytes that one dead letter may take: more than any topic lets in, so that parking never fails by size."""


@dataclass(frozen=True)
class Topic:
    """A topic as it is created: how long records are kept (ms, -1 for ever), whether by key, and the largest record in bytes."""

    name: str
    retention_ms: int
    compacted: bool = False
    largest: int = RECORD_LIMIT
    foreign: bool = False
    """Whether others than our services write to it."""

    def config(self) -> dict[str, str]:
        """The topic's configuration in Kafka's own words."""
        policy = {"cleanup.policy": "compact"} if self.compacted else {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}
        # What others compress the broker unpacks, and holds the whole against the limit: so no reader can be made to unpack more than that. Nor is a record
        # gone before it is read since it says that it was written long ago.
        guards = {"compression.type": "uncompressed", "message.timestamp.type": "LogAppendTime"} if self.foreign else {}
        # Nor does the size of all take from what the time lets stay, or a broker that lagged from what was acknowledged, whatever brokers have by default.
        kept = {"retention.bytes": str(FOR_EVER), "unclean.leader.election.enable": "false"}
        return policy | guards | kept | {"max.message.bytes": str(self.largest)}


def dead_letters(topic: str) -> str:
    """Where the records of `topic` go that can never succeed: whole, encrypted, with a reason in clear."""
    return f"{topic}.dlt"


def is_dead_letters(topic: str) -> bool:
    """Whether it is one of those."""
    return topic.endswith(".dlt")


LONGEST_ID = 300
"""Characters of a subject's id inside its book, at most."""

TOPICS = (
    Topic(INTAKE, 30 * DAY),
    Topic(LEDGER, FOR_EVER),
    Topic(PEOPLE, FOR_EVER, compacted=True),
    Topic(NOTICES, 365 * DAY),
    *(Topic(dead_letters(name), DEAD_LETTER_RETENTION, largest=DEAD_LETTER_LIMIT) for name in (INTAKE, LEDGER, PEOPLE)),
)


def inbox(bureau: str) -> str:
    """Where a bureau, by the id of its key, writes what it tells."""
    return f"{INBOX}.{bureau}"


def answers(inbox: str) -> str:
    """Where intake answers each record of an inbox."""
    return f"{inbox}.answers"


def inbox_topics(bureau: str) -> tuple[Topic, Topic]:
    """Both topics of a bureau. Each has one partition: what a bureau tells is taken in the order in which it wrote it, whatever its keys."""
    name = inbox(bureau)
    return Topic(name, 30 * DAY, foreign=True), Topic(answers(name), 30 * DAY)


def label(topic: str) -> str:
    """A topic's name where figures are counted by it: those of all bureaus have one."""
    first, *rest = topic.split(".")
    return ".".join([first, "*", *rest[1:]]) if first == INBOX else topic


def book_id(campaign: str, unit: str) -> str:
    """The book (台账) that one unit keeps in one campaign; also the Kafka key of all that happens in it."""
    return f"{campaign}/{unit}"


def person_id(root: str, person: str) -> str:
    """A person among all of an installation: ids of persons are unique under one root alone, the unit at the top of a tree."""
    return f"{root}/{person}"


def subject_id(book: str, kind: str, *parts: str) -> str:
    """The id of a subject inside a book, so that everyone can work out the key from it: `tz2019/u1/issue/bureau~2019-17`.

    Parts are percent-encoded and joined by `~`.
    """
    return f"{book}/{kind}/{'~'.join(map(_quoted, parts))}"


@lru_cache(maxsize=1 << 14)
def _quoted(part: str) -> str:
    return quote(part, safe="")


def book_of(subject: str) -> str:
    """The book that a subject's id begins with (a book is a subject of its own)."""
    campaign, _, rest = subject.partition("/")
    return f"{campaign}/{rest.partition('/')[0]}"


def kind_of(subject: str) -> str:
    """What kind of subject an id names: `book`, `issue`, `return`, `check`, `statement` or `tree`."""
    parts = subject.split("/", 3)
    return parts[2] if len(parts) == 4 else "book"


@lru_cache(maxsize=1 << 16)
def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key: Kafka's own murmur2, as every client computes it. Remembered, since it is computed in Python."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
