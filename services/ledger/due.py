"""What fell due in a book by the day of something that is told, and what goes back from a unit that left: decided before it, as the clock tells it (ADR 6).

So nothing that is recorded hangs on whether and when the clock looked: what it tells later stands there already, under the same ids.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date

import structlog

from services.ledger.aside import Aside
from services.ledger.batch import Batch, Telling, telling_of
from services.ledger.clock import SOURCE
from services.ledger.store import Transaction
from services.ledger.store.documents import Group
from shared.kafka.dead_letters import failed_at
from shared.kafka.records import Told
from shared.topics import book_of, partition_of

log = structlog.get_logger()

BUGS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError)
"""What a rule may fail on: the clock tells it again, and it is set aside for that, not what is told of other subjects."""


class Due:
    """What fell due in the books of one batch."""

    def __init__(self, transaction: Transaction, batch: Batch, aside: Aside, decide: Callable[[Telling], Awaitable[Group]]) -> None:
        self._transaction, self._batch, self._aside, self._decide = transaction, batch, aside, decide
        self._days: dict[str, date] = {}
        """By book: the day up to which all that wakes in it was found."""

    async def find(self, tellings: Sequence[Telling], looked: Mapping[str, date], partitions: int) -> None:
        """Find what wakes by the days of what is told, in those books that were not looked through by then."""
        days = self._days
        for each in tellings:
            book = each.told.book
            if each.told.source != SOURCE and each.day > max(looked.get(book, date.min), days.get(book, date.min)):
                days[book] = each.day
        if not days:
            return
        waking = await self._transaction.waking({partition_of(book.encode(), partitions) for book in days}, max(days.values()))
        await self._load([id for id in waking if book_of(id) in days])
        for book in await self._transaction.not_reckoned(days):
            await self._reckon_anew(book)

    async def before(self, telling: Telling) -> list[Group]:
        """What is recorded in its book before something that is told: all that fell due by its day, in the clock's order. The clock's own comes in order."""
        batch, book, groups = self._batch, telling.told.book, list[Group]()
        if telling.told.source == SOURCE:
            return groups
        if book in batch.stale:
            await self._reckon_anew(book)
        while falling := batch.falling(book, telling.day):
            for each in await self._left(falling):
                try:
                    groups.append(await self._decide(each))
                except BUGS as bug:
                    log.warning("left to the clock", book=book, event_type=each.told.type, cause=failed_at(bug))
        return groups

    async def _left(self, falling: Sequence[Told]) -> list[Telling]:
        """Those that are not recorded, and that wait for no subject that is set aside."""
        batch, tellings = self._batch, [telling_of(told) for told in falling]
        subjects = set[str]().union(*(each.subjects for each in tellings))
        await self._load(sorted(subjects - batch.states.keys()))
        self._aside.waiting.update(await self._transaction.aside(subjects - self._aside.waiting.keys()))
        batch.groups |= await self._transaction.groups([each.key for each in tellings if each.key not in batch.groups])
        return [each for each in tellings if each.key not in batch.groups and self._aside.waiting.keys().isdisjoint(each.subjects)]

    async def _load(self, ids: Sequence[str]) -> None:
        if ids:
            self._batch.add(await self._transaction.load(ids))

    async def _reckon_anew(self, book: str) -> None:
        """A book took an amendment, and when its subjects wake is known by the plan before it."""
        self._batch.add(await self._transaction.all_of(book))
        self._batch.reckon_anew(book)

    def looked(self, before: Mapping[str, date]) -> dict[str, date]:
        """The books that this batch touched, each with the day up to which nothing is left; the earliest day where something may be."""
        days = {book: max(before.get(book, date.min), self._days.get(book, date.min)) for book in self._batch.books()}
        return {book: day if self._batch.wakes_first(book) > day else date.min for book, day in days.items()}
