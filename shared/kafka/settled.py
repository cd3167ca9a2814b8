"""Settled: nothing that was told is under way any more, and every reader has folded what was recorded. Nothing needs to sleep."""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.kafka.broker import Broker
from shared.kafka.lags import Lags
from shared.topics import INTAKE, LEDGER, PEOPLE

READERS: Mapping[str, Sequence[str]] = {"intake": (LEDGER,), "notify": (LEDGER, PEOPLE), "reporting": (LEDGER, PEOPLE)}
"""Each service and the topics that it reads, after the ledger."""
PAUSE = 0.005
"""Seconds between two questions to the broker while something is under way."""


class Settled:
    """Asks the broker how far the groups are behind. An async context manager."""

    def __init__(self, broker: Broker, readers: Sequence[str] = tuple(READERS)) -> None:
        self._broker = broker
        self._reads = [("ledger", INTAKE), *((reader, topic) for reader in readers for topic in READERS[reader])]
        self._admin = AIOKafkaAdminClient(**broker.connection)
        self._lags = Lags(broker)
        self._coordinators: dict[str, int] = {}
        """By group: the node that keeps its offsets."""

    async def __aenter__(self) -> Self:
        await self._admin.start()
        await self._lags.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._admin.close()
        await self._lags.stop()

    async def behind(self) -> dict[str, int]:
        """How far each group is behind, as `group topic` -> records; all 0 means settled. Raises KafkaError."""
        return {f"{group} {topic}": await self._lag(group, topic) for group, topic in self._reads}

    async def wait(self, seconds: float = 60) -> None:
        """Wait until settled. Raises TimeoutError, saying who is behind."""
        first: tuple[str, int] | None = None
        try:
            async with asyncio.timeout(seconds):
                while first := await self._first_behind():
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            raise TimeoutError(f"not settled after {seconds} s: {first}") from None

    async def _first_behind(self) -> tuple[str, int] | None:
        """The first group that is behind, and how far; those after it are not asked before it is not."""
        try:
            for group, topic in self._reads:
                if lag := await self._lag(group, topic, moving=True):
                    return f"{group} {topic}", lag
        except KafkaError:  # a group's coordinator moves while the first member joins
            return "Kafka does not answer", 1
        return None

    async def _lag(self, group: str, topic: str, moving: bool = False) -> int:
        """How far a group is behind on a topic.

        What it committed is read before the ends, and the ledger before its readers: equal then means that nothing is under way.
        """
        done = await self._committed(self._broker.group(group, topic), self._broker.name(topic))
        return sum(lag.records for lag in (await self._lags.of(f"{group} {topic}", done, moving)).values())

    async def _committed(self, group: str, topic: str) -> dict[TopicPartition, int]:
        """How far a group has come on each partition. Raises KafkaError."""
        partitions = [TopicPartition(topic, number) for number in range(self._broker.partitions)]
        node = self._coordinators.pop(group) if group in self._coordinators else await self._admin.find_coordinator(group)
        found = await self._admin.list_consumer_group_offsets(group, node, partitions)
        if found.keys() == set(partitions):  # else it may be another by now, and is looked for the next time
            self._coordinators[group] = node
        return {each: max(mark.offset, 0) if (mark := found.get(each)) else 0 for each in partitions}
