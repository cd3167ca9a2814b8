"""A campaign whose records lie in one queue a book and are delivered in any interleaving, in batches or one by one."""

from collections import deque
from collections.abc import Sequence
from random import Random

from services.ledger.store.documents import Group
from shared.kafka.records import Record
from shared.topics import INTAKE
from tests.ledger.in_memory import Ledger, drive, everything, id_of, time_told
from tests.ledger.memory_store import MemoryStore


class Delivery:
    """The ledger in memory, and what is on its way to it: each book's records stay in order, nothing else does."""

    def __init__(self, store: MemoryStore) -> None:
        self.ledger = Ledger(store)
        self.waiting: dict[bytes, deque[Record]] = {}
        self.told: list[Record] = []
        """All that was handled, in order."""

    @property
    def store(self) -> MemoryStore:
        """Where the books lie."""
        return self.ledger.store

    def groups(self) -> list[Group]:
        """What was recorded, in order."""
        return list(self.store.recorded.values())

    def send(self, *records: Record) -> None:
        """Put records on their way."""
        for record in records:
            assert record.key
            self.waiting.setdefault(record.key, deque()).append(record)

    def deliver(self, random: Random, most: int = 8) -> list[Record]:
        """Hand over one batch of what waits; what books tell because of it is on its way then. Returns what was published."""
        batch: list[Record] = []
        size = random.randint(1, most)
        while len(batch) < size and (queues := [queue for queue in self.waiting.values() if queue]):
            batch.append(random.choice(queues).popleft())
        self.told += batch
        out = list(drive(self.ledger.handler.apply(batch)))
        self.send(*(record for record in out if record.topic == INTAKE))
        return [record for record in out if record.topic != INTAKE]

    def settle(self, random: Random) -> list[Record]:
        """Deliver until nothing is on its way."""
        published: list[Record] = []
        while any(self.waiting.values()):
            published += self.deliver(random)
        return published

    def due(self, day: str) -> list[Record]:
        """What the clock tells on the morning of a day."""
        now = [time_told(day)]
        drive(self.ledger.handler.apply(now))
        return drive(everything(self.ledger.handler.after(now)))

    def morning(self, day: str, random: Random) -> list[Record]:
        """The clock looks until it has nothing new to tell, and all of it is delivered."""
        seen, published = set[bytes](), list[Record]()
        while due := [record for record in self.due(day) if id_of(record) not in seen]:
            seen |= set(map(id_of, due))
            self.send(*due)
            published += self.settle(random)
        return published


def handled(store: MemoryStore, records: Sequence[Record], random: Random) -> dict[str, Group]:
    """What stands recorded once these were handled in this order, in any batches; what books tell one another is among them."""
    ledger, left = Ledger(store), list(records)
    while left:
        size = random.randint(1, 40)
        drive(ledger.handler.apply(left[:size]))
        left = left[size:]
    return store.recorded
