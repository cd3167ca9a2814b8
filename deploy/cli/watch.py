"""`xiaohao tail` and `xiaohao dead`: what stands on the topics, for people."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from rich.text import Text

from deploy.cli.terms import COLOURS, line
from deploy.embedded import running
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded, Unreadable
from shared.mongo import Mongo
from shared.settings import read_settings
from shared.topics import LEDGER
from shared.workdays import BEIJING


class Mistake(Exception):
    """Something that the user can put right; the text says how."""


@dataclass(frozen=True)
class Place:
    """Which Kafka, and what stands before the names of its topics."""

    bootstrap: str
    namespace: str


def place(kafka: str | None) -> Place:
    """The Kafka that is meant: the one given, that of the settings, or the one that `xiaohao up` started. Raises Mistake or SettingMistake."""
    settings = read_settings()
    if kafka or "kafka_bootstrap" in settings.model_fields_set:
        return Place(kafka or settings.kafka_bootstrap, settings.namespace)
    found = running.read()
    if found is None:
        raise Mistake("Nothing runs here. Start `xiaohao up`, or say where Kafka is by --kafka or XIAOHAO_KAFKA_BOOTSTRAP.")
    return Place(found.kafka_bootstrap, found.namespace)


def database(where: Place, service: str) -> Mongo:
    """The database of a service: in the MongoDB of the settings, or in the one that `xiaohao up` started."""
    settings, found = read_settings(), running.read()
    uri = settings.mongodb_uri.get_secret_value()
    if found and "mongodb_uri" not in settings.model_fields_set:
        uri = found.mongodb_uri
    return Mongo(uri, f"{where.namespace}xiaohao-{service}")


@asynccontextmanager
async def partitions(where: Place, ending: str) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
    """A consumer of all partitions of the topics whose name ends so. Raises Mistake where Kafka does not answer or has no such topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=where.bootstrap, request_timeout_ms=10_000)
    consumer = AIOKafkaConsumer(bootstrap_servers=where.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=100)
    try:
        try:
            await admin.start()
            names = [name for name in await admin.list_topics() if name.startswith(where.namespace) and name.endswith(ending)]
            described = await admin.describe_topics(names) if names else []
            await consumer.start()
        except (KafkaError, ValueError, OSError) as error:
            raise Mistake(f"Kafka at {where.bootstrap} does not answer: {error}") from None
        found = [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]
        if not found:
            raise Mistake(f"Kafka at {where.bootstrap} has no topic {where.namespace}…{ending}")
        consumer.assign(found)
        yield consumer, sorted(found)
    finally:
        await consumer.stop()
        await admin.close()


async def to_the_end(consumer: AIOKafkaConsumer, wanted: Iterable[TopicPartition]) -> AsyncIterator[Any]:
    """Every record that is on these partitions now."""
    wanted = list(wanted)
    await consumer.seek_to_beginning(*wanted)
    for partition, end in (await consumer.end_offsets(wanted)).items():
        while await consumer.position(partition) < end:
            for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, []):
                if record.offset < end:
                    yield record


async def ledger(where: Place, whole: bool, follow: bool) -> AsyncIterator[Recorded]:
    """Recorded events: those that are there, where the whole is wanted; then those that come, where it is followed. Raises Mistake."""
    async with partitions(where, LEDGER) as (consumer, wanted):
        if whole:
            async for record in to_the_end(consumer, wanted):
                if event := _event(record):
                    yield event
        else:
            await consumer.seek_to_end(*wanted)
        while follow:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    if event := _event(record):
                        yield event


def _event(record: Any) -> Recorded | None:
    try:
        return read_recorded(record)
    except Unreadable:
        return None  # it is on the dead-letter topic, where `xiaohao dead` shows it


def told(event: Recorded) -> Text:
    """A recorded event on one line."""
    about = event.subject.removeprefix(event.book).lstrip("/") or "book"
    text = Text(f"{event.accepted.astimezone(BEIJING):%m-%d %H:%M:%S} ", style="dim")
    text.append(f"{event.book}@{event.position} ", style="blue")
    text.append(f"{event.type} {event.fact.zh if event.fact else ''} ", style=COLOURS.get(event.type, "white"))
    text.append(f"{about} ", style="dim")
    return text.append(line(event.fact))


@dataclass(frozen=True)
class Dead:
    """A record on a dead-letter topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def reason(self) -> str:
        """Why it is there: the last line, which of a traceback says what failed."""
        found = next((value for name, value in self.headers if name == "dlt-reason" and value), b"")
        return (found.decode("utf-8", "replace").strip().splitlines() or [""])[-1]

    @property
    def place(self) -> str:
        """How `xiaohao dead show` is asked for it."""
        return f"{self.topic}/{self.partition}/{self.offset}"


async def dead(where: Place) -> AsyncIterator[Dead]:
    """Every record on a dead-letter topic. Raises Mistake."""
    async with partitions(where, ".dlt") as (consumer, wanted):
        async for record in to_the_end(consumer, wanted):
            topic = record.topic.removeprefix(where.namespace)
            yield Dead(topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
