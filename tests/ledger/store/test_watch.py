"""What is set aside and how late the clock is stands in the metrics of the copy that has the partitions, whether or not anybody handles anything."""

import asyncio
from collections.abc import Collection
from datetime import date

import pytest
from prometheus_client import CollectorRegistry

from services.ledger import metrics
from services.ledger.clock import MARGIN, Clock
from services.ledger.metrics import Watch
from services.ledger.rules import table
from services.ledger.rules.decision import Wake
from services.ledger.store import Store
from shared.faults import Unavailable
from shared.topics import book_of, partition_of
from shared.workdays import start_of
from tests.ledger.store.states import BOOK, DAY, ISSUE, NEXT, OTHER, save, saving, stored

FAR = date(2999, 1, 4)
IN = partition_of(BOOK.encode(), 4)
ELSEWHERE = next(number for number in range(4) if number != IN)


class Watched:
    """A ledger's store as one copy watches it."""

    def __init__(self, store: Store, own: Collection[int], told_clock: bool = False) -> None:
        self.registry, self.own, self.clock = CollectorRegistry(), own, Clock(store)
        self.watch = Watch(store, self.clock, lambda: self.own, 4, told_clock)
        self.registry.register(self.watch)

    def __getitem__(self, name: str) -> float | None:
        return self.registry.get_sample_value(f"xiaohao_{name}")


async def test_the_clock_is_late_by_the_oldest_that_is_due_and_later_as_time_goes_on(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5, FAR, IN)))
    watched = Watched(store, {IN})
    await watched.watch.look()
    assert (watched["clock_next_due_timestamp_seconds"], watched["clock_late_seconds"]) == ((start_of(FAR) + MARGIN).timestamp(), 0)
    await save(store, saving(stored(BOOK, 6, DAY, IN)))
    await watched.watch.look()
    first = watched["clock_late_seconds"] or 0
    assert watched["clock_next_due_timestamp_seconds"] == (start_of(DAY) + MARGIN).timestamp()
    assert 0 < first < (watched["clock_late_seconds"] or 0), "without another look"


async def test_what_is_set_aside_is_counted_and_makes_no_clock_late(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY, IN)))
    watched = Watched(store, {IN})

    async def waits(*told: str) -> None:
        await store.transaction(lambda transaction: transaction.put_aside({ISSUE: told}))
        await watched.watch.look()

    await waits("n1", "n2")
    assert (watched["aside_subjects"], watched["aside_events"], watched["clock_late_seconds"]) == (1, 2, 0)
    await waits()
    assert (watched["aside_subjects"], watched["aside_events"]) == (0, 0)
    assert (watched["clock_late_seconds"] or 0) > 0


async def test_what_cannot_be_reckoned_with_makes_no_clock_late_and_hides_none_that_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY, IN)))
    watched = Watched(store, {IN})

    def bug(*_: object) -> list[Wake]:
        raise KeyError("a calendar")

    monkeypatch.setattr(table, "wakes", bug)
    assert [part async for part in watched.clock.look(DAY, [IN])] == []
    await watched.watch.look()
    assert (watched["clock_unreckoned"], watched["clock_late_seconds"]) == (1, 0)
    await save(store, saving(stored(BOOK, 6, NEXT, IN)))
    await watched.watch.look()
    assert watched["clock_next_due_timestamp_seconds"] == (start_of(NEXT) + MARGIN).timestamp()
    assert (watched["clock_late_seconds"] or 0) > 0, "nobody told it"


@pytest.mark.parametrize("error", [Unavailable("away"), KeyError("a bug")])
async def test_a_look_that_fails_ends_no_ledger_and_its_figures_are_gone_until_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    watched, looks = Watched(store, {IN}), asyncio.Queue[None]()
    await watched.watch.look()
    ask, seen = store.set_aside, list[float | None]()
    errors = [error, error]

    async def asked() -> dict[str, list[str]]:
        seen.append(watched["aside_subjects"])
        looks.put_nowait(None)
        if errors:
            raise errors.pop()
        return await ask()

    monkeypatch.setattr(store, "set_aside", asked)
    monkeypatch.setattr(metrics, "EVERY", 0.0)
    running = asyncio.create_task(watched.watch.run())
    try:
        async with asyncio.timeout(30):
            for _ in range(4):
                await looks.get()
    finally:
        running.cancel()
        await asyncio.wait([running])
    assert seen == [0, None, None, 0]


async def test_each_copy_says_it_of_its_own_partitions_alone_and_nothing_once_it_lost_them(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY, IN)))
    await store.transaction(lambda transaction: transaction.put_aside({OTHER: ["n1"], ISSUE: ["n2"]}))
    counts = []
    for own in ({IN}, {number for number in range(4) if number != IN}):
        watched = Watched(store, own)
        await watched.watch.look()
        counts.append(watched["aside_subjects"])
        watched.own = {ELSEWHERE, IN}
        assert (watched["aside_subjects"], watched["clock_late_seconds"]) == (None, None), "others may have them by now"
    assert counts == [2, 0] if partition_of(book_of(OTHER).encode(), 4) == IN else counts == [1, 1]


@pytest.mark.parametrize("own", [(), (ELSEWHERE,)])
async def test_a_copy_without_anything_due_is_not_late(store: Store, own: tuple[int, ...]) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY, IN)))
    watched = Watched(store, own)
    await watched.watch.look()
    assert watched["clock_next_due_timestamp_seconds"] is None
    assert watched["clock_late_seconds"] == (0 if own else None)


async def test_nobody_knows_how_late_a_clock_is_to_which_time_is_told(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY, IN)))
    watched = Watched(store, {IN}, told_clock=True)
    await watched.watch.look()
    assert (watched["clock_next_due_timestamp_seconds"], watched["clock_late_seconds"]) == (None, None)
    assert watched["aside_subjects"] == 0
