"""Where the ledger keeps its books: what a batch needs of it, whatever the database is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from services.ledger.rules.world import Announced, Misplaced
from services.ledger.store.documents import Changes, Group, Stored
from shared.units import DEEPEST, PART, Unit

T = TypeVar("T")
WIDEST = 5000
"""Units whose subordinates are asked for at once: a query is no larger than the database takes."""


class Transaction(Protocol):
    """One batch's view of the store: a snapshot that its own writes end."""

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """What was recorded before for told keys."""

    async def recorded_with(self, group: Group) -> list[Group]:
        """What fell due before it and was recorded with it, in order."""

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """Subjects and books that exist, by id."""

    async def waking(self, partitions: Collection[int], day: date) -> list[str]:
        """Ids of the subjects and books of these partitions that wake by a day."""

    async def not_reckoned(self, books: Collection[str]) -> list[str]:
        """Those of these books that took an amendment, and of whose subjects nobody reckoned anew yet when they wake."""

    async def all_of(self, book: str) -> dict[str, Stored]:
        """All subjects of a book, but for itself."""

    # A tree is known by the book that it was told to, that of its root, and by its version: so two roots may tell trees of one campaign.

    async def units(self, root: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        """Units of a tree that exist, by id."""

    async def units_below(self, root: str, version: int, unit: str | None) -> list[str]:
        """Ids of the units directly under one, in order; under none: the root."""

    async def units_under(self, root: str, version: int, parents: Collection[str]) -> list[Unit]:
        """The units directly under any of these, in no order."""

    async def inner(self, root: str, version: int) -> dict[str, tuple[str | None, int]]:
        """All units of a tree that have some under them, each with the unit above it, and how many lie directly under it."""

    async def owner(self, campaign: str) -> str | None:
        """The root that a campaign belongs to: the one that announced it."""

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """A version of a plan."""

    async def aside(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """Those of these subjects that are set aside, each with what waits for it (`services.ledger.aside`)."""

    async def put_aside(self, waiting: Mapping[str, Sequence[str]]) -> None:
        """What waits for subjects by now; one for which nothing waits is free."""

    async def save(self, changes: Changes) -> None:
        """Write the batch. Raises Conflict where another copy was here."""


async def units_of_class(transaction: Transaction, root: str, version: int, under: str, unit_class: str) -> tuple[str, ...]:
    """The ids of all units of a class below one, in order: level by level, since a unit knows its parent alone."""
    chosen = [unit.id async for units in _levels(transaction, root, version, under) for unit in units if unit.unit_class == unit_class]
    return tuple(sorted(chosen))


async def misplaced(transaction: Transaction, root: str, version: int) -> Misplaced | None:
    """A unit of a tree that has too many units directly under it, or lies too deep to have any; none where every book can open."""
    inner = await transaction.inner(root, version)

    def level(unit: str) -> int:
        found = 1
        while found < DEEPEST and (above := inner[unit][0]):
            unit, found = above, found + 1
        return found

    wrong = [(of, -below, unit) for unit, (_, below) in inner.items() if (of := level(unit)) >= DEEPEST or below > PART]
    if not wrong:
        return None
    _, below, unit = min(wrong)
    return Misplaced(unit, -below)


async def _levels(transaction: Transaction, root: str, version: int, under: str) -> AsyncIterator[list[Unit]]:
    """The units below one, level by level, since a unit knows its parent alone; no level is empty."""
    level = [under]
    while level:
        parts = [level[start : start + WIDEST] for start in range(0, len(level), WIDEST)]
        units = [unit for part in parts for unit in await transaction.units_under(root, version, part)]
        if units:
            yield units
        level = [unit.id for unit in units]


class Store(Protocol):
    """Where the ledger keeps its books."""

    async def prepare(self, partitions: int) -> None:
        """Make what a transaction must not make. Raises ValueError when the number of partitions is not that of the first start."""

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` once; all of it stands, or nothing. Raises Conflict or Unavailable."""

    async def set_aside(self) -> dict[str, list[str]]:
        """All subjects that are set aside, each with what waits for it."""

    def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        """Subjects of these partitions that wake today or should have, by day, then issues before books."""

    async def next_due(self, partitions: Collection[int], apart: Collection[str]) -> date | None:
        """The first day on which a subject of these partitions wakes, or should have, apart from those; none where none will."""

    async def held(self, partitions: Sequence[int]) -> int:
        """How many facts are held in these partitions."""

    async def amended(self, partitions: Sequence[int]) -> list[tuple[str, int]]:
        """Books of these partitions that took an amendment and are not done with, and the version of the plan that they go by."""

    def subjects_of(self, book: str) -> AsyncIterator[Stored]:
        """All subjects of a book, but for itself."""

    async def rewake(self, wakes: Sequence[tuple[Stored, date | None]], version: int) -> None:
        """Let subjects wake on another day, by a version of the plan, where nothing changed them since they were read."""

    async def done_with(self, book: str, version: int) -> None:
        """An amendment is done with in a book, unless it took another one since."""

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """A version of a plan."""

    async def chain_at(self, book: str, position: int) -> str | None:
        """The chain hash recorded at a position of a book; none where nothing is."""
