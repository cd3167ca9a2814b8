"""One campaign for all tests of the door: announced through it, its books opened by a real ledger, which is then stopped."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.client.announcement import announcement
from deploy.embedded.servers import Embedded
from deploy.plans.read import read_plan
from services.intake.app import build
from services.ledger.app import build as build_ledger
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.settings import Settings
from shared.units import Unit
from tests.intake.given import PLAN, STAFF, Campaign, make_keys, make_person, units


@pytest.fixture(scope="session")
async def campaign(embedded: Embedded, installation: Callable[[Embedded], Settings]) -> AsyncIterator[Campaign]:
    """A campaign whose five books are open."""
    settings = installation(embedded)
    broker = Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)
    keys, made = make_keys()
    intake, ledger, plan = build(settings, keys=keys), build_ledger(settings), read_plan(PLAN)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=embedded.kafka_bootstrap, enable_auto_commit=False, fetch_max_wait_ms=10, isolation_level="read_committed"
    )
    await intake.start()
    await ledger.start()
    await consumer.start()
    async with intake.serving() as address, httpx.AsyncClient(base_url=address, timeout=30, headers={"accept-language": "en"}) as client:
        found = Campaign(intake, broker, plan, made, client, consumer)
        answer = await found.tell(announcement(plan, units()), "root")
        assert answer.status_code == 202, answer.text
        async with Settled(broker, ["intake"]) as settled:
            await settled.wait()
        answer = await found.tell([make_person(person, unit) for person, unit in STAFF.items()], "root")
        assert answer.status_code == 202, answer.text
        await ledger.stop()
        yield found
    await consumer.stop()
    await intake.stop()


@pytest.fixture
def tree() -> list[Unit]:
    """See `units`."""
    return units()


@pytest.fixture
def keyring() -> tuple[Keys, dict[str, str]]:
    """See `make_keys`."""
    return make_keys()


@pytest.fixture(scope="session")
def tengzhou() -> Plan:
    """The plan of Tengzhou."""
    return read_plan(PLAN)
