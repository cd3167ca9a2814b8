"""Both stores, in memory and MongoDB: one suite, which both pass."""

from collections.abc import Iterator
from typing import cast

import pytest

from services.ledger.store import Store
from services.ledger.store.mongo import MongoStore
from shared.mongo import Mongo
from shared.settings import Settings
from tests.ledger.memory_store import MemoryStore


@pytest.fixture(scope="session")
def kept() -> Iterator[list[Mongo]]:
    """The one database, prepared by the first test that asks: making collections takes longer than all the tests."""
    databases: list[Mongo] = []
    yield databases
    for each in databases:
        each.close()


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, kept: list[Mongo]) -> Store:
    """An empty store, prepared for four partitions."""
    if request.param == "memory":
        memory = MemoryStore()
        await memory.prepare(4)
        return memory
    settings = cast(Settings, request.getfixturevalue("settings"))
    if not kept:
        kept.append(Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger"))
        await MongoStore(kept[0]).prepare(4)
    for name in ("recorded", "subjects", "units", "owners", "plans", "aside"):
        await kept[0][name].delete_many({})
    return MongoStore(kept[0])
