"""The disks that all depends on, those of Kafka and of MongoDB: asked of themselves, by the ledger alone, since each of them says it of the whole."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from prometheus_client import CollectorRegistry, Gauge

from shared.disk import Room
from shared.kafka.broker import Broker
from shared.kafka.log_dirs import least_room
from shared.logs.why import why
from shared.mongo import Mongo

log = structlog.get_logger()
LOOK = 15.0
"""Seconds between two looks."""
KEPT = 900.0
"""Seconds for which the last figures of a disk stand that nobody tells of any more."""


class Disks:
    """Looks by a timer. What does not answer keeps the figures that it gave last for a while: a disk that is full silences who writes to it."""

    def __init__(self, registry: CollectorRegistry, broker: Broker, mongo: Mongo, now: Callable[[], float] = monotonic) -> None:
        self._broker, self._mongo, self._now = broker, mongo, now
        self._heard = dict[str, float]()
        """When each told of its disk last; not one whose figures are gone."""
        self._free = Gauge(
            "xiaohao_disk_free_bytes",
            "Room left where Kafka keeps its records (the fullest folder of all brokers) and where MongoDB keeps its files (the primary), as last heard; gone a quarter of an hour after that.",
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
        room = None
        try:
            async with asyncio.timeout(LOOK):
                room = await ask()
        except Exception as error:  # a figure ends no service; a Kafka before 3.3 cannot say it, another may not
            log.warning("cannot see how full the disk is", disk=of, detail=why(error))
        if room:
            self._free.labels(of).set(room.free)
            self._size.labels(of).set(room.size)
            self._heard[of] = self._now()
        elif of in self._heard and self._now() - self._heard[of] > KEPT:
            del self._heard[of]
            self._free.remove(of)
            self._size.remove(of)

    async def _of_kafka(self) -> Room | None:
        admin = AIOKafkaAdminClient(**self._broker.connection, client_id="xiaohao-ledger-disks")
        try:
            await admin.start()
            return await least_room(admin)
        finally:
            await admin.close()
