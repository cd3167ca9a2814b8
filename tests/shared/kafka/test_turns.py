"""Many publish large batches for one partition at once: whatever one of them meets, and however long Kafka was silent, each is told in the end."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.producer.sender import Sender

from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.producer import MANY, Producer
from shared.kafka.records import Record
from shared.topics import NOTICES

REFUSED = b"refused"


def producer(monkeypatch: pytest.MonkeyPatch, silent: float = 0.0) -> Producer:
    """Ours, with aiokafka's own queue and sender; in place of the wire each request takes 10 ms, and the first `silent` seconds more."""
    first = [silent]

    async def nothing(*_: object) -> None:
        return

    async def start(made: Any) -> None:
        queue = made._message_accumulator
        queue._cluster = SimpleNamespace(leader_for_partition=lambda _: 1)
        made.client._wait_on_metadata = made.client.close = nothing
        made._partition = lambda _topic, partition, *_: partition
        made._txn_manager.set_pid_and_epoch(1, 0)
        sender: Any = Sender(
            made.client, acks=-1, txn_manager=made._txn_manager, message_accumulator=queue, retry_backoff_ms=100, request_timeout_ms=10_000
        )

        async def send(node: int, batches: Any) -> None:
            await asyncio.sleep(0.01 + (first.pop() if first else 0))
            for batch in batches.values():
                if REFUSED in bytes(batch.get_data_buffer()):
                    batch.failure(MessageSizeTooLargeError())
                else:
                    batch.done(0)
            sender._in_flight.remove(node)
            sender._muted_partitions.difference_update(batches)

        sender._send_produce_req = send
        made._sender = sender
        await sender.start()

    monkeypatch.setattr(AIOKafkaProducer, "start", start)
    count = SimpleNamespace(labels=lambda *_: SimpleNamespace(inc=lambda *_: None))
    instance: Any = SimpleNamespace(
        broker=Broker("nowhere:1", partitions=1),
        client_id="test",
        metrics=SimpleNamespace(published=count, dead_lettered=count),
        tracing=None,
        keys=SimpleNamespace(sealed=lambda record: record),
    )
    return Producer(instance)


async def ends(publishing: Producer, values: list[bytes]) -> list[BaseException | None]:
    """What each publication comes to."""
    all_of = (publishing.publish([Record(NOTICES, b"k", value, [], 0)] * MANY) for value in values)
    async with asyncio.timeout(5):
        return await asyncio.gather(*all_of, return_exceptions=True)


async def test_where_one_is_refused_whoever_waits_behind_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    publishing = producer(monkeypatch)
    found = await ends(publishing, [REFUSED, *[b"x"] * 7])
    assert all(each is None or isinstance(each, Unavailable) for each in found)
    await publishing.stop()


async def test_many_wait_out_a_silence_that_is_shorter_than_their_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    publishing = producer(monkeypatch, silent=2)
    assert await ends(publishing, [b"x"] * 16) == [None] * 16
    await publishing.stop()
