"""The ledger's store in memory, which keeps the same promises as MongoDB: `tests/ledger/store` asks both the same."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from bson import decode, encode

from services.ledger.issue.holding import Hold
from services.ledger.rules.table import KINDS
from services.ledger.rules.world import Announced
from services.ledger.store import Transaction
from services.ledger.store.documents import Changes, Group, Stored
from shared.faults import Conflict
from shared.topics import kind_of
from shared.units import Unit

T = TypeVar("T")


class MemoryStore:
    """The books in memory: one transaction at a time, conflicts seen on saving."""

    def __init__(self) -> None:
        self.recorded: dict[str, Group] = {}
        self.subjects: dict[str, bytes] = {}
        self.unit_list: dict[tuple[str, int], dict[str, Unit]] = {}
        self.plans: dict[tuple[str, int], Announced] = {}
        self.owners: dict[str, str] = {}
        self.asides: dict[str, Sequence[str]] = {}
        self.amendments: dict[str, tuple[int, int]] = {}
        self.partitions: int | None = None

    async def prepare(self, partitions: int) -> None:
        """See Store."""
        if self.partitions not in (None, partitions):
            raise ValueError(f"the books lie in {self.partitions} partitions, XIAOHAO_PARTITIONS says {partitions}; it can never change")
        self.partitions = partitions

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """See Store."""
        units = {tree: dict(units) for tree, units in self.unit_list.items()}
        before = (dict(self.recorded), dict(self.subjects), units, dict(self.plans), dict(self.asides), dict(self.amendments))
        owners = dict(self.owners)
        try:
            return await work(self)
        except BaseException:
            self.recorded, self.subjects, self.unit_list, self.plans, self.asides, self.amendments = before
            self.owners = owners
            raise

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """See Transaction."""
        return {key: self.recorded[key] for key in told if key in self.recorded}

    async def recorded_with(self, group: Group) -> list[Group]:
        """See Transaction."""
        places = range(group.first - group.due, group.first)
        return sorted(
            (each for each in self.recorded.values() if each.book == group.book and each.first in places), key=lambda each: each.first
        )

    async def waking(self, partitions: Collection[int], day: date) -> list[str]:
        """See Transaction."""
        return [each.id async for each in self.due(list(partitions), day)]

    async def not_reckoned(self, books: Collection[str]) -> list[str]:
        """See Transaction."""
        return [book for book in books if book in self.amendments]

    async def all_of(self, book: str) -> dict[str, Stored]:
        """See Transaction."""
        return {each.id: each async for each in self.subjects_of(book)}

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """See Transaction."""
        return {id: Stored.of(decode(self.subjects[id])) for id in ids if id in self.subjects}

    async def units(self, root: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        """See Transaction."""
        units = self.unit_list.get((root, version), {})
        return {id: units[id] for id in ids if id in units}

    async def units_below(self, root: str, version: int, unit: str | None) -> list[str]:
        """See Transaction."""
        return sorted(each.id for each in self.unit_list.get((root, version), {}).values() if each.parent == unit)

    async def units_under(self, root: str, version: int, parents: Collection[str]) -> list[Unit]:
        """See Transaction."""
        return [each for each in self.unit_list.get((root, version), {}).values() if each.parent in parents]

    async def inner(self, root: str, version: int) -> dict[str, tuple[str | None, int]]:
        """See Transaction."""
        units = self.unit_list.get((root, version), {})
        below = Counter(each.parent for each in units.values() if each.parent)
        return {id: (units[id].parent, count) for id, count in below.items()}

    async def owner(self, campaign: str) -> str | None:
        """See Transaction."""
        return self.owners.get(campaign)

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """See Transaction."""
        return self.plans.get((campaign, version))

    async def aside(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """See Transaction."""
        return {id: list(self.asides[id]) for id in ids if id in self.asides}

    async def put_aside(self, waiting: Mapping[str, Sequence[str]]) -> None:
        """See Transaction."""
        self.asides = {subject: told for subject, told in {**self.asides, **waiting}.items() if told}

    async def save(self, changes: Changes) -> None:
        """See Transaction."""
        taken = {(group.book, group.first) for group in self.recorded.values()} if changes.groups else set()
        if any(group.told in self.recorded or (group.book, group.first) in taken for group in changes.groups):
            raise Conflict("recorded meanwhile")
        if any((each.plan.campaign, each.plan.version) in self.plans for each in changes.announced):
            raise Conflict("announced meanwhile")
        if changes.owners.keys() & self.owners.keys():
            raise Conflict("taken meanwhile")
        if any(unit.id in self.unit_list.get((root, version), {}) for root, version, unit in changes.units):
            raise Conflict("listed meanwhile")
        for id, stored in changes.subjects.items():
            kept = decode(self.subjects[id])["position"] if id in self.subjects else None
            if kept != changes.loaded_at.get(id):
                raise Conflict(f"{id} moved on meanwhile")
            self.subjects[id] = encode(stored.document())
        self.recorded |= {group.told: group for group in changes.groups}
        for root, version, unit in changes.units:
            self.unit_list.setdefault((root, version), {})[unit.id] = unit
        self.amendments |= {book: (changes.subjects[book].partition, version) for book, version in changes.amended.items()}
        self.owners |= changes.owners
        self.plans |= {(each.plan.campaign, each.plan.version): each for each in changes.announced}

    async def set_aside(self) -> dict[str, list[str]]:
        """See Store."""
        return {subject: list(told) for subject, told in sorted(self.asides.items())}

    async def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        """See Store."""
        found = [stored for stored in map(Stored.of, map(decode, self.subjects.values())) if stored.wake and stored.wake <= today]
        for stored in sorted(found, key=lambda each: (each.wake, KINDS[kind_of(each.id)].rank, each.id)):
            if stored.partition in partitions:
                yield stored

    async def next_due(self, partitions: Collection[int], apart: Collection[str]) -> date | None:
        """See Store."""
        found = [each async for each in self.due(list(partitions), date.max) if each.id not in apart]
        return found[0].wake if found else None

    async def held(self, partitions: Sequence[int]) -> int:
        """See Store."""
        kept = [Stored.of(decode(each)) for each in self.subjects.values()]
        return sum(len(each.state.held) for each in kept if isinstance(each.state, Hold) and each.partition in partitions)

    async def amended(self, partitions: Sequence[int]) -> list[tuple[str, int]]:
        """See Store."""
        return sorted((book, version) for book, (partition, version) in self.amendments.items() if partition in partitions)

    async def subjects_of(self, book: str) -> AsyncIterator[Stored]:
        """See Store."""
        for id in sorted(self.subjects):
            if id.startswith(f"{book}/"):
                yield Stored.of(decode(self.subjects[id]))

    async def rewake(self, wakes: Sequence[tuple[Stored, date | None]], version: int) -> None:
        """See Store."""
        for stored, wake in wakes:
            if (document := decode(self.subjects[stored.id]))["position"] == stored.position:
                self.subjects[stored.id] = encode(document | {"wake": wake and wake.isoformat(), "plan": version})

    async def done_with(self, book: str, version: int) -> None:
        """See Store."""
        if book in self.amendments and self.amendments[book][1] == version:
            del self.amendments[book]

    async def chain_at(self, book: str, position: int) -> str | None:
        """See Store."""
        for group in self.recorded.values():
            if group.book == book and group.first <= position < group.first + len(group.events):
                return group.events[position - group.first][2]
        return None
