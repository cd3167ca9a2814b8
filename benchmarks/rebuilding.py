"""Recorded events a second that reporting folds as it is made anew from the topic.

The rate is taken between the first and the last offsets that it commits, less what was done at the first; so the start of its process does not count.
"""

import asyncio
import time
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.work import processes
from deploy.client.read_model import discard_read_model
from shared.kafka.broker import Broker
from shared.topics import LEDGER

PATIENCE = 600.0


async def measure(broker: Broker, mongodb: str, env: Mapping[str, str]) -> dict[str, float]:
    """One rebuild of reporting, from nothing; it may not run. Raises TimeoutError."""
    await discard_read_model(broker, mongodb)
    async with AIOKafkaConsumer(broker.name(LEDGER), **broker.connection) as consumer:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
    group, total = broker.group("reporting", LEDGER), sum(ends.values())
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        with processes([["-m", "services.reporting.app"]], env):
            async with asyncio.timeout(PATIENCE):
                at, first, begun = 0, 0, 0.0
                while at < total:
                    await asyncio.sleep(0.02)
                    committed = await admin.list_consumer_group_offsets(group, partitions=list(ends))
                    at = sum(max(each.offset, 0) for each in committed.values())
                    if at and not first:
                        first, begun = at, time.perf_counter()
                seconds = time.perf_counter() - begun
    finally:
        await admin.close()
    # Of very little, all is done at the first look.
    return {"folding_recorded_per_s": max(1, total - first) / max(seconds, 0.001)}
