"""Reading topics: all that is on some of them now, the recorded events of the ledger as they flow."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.client.mistake import UserMistake
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import read_recorded
from shared.kafka.entry import require_entry
from shared.kafka.lags import READ_COMMITTED
from shared.kafka.records import Recorded, Unreadable
from shared.topics import LEDGER


async def count_brokers(broker: Broker) -> int:
    """How many brokers the cluster says it has. Raises KafkaError or OSError where it does not answer."""
    admin = AIOKafkaAdminClient(**broker.connection, request_timeout_ms=5000)
    try:
        await admin.start()
        return len((await admin.describe_cluster())["brokers"])
    finally:
        await admin.close()


@asynccontextmanager
async def partitions(broker: Broker, ending: str) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
    """A consumer of all partitions of the topics whose name ends so. Raises UserMistake where Kafka does not answer or has no such topic."""
    admin = AIOKafkaAdminClient(**broker.connection, request_timeout_ms=10_000)
    consumer = AIOKafkaConsumer(**broker.connection, enable_auto_commit=False, fetch_max_wait_ms=100, isolation_level=READ_COMMITTED)
    try:
        try:
            await require_entry(broker)
            await admin.start()
            names = [name for name in await admin.list_topics() if name.startswith(broker.namespace) and name.endswith(ending)]
            described = await admin.describe_topics(names) if names else []
            await consumer.start()
        except Unavailable as error:
            raise UserMistake(str(error)) from None
        except (KafkaError, ValueError, OSError) as error:
            raise UserMistake(f"Kafka at {broker.bootstrap} does not answer: {error}") from None
        wanted = [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]
        if not wanted:
            raise UserMistake(f"Kafka at {broker.bootstrap} has no topic {broker.namespace}…{ending}")
        consumer.assign(wanted)
        yield consumer, sorted(wanted)
    finally:
        await consumer.stop()
        await admin.close()


async def records_so_far(consumer: AIOKafkaConsumer, wanted: Iterable[TopicPartition]) -> AsyncIterator[Any]:
    """Every record that is on these partitions now."""
    wanted = list(wanted)
    await consumer.seek_to_beginning(*wanted)
    for partition, end in (await consumer.end_offsets(wanted)).items():
        while await consumer.position(partition) < end:
            for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, []):
                if record.offset < end:
                    yield record


async def recorded_events(broker: Broker, whole: bool = True, follow: bool = False) -> AsyncIterator[Recorded]:
    """Recorded events: those that are there, where the whole is wanted; then those that come, where it is followed. Raises UserMistake."""
    async with partitions(broker, LEDGER) as (consumer, wanted):
        if whole:
            async for record in records_so_far(consumer, wanted):
                if event := _recorded(record):
                    yield event
        else:
            await consumer.seek_to_end(*wanted)
        while follow:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    if event := _recorded(record):
                        yield event


def _recorded(record: Any) -> Recorded | None:
    try:
        return read_recorded(record)
    except Unreadable:
        return None  # it is on the dead-letter topic, where `xiaohao dead` shows it
