"""What tests share: one real Kafka and mongod for the whole run, and a namespace of its own for each test that asks."""

import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from deploy.embedded.tools import ToolsError, program
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from tests.stream import STREAM_KEY

# A busy machine is no fault of what is tested.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """Apache Kafka and mongod as child processes."""
    with Embedded() as run:
        yield run


@pytest.fixture(scope="session")
def tool() -> Callable[[str], Path]:
    """Where a program of Prometheus is, such as `promtool`. Where it cannot be had the test is skipped; with CI_TOOLS=required it fails."""

    def found(name: str) -> Path:
        try:
            return program(name)
        except ToolsError as error:
            if os.environ.get("CI_TOOLS") == "required":
                raise
            pytest.skip(str(error))

    return found


@pytest.fixture(scope="session")
def installation() -> Callable[[Embedded], Settings]:
    """Gives settings of another installation on servers that run, on told time."""

    def on(servers: Embedded) -> Settings:
        return Settings(
            kafka_bootstrap=servers.kafka_bootstrap,
            mongodb_uri=SecretStr(servers.mongodb_uri),
            namespace=f"t{secrets.token_hex(4)}-",
            clock="told",
            stream_key=STREAM_KEY,
            http_port=0,
            key_rate=100_000,
        )

    return on


@pytest.fixture
def settings(embedded: Embedded, installation: Callable[[Embedded], Settings]) -> Settings:
    """Settings of one installation among many on the embedded run."""
    return installation(embedded)


@pytest.fixture
def broker(settings: Settings) -> Broker:
    """The broker as the services of `settings` see it."""
    return Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)


@pytest.fixture
async def ledger_settled(broker: Broker) -> AsyncIterator[Settled]:
    """Waits for the ledger alone."""
    await broker.create_topics()
    async with Settled(broker, readers=()) as settled:
        yield settled
