"""Fills the ledger's database from `campaign.ledger`: what was recorded, and the state, tree, plan and owner that follow from it, as they were.

In constant memory for each book. Cut short, it is run again: what stands already is passed over.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from services.ledger.batch import Batch
from services.ledger.clock import Clock
from services.ledger.rules.decision import Event
from services.ledger.rules.world import Announced, announced_by
from services.ledger.store import Store, Transaction
from services.ledger.store.documents import Group
from shared.events.fact import Fact
from shared.events.holding import FactHeld
from shared.events.refusal import Refused
from shared.faults import StoreBehind
from shared.kafka.cloudevents import chained, read_recorded
from shared.kafka.records import Received, Recorded, Unreadable

Topic = Callable[[], AsyncIterator[Received]]
"""Reads `campaign.ledger` from its beginning, each partition in its order."""
AT_ONCE = 200
"""Told events restored in one transaction."""
LARGEST = 4 << 20
"""Bytes of them."""


@dataclass
class Restored:
    """What was restored."""

    events: int = 0
    told: int = 0
    cut_short: list[str] = field(default_factory=list)
    """Books whose last told event stands on the topic in part: its ledger ended as it published it, and it is told again."""


@dataclass
class _Book:
    """A book as far as its topic was read."""

    position: int = 0
    chain: str = ""
    ahead: int = 0
    """The last position that was passed over."""
    group: list[Recorded] = field(default_factory=list)
    """What was read of the told event under way."""
    count: int | None = None
    """How many events it has; none where an older version did not say."""
    digest: bytes = b""


async def restore(topic: Topic, store: Store, partitions: int) -> Restored:
    """Restore all books. Raises StoreBehind where the topic is not whole or not as it was recorded, Unavailable."""
    announced = {(each.plan.campaign, each.plan.version): each async for each in _plans(topic)}
    restored, queue, size = Restored(), list[tuple[Group, list[Event]]](), 0
    async for book, recorded, digest in _told(topic, restored):
        group = _group(book, recorded, digest)
        queue.append((group, _events(recorded)))
        size += sum(len(each.value) for each in recorded)
        if len(queue) >= AT_ONCE or size >= LARGEST:
            await _save(store, queue, announced, partitions, restored)
            queue, size = [], 0
    await _save(store, queue, announced, partitions, restored)
    everything = list(range(partitions))
    # What an amendment moved wakes by the new plan, as the clock's next look would have it.
    await Clock(store).reckon_anew(everything, {partition: set() for partition in everything})
    return restored


async def _plans(topic: Topic) -> AsyncIterator[Announced]:
    """Every version of a plan: a book below goes by one that may stand behind it, in another partition."""
    async for record in topic():
        if dict(record.headers).get("ce_type") in (b"CampaignAnnounced", b"CampaignAmended") and (event := _read(record)):
            new = announced_by(event.fact or Fact())
            if new:
                yield new


async def _told(topic: Topic, restored: Restored) -> AsyncIterator[tuple[str, list[Recorded], bytes]]:
    """All that was recorded for each told event, by the readers' rule; and the digest of what was told, where the topic says it."""
    books: dict[str, _Book] = {}
    async for record in topic():
        event = _read(record)
        if event is None:
            continue
        book = books.setdefault(event.book, _Book())
        if event.position <= book.position:
            continue
        if event.position > book.position + 1:
            book.ahead = max(book.ahead, event.position)
            continue
        if event.chain != chained(book.chain, event.value):
            raise StoreBehind(f"{event.book}@{event.position}: the content on the topic is not the one that was recorded")
        book.position, book.chain = event.position, event.chain
        headers = dict(record.headers)
        digest, count = headers.get("ce_tolddigest"), headers.get("ce_toldcount")
        if book.group and book.count is None and (digest or _of(event) != _of(book.group[0])):
            yield event.book, book.group, book.digest
            book.group = []
        if not book.group:
            book.count, book.digest = (int(count), bytes.fromhex(digest.decode())) if count and digest else (None, b"")
        book.group.append(event)
        if len(book.group) == book.count:
            yield event.book, book.group, book.digest
            book.group = []
    for id, book in books.items():
        if book.ahead > book.position:
            raise StoreBehind(f"{id}@{book.position + 1} is missing on the topic; {book.ahead} comes later")
        if book.group and book.count is None:
            yield id, book.group, book.digest
        elif book.group:
            restored.cut_short.append(id)


def _read(record: Received) -> Recorded | None:
    try:
        return read_recorded(record)
    except Unreadable:
        return None  # not ours; readers park it


def _of(event: Recorded) -> tuple[str, str]:
    return event.told_source, event.told_id


def _group(book: str, recorded: Sequence[Recorded], digest: bytes) -> Group:
    first = recorded[0]
    key = f"{book} {first.told_source} {first.told_id}"
    digest = digest or _digest(first)
    reused = isinstance(first.fact, Refused) and first.fact.rule == "id-used"
    return Group(
        book=book,
        first=first.position,
        told=f"{key}#{digest.hex()[:16]}" if reused else key,
        digest=digest,
        id=first.told_id,
        source=first.told_source,
        time=first.time,
        accepted=first.accepted,
        traceparent=first.traceparent,
        events=tuple((each.type, each.subject, each.chain, each.value) for each in recorded),
    )


def _digest(first: Recorded) -> bytes:
    """Of what was told, where an older version did not put it on the topic: worked out, but for a refusal, which does not say what it refuses."""
    match first.fact:
        case FactHeld() as held:
            said = f"{held.type} {held.issue} {held.fact}"
        case Fact() as fact:
            said = f"{first.type} {first.subject} {fact.model_dump_json(exclude_none=True)}"
        case None:
            said = ""
    return hashlib.sha256(said.encode()).digest()


def _events(recorded: Sequence[Recorded]) -> list[Event]:
    """As rules made them."""
    made = []
    for each in recorded:
        if each.fact is None:
            raise StoreBehind(
                f"{each.book}@{each.position}: this version does not know the type {each.type}; restore with the one that wrote it"
            )
        made.append(Event(each.subject, each.fact))
    return made


async def _save(
    store: Store,
    groups: Sequence[tuple[Group, Sequence[Event]]],
    announced: dict[tuple[str, int], Announced],
    partitions: int,
    restored: Restored,
) -> None:
    async def save(transaction: Transaction) -> int:
        ids = {group.book for group, _ in groups} | {subject for group, _ in groups for _, subject, _, _ in group.events}
        batch = Batch(await transaction.load(ids), {}, dict(announced), LARGEST)
        for group, events in groups:
            if group.first > batch.book(group.book).position:
                batch.enter_again(group, events)
        await transaction.save(batch.to_save(partitions))
        return len(batch.new)

    if groups:
        restored.told += await store.transaction(save)
        restored.events += sum(len(group.events) for group, _ in groups)
