"""Partitions side by side: what one has to wait for holds no other up, and each keeps its order, also where one record can never succeed."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from prometheus_client import CollectorRegistry

from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.records import Received, Record
from shared.kafka.settled import Settled
from shared.kafka.work import Work
from shared.settings import Settings
from shared.topics import INTAKE
from tests.faults.campaign import REPORT, books_of_partitions, issue, tell, told
from tests.stream import KEYS

EACH, BATCH = 30, 10
"""Records told of each book, and how many a batch holds."""


class Together(Work):
    """Work that goes on only once batches of this many partitions are under way; one record is a bug."""

    def __init__(self, partitions: int, bug: bytes) -> None:
        self._under_way: set[int] = set()
        self._partitions, self._bug, self.met = partitions, bug, asyncio.Event()
        self.applied: dict[int, list[int]] = defaultdict(list)
        self.largest = 0

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Note what is handled."""
        [partition] = {record.partition for record in records}
        self.largest = max(self.largest, len(records))
        self._under_way.add(partition)
        if len(self._under_way) == self._partitions:
            self.met.set()
        await self.met.wait()
        if any(("ce_id", self._bug) in record.headers for record in records):
            raise ZeroDivisionError
        self.applied[partition] += [record.offset for record in records]
        return ()

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Note it as handled."""
        assert isinstance(bug, ZeroDivisionError)
        self.applied[record.partition].append(record.offset)
        return ()


async def test_a_partition_is_handled_while_another_waits_and_each_in_its_order(
    settings: Settings, broker: Broker, ledger_settled: Settled
) -> None:
    books = books_of_partitions(settings.partitions, 4)
    await tell(broker, [told(f"{number}", of, issue(of, f"{number}"), REPORT) for of in books for number in range(EACH)])
    work, registry = Together(len(books), b"17"), CollectorRegistry()
    bus = Bus(broker, "ledger", KEYS, registry, BATCH)
    bus.consume(INTAKE, work, side_by_side=True)
    await bus.start()
    try:
        async with asyncio.timeout(60):
            await work.met.wait()
            await ledger_settled.wait()
    finally:
        await bus.stop()
    assert bus.instance.failure is None
    assert {partition: offsets == sorted(set(offsets)) for partition, offsets in work.applied.items()} == dict.fromkeys(work.applied, True)
    assert sorted(map(len, work.applied.values())) == [EACH] * len(books)
    assert work.largest <= BATCH
