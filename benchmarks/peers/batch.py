"""FastStream in batches: parse a batch, write all its subjects in one bulk write, publish the batch, then commit: what a team writes that needs speed.

Guarantees: nothing acknowledged is lost. Document and record are not atomic, so a kill between them has the batch done again: its events stand twice in the
documents and on the topic. Neither a sequence nor a chain. One record put out a told event, where the ledger puts out two.
"""

import asyncio
import sys
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage, KafkaPublishMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import UpdateOne

from shared.topics import INTAKE, LEDGER


async def run(bootstrap: str, mongodb: str, namespace: str, total: int) -> None:
    """Handle `total` told events of the namespace, then end."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongodb, w="majority")
    subjects = client[f"{namespace}batch"].subjects
    finished = asyncio.Event()
    done = 0
    broker = KafkaBroker(
        bootstrap, acks="all", enable_idempotence=True, linger_ms=2, max_batch_size=8 << 20, max_request_size=8 << 20, logger=None
    )

    @broker.subscriber(
        f"{namespace}{INTAKE}",
        batch=True,
        max_records=1000,
        group_id=f"{namespace}batch",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def handle(events: list[dict[str, Any]], message: KafkaMessage) -> None:
        nonlocal done
        parsed = [(headers["ce_subject"], headers["ce_type"], event) for headers, event in zip(message.batch_headers, events, strict=True)]
        writes = [
            UpdateOne({"_id": subject}, {"$set": {"status": type}, "$push": {"events": event}, "$inc": {"position": 1}}, upsert=True)
            for subject, type, event in parsed
        ]
        await subjects.bulk_write(writes)
        records = message.raw_message
        by_partition: dict[int, list[KafkaPublishMessage]] = {}
        for record, (subject, type, event) in zip(records, parsed, strict=True):
            by_partition.setdefault(record.partition, []).append(
                KafkaPublishMessage({**event, "subject": subject, "type": type}, key=record.key)
            )
        for partition, messages in by_partition.items():
            await broker.publish_batch(*messages, topic=f"{namespace}{LEDGER}", partition=partition)
        done += len(events)
        if done >= total:
            finished.set()

    async with broker:
        await broker.start()
        await finished.wait()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
