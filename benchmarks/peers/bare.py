"""The limit: the batch loop of the ledger with no rules, no FastStream, no metrics and no failures.

Read a batch; in one transaction look up the told ids, load subjects and books, fold two recorded events for each told one chained by hash, insert one
document for each told event with the bytes of its recorded events, replace subjects and books conditionally; publish, idempotent and acknowledged by
all; commit the offsets.

Guarantees: as the ledger's, as far as there is a chain and nothing that is told twice counts twice; but it refuses nothing, knows no rule, and ends at the
first failure.
"""

import asyncio
import hashlib
import sys
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, ReplaceOne, WriteConcern
from pymongo.read_concern import ReadConcern

from shared.topics import INTAKE, LEDGER

Document = dict[str, Any]


def header(record: Any, name: str) -> str:
    """One header of a record."""
    return str(next(value for key, value in record.headers if key == name), "utf-8")


async def fold(database: Any, session: Any, records: list[Any]) -> list[tuple[bytes, bytes]]:
    """One batch inside its transaction; returns keys and values to publish, in order."""
    events = [
        (record.key.decode(), header(record, "ce_id"), header(record, "ce_subject"), orjson.loads(record.value)) for record in records
    ]
    ids = [f"{book} {id}" for book, id, _, _ in events]
    before = {each["told"]: each["events"] for each in await database.recorded.find({"told": {"$in": ids}}, session=session).to_list(None)}
    wanted = list({book for book, *_ in events} | {subject for _, _, subject, _ in events})
    loaded = {each["_id"]: each for each in await database.subjects.find({"_id": {"$in": wanted}}, session=session).to_list(None)}
    was = {id: each["position"] for id, each in loaded.items()}
    changed, rows, out = set(), [], []
    for record, (key, id, name, data) in zip(records, events, strict=True):
        known = f"{key} {id}"
        if known not in before:
            book = loaded.setdefault(key, {"_id": key, "position": 0, "hash": b"", "count": 0})
            subject = loaded.setdefault(name, {"_id": name, "position": 0, "state": {}})
            first, made = book["position"] + 1, []
            for suffix in ("", "+"):
                book["position"] += 1
                book["hash"] = hashlib.sha256(book["hash"] + hashlib.sha256(orjson.dumps(data)).digest()).digest()
                made.append(
                    orjson.dumps({"id": id, "type": suffix, "position": book["position"], "hash": book["hash"].hex(), "data": data})
                )
            book["count"] += 1
            subject |= {"state": {"status": next(iter(data), ""), "at": id}, "position": book["position"]}
            rows.append({"_id": f"{key}@{first:010}", "told": known, "events": made})
            changed |= {key, name}
            before[known] = made
        out += [(record.key, value) for value in before[known]]
    if rows:
        await database.recorded.insert_many(rows, ordered=False, session=session)
        writes: list[Any] = [
            ReplaceOne({"_id": each, "position": was[each]}, loaded[each]) if each in was else InsertOne(loaded[each]) for each in changed
        ]
        result = await database.subjects.bulk_write(writes, ordered=False, session=session)
        if result.inserted_count + result.matched_count != len(changed):
            raise RuntimeError("conflict")
    return out


async def run(bootstrap: str, mongodb: str, namespace: str, total: int, batch: int = 1000) -> None:
    """Handle `total` told events of the namespace, then end."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(mongodb)
    database = client[f"{namespace}bare"]
    await database.create_collection("subjects")
    await database.recorded.create_index("told", unique=True)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=2, max_batch_size=262144)
    consumer = AIOKafkaConsumer(
        f"{namespace}{INTAKE}",
        isolation_level="read_committed",
        bootstrap_servers=bootstrap,
        group_id=f"{namespace}bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=8 << 20,
        fetch_max_wait_ms=50,
    )
    await producer.start()
    await consumer.start()
    done = 0
    while done < total:
        got = await consumer.getmany(timeout_ms=100, max_records=batch)
        records = [record for part in got.values() for record in part]
        if not records:
            continue
        async with await client.start_session() as session, session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority")):
            out = await fold(database, session, records)
        sent = [await producer.send(f"{namespace}{LEDGER}", value, key) for key, value in out]
        await asyncio.gather(*sent)
        await consumer.commit({TopicPartition(part.topic, part.partition): each[-1].offset + 1 for part, each in got.items()})
        done += len(records)
    await consumer.stop()
    await producer.stop()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
