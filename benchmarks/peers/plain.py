"""Plain FastStream: what a team would write first, one message a call, one document an issue, defaults otherwise.

Guarantees: by default the offset is committed before a message is handled, so what a kill interrupts is lost; document and record are not atomic; one record
put out a told event, keyed by none, so in no order.
"""

import asyncio
import sys
from typing import Any

from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient

from shared.topics import INTAKE, LEDGER


async def run(bootstrap: str, mongodb: str, namespace: str, total: int) -> None:
    """Handle `total` told events of the namespace, then end."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongodb, w="majority")
    subjects = client[f"{namespace}plain"].subjects
    finished = asyncio.Event()
    done = 0
    broker = KafkaBroker(bootstrap, logger=None)

    @broker.subscriber(f"{namespace}{INTAKE}", group_id=f"{namespace}plain", auto_offset_reset="earliest")
    @broker.publisher(f"{namespace}{LEDGER}")
    async def handle(event: dict[str, Any], message: KafkaMessage) -> dict[str, Any]:
        nonlocal done
        subject, type = message.headers["ce_subject"], message.headers["ce_type"]
        before = await subjects.find_one({"_id": subject})
        await subjects.update_one({"_id": subject}, {"$set": {"status": type}, "$push": {"events": event}}, upsert=True)
        done += 1
        if done >= total:
            finished.set()
        return {**event, "position": len((before or {}).get("events", ())) + 1}

    async with broker:
        await broker.start()
        await finished.wait()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
