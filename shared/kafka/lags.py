"""How far readers are behind, by what can be read: a transaction's marker and what it aborted take offsets, and are records for nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.broker import Broker

READ_COMMITTED: Literal["read_committed"] = "read_committed"
"""How every consumer of ours reads: what a transaction aborted was never told, and what it has not committed is not told yet."""


@dataclass(frozen=True)
class Lag:
    """How far a reader is behind on a partition."""

    offsets: int
    """To the end of the partition. What an open transaction holds back counts: behind it may lie what was told and acknowledged."""
    readable: bool
    """Whether a record waits that can be handled now."""


class Lags:
    """Asks Kafka how far readers are behind."""

    def __init__(self, broker: Broker, client_id: str = "xiaohao-lags", patience_ms: int = 40_000) -> None:
        given = {"client_id": client_id, "request_timeout_ms": patience_ms, "enable_auto_commit": False}
        # To the one a partition ends after all that was written, to the other before what is not decided yet.
        self._ends = AIOKafkaConsumer(**broker.connection, **given, isolation_level="read_uncommitted")
        self._reader = AIOKafkaConsumer(
            **broker.connection, **given, isolation_level=READ_COMMITTED, auto_offset_reset="earliest", max_partition_fetch_bytes=1
        )
        self._known: dict[tuple[str, TopicPartition], tuple[int, int, Lag]] = {}
        """What was found at the last look, with what was handled and the end: while these stay, so does the lag."""
        self._asked: dict[tuple[str, TopicPartition], tuple[int, int]] = {}
        """What was handled, and the end, when it was last asked."""

    async def start(self) -> None:
        """Connect. Raises KafkaError; `stop` is then called all the same."""
        await self._ends.start()
        await self._reader.start()

    async def stop(self) -> None:
        """Let go."""
        try:
            await self._ends.stop()
        finally:
            await self._reader.stop()

    async def of(self, reader: str, handled: Mapping[TopicPartition, int], moving: bool = False) -> dict[TopicPartition, Lag]:
        """How far a reader is behind that has handled each partition up to this offset. Raises KafkaError.

        `moving`: where the reader or the end moved since it was last asked, all that lies between them is taken to be readable, without a look.
        """
        ends = await self._ends.end_offsets(list(handled))
        return {each: await self._lag((reader, each), handled[each], end, moving) for each, end in ends.items()}

    async def _lag(self, who: tuple[str, TopicPartition], handled: int, end: int, moving: bool) -> Lag:
        if handled >= end:
            return Lag(0, readable=False)
        if (known := self._known.get(who)) and known[:2] == (handled, end):
            return known[2]
        before, self._asked[who] = self._asked.get(who), (handled, end)
        if moving and before != (handled, end):
            return Lag(end - handled, readable=True)
        lag, found = await self._look(who[1], handled, end)
        if found:
            self._known[who] = (handled, end, lag)
        return lag

    async def _look(self, partition: TopicPartition, handled: int, end: int) -> tuple[Lag, bool]:
        """How far it is from this offset to the end, and whether that stays so while both do."""
        self._reader.assign([partition])
        self._reader.seek(partition, handled)
        stable = (await self._reader.end_offsets([partition]))[partition]
        at, patience = handled, 50
        while at < stable:
            if any((await self._reader.getmany(partition, timeout_ms=20, max_records=1)).values()):
                return Lag(end - handled, readable=True), True
            # Past a marker alone it waits for a record to the end of its time, and moves all the same.
            before, at = at, await self._reader.position(partition)
            patience -= at == before
            if not patience:
                return Lag(end - at, readable=True), False
        return Lag(max(0, end - at), readable=False), at >= end
