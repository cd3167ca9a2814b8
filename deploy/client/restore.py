"""Restores the ledger's database from `campaign.ledger`, and what it had set aside from the dead letters."""

from collections.abc import AsyncIterator

from aiokafka.admin import AIOKafkaAdminClient

from deploy.client.mistake import UserMistake
from deploy.client.place import find_database
from deploy.client.replay import DeadLetters
from deploy.client.topics import partitions, records_so_far
from services.ledger.restore import Restored, restore
from services.ledger.store.mongo import MongoStore
from shared.faults import StoreBehind
from shared.kafka.broker import Broker
from shared.kafka.entry import require_entry
from shared.kafka.records import Received
from shared.kafka.seal import StreamKeys
from shared.topics import INTAKE, LEDGER


async def count_stored(broker: Broker, mongodb_uri: str | None = None) -> int:
    """How many told events the books hold that there are; those of a restore that was cut short are none. Raises Unavailable."""
    mongo = find_database(broker, "ledger", mongodb_uri)
    try:
        await mongo.ping()
        under_way = await mongo["meta"].find_one({"_id": "restore"})
        return 0 if under_way else int(await mongo["recorded"].estimated_document_count())
    finally:
        mongo.close()


async def restore_ledger(
    broker: Broker, keys: StreamKeys, replace: bool, mongodb_uri: str | None = None
) -> tuple[Restored, dict[str, list[str]]]:
    """What was restored, and what waits for subjects that are set aside again.

    Raises UserMistake where a ledger runs, there are books, or the topic is not whole; Unavailable.
    """
    await _require_stopped(broker)

    async def topic() -> AsyncIterator[Received]:
        async with partitions(broker, LEDGER) as (consumer, wanted):
            async for record in records_so_far(consumer, wanted):
                yield record

    async with partitions(broker, LEDGER) as (consumer, wanted):
        count = len(await consumer.end_offsets(wanted))  # aiokafka takes it ill to be stopped before it was asked anything
    mongo = find_database(broker, "ledger", mongodb_uri)
    try:
        await mongo.ping()
        store = MongoStore(mongo)
        await store.begin_restore(count, replace)
        restored = await restore(topic, store, count)
        aside = await DeadLetters(broker, keys, store, "").set_aside_again()
        await store.end_restore()
    except (StoreBehind, ValueError) as error:
        raise UserMistake(str(error)) from None
    finally:
        mongo.close()
    return restored, aside


async def _require_stopped(broker: Broker) -> None:
    """Raises UserMistake where a copy of the ledger is in its group."""
    await require_entry(broker)
    group = broker.group("ledger", INTAKE)
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        [answer] = await admin.describe_consumer_groups([group])
        states = {each[2] for each in answer.groups}
    finally:
        await admin.close()
    if not states <= {"Empty", "Dead"}:
        raise UserMistake(f"Stop every copy of the ledger first: the group {group} is in use.")
