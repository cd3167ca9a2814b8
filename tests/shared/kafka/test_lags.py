"""A reader is behind by what it can still read, be it followed by a marker or by what was aborted."""

import asyncio
import re
from pathlib import Path

from aiokafka import AIOKafkaProducer, TopicPartition

from shared.kafka.broker import Broker
from shared.kafka.lags import Lag, Lags
from shared.topics import INTAKE

ROOT = Path(__file__).parents[3]
DONE = Lag(0, readable=False)


async def test_only_records_that_can_be_read_are_waited_for(broker: Broker) -> None:
    await broker.create_topics()
    partition, lags = TopicPartition(broker.name(INTAKE), 1), Lags(broker)
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=f"{broker.namespace}foreign", acks="all")
    await producer.start()
    await lags.start()

    async def write(commit: bool) -> None:
        await producer.begin_transaction()
        await producer.send_and_wait(partition.topic, b"x", b"k", partition=partition.partition)
        await (producer.commit_transaction() if commit else producer.abort_transaction())

    async def becomes(*wanted: Lag) -> None:
        """Wait until who handled the first record, the first two … is that far behind; asked once more, it is the same."""
        said: list[Lag] = []
        try:
            async with asyncio.timeout(20):
                while said != list(wanted):  # a marker is written a moment after its transaction is over
                    said = [(await lags.of("somebody", {partition: handled}))[partition] for handled in range(len(wanted))]
        except TimeoutError:
            assert said == list(wanted)
        assert said == [(await lags.of("somebody", {partition: handled}))[partition] for handled in range(len(wanted))]

    try:
        await becomes(DONE)
        await write(commit=False)  # 0, and its marker 1
        await becomes(DONE, DONE, DONE)
        await write(commit=True)  # 2, and its marker 3
        await becomes(Lag(4, readable=True), Lag(3, readable=True), Lag(2, readable=True), DONE, DONE)
        await producer.begin_transaction()
        await producer.send_and_wait(partition.topic, b"x", b"k", partition=partition.partition)  # 4
        waits = Lag(1, readable=False)
        await becomes(Lag(5, readable=True), Lag(4, readable=True), Lag(3, readable=True), waits, waits, DONE)
        await producer.abort_transaction()  # 5
        await becomes(Lag(6, readable=True), Lag(5, readable=True), Lag(4, readable=True), DONE, DONE, DONE, DONE)
        behind = [(await lags.of("another", {partition: 4}, moving=True))[partition] for _ in range(2)]
        assert behind == [Lag(2, readable=True), DONE]  # while something moves it is not worth a look
    finally:
        await producer.stop()
        await lags.stop()


def test_every_consumer_says_how_it_reads() -> None:
    files = {path: path.read_text("utf-8") for room in ("shared", "services", "deploy") for path in (ROOT / room).rglob("*.py")}
    consumers = {path: len(re.findall(r"AIOKafkaConsumer\(|faststream\.subscriber\(", text)) for path, text in files.items()}
    assert sum(consumers.values()) >= 8
    assert [path for path, text in files.items() if text.count("isolation_level=") != consumers[path]] == []
