"""A small campaign that tests tell: a tree of units, and issues whose four told events end in a striking off."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from aiokafka import AIOKafkaProducer

from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.issue import IssueReported, MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.tree import UnitsListed
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Record, Told
from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.phase import Phase
from shared.topics import book_id, partition_of, subject_id
from shared.units import Unit, seal
from shared.values import Named, Wording
from shared.workdays import BEIJING
from tests.stream import sealed

CAMPAIGN, ROOT, BOOKS, TOLD_PER_ISSUE = "faults-2019", "u0", 60, 4
AT = datetime(2019, 3, 6, 9, tzinfo=BEIJING)
TEXT = "患者反映门诊窗口排队时间过长，希望增加自助设备。" * 4
NAME = Wording(zh="故障", en="faults")
CODES = (Named(code="flow", name=NAME),)
PLAN = Plan(
    campaign=CAMPAIGN,
    name=NAME,
    issued=date(2019, 3, 1),
    classes=(Named(code="hospital", name=NAME),),
    categories=CODES,
    channels=(Named(code="survey", name=NAME),),
    clocks=Clocks(plan=Clock(days=5), fix=Clock(days=20), follow_up=Clock(days=20)),
    phases=(Phase(code="P1", name=NAME, start=date(2019, 3, 1), end=date(2019, 8, 31)),),
)
REPORT = IssueReported(text=TEXT, category="flow", channel="survey", owner="p1")
STEPS: tuple[Fact, ...] = (
    REPORT,
    MeasuresPlanned(measures=TEXT, by="p1"),
    RectificationDone(result=TEXT, by="p2"),
    RectificationVerified(effect=TEXT, by="p3"),
)


def book(number: int) -> str:
    """One of the books."""
    return book_id(CAMPAIGN, f"u{number}")


def books_of_partitions(partitions: int, count: int) -> list[str]:
    """Books in so many different partitions."""
    found: dict[int, str] = {}
    for number in range(BOOKS):
        found.setdefault(partition_of(book(number).encode(), partitions), book(number))
    return [found[partition] for partition in sorted(found)][:count]


def issue(of: str, name: str) -> str:
    """The subject of an issue."""
    return subject_id(of, "issue", "bureau-1", name)


def told(id: str, of: str, subject: str, fact: Fact, at: datetime = AT) -> Record:
    """One told event."""
    return told_record(Told(id, "bureau-1", type(fact).__name__, subject, of, at, at, fact))


def opening() -> list[Record]:
    """The tree and the campaign, told to the root's book."""
    units = tuple(Unit(id=f"u{i}", name=f"单位{i}", parent=None if i == 0 else ROOT, unit_class="hospital") for i in range(BOOKS))
    root = book(0)
    tree = told("tree", root, subject_id(root, "tree", "1"), UnitsListed(version=1, part=1, units=units))
    return [tree, told("plan", root, root, CampaignAnnounced(plan=PLAN, tree=seal(units)))]


def issues(count: int, first: int = 0) -> Iterator[Record]:
    """The four told events of each issue, step by step over all of them."""
    for step, fact in enumerate(STEPS):
        for i in range(first, first + count):
            of = book(i % BOOKS)
            yield told(f"{step}-{i}", of, issue(of, str(i)), fact, AT + timedelta(milliseconds=step * count + i))


async def tell(broker: Broker, records: Iterable[Record]) -> None:
    """Put records on their topics, sealed as services seal them."""
    await put(broker, sealed(records))


async def put(broker: Broker, records: Iterable[Record]) -> None:
    """Put records on their topics as anybody could, and wait until all are acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", max_request_size=16 << 20) as producer:
        sent = [
            await producer.send(
                broker.name(each.topic),
                each.value,
                each.key,
                partition=None if each.partition < 0 else each.partition,
                headers=list(each.headers),
            )
            for each in records
        ]
        await asyncio.gather(*sent)
