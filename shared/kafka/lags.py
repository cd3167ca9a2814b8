"""How far readers are behind, by what can be read: a transaction's marker and what it aborted take offsets, and are records for nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.broker import Broker

READ_COMMITTED: Literal["read_committed"] = "read_committed"
"""How every consumer of ours reads: what a transaction aborted was never told, and what it has not committed is not told yet."""
FEW = 100
"""Offsets that are looked at one by one: as many records as there are among them wait. Of more it is taken that each is a record."""
PATIENCE = 50
"""Times that a look waits 20 ms for a record that does not come."""


@dataclass(frozen=True)
class Lag:
    """How far a reader is behind on a partition."""

    records: int
    """That it has to handle still. What an open transaction holds back counts, by its offsets: behind it may lie what was told and acknowledged."""
    readable: bool
    """Whether a record waits that can be handled now."""
    since: int | None = None
    """When the oldest of them was written, in milliseconds since 1970 by Kafka's timestamp; none where none waits, or nobody looked."""


@dataclass(frozen=True)
class _Look:
    lag: Lag
    stays: bool
    """As long as what was handled and the end do."""


class Lags:
    """Asks Kafka how far readers are behind."""

    def __init__(self, broker: Broker, client_id: str = "xiaohao-lags", patience_ms: int = 40_000) -> None:
        given = {"client_id": client_id, "request_timeout_ms": patience_ms, "enable_auto_commit": False, "max_partition_fetch_bytes": 1}
        # To the one a partition ends after all that was written, to the other before what is not decided yet.
        self._all = AIOKafkaConsumer(**broker.connection, **given, isolation_level="read_uncommitted", auto_offset_reset="earliest")
        self._reader = AIOKafkaConsumer(**broker.connection, **given, isolation_level=READ_COMMITTED, auto_offset_reset="earliest")
        self._known: dict[tuple[str, TopicPartition], tuple[int, int, Lag]] = {}
        """What was found at the last look, with what was handled and the end: while these stay, so does the lag."""
        self._asked: dict[tuple[str, TopicPartition], tuple[int, int]] = {}
        """What was handled, and the end, when it was last asked."""

    async def start(self) -> None:
        """Connect. Raises KafkaError; `stop` is then called all the same."""
        await self._all.start()
        await self._reader.start()

    async def stop(self) -> None:
        """Let go."""
        try:
            await self._all.stop()
        finally:
            await self._reader.stop()

    async def of(self, reader: str, handled: Mapping[TopicPartition, int], moving: bool = False) -> dict[TopicPartition, Lag]:
        """How far a reader is behind that has handled each partition up to this offset. Raises KafkaError.

        `moving`: where the reader or the end moved since it was last asked, all that lies between them is taken to be readable, without a look; else one
        record that waits says so.
        """
        places = list(handled)
        # What is older than the beginning is gone, and waits for nobody.
        begins: Mapping[TopicPartition, int] = {} if moving else await self._all.beginning_offsets(places)
        ends = await self._all.end_offsets(places)
        who = f"{reader}, moving" if moving else reader
        return {each: await self._lag((who, each), max(handled[each], begins.get(each, 0)), end, moving) for each, end in ends.items()}

    async def _lag(self, who: tuple[str, TopicPartition], handled: int, end: int, moving: bool) -> Lag:
        if handled >= end:
            return Lag(0, readable=False)
        if (known := self._known.get(who)) and known[:2] == (handled, end):
            return known[2]
        before, self._asked[who] = self._asked.get(who), (handled, end)
        if moving and before != (handled, end):
            return Lag(end - handled, readable=True)
        look = await self._look(who[1], handled, end, count=not moving)
        if look.stays:
            self._known[who] = (handled, end, look.lag)
        return look.lag

    async def _look(self, partition: TopicPartition, handled: int, end: int, count: bool) -> _Look:
        """What waits between this offset and the end; unless records are to be counted, the first is enough."""
        stable = min((await self._at(self._reader, partition, handled))[partition], end)
        at, patience, found, since = handled, PATIENCE, 0, None
        while at < stable and patience:
            records = (await self._reader.getmany(partition, timeout_ms=20, max_records=FEW)).get(partition, [])
            if records:
                since = since or records[0].timestamp
                found, at = found + sum(each.offset < end for each in records), records[-1].offset + 1
                if not count or end - records[0].offset > FEW:
                    return _Look(Lag(end - records[0].offset, readable=True, since=since), stays=True)
                continue
            # Past a marker alone it waits for a record to the end of its time, and moves all the same.
            before, at = at, await self._reader.position(partition)
            patience -= at == before
        at = max(at, stable) if patience else at
        if since is None and at < end:
            since = await self._written(partition, at, end)
        return _Look(
            Lag(found + max(0, end - at), readable=bool(found) or not patience, since=since), stays=stable == end and bool(patience)
        )

    async def _written(self, partition: TopicPartition, at: int, end: int) -> int | None:
        """When the first record from an offset on was written, decided or not."""
        await self._at(self._all, partition, at)
        for _ in range(PATIENCE):
            if records := (await self._all.getmany(partition, timeout_ms=20, max_records=1)).get(partition):
                return int(records[0].timestamp)
            if await self._all.position(partition) >= end:
                break
        return None

    @staticmethod
    async def _at(consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> Mapping[TopicPartition, int]:
        """Have a consumer read on from an offset of one partition; gives where that ends for it."""
        consumer.assign([partition])
        consumer.seek(partition, offset)
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets([partition])
        return ends
