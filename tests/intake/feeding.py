"""A bureau that feeds by Kafka, as its own program would do it: it writes to its inbox and reads its answers."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.kafka.broker import Broker
from shared.topics import answers, inbox
from tests.intake.given import Event

PATIENCE = 60.0
"""Seconds after which no answer comes any more."""
STRUCTURED, JSON = "application/cloudevents+json", "application/json"


class Sent(NamedTuple):
    """A record as a bureau writes it."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    key: bytes | None = None


def structured(event: Any, *headers: tuple[str, bytes], key: bytes | None = None) -> Sent:
    """The whole in the value."""
    return Sent(json.dumps(event, ensure_ascii=False).encode(), [("content-type", STRUCTURED.encode()), *headers], key)


def binary(event: Event, *headers: tuple[str, bytes], key: bytes | None = None) -> Sent:
    """The data in the value, the rest in headers."""
    said = [(f"ce_{name}", text.encode()) for name, text in event.items() if name not in ("data", "datacontenttype")]
    media = event.get("datacontenttype", JSON).encode()
    value = json.dumps(event["data"], ensure_ascii=False).encode() if "data" in event else b""
    return Sent(value, [("content-type", media), *said, *headers], key)


def has_binary_form(event: Event) -> bool:
    """Whether headers can say it: they are texts, and an empty content type is none."""
    return all(isinstance(each, str) for name, each in event.items() if name != "data") and event.get("datacontenttype") != ""


class Bureau:
    """The program of one bureau. An async context manager."""

    def __init__(self, broker: Broker, id: str) -> None:
        self._broker = broker
        self.inbox = TopicPartition(broker.name(inbox(id)), 0)
        self.answers = TopicPartition(broker.name(answers(inbox(id))), 0)
        self._producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", linger_ms=5, max_request_size=2 << 20)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=broker.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=10, isolation_level="read_committed"
        )
        self._id = id

    async def __aenter__(self) -> Self:
        await self._broker.create_inboxes([self._id])  # an operator may do so beforehand
        await self._producer.start()
        await self._consumer.start()
        self._consumer.assign([self.answers])
        await self._consumer.seek_to_end(self.answers)
        await self._consumer.position(self.answers)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._producer.stop()
        await self._consumer.stop()

    async def write(self, records: Iterable[Sent]) -> list[int]:
        """Write records, and give the offset of each."""
        sent = [
            await self._producer.send(self.inbox.topic, each.value, each.key, headers=list(each.headers), partition=0) for each in records
        ]
        return [(await each).offset for each in sent]

    async def answer(self) -> dict[str, Any]:
        """The next answer. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            record = await self._consumer.getone(self.answers)
        found: dict[str, Any] = orjson.loads(record.value)
        return found

    async def tell(self, *records: Sent) -> list[dict[str, Any]]:
        """Write records and give the answer to each, in their order, when all are there."""
        offsets = await self.write(records)
        found: dict[int, dict[str, Any]] = {}
        while not found.keys() >= set(offsets):
            answer = await self.answer()
            assert answer["partition"] == 0
            found[answer["offset"]] = answer
        return [found[offset] for offset in offsets]

    async def answered(self) -> int:
        """How many answers there are by now, those of others before it included; 0 where there is no topic."""
        try:
            async with asyncio.timeout(5):
                return int((await self._consumer.end_offsets([self.answers]))[self.answers])
        except TimeoutError:
            return 0
