"""The lines on which deliveries are carried out: when they end."""

import asyncio
from collections.abc import Sequence
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
        return

    async def claim(self, now: datetime, lease: timedelta, token: str) -> Delivery | None:
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
