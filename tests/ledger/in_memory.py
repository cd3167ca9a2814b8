"""All books in memory, kept by the ledger's own handler and clock; what books tell one another is told at once."""

from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import datetime, time
from typing import Any, TypeVar

from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from services.ledger.clock import Clock
from services.ledger.handler import Handler, Limits, Terms
from services.ledger.store.documents import Group
from shared.events.clock import TimeTold
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Record, Told
from shared.topics import INTAKE
from shared.workdays import BEIJING
from tests.ledger.memory_store import MemoryStore

T = TypeVar("T")


def drive(work: Coroutine[Any, Any, T]) -> T:
    """Run what never waits, as nothing does that uses the memory store."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("it waits for something")


async def everything(parts: AsyncIterator[Sequence[Record]]) -> list[Record]:
    return [record async for part in parts for record in part]


def moment(text: str) -> datetime:
    """A day at ten in the morning in China, or an instant with its offset."""
    return datetime.fromisoformat(text) if "T" in text else datetime.combine(datetime.fromisoformat(text), time(10), BEIJING)


def time_told(day: str, partition: int = 0) -> Record:
    """The time, told to one partition."""
    now = moment(day)
    told = Told(f"morning-{day}", "xiaohao/simulator", "TimeTold", "time", "time", now, now, TimeTold(now=now))
    return replace(told_record(told), partition=partition)


class Ledger:
    """All books in memory, kept by the real handler; told a time, the real clock looks until nothing more falls due."""

    def __init__(self, store: MemoryStore | None = None, limits: Limits | None = None) -> None:
        self.store = store or MemoryStore()
        self.registry, self.clock = CollectorRegistry(), Clock(self.store)
        self.handler = Handler(self.store, self.clock, Terms(1, "ledger", True, limits or Limits()), self.registry)
        self.told: list[Record] = []
        self.published: list[Record] = []

    def tell(self, *records: Record) -> None:
        """Tell a batch, and then what books tell one another because of it."""
        batch = list(records)
        while batch:
            self.told += batch
            out = drive(self.handler.apply(batch))
            self.published += out
            batch = [record for record in out if record.topic == INTAKE]

    def morning(self, day: str) -> None:
        """The clock looks on the morning of a day, until it has nothing new to tell."""
        seen = set[bytes]()
        while True:
            now = [time_told(day)]
            drive(self.handler.apply(now))
            due = [record for record in drive(everything(self.handler.after(now))) if id_of(record) not in seen]
            if not due:
                return
            seen |= set(map(id_of, due))
            self.tell(*due)

    def groups(self, book: str) -> list[Group]:
        """What was recorded in a book, for each told event."""
        return sorted((group for group in self.store.recorded.values() if group.book == book), key=lambda group: group.first)


def id_of(record: Record) -> bytes:
    return dict(record.headers)["ce_id"] or b""
