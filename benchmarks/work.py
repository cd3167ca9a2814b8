"""The work that every candidate does: a campaign of 211 books, and for each issue four told events of about 600 bytes."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.broker import Broker
from shared.cloudevents import Record, Told, told_record
from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.issue import IssueReported, MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.phase import Phase
from shared.plan.values import Named, Wording
from shared.topics import book_id, subject_id
from shared.units import Unit, seal
from shared.workdays import BEIJING

BOOKS, CAMPAIGN, ROOT, TOLD_PER_ISSUE = 211, "bench-2019", "u0", 4
AT = datetime(2019, 3, 6, 9, tzinfo=BEIJING)
TEXT = "患者反映门诊窗口排队时间过长，希望增加自助设备。" * 4
BOTH = Wording(zh="基准", en="benchmark")
NAMED = (Named(code="flow", name=BOTH),)
PLAN = Plan(
    campaign=CAMPAIGN,
    name=BOTH,
    issued=date(2019, 3, 1),
    classes=(Named(code="hospital", name=BOTH),),
    categories=NAMED,
    channels=(Named(code="survey", name=BOTH),),
    clocks=Clocks(plan=Clock(days=5), fix=Clock(days=20), follow_up=Clock(days=20)),
    phases=(Phase(code="P1", name=BOTH, start=date(2019, 3, 1), end=date(2019, 8, 31)),),
)


def told(id: str, book: str, subject: str, fact: Fact, at: datetime = AT) -> Record:
    """One told event as a record."""
    return told_record(Told(id, "bureau-1", type(fact).__name__, subject, book, at, at, fact))


def opening() -> Iterator[Record]:
    """The tree and the campaign, told to the root's book."""
    units = tuple(Unit(id=f"u{i}", name=f"单位{i}", parent=None if i == 0 else ROOT, unit_class="hospital") for i in range(BOOKS))
    book = book_id(CAMPAIGN, ROOT)
    yield told("tree", book, subject_id(book, "tree", "1"), UnitsListed(version=1, part=1, units=units))
    yield told("plan", book, book, CampaignAnnounced(plan=PLAN, tree=seal(units)))


def issues(count: int) -> Iterator[Record]:
    """Four told events an issue, step by step over all issues."""
    report = IssueReported(text=TEXT, category="flow", channel="survey", owner="p1")
    steps: tuple[Fact, ...] = (
        report,
        MeasuresPlanned(measures=TEXT, by="p1"),
        RectificationDone(result=TEXT, by="p2"),
        RectificationVerified(effect=TEXT, by="p3"),
    )
    for step, fact in enumerate(steps):
        for i in range(count):
            book = book_id(CAMPAIGN, f"u{i % BOOKS}")
            yield told(
                f"{step}-{i}", book, subject_id(book, "issue", "bureau-1", str(i)), fact, AT + timedelta(milliseconds=step * count + i)
            )


async def publish(broker: Broker, records: Iterator[Record]) -> None:
    """Put records on their topics."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", linger_ms=5, max_batch_size=262144)
    await producer.start()
    try:
        sent = [await producer.send(broker.name(each.topic), each.value, each.key, headers=each.headers) for each in records]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def written(broker: Broker, topic: str, after: float) -> list[float]:
    """When each record of a topic was produced, in seconds since 1970, of those produced after a moment."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(broker.name(topic), number) for number in range(broker.partitions)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        times: list[float] = []
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                got = await consumer.getmany(partition, timeout_ms=500, max_records=10_000)
                times += [record.timestamp / 1000 for records in got.values() for record in records]
        return sorted(time for time in times if time >= after)
    finally:
        await consumer.stop()
