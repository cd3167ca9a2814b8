"""Units, keys and events of one small campaign, the door as tests ask it, and what becomes of an event where no door stands."""

import copy
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry

from services.intake.envelope import read_event
from services.intake.state import Known, OpenBook
from services.intake.validation import Validation
from shared.http.access import Key, Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.plan import Plan
from shared.topics import INTAKE, person_id
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
        "t01": keys.add("t01", "t01", "t01", ["tell"], "bureau", inbox=True),
        "t02": keys.add("t02", "t02", "t02", ["tell", "announce"], "bureau", inbox=True),
        "h1": keys.add("h1", "h1", "h1", ["tell"], "bureau"),
        "stranger": keys.add("stranger", "stranger", "stranger", ["tell", "announce"]),
        "operator": keys.add("operator", "operator", "bureau", ["tell", "operate"]),
        "reader": keys.add("reader", "reader", "bureau", ["read"]),
    }
    keys.allowances.allow("*", "bureau")
    return keys, made


def make_person(person: str, unit: str, **more: str) -> Event:
    """A person who is named for a unit."""
    return make_issue(type="PersonNamed", subject=f"tengzhou-2019/{unit}", data={"person": person, "unit": unit, "name": "某"} | more)


def make_issue(**changes: Any) -> Event:
    """An issue that t01 reports for h1; `data__x=…` changes a field of its data, `…` takes one away."""
    event: Event = {
        "specversion": "1.0",
        "id": secrets.token_hex(16),
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

    async def post(self, body: bytes | AsyncIterator[bytes], media: str, key: str | None = "t01", **headers: str) -> httpx.Response:
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


NOW = datetime(2026, 11, 22, 3, 4, 5, 678000, UTC)
KEY = Key(id="t01", source="t01", unit="t01", root="bureau", may=("tell", "clock"))
STAFF = {"p1": "bureau", "p2": "bureau", "office-1": "bureau", "zhang": "h1"}
"""The unit of each person who is known from the start."""
H1_OPEN = Known(
    {"tengzhou-2019/h1": OpenBook("tengzhou-2019/h1", ("bureau", "t01", "h1"), "tengzhou-2019@1")},
    units={person_id("bureau", person): unit for person, unit in STAFF.items()},
)
"""The book of h1 is open, but its plan has not been read yet."""


def records(
    event: Event,
    key: Key = KEY,
    known: Known = H1_OPEN,
    *,
    told_clock: bool = False,
    secret: bytes | None = None,
    now: datetime | None = NOW,
) -> list[Record]:
    """What an event becomes that is told now with a key."""
    validation = Validation(4, told_clock, secret)
    validation.allowances.allow("*", "bureau")
    return validation.records(validation.take(read_event(event, key.source, None), key, known, now), known)
