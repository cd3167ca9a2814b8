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


class Settled:
    """Asks the broker how far the groups are behind. An async context manager."""

    def __init__(self, broker: Broker, readers: Sequence[str] = tuple(READERS)) -> None:
        self._broker = broker
        self._reads = [("ledger", INTAKE), *((reader, topic) for reader in readers for topic in READERS[reader])]
        self._admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        self._lags = Lags(broker.bootstrap)

    async def __aenter__(self) -> Self:
        await self._admin.start()
        await self._lags.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._admin.close()
        await self._lags.stop()

    async def behind(self) -> dict[str, int]:
        """How far each group is behind, as `group topic` -> offsets; all 0 means settled. Raises KafkaError.

        What a group committed is read before the ends, and the ledger before its readers: equal then means that nothing is under way.
        """
        lags: dict[str, int] = {}
        for group, topic in self._reads:
            partitions = [TopicPartition(self._broker.name(topic), number) for number in range(self._broker.partitions)]
            committed = await self._admin.list_consumer_group_offsets(self._broker.group(group, topic), partitions=partitions)
            done = {each: max(found.offset, 0) if (found := committed.get(each)) else 0 for each in partitions}
            lags[f"{group} {topic}"] = sum(lag.offsets for lag in (await self._lags.of(f"{group} {topic}", done)).values())
        return lags

    async def wait(self, seconds: float = 60) -> None:
        """Wait until settled. Raises TimeoutError, saying who is behind."""
        lags: dict[str, int] = {}
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        lags = await self.behind()
                    except KafkaError:  # a group's coordinator moves while the first member joins
                        lags = {"Kafka does not answer": 1}
                    if not any(lags.values()):
                        return
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise TimeoutError(f"not settled after {seconds} s: { ({name: lag for name, lag in lags.items() if lag}) }") from None
