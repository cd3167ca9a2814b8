"""The lines on which deliveries are carried out: when they end."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from services.notify.deliveries import Bell, Line
from services.notify.metrics import Metrics
from services.notify.store import Delivery, Store
from shared.kafka.records import Record
from tests.notify.given import QUICK


class NothingDue(Store):
    """A store in which no delivery is due."""

    def __init__(self) -> None:
        self.looks = 0

    async def claim(self, now: datetime, lease: timedelta, token: str) -> Delivery | None:
        self.looks += 1
        return None

    async def next_due(self) -> datetime | None:
        return None


async def published(records: Sequence[Record]) -> None:
    assert not records


@pytest.mark.parametrize("steps", range(8))
async def test_a_line_ends_when_it_is_told_to_also_just_as_the_bell_rings(steps: int) -> None:
    bell = Bell()
    line = asyncio.create_task(Line(NothingDue(), {}, published, bell, Metrics(CollectorRegistry()), QUICK).run())
    for _ in range(50):  # until it rests
        await asyncio.sleep(0)
    bell.ring()
    for _ in range(steps):
        await asyncio.sleep(0)
    line.cancel()
    ended, _ = await asyncio.wait([line], timeout=5)
    line.cancel()  # in any case before the next test
    await asyncio.gather(line, return_exceptions=True)
    assert ended == {line}


async def test_a_line_looks_again_only_after_a_batch_that_entered_deliveries() -> None:
    bell, store = Bell(), NothingDue()
    line = asyncio.create_task(Line(store, {}, published, bell, Metrics(CollectorRegistry()), QUICK).run())

    async def looks_after(*steps: Callable[[], None]) -> int:
        store.looks = 0
        for step in steps:
            step()
        for _ in range(50):  # until it rests
            await asyncio.sleep(0)
        return store.looks

    assert await looks_after() == 1
    assert await looks_after(bell.folded) == 0
    assert await looks_after(bell.entered) == 0  # the transaction may yet fail
    assert await looks_after(bell.folded) == 1
    assert await looks_after(bell.folded) == 0
    line.cancel()
    await asyncio.gather(line, return_exceptions=True)
