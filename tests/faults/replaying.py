"""A replay as a process of its own, which ends itself by SIGKILL once it has put so many records on Kafka.

python -m tests.faults.replaying N SUBJECT
"""

import asyncio
import os
import signal
import sys
from typing import Any

from aiokafka import AIOKafkaProducer

from deploy.client.place import find_broker, find_database, find_keys
from deploy.client.replay import Chosen, DeadLetters
from services.ledger.store.mongo import MongoStore


async def main(left: int, subject: str) -> None:
    """Replay until the record after the last one is to be sent."""
    send = AIOKafkaProducer.send

    async def dying_send(producer: AIOKafkaProducer, *given: Any, **named: Any) -> Any:
        nonlocal left
        if left == 0:
            await producer.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return await send(producer, *given, **named)

    AIOKafkaProducer.send = dying_send
    broker = find_broker(None)
    await DeadLetters(broker, find_keys(), MongoStore(find_database(broker, "ledger")), "the one who is killed").replay(
        Chosen(subject=subject)
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
