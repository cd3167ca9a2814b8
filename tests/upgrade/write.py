"""Keeps what this version writes, for the next one to read: `python -m tests.upgrade.write`, once at each release."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from shared.kafka.broker import Broker
from shared.settings import Settings
from shared.version import VERSION
from tests.installed import four_services
from tests.stream import STREAM_KEY
from tests.upgrade.kept import keep
from tests.upgrade.story import before

HERE = Path(__file__).parent


async def write(embedded: Embedded, folder: Path) -> None:
    """Play the first half of the story, and keep it."""
    settings = Settings(
        kafka_bootstrap=embedded.kafka_bootstrap,
        mongodb_uri=SecretStr(embedded.mongodb_uri),
        clock="told",
        stream_key=STREAM_KEY,
        http_port=0,
        key_rate=100_000,
    )
    broker = Broker.of(settings)
    async with four_services(settings, broker) as world:
        await before(world)
    await keep(broker, embedded.mongodb_uri, folder)


if __name__ == "__main__":
    written = HERE / f"written-by-{VERSION}"
    written.mkdir(exist_ok=True)
    with Embedded() as embedded:
        asyncio.run(write(embedded, written))
