"""One campaign for all tests of reporting: simulated, recorded by a real ledger, read by the real service."""

from collections.abc import AsyncIterator
from datetime import datetime, time

import pytest
from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from services.ledger.app import build as build_ledger
from services.reporting.app import build
from services.reporting.store import Store
from shared.events.issue import IssueReported
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import subject_id
from shared.workdays import BEIJING
from tests.reporting.campaign import BOOK, FOUND, ISSUES, MEASURED, NASTY, SEED, UNITS, Campaign, nasty
from tests.reporting.given import Empty
from tests.reporting.telling import PLAN, Teller, told
from tests.stream import STREAM_KEY


@pytest.fixture(scope="session")
async def campaign(embedded: Embedded) -> AsyncIterator[Campaign]:
    """The campaign, told once. Tests that tell more must tell it of their own issues."""
    settings = Settings(
        kafka_bootstrap=embedded.kafka_bootstrap,
        mongodb_uri=SecretStr(embedded.mongodb_uri),
        namespace="reporting-",
        clock="told",
        stream_key=STREAM_KEY,
        http_port=0,
        key_rate=100_000,
    )
    keys = Keys()
    secrets = {unit: keys.add(f"k-{unit}", unit, unit, ("read",), "bureau") for unit in ("bureau", "t01", "t02", "t03", "t01-01")}
    secrets["teller"] = keys.add("teller", "bureau", "bureau", ("tell",))
    ledger, service = build_ledger(settings), build(settings, keys=keys)
    teller = Teller(broker := Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions))
    for each in (ledger, service):
        await each.start()
    await teller.start()
    morning = datetime.combine(FOUND, time(9), BEIJING)
    also = [told(nasty(number), subject_id(BOOK, "issue", "t", str(number)), _reported(text), morning) for number, text in enumerate(NASTY)]
    also += [told(f"measured-{number}", subject, fact, morning) for number, (subject, fact) in enumerate(MEASURED)]
    await teller.campaign(UNITS, ISSUES, SEED, {FOUND: also})
    async with service.serving() as address:
        yield Campaign(settings, broker, teller, service, address, keys, secrets, UNITS)
    await teller.bus.stop()
    for each in (service, ledger):
        await each.stop()


@pytest.fixture
async def empty(settings: Settings) -> AsyncIterator[Empty]:
    """A database of reporting in which nothing stands."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}empty")
    store = Store(mongo)
    await store.prepare()
    yield mongo, store
    await mongo.drop()
    mongo.close()


def _reported(text: str) -> IssueReported:
    return IssueReported(text=text, category=PLAN.categories[0].code, channel="staff", owner="p0001")
