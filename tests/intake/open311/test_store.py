"""Which service requests are the same: by what is sent, and when, whichever copy of intake hears it, also after a restart."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.open311.store import SAME, Requests
from shared.mongo import Mongo
from shared.settings import Settings

NOW = datetime(2019, 4, 2, 15, 59, tzinfo=UTC)
"""A minute before midnight in China."""


@pytest.fixture
async def mongo(settings: Settings) -> AsyncIterator[Mongo]:
    """An empty database."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}open311")
    await Requests(mongo).prepare()
    yield mongo
    await mongo.drop()
    mongo.close()


@pytest.mark.parametrize(
    ("after", "same"),
    [
        (timedelta(0), True),
        (timedelta(minutes=2), True),  # the next day in China
        (timedelta(hours=12), True),
        (SAME, True),
        (SAME + timedelta(milliseconds=1), False),
        (timedelta(days=30), False),
        (-timedelta(minutes=5), True),  # the clock of another copy is behind
    ],
)
async def test_the_same_within_a_day_is_the_same_request_also_past_midnight(mongo: Mongo, after: timedelta, same: bool) -> None:
    first = await Requests(mongo).reference("d", NOW)
    assert (await Requests(mongo).reference("d", NOW + after) == first) == same, "another copy, or the same after a restart"
    assert await Requests(mongo).reference("other", NOW) != first


async def test_any_two_that_follow_within_a_day_are_the_same_and_no_others(mongo: Mongo) -> None:
    seed = random.randrange(2**32)
    draw, copies, now, last = random.Random(seed), [Requests(mongo), Requests(mongo)], NOW, ""
    for _ in range(60):
        wait = timedelta(milliseconds=draw.choice([0, 1, 60_000, 86_399_999, 86_400_000, 86_400_001, draw.randrange(2 * 86_400_000)]))
        now += wait
        reference = await draw.choice(copies).reference("d", now)
        assert not last or (reference == last) == (wait <= SAME), f"seed {seed}"
        last = reference


async def test_two_copies_that_hear_the_same_at_once_call_it_the_same(mongo: Mongo) -> None:
    copies = [Requests(mongo), Requests(mongo)]
    for number in range(5):
        found = await asyncio.gather(*(copies[each % 2].reference(f"d{number}", NOW) for each in range(20)))
        assert len(set(found)) == 1


async def test_a_digest_goes_after_two_days(mongo: Mongo) -> None:
    await Requests(mongo).reference("d", NOW)
    [kept] = await mongo["open311"].find().to_list(None)
    assert kept.keys() == {"_id", "reference", "at", "until"}
    assert timedelta(days=1, hours=23) < kept["until"] - datetime.now(UTC) <= timedelta(days=2)
    assert [each.get("expireAfterSeconds") async for each in mongo["open311"].list_indexes()] == [None, 0]
