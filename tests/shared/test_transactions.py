"""How each transaction ended is counted, whatever ended it."""

from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from shared.faults import Conflict, Held, TooLarge, Unavailable
from shared.metrics import Transactions
from shared.mongo import Mongo, Session
from shared.settings import Settings


class World:
    """A database with one document, and what is counted of its transactions."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo, self.registry = mongo, CollectorRegistry()
        self.registry.register(Transactions(mongo))

    async def fails(self, error: Exception) -> None:
        async def work(_: Session) -> None:
            raise error

        with pytest.raises(type(error)):
            await self.mongo.transaction(work)

    async def add(self, session: Session) -> None:
        await self.mongo["things"].update_one({"_id": 1}, {"$inc": {"n": 1}}, session=session)

    def counted(self) -> dict[str, float]:
        """How many ended how, but for those of which none did."""
        samples = [each for family in self.registry.collect() for each in family.samples]
        return {each.labels["outcome"]: each.value for each in samples if each.value}


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}things")
    await mongo["things"].insert_one({"_id": 1, "n": 0})
    yield World(mongo)
    await mongo.drop()
    mongo.close()


async def test_what_stands_is_committed_and_all_else_is_counted_by_what_ended_it(world: World) -> None:
    assert world.counted() == {}
    for _ in range(3):
        await world.mongo.transaction(world.add)
    for error in (Conflict(""), Held(""), TooLarge(""), Unavailable(""), ZeroDivisionError(), ZeroDivisionError()):
        await world.fails(error)
    assert world.counted() == {"committed": 3, "conflict": 1, "held": 1, "too-large": 1, "unavailable": 1, "failed": 2}
    assert await world.mongo["things"].find_one({}) == {"_id": 1, "n": 3}


async def test_of_two_that_write_the_same_at_once_one_is_held_and_a_database_beside_counts_with_it(world: World) -> None:
    async def meanwhile(session: Session) -> None:
        await world.add(session)
        with pytest.raises(Held):
            await world.mongo.beside(world.mongo["things"].database.name).transaction(world.add)

    await world.mongo.transaction(meanwhile)
    assert world.counted() == {"committed": 1, "held": 1}
