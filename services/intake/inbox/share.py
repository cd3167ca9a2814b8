"""The inboxes that the group gave to one copy of intake."""

import asyncio
from collections.abc import Callable, Iterable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.intake.inbox.reading import Reading
from shared.faults import Unavailable
from shared.kafka import subscription
from shared.logs.why import why

log = structlog.get_logger()

PATIENCE = 5.0
"""Seconds that Kafka may take to say where the inboxes end."""


class Share(ConsumerRebalanceListener):  # type: ignore[misc]
    """The partitions that a consumer reads, each by itself."""

    def __init__(self, consumer: AIOKafkaConsumer, read: Callable[[TopicPartition], Reading]) -> None:
        self._consumer, self._read = consumer, read
        self._readings: list[Reading] = []
        self._behind = 0

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let the batches under way finish if they soon do."""
        await self.leave()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Begin to read each."""
        self._readings = [self._read(place) for place in assigned]
        for each in self._readings:
            each.start()

    async def leave(self) -> None:
        """Let the batches under way finish if they soon do; nothing after them is read."""
        left, self._readings = self._readings, []
        await asyncio.gather(*(each.leave(subscription.SESSION / 2) for each in left))

    @property
    def inboxes(self) -> int:
        """How many are read here."""
        return len(self._readings)

    @property
    def since(self) -> float | None:
        """When the oldest record that waits came, in seconds since 1970; none where none waits."""
        return min((each.since for each in self._readings if each.since is not None), default=None)

    async def behind(self) -> int:
        """How many records wait, by what Kafka says itself. Raises Unavailable where they wait in vain: a consumer can be stuck and not know it
        (aiokafka#1154).
        """
        readings = list(self._readings)
        try:
            async with asyncio.timeout(PATIENCE):
                ends = await self._consumer.end_offsets([each.place for each in readings]) if readings else {}
                self._behind = sum([await each.behind(ends[each.place]) for each in readings])
        except (KafkaError, TimeoutError) as error:
            log.warning("inboxes unmeasured", detail=why(error))
        if any(each.stuck() for each in readings):
            raise Unavailable("records wait and none is handled")
        return self._behind
