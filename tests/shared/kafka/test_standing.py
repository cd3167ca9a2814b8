"""Lag and age say where a service stands, also while it stands still, hangs, or its partitions go to another copy; told on a real Kafka."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic, time

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from prometheus_client import CollectorRegistry

from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.lags import Lag
from shared.kafka.metrics import Standings
from shared.kafka.records import Received, Record
from shared.kafka.standing import Standing
from shared.kafka.work import Work
from shared.topics import NOTICES
from tests.stream import KEYS

HOUR = 3600
PARTITIONS = range(4)


class Worker(Work):
    """Handles what comes, or does with each batch what a test says."""

    def __init__(self) -> None:
        self.does: Callable[[], object] = lambda: None
        self.hangs = False

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        self.does()
        if self.hangs:
            await asyncio.Event().wait()
        return []

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        return []


class Copy:
    """One copy of a service that reads notices."""

    def __init__(self, broker: Broker) -> None:
        self.registry, self.worker = CollectorRegistry(), Worker()
        self.bus = Bus(broker, "reporting", KEYS, self.registry)
        self.bus.consume(NOTICES, self.worker)

    async def looks(self) -> None:
        """Wait until it has measured anew."""
        for _ in range(2):  # the first may have begun before
            before = self.bus._seen
            await until(lambda: self.bus._seen > before)  # noqa: B023

    def of_each(self, name: str) -> dict[int, float]:
        """A figure of each partition that it has."""
        found = dict[int, float]()
        for family in self.registry.collect():
            found |= {int(each.labels["partition"]): each.value for each in family.samples if each.name == f"xiaohao_{name}"}
        return found

    def total(self, name: str) -> float:
        """A figure, all of its samples together."""
        return sum(each.value for family in self.registry.collect() for each in family.samples if each.name == f"xiaohao_{name}")

    @property
    def lag(self) -> dict[int, float]:
        return self.of_each("lag_records")

    @property
    def age(self) -> dict[int, float]:
        return self.of_each("oldest_unhandled_seconds")

    @property
    def assigned(self) -> float:
        return self.registry.get_sample_value("xiaohao_assigned_partitions", {"topic": NOTICES}) or 0


class World:
    """A topic, somebody who writes to it, and the copies that read it."""

    def __init__(self, broker: Broker, stack: AsyncExitStack, producer: AIOKafkaProducer) -> None:
        self.broker, self._stack, self._producer = broker, stack, producer
        self.topic = broker.name(NOTICES)

    async def copy(self) -> Copy:
        """Another copy, that has begun to read."""
        copy = Copy(self.broker)
        await copy.bus.start()
        self._stack.push_async_callback(copy.bus.stop)
        await until(lambda: copy.bus.ready() == [] and len(copy.lag) == copy.assigned)
        return copy

    async def write(self, partition: int, count: int = 1, ago: int = HOUR) -> None:
        """So many records, each in a transaction of its own, that were written so many seconds ago; a marker stands behind each."""
        for _ in range(count):
            async with self._producer.transaction():
                at = int((time() - ago) * 1000)
                await self._producer.send_and_wait(self.topic, b"x", b"k", partition=partition, timestamp_ms=at)

    async def cut(self, partition: int, before: int) -> None:
        """What retention does with the front of a partition."""
        admin = AIOKafkaAdminClient(**self.broker.connection)
        await admin.start()
        await admin.delete_records({TopicPartition(self.topic, partition): RecordsToDelete(before)})
        await admin.close()


@pytest.fixture
async def world(broker: Broker) -> AsyncIterator[World]:
    await broker.create_topics()
    async with AsyncExitStack() as stack, writing(broker) as producer:
        yield World(broker, stack, producer)
        await stack.aclose()


@asynccontextmanager
async def writing(broker: Broker) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=f"{broker.namespace}standing")
    await producer.start()
    yield producer
    await producer.stop()


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


def raises(error: Exception) -> Callable[[], object]:
    def does() -> object:
        raise error

    return does


async def test_what_waits_is_counted_and_gets_older_while_a_handler_hangs(world: World) -> None:
    copy = await world.copy()
    assert copy.lag == copy.age == dict.fromkeys(PARTITIONS, 0), "an empty topic"
    assert copy.registry.get_sample_value("xiaohao_topic_partitions", {"topic": NOTICES}) == len(PARTITIONS)
    await world.write(0, 3)
    await until(lambda: copy.registry.get_sample_value("xiaohao_records_total", {"topic": NOTICES}) == 3)
    await copy.looks()
    assert copy.lag == dict.fromkeys(PARTITIONS, 0)
    assert copy.age == dict.fromkeys(PARTITIONS, 0), "a topic that ends in a marker, read to its end, however long ago it was written"
    copy.worker.hangs = True
    await world.write(1, 2)
    await until(lambda: copy.lag == {0: 0, 1: 2, 2: 0, 3: 0})
    first = copy.age[1]
    assert first >= HOUR
    assert copy.age[1] > first, "and it grows by itself"
    assert copy.age[0] == copy.age[2] == 0
    await world.cut(1, 4)  # both are gone
    await until(lambda: copy.lag[1] == 0)
    assert copy.age[1] == 0


async def test_what_waits_is_seen_though_the_consumer_stands_still(world: World) -> None:
    copy = await world.copy()
    [subscription] = copy.bus._subscriptions
    assert subscription.consumer is not None

    async def never(*given: object, **named: object) -> None:
        await asyncio.Event().wait()

    subscription.consumer.getmany = never
    await world.write(2, 3)
    await until(lambda: copy.lag[2] in (2, 3) and copy.age[2] >= HOUR)  # one fetch may have been under way


async def test_what_goes_wrong_with_a_batch_is_counted_by_its_cause_and_what_goes_well_by_its_size(world: World) -> None:
    copy = await world.copy()
    fails = iter([Unavailable("the database is away"), ZeroDivisionError()])

    def does() -> None:
        if error := next(fails, None):
            raise error

    copy.worker.does = does
    await world.write(0)
    await until(lambda: copy.total("records_total") == 1)
    assert copy.registry.get_sample_value("xiaohao_retries_total", {"cause": "unavailable"}) == 1
    assert copy.registry.get_sample_value("xiaohao_set_aside_total", {"topic": NOTICES}) == 1
    assert (copy.total("batch_records_count"), copy.total("batch_records_sum")) == (1, 1)
    steps = {step: copy.registry.get_sample_value("xiaohao_step_seconds_count", {"step": step}) for step in ("apply", "publish", "commit")}
    assert steps == {"apply": 2, "publish": 1, "commit": 1}


async def test_of_two_copies_each_says_what_its_own_partitions_have(world: World) -> None:
    first = await world.copy()
    first.worker.does = raises(Unavailable("the database is away"))
    for partition in PARTITIONS:
        await world.write(partition, partition + 1)
    wanted = {partition: float(partition + 1) for partition in PARTITIONS}
    await until(lambda: first.lag == wanted)
    second = Copy(world.broker)
    second.worker.does = first.worker.does
    twice = list[set[int]]()

    def both() -> bool:
        if again := first.lag.keys() & second.lag.keys():
            twice.append(again)
        return first.assigned == second.assigned == 2 and first.lag | second.lag == wanted

    await second.bus.start()
    try:
        await until(both)
        assert twice == []
        assert min((first.age | second.age).values()) >= HOUR
    finally:
        await second.bus.stop()
    await until(lambda: first.lag == wanted)
    assert second.lag == {}


async def test_partitions_that_were_lost_during_a_look_are_not_brought_back(broker: Broker) -> None:
    standing = Standing(broker, "reporting", NOTICES)
    standing.given([0, 1])
    standing.next.update({0: 5, 1: 5})

    class Slow:
        async def of(self, reader: str, handled: dict[TopicPartition, int]) -> dict[TopicPartition, Lag]:
            standing.given([1])
            return {place: Lag(7, readable=True, since=1) for place in handled}

    await standing.measure(Slow(), None)  # type: ignore[arg-type]  # nothing of theirs is asked
    assert standing.lags == {}


@pytest.mark.parametrize(("silent", "shown"), [(0.0, True), (11.0, False)])
def test_a_copy_that_kafka_does_not_answer_says_so_and_not_what_may_be_another_ones_by_now(silent: float, shown: bool) -> None:
    standing = Standing(Broker("nowhere:1"), "reporting", NOTICES)
    standing.given([0])
    standing.lags = {0: Lag(3, readable=True, since=int(time() * 1000))}
    registry, seen = CollectorRegistry(), monotonic() - silent
    registry.register(Standings(lambda: [standing], lambda: seen, 4, 10.0))
    place = {"topic": NOTICES, "partition": "0"}
    assert registry.get_sample_value("xiaohao_lag_records", place) == (3 if shown else None)
    assert (registry.get_sample_value("xiaohao_oldest_unhandled_seconds", place) is not None) == shown
    assert (registry.get_sample_value("xiaohao_kafka_silent_seconds") or 0) >= silent
