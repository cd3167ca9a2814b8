"""The clock: looks which subjects wake, and tells them so. It decides nothing."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta

import structlog

from services.ledger.book.state import Book
from services.ledger.rules import table
from services.ledger.rules.decision import Wake
from services.ledger.rules.letter import INTERNAL
from services.ledger.rules.world import Announced
from services.ledger.store import Store, Transaction
from services.ledger.store.documents import Stored
from shared.events.clock import TimeTold
from shared.events.fact import Fact
from shared.kafka.cloudevents import json_of, told_record
from shared.kafka.dead_letters import failed_at
from shared.kafka.records import Record, Told
from shared.topics import book_of, kind_of
from shared.workdays import local_date, start_of

log = structlog.get_logger()

SOURCE = f"{INTERNAL}clock"
"""The source of what the clock tells."""
MARGIN = timedelta(minutes=5)
"""How long after midnight the wall clock looks, so that what was accepted before has been recorded."""
PART = 500
"""Records handed over at once: the clock never holds all that falls due."""


def day_told(fact: Fact) -> date | None:
    """The day in China that somebody says it is; none for any other fact."""
    return local_date(fact.now) if fact.kind == "time" and isinstance(fact, TimeTold) else None


def told_again(today: date, partition: int) -> Record:
    """The time once more, which makes the clock of a partition look again behind what it just told."""
    now = start_of(today)
    return told_record(Told(f"again-{today}", SOURCE, "TimeTold", "time", "time", now, now, TimeTold(now=now)), partition)


def told_of(subject: str, wakes: Iterable[Wake]) -> list[Told]:
    """What the clock tells a subject."""
    told, book = list[Told](), book_of(subject)
    for wake in wakes:
        fact, when = wake.tell(), wake.accepted
        told.append(Told(f"{subject}#{wake.name}", SOURCE, type(fact).__name__, subject, book, when, when, fact, data=json_of(fact)))
    return told


def told_back(stored: Stored, of: Book) -> list[Told]:
    """What the clock tells a subject that waits for the word of a unit that left (A7): it goes back to whoever asked."""
    fact, left_on = table.given_back(stored.id, stored.state, of), of.profile.left_on
    if fact is None or left_on is None:
        return []
    # Named by what it says of the subject by now: what comes back a second time is told a second time.
    id, when = f"{stored.id}#left-{stored.position}", start_of(left_on)
    return [Told(id, SOURCE, type(fact).__name__, stored.id, of.id, when, when, fact, data=json_of(fact))]


class Clock:
    """The clock of the books in some partitions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._plans: dict[tuple[str, int], Announced] = {}
        self._told: set[str] = set()
        """Ids told since the partitions were assigned, and still due: told once."""
        self._unreckoned: dict[int, set[str]] = {}
        """By partition: the subjects that it could not reckon with when it last looked."""

    def reset(self) -> None:
        """Partitions were assigned: what another copy told may have been lost with it, so tell again."""
        self._told.clear()
        self._unreckoned.clear()

    def unreckoned(self) -> list[str]:
        """The subjects of which it could not say when they are due when it last looked: nothing falls due for them until that is mended."""
        return sorted(set[str]().union(*self._unreckoned.values()))

    def ready(self) -> list[str]:
        """What it cannot do now; all other subjects go on."""
        if not (those := self.unreckoned()):
            return []
        return [f"the clock cannot say when {len(those)} subjects are due, such as {those[0]}: nothing falls due for them until it can"]

    async def look(self, today: date, partitions: Sequence[int], again: bool = False) -> AsyncIterator[Sequence[Record]]:
        """What falls due on the first day up to `today` on which something does, in order, in parts; `again` also what was told before and is not recorded.

        What follows from it may be due as well, and so may the days after it: whoever looks looks again once it is recorded, until nothing is told.
        So a look that comes late, or a time that jumps, tells all that a look each day would have, in that order.
        """
        failed: dict[int, set[str]] = {partition: set() for partition in partitions}
        await self.reckon_anew(partitions, failed)
        waits, first = set[str](), today
        async with aclosing(self._parts(today, partitions, failed)) as parts:
            async for day, part in parts:
                if day > first:
                    break
                left = await self._left(part)
                waits |= {told.id for told in left}
                first = day if left else first
                if records := [told_record(told) for told in left if again or told.id not in self._told]:
                    log.info("clock told", today=str(day), told=len(records))
                    yield records
        self._told = waits
        self._unreckoned |= failed

    async def _parts(
        self, today: date, partitions: Sequence[int], failed: dict[int, set[str]]
    ) -> AsyncGenerator[tuple[date, list[Told]], None]:
        """What falls due up to `today`, in parts of one day each, in order; `failed` is told which subjects cannot be reckoned with."""
        part, day = list[Told](), date.min
        async for told in self._gone_back(partitions):
            part.append(told)
            if len(part) >= PART:
                yield day, part
                part = []
        async for stored in self._store.due(partitions, today):
            if part and stored.wake and stored.wake > day:
                yield day, part
                part = []
            day = stored.wake or today
            try:
                plan = await self._plan(stored.id, stored.plan_version)
                wakes = table.wakes(stored.id, stored.state, plan.plan if plan else None)
                part += told_of(stored.id, [wake for wake in wakes if wake.on <= day])
            except (ValueError, TypeError, KeyError) as bug:
                # One subject that cannot be reckoned must not stop the clock of all others; it is looked at again each time.
                log.error("wake unknown", book=book_of(stored.id), kind=kind_of(stored.id), cause=failed_at(bug))
                failed[stored.partition].add(stored.id)
            if len(part) >= PART:
                yield day, part
                part = []
        if part:
            yield day, part

    async def _left(self, part: Sequence[Told]) -> list[Told]:
        """Those that are not recorded, and that wait for no subject that is set aside: neither makes anybody look again."""
        looks_at = {told.id: {told.subject, *table.looks_at(told)} for told in part}

        async def found(transaction: Transaction) -> tuple[set[str], set[str]]:
            return set(await transaction.groups([told.key for told in part])), set(await transaction.aside(set().union(*looks_at.values())))

        recorded, aside = await self._store.transaction(found)
        return [told for told in part if told.key not in recorded and not aside & looks_at[told.id]]

    async def look_now(self, now: datetime, partitions: Sequence[int]) -> AsyncIterator[Sequence[Record]]:
        """What fell due a margin ago, by the wall clock."""
        async for part in self.look(local_date(now - MARGIN), partitions):
            yield part

    async def reckon_anew(self, partitions: Sequence[int], failed: dict[int, set[str]]) -> None:
        """When what is in amended books wakes, by the plan that they go by now: what nobody touches would keep the days of the old one (A7).

        `failed` is told by partition which subjects cannot be reckoned with.

        Outside the transaction of the amendment, which would grow with the book, and before anything is told, so that phases close on it.
        A book that left is not done with before all has gone back that waits for the word of its unit.
        """
        for book, version in await self._store.amended(partitions):
            plan = await self._plan(book, version)
            if plan is None:
                continue  # it cannot be read yet
            moved: list[tuple[Stored, date | None]] = []
            whole, of = True, await self._book(book)
            async for stored in self._store.subjects_of(book):
                if table.given_back(stored.id, stored.state, of):
                    whole = False
                if stored.plan_version >= version:
                    continue  # it changed since
                try:
                    wake = table.first_wake(stored.id, stored.state, plan.plan)
                except (ValueError, TypeError, KeyError) as bug:
                    log.error("wake unknown", book=book_of(stored.id), kind=kind_of(stored.id), cause=failed_at(bug))
                    failed[stored.partition].add(stored.id)
                    whole = False
                    continue
                if wake or stored.wake:
                    moved.append((stored, wake))
                if len(moved) >= PART:
                    await self._store.rewake(moved, version)
                    moved = []
            await self._store.rewake(moved, version)
            if whole:
                await self._store.done_with(book, version)

    async def _gone_back(self, partitions: Sequence[int]) -> AsyncIterator[Told]:
        """What waits for the word of units that left hears so, and goes back to whoever asked (A7)."""
        for book, _ in await self._store.amended(partitions):
            of = await self._book(book)
            if of.profile.left_by:
                async for stored in self._store.subjects_of(book):
                    for told in told_back(stored, of):
                        yield told

    async def _book(self, id: str) -> Book:
        async def found(transaction: Transaction) -> Book:
            stored = (await transaction.load([id])).get(id)
            return stored.state if stored and isinstance(stored.state, Book) else Book(id)

        return await self._store.transaction(found)

    async def _plan(self, subject: str, version: int) -> Announced | None:
        campaign = subject.partition("/")[0]
        if (campaign, version) not in self._plans and (announced := await self._store.announced(campaign, version)):
            self._plans[campaign, version] = announced
        return self._plans.get((campaign, version))
