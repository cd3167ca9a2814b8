"""One campaign for all tests of reporting: simulated, recorded by a real ledger, read by the real service."""

from collections.abc import AsyncIterator

import pytest

from deploy.embedded.servers import Embedded
from services.reporting.store import Store
from shared.mongo import Mongo
from shared.settings import Settings
from tests.reporting.campaign import Campaign, standing
from tests.reporting.given import Empty


@pytest.fixture(scope="session")
async def campaign(embedded: Embedded) -> AsyncIterator[Campaign]:
    """The campaign, told once. Tests that tell more must tell it of their own issues."""
    async with standing(embedded, "reporting-") as found:
        yield found


@pytest.fixture
async def empty(settings: Settings) -> AsyncIterator[Empty]:
    """A database of reporting in which nothing stands."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}empty")
    store = Store(mongo)
    await store.prepare()
    yield mongo, store
    await mongo.drop()
    mongo.close()
