"""An installation of notify with its mail server, for each test that asks."""

from collections.abc import AsyncIterator

import pytest

from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from tests.notify.given import PostOffice, World


@pytest.fixture
async def post() -> AsyncIterator[PostOffice]:
    """A mail server that listens."""
    office = PostOffice()
    await office.open()
    yield office
    await office.close()


@pytest.fixture
async def world(settings: Settings, broker: Broker, post: PostOffice) -> AsyncIterator[World]:
    """An installation with its topics made and no copy of notify running yet."""
    await broker.create_topics()
    async with Settled(broker, readers=["notify"]) as settled:
        world = World(settings.model_copy(update={"smtp_port": post.port}), broker, post, settled)
        async with world.http:
            yield world
