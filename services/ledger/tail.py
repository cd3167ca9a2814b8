"""Whether store and topic tell one history: checked before a partition is taken over."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.ledger.store import Store
from shared.faults import StoreBehind
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import read_recorded
from shared.kafka.lags import READ_COMMITTED
from shared.kafka.records import Unreadable
from shared.topics import LEDGER

TAIL = 1000
"""Records at the end of a partition that are compared. A batch is published again in order, so the newest of each book lies among them."""


async def compare(broker: Broker, store: Store, partitions: Iterable[int]) -> None:
    """Compare the tail of `campaign.ledger` with what is recorded. Raises StoreBehind where the topic is ahead or tells another history."""
    consumer = AIOKafkaConsumer(**broker.connection, enable_auto_commit=False, isolation_level=READ_COMMITTED)
    try:
        await consumer.start()
        wanted = [TopicPartition(broker.name(LEDGER), partition) for partition in partitions]
        ends = await consumer.end_offsets(wanted)
        begins = await consumer.beginning_offsets(wanted)
        for partition, end in ends.items():
            start = max(begins[partition], end - TAIL)
            if start >= end:
                continue
            consumer.assign([partition])
            consumer.seek(partition, start)
            newest: dict[str, tuple[int, str]] = {}
            whole_at: dict[str, int] = {}  # where all is there that was recorded for a told event
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, []):
                    try:
                        event = read_recorded(record)
                    except Unreadable:
                        continue  # not ours; readers park it
                    if count := dict(record.headers).get("ce_toldcount"):
                        whole_at[event.book] = event.position + int(count) - 1
                    # Of what was published in part nothing is asked: a store that was lost with its ledger is told it again.
                    if event.position >= whole_at.get(event.book, 0):
                        newest[event.book] = max(newest.get(event.book, (0, "")), (event.position, event.chain))
            for book, (position, chain) in newest.items():
                recorded = await store.chain_at(book, position)
                if recorded != chain:
                    what = "the store does not have it" if recorded is None else "the store has another event there"
                    raise StoreBehind(
                        f"{broker.name(LEDGER)} partition {partition.partition} holds {book} position {position}, but {what}: "
                        "the database was put back to an older copy, was lost, or belongs to another broker. Stop every copy of the ledger and run "
                        "`xiaohao restore --from-topic`, with --replace where there are books."
                    )
    finally:
        await consumer.stop()
