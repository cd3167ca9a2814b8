"""One campaign for all tests of the door: announced through it, its books opened by a real ledger, which is then stopped."""

import copy
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from deploy.client.announcement import announcement
from deploy.embedded.servers import Embedded
from deploy.plans.read import read_plan
from services.intake.app import build
from services.ledger.app import build as build_ledger
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.settings import Settings
from shared.topics import INTAKE
from shared.units import Unit

BATCH = "application/cloudevents-batch+json"
PLAN = Path(__file__).parents[2] / "deploy/campaigns/tengzhou-2019.yaml"
Event = dict[str, Any]


def units() -> list[Unit]:
    """A bureau, two townships and a health centre in each."""
    return [
        Unit(id="bureau", name="局", unit_class="bureau"),
        *(Unit(id=town, name=town, parent="bureau", unit_class="township-office") for town in ("t01", "t02")),
        *(Unit(id=f"h{number}", name="院", parent=f"t0{number}", unit_class="township-health-centre") for number in (1, 2)),
    ]


def make_keys() -> tuple[Keys, dict[str, str]]:
    """Keys, and their secrets by id."""
    keys = Keys()
    made = {
        "root": keys.add("root", "bureau", "bureau", ["tell", "announce", "clock", "read"]),
        "t01": keys.add("t01", "t01", "t01", ["tell"]),
        "t02": keys.add("t02", "t02", "t02", ["tell", "announce"]),
        "h1": keys.add("h1", "h1", "h1", ["tell"]),
        "reader": keys.add("reader", "reader", "bureau", ["read"]),
    }
    return keys, made


def issue(**changes: Any) -> Event:
    """An issue that t01 reports for h1; `data__x=…` changes a field of its data, `…` takes one away."""
    event: Event = {
        "specversion": "1.0",
        "id": secrets.token_hex(8),
        "type": "IssueReported",
        "subject": f"tengzhou-2019/h1/issue/t01~{secrets.token_hex(4)}",
        "time": "2019-04-02T08:00:00.123+08:00",
        "data": {"text": "候诊区没有饮水机", "category": "environment", "channel": "complaint"},
    }
    for name, value in changes.items():
        first, _, inner = name.partition("__")
        place, key = (event["data"], inner) if inner else (event, first)
        if value is ...:
            del place[key]
        else:
            place[key] = copy.deepcopy(value)
    return event


@dataclass
class Campaign:
    """The door, and what tests ask of it."""

    intake: Service
    broker: Broker
    plan: Plan
    secrets: dict[str, str]
    client: httpx.AsyncClient
    consumer: AIOKafkaConsumer
    _ends: dict[TopicPartition, int] = field(default_factory=dict)

    async def post(self, body: bytes, media: str, key: str | None = "t01", **headers: str) -> httpx.Response:
        """A request with the key of this id."""
        sent = {"content-type": media, **headers}
        if key:
            sent["authorization"] = f"Bearer {self.secrets[key]}"
        return await self.client.post("/v1/events", content=body, headers=sent)

    async def tell(self, events: Sequence[Any], key: str = "t01", **headers: str) -> httpx.Response:
        """A batch."""
        return await self.post(orjson.dumps(events), BATCH, key, **headers)

    async def mark(self, topic: str = INTAKE) -> None:
        """Remember where a topic ends."""
        wanted = [TopicPartition(self.broker.name(topic), partition) for partition in range(self.broker.partitions)]
        self._ends = await self.consumer.end_offsets(wanted)

    async def since(self) -> list[Any]:
        """All that was published on the topic since the mark, in the order of each partition."""
        found = []
        ends = await self.consumer.end_offsets(list(self._ends))
        for partition, end in ends.items():
            if end == self._ends[partition]:
                continue
            self.consumer.assign([partition])
            self.consumer.seek(partition, self._ends[partition])
            while await self.consumer.position(partition) < end:
                found += (await self.consumer.getmany(partition, timeout_ms=1000)).get(partition, [])
        return found

    def counted(self, outcome: str, reason: str = "") -> float:
        """What the metric says."""
        return counted(self.intake.registry, outcome, reason)


def counted(registry: CollectorRegistry, outcome: str, reason: str = "") -> float:
    """Events that came through a door."""
    return registry.get_sample_value("xiaohao_intake_events_total", {"outcome": outcome, "reason": reason}) or 0.0


@pytest.fixture(scope="session")
async def campaign(embedded: Embedded) -> AsyncIterator[Campaign]:
    """A campaign whose five books are open."""
    settings = Settings(
        kafka_bootstrap=embedded.kafka_bootstrap,
        mongodb_uri=SecretStr(embedded.mongodb_uri),
        namespace=f"t{secrets.token_hex(4)}-",
        clock="told",
        http_port=0,
    )
    broker = Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)
    keys, made = make_keys()
    intake, ledger, plan = build(settings, keys=keys), build_ledger(settings), read_plan(PLAN)
    consumer = AIOKafkaConsumer(bootstrap_servers=embedded.kafka_bootstrap, enable_auto_commit=False, fetch_max_wait_ms=10)
    await intake.start()
    await ledger.start()
    await consumer.start()
    async with intake.serving() as address, httpx.AsyncClient(base_url=address, timeout=30) as client:
        found = Campaign(intake, broker, plan, made, client, consumer)
        answer = await found.tell(announcement(plan, units()), "root")
        assert answer.status_code == 202, answer.text
        async with Settled(broker, ["intake"]) as settled:
            await settled.wait()
        await ledger.stop()
        yield found
    await consumer.stop()
    await intake.stop()


@pytest.fixture
def make_issue() -> Any:
    """See `issue`."""
    return issue


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
