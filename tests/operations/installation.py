"""The four services as they are put together, on a real MongoDB. What Kafka carries between them is handed over here, so that batches are always the same."""

import math
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import httpx
import orjson
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.client.cloudevent import CloudEvent
from services.intake import store as memory
from services.intake import taking as door
from services.intake.app import build as build_intake
from services.ledger.app import build as build_ledger
from services.notify.app import build as build_notify
from services.reporting.app import build as build_reporting
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.records import Record
from shared.kafka.work import Work
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, PEOPLE, partition_of
from tests.operations.counting import Count, Meter
from tests.operations.watching import Watched
from tests.stream import STREAM_KEY, sealed

DOOR, BOOKS = "door", "ledger"
READERS = ("intake", "notify", "reporting")
NAMESPACE = "operations-"
MEDIA = "application/cloudevents-batch+json"


class Installation:
    """The services of one root, and what is on its way between them."""

    def __init__(self, mongodb_uri: str, root: str, meter: Meter) -> None:
        self.meter, self.counted = meter, False
        """Whether what is told is counted."""
        self.watched = {name: Watched(mongodb_uri, f"{NAMESPACE}xiaohao-{name}") for name in (BOOKS, *READERS)}
        """The database of each service."""
        self.counts = {DOOR: Count(self.watched["intake"]), **{name: Count(each) for name, each in self.watched.items()}}
        self.records, self.bytes = Counter[str](), Counter[str]()
        """What was handled of each topic, and what the door put on its own."""
        self._settings = Settings(
            mongodb_uri=SecretStr(mongodb_uri), namespace=NAMESPACE, clock="told", stream_key=STREAM_KEY, http_port=0, key_rate=100_000
        )
        self._keys = Keys()
        self._secret = self._keys.add(root, root, root, ("tell", "announce", "clock", "read"))
        self._keys.allowances.allow("*", root)
        self._intake, self._reporting = build_intake(self._settings, keys=self._keys), self.reporting()
        self._services = (self._intake, build_ledger(self._settings), build_notify(self._settings), self._reporting)
        self._works: dict[tuple[str, str], Work] = {
            (service.name, each.topic): each.work for service in self._services for each in service.bus._subscriptions
        }
        self._on_its_way: list[Record] = []
        # Nothing hangs on how fast this machine is: what intake remembers for some seconds it remembers for good, and no request waits for its turn.
        memory.FRESH = door.TURN = math.inf
        self._intake.bus.producer.publish = self._publish  # type: ignore[method-assign]  # there is no Kafka

    async def start(self) -> None:
        """Begin with empty databases."""
        for service in self._services:
            await service.mongo.drop()
            await service.prepare()
            self.watched[service.name].begin()

    async def stop(self) -> None:
        """Leave nothing behind."""
        for service in self._services:
            self.watched[service.name].end()
            await service.mongo.drop()
            service.mongo.close()

    async def tell(self, events: Sequence[CloudEvent]) -> None:
        """Tell events in one request. What books told one another because of the one before is handled with them, before them."""
        body = orjson.dumps([{name: value for name, value in event.items() if name != "source"} for event in events])
        async with self.client(self._intake.http) as client:
            with self._counting(DOOR):
                answer = await client.post("/v1/events", content=body, headers={"content-type": MEDIA})
        if answer.status_code != 202:
            raise RuntimeError(answer.text)
        await self._handle()

    async def settle(self) -> None:
        """Handle what books tell one another, until they are silent."""
        while self._on_its_way:
            await self._handle()

    def reporting(self) -> Service:
        """A copy of reporting that was just started, and keeps nothing of what was asked of others."""
        return build_reporting(self._settings, keys=self._keys)

    def client(self, http: FastAPI) -> httpx.AsyncClient:
        """HTTP without a network, with the key of the root."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(http), base_url="http://service", headers={"authorization": f"Bearer {self._secret}"}, timeout=60
        )

    async def _publish(self, records: Sequence[Record]) -> None:
        """What the door puts on its topics."""
        self._on_its_way += records
        self._count(DOOR, sealed(records))

    async def _handle(self) -> None:
        """Have each service handle what is on its way to it, as one batch."""
        people, told = self._taken(PEOPLE), self._taken(INTAKE)
        for name in ("notify", "reporting"):
            await self._work(name, PEOPLE, people)
        with self._counting(BOOKS):
            await self._work(BOOKS, INTAKE, told)
        recorded = self._taken(LEDGER)
        for name in READERS:
            with self._counting(name):
                await self._work(name, LEDGER, recorded)

    async def _work(self, service: str, topic: str, records: Sequence[Record]) -> None:
        """Have a service handle a batch of a topic; what it publishes is on its way then."""
        work = self._works[service, topic]
        published = list(await work.apply(records))
        async for more in work.after(records):
            published += more
        if strange := {each.topic for each in published} - {INTAKE, LEDGER}:
            raise RuntimeError(f"{service} publishes on {', '.join(strange)}")
        self._on_its_way += published

    def _taken(self, topic: str) -> list[Record]:
        """What was put on a topic, as it is read there."""
        records = sealed(each for each in self._on_its_way if each.topic == topic)
        self._on_its_way = [each for each in self._on_its_way if each.topic != topic]
        self._count(topic, records)
        partitions = self._settings.partitions
        return [Record(each.topic, each.key, each.value, each.headers, partition_of(each.key or b"", partitions)) for each in records]

    def _count(self, name: str, records: Sequence[Record]) -> None:
        if self.counted:
            self.records[name] += len(records)
            self.bytes[name] += sum(map(size, records))

    def _counting(self, part: str) -> AbstractContextManager[None]:
        return self.meter.counting(self.counts[part]) if self.counted else nullcontext()


def size(record: Record) -> int:
    """Bytes of a record's key, value and headers."""
    return len(record.key or b"") + len(record.value or b"") + sum(len(name) + len(value or b"") for name, value in record.headers)
