"""What a version wrote, as text files: the records of its topics, the place of each consumer group, and the documents of its databases."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from bson import json_util
from pymongo import MongoClient

from shared.kafka.broker import Broker
from shared.kafka.seal import SEAL
from shared.kafka.settled import READERS
from shared.topics import INTAKE, LEDGER, NOTICES, PEOPLE

COMPACT = (",", ":")
DATABASES = ("ledger", "intake", "notify", "reporting")
TOPICS = (INTAKE, LEDGER, PEOPLE, NOTICES)
GROUPS = {("ledger", INTAKE), ("reporting", NOTICES), *((reader, topic) for reader, topics in READERS.items() for topic in topics)}


async def keep(broker: Broker, mongodb_uri: str, folder: Path) -> None:
    """Write all of it to a folder."""
    records = await kept_records(broker, *TOPICS)
    (folder / "topics.ndjson").write_text(
        "".join(f"{json.dumps(each, ensure_ascii=False, separators=COMPACT)}\n" for each in records), "utf-8"
    )
    with _databases(mongodb_uri, broker.namespace) as databases:
        documents = [
            {"in": f"{database}.{name}", "document": document}
            for database in DATABASES
            for name in sorted(databases[database].list_collection_names())
            for document in databases[database][name].find().sort("_id")
        ]
    lines = [
        json_util.dumps(each, json_options=json_util.RELAXED_JSON_OPTIONS, ensure_ascii=False, separators=COMPACT) for each in documents
    ]
    (folder / "databases.ndjson").write_text("".join(f"{line}\n" for line in lines), "utf-8")


async def kept_records(broker: Broker, *topics: str) -> list[dict[str, Any]]:
    """All that stands on some topics, as it is kept: without the namespace and with headers as text."""
    consumer, found = AIOKafkaConsumer(**broker.connection, enable_auto_commit=False), list[dict[str, Any]]()
    await consumer.start()
    try:
        wanted = [TopicPartition(broker.name(topic), number) for topic in topics for number in range(broker.partitions)]
        consumer.assign(wanted)
        await consumer.seek_to_beginning(*wanted)
        for partition, end in (await consumer.end_offsets(wanted)).items():
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, []):
                    # A seal is no text.
                    headers = {name: value.hex() if name == SEAL else value.decode() for name, value in record.headers}
                    value = None if record.value is None else orjson.loads(record.value)
                    assert value is None or orjson.dumps(value) == record.value, "else chains would not hold"
                    topic = record.topic.removeprefix(broker.namespace)
                    found.append({"topic": topic, "at": record.partition, "key": record.key.decode(), "headers": headers, "value": value})
    finally:
        await consumer.stop()
    return found


async def lay(broker: Broker, mongodb_uri: str, folder: Path) -> None:
    """Put all of it where the services find it, as if they had been stopped."""
    await broker.create_topics()
    async with AIOKafkaProducer(**broker.connection) as producer:
        for line in (folder / "topics.ndjson").read_text("utf-8").rstrip("\n").split("\n"):
            record = json.loads(line)
            headers = [(name, bytes.fromhex(value) if name == SEAL else value.encode()) for name, value in record["headers"].items()]
            value = None if record["value"] is None else orjson.dumps(record["value"])
            await producer.send(broker.name(record["topic"]), value, record["key"].encode(), record["at"], headers=headers)
    for service, topic in GROUPS:
        consumer = AIOKafkaConsumer(**broker.connection, group_id=broker.group(service, topic), enable_auto_commit=False)
        await consumer.start()
        try:
            wanted = [TopicPartition(broker.name(topic), number) for number in range(broker.partitions)]
            consumer.assign(wanted)
            await consumer.commit(await consumer.end_offsets(wanted))
        finally:
            await consumer.stop()
    with _databases(mongodb_uri, broker.namespace) as databases:
        for line in (folder / "databases.ndjson").read_text("utf-8").rstrip("\n").split("\n"):
            kept = json_util.loads(line, json_options=json_util.RELAXED_JSON_OPTIONS)
            database, _, name = kept["in"].partition(".")
            databases[database][name].insert_one(kept["document"])


@contextmanager
def _databases(mongodb_uri: str, namespace: str) -> Iterator[dict[str, Any]]:
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        yield {name: client[f"{namespace}xiaohao-{name}"] for name in DATABASES}
