"""The disks that all depends on, those of Kafka and of MongoDB: asked of themselves, by the ledger alone, since each of them says it of the whole."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Gauge

from shared.disk import Room
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.log_dirs import least_room
from shared.logs.why import why
from shared.mongo import Mongo

log = structlog.get_logger()
LOOK = 15.0
"""Seconds between two looks."""


class Disks:
    """Looks by a timer. What does not answer keeps the figures that it gave last: a disk that is full silences who writes to it."""

    def __init__(self, registry: CollectorRegistry, broker: Broker, mongo: Mongo) -> None:
        self._broker, self._mongo = broker, mongo
        self._free = Gauge(
            "xiaohao_disk_free_bytes",
            "Room left where Kafka keeps its records (the fullest folder of all brokers) and where MongoDB keeps its files (the primary), as last heard.",
            ["of"],
            registry=registry,
        )
        self._size = Gauge("xiaohao_disk_size_bytes", "Size of these disks.", ["of"], registry=registry)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Look once."""
        await self._ask("kafka", self._of_kafka)
        await self._ask("mongodb", self._mongo.room)

    async def _ask(self, of: str, ask: Callable[[], Awaitable[Room | None]]) -> None:
        try:
            async with asyncio.timeout(LOOK):
                room = await ask()
        except (KafkaError, Unavailable, NotImplementedError, TimeoutError) as error:  # not implemented: by a Kafka before 3.3
            log.warning("cannot see how full the disk is", disk=of, detail=why(error))
            return
        if room:
            self._free.labels(of).set(room.free)
            self._size.labels(of).set(room.size)

    async def _of_kafka(self) -> Room | None:
        admin = AIOKafkaAdminClient(**self._broker.connection, client_id="xiaohao-ledger-disks")
        try:
            await admin.start()
            return await least_room(admin)
        finally:
            await admin.close()
