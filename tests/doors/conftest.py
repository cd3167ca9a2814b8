"""One installation for all tests of doors from outside."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from deploy.embedded.servers import Embedded
from services.intake.app import build as build_intake
from services.ledger.app import build as build_ledger
from services.reporting.app import build as build_reporting
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from tests.doors.city import City


@pytest.fixture(scope="session")
async def city(embedded: Embedded, installation: Callable[[Embedded], Settings]) -> AsyncIterator[City]:
    """Two campaigns, one of which runs. Tests tell of their own issues."""
    settings = installation(embedded)
    keys = Keys()
    made = {
        "bureau": keys.add("bureau", "bureau", "bureau", ["tell", "announce", "clock", "read"]),
        "app": keys.add("app", "app", "bureau", ["tell", "read"], "bureau"),
        "h1": keys.add("h1", "h1", "h1", ["tell", "read"], "bureau"),
        "h2": keys.add("h2", "h2", "h2", ["tell", "read"], "bureau"),
        "slow": keys.add("slow", "slow", "h1", ["tell"], "bureau", rate=1),
        "tired": keys.add("tired", "tired", "h1", ["tell", "read"], "bureau", rate=1),
        "blind": keys.add("blind", "blind", "h1", ["tell"], "bureau"),
        "stranger": keys.add("stranger", "stranger", "other", ["tell", "read"]),
    }
    keys.allowances.allow("*", "bureau")
    broker = Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)
    async with AsyncExitStack() as stack:
        reporting, ledger = build_reporting(settings, keys=keys), build_ledger(settings)
        addresses = {"reporting": await _serve(stack, reporting)}
        intake = build_intake(settings.model_copy(update={"reporting_address": addresses["reporting"]}), keys=keys)
        addresses["intake"] = await _serve(stack, intake)
        await _serve(stack, ledger)
        door, pages = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=addresses[name], timeout=30)) for name in ("intake", "reporting")
        ]
        settled = await stack.enter_async_context(Settled(broker, ["intake", "reporting"]))
        found = City(settings, intake, reporting, addresses, door, pages, settled, made)
        await found.announce()
        yield found


async def _serve(stack: AsyncExitStack, service: Service) -> str:
    """Start a service until the end; gives its address."""
    await service.start()
    stack.push_async_callback(service.stop)
    return await stack.enter_async_context(service.serving())
