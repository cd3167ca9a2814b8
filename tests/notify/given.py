"""A mail server that answers as a test says, books written event by event, and what it takes to wait for notify without sleeping."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec.structs import replace

from services.notify.app import build
from services.notify.channels import Channel
from services.notify.deliveries import Patience
from services.notify.memory import Known
from shared.events.campaign import BookOpened
from shared.events.fact import Fact, Where
from shared.events.issue import IssueAssigned, IssueEntered
from shared.events.people import PersonNamed
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import attributes, chained, json_of, read_recorded, recorded_headers, recorded_record, recorded_value
from shared.kafka.records import Received, Record, Recorded
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import NOTICES, PEOPLE, book_id, person_id, subject_id
from tests.stream import sealed

QUICK = Patience(first=0.02, longest=0.2, lease=20)
DAY = datetime(2019, 5, 6, 2, tzinfo=UTC)
BOOK, ROOT, RETURN = "tz2019/u1", "tz2019/root", "tz2019/u1/return/own-plan"
KNOWN: Known = {
    BOOK: {"name": "第一医院", "responsible": "zhao", "path": "root/u1", "superiors": ""},
    ROOT: {"name": "卫健局", "responsible": "qian", "return own-plan": "实施方案"},
}
MAY, JUNE = date(2019, 5, 9), date(2019, 6, 20)


class PostOffice:
    """A mail server in this very process: keeps what it took, and answers `answers` first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: deque[str] = deque()
        self.sessions = 0
        self.before_answer: Callable[[], None] = lambda: None
        self.port = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.get_running_loop().create_server(
            partial(SMTP, self, hostname="post.test", ident="post"), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Go away: nobody listens any more."""
        if self._server is not None:
            self._server.close()
        self._server = None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """A client said hello."""
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """A client sent a mail."""
        answer = self.answers.popleft() if self.answers else "250 taken"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.recipients += envelope.rcpt_tos
        self.before_answer()
        return answer


class Book:
    """Writes the recorded events of one book, in the chain that they need."""

    def __init__(self, unit: str = "u1", above: tuple[str, ...] = ("root",)) -> None:
        self.id, self.unit = book_id("tz2019", unit), unit
        self.path = (*above, unit)
        self.position, self.chain = 0, ""

    def write(self, fact: Fact, subject: str | None = None, number: int | None = None, owner: str | None = None) -> Record:
        """The next event."""
        where = Where(campaign="tz2019", unit=self.unit, path=self.path, number=number, owner=owner)
        value = recorded_value(json_of(where), json_of(fact))
        self.position, self.chain = self.position + 1, chained(self.chain, value)
        subject = subject or self.id
        common = recorded_headers("bureau", f"t{self.position}", DAY, DAY, None)
        return recorded_record(self.id, type(fact).__name__, subject, self.position, self.chain, value, common)

    def opened(self, superior: str | None = None, responsible: str | None = None) -> Record:
        """The book opens."""
        fact = BookOpened(
            name=self.unit,
            unit_class="hospital",
            tags=(),
            responsible=responsible,
            plan_version=1,
            tree_version=1,
            levels_below=0,
            units_below=(),
            superiors={"line": superior} if superior else None,
        )
        return self.write(fact)

    def issue(self, number: int) -> str:
        """The subject of an issue."""
        return subject_id(self.id, "issue", f"bureau~{number}")

    def assigned(self, number: int, owner: str, text: str = "候诊区座椅破损") -> list[Record]:
        """An issue that was entered and assigned."""
        entered = IssueEntered(
            number=number,
            phase="p1",
            category="service",
            channel="hotline",
            nature="problem",
            text=text,
            plan_due=date(2019, 5, 9),
            fix_due=date(2019, 5, 20),
        )
        subject = self.issue(number)
        return [self.write(entered, subject, number, owner), self.write(IssueAssigned(owner=owner), subject, number, owner)]


def named(person: str, name: str = "张三丰", mail: str | None = "zhang@post.test", unit: str = "root", second: int = 0) -> Record:
    """A person as `campaign.people` tells it, said in a second of a minute."""
    fact = PersonNamed(person=person, unit=unit, name=name, mail=mail)
    return replace(erased(person, second), value=fact.model_dump_json(exclude_none=True).encode())


def erased(person: str, second: int = 0) -> Record:
    """A person erased."""
    return Record(PEOPLE, person_id("root", person).encode(), None, [("ce_accepted", b"2019-05-06T02:00:%02dZ" % second)])


class World:
    """One installation with notify alone: its topics, its mail server, and copies of notify as a test starts them."""

    def __init__(self, settings: Settings, broker: Broker, post: PostOffice, settled: Settled) -> None:
        self.settings, self.broker, self.post, self.settled = settings, broker, post, settled
        self.services: list[tuple[Service, str]] = []
        self.http = httpx.AsyncClient()

    @asynccontextmanager
    async def notify(self, patience: Patience = QUICK, mail: Callable[[], Channel] | None = None) -> AsyncIterator[Service]:
        """A copy of notify."""
        service = build(self.settings, mail=mail, patience=patience)
        await service.start()
        try:
            async with service.serving() as address:
                self.services.append((service, address))
                yield service
                assert service.bus.instance.failure is None
                self.services.remove((service, address))
        finally:
            await service.stop()

    async def tell(self, records: Sequence[Record]) -> None:
        """Publish as intake and the ledger do."""
        await self.put(sealed(records))

    async def put(self, records: Sequence[Record]) -> None:
        """Publish as anybody could."""
        producer = AIOKafkaProducer(bootstrap_servers=self.broker.bootstrap, enable_idempotence=True)
        await producer.start()
        try:
            for each in records:
                await producer.send(self.broker.name(each.topic), each.value, each.key, headers=each.headers)
            await producer.flush()
        finally:
            await producer.stop()

    async def metrics(self) -> str:
        """What the first copy tells Prometheus."""
        return (await self.http.get(f"{self.services[0][1]}/metrics")).text

    async def figure(self, name: str) -> float:
        """One figure of the first copy."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", await self.metrics(), re.MULTILINE)
        assert found, name
        return float(found[1])

    async def quiet(self, seconds: float = 60) -> None:
        """All events are folded, and nothing is left to deliver."""
        await self.settled.wait(seconds)
        async with asyncio.timeout(seconds):
            while await self.figure("xiaohao_deliveries_pending"):
                await asyncio.sleep(0.02)

    async def reaches(self, name: str, value: float, seconds: float = 60) -> None:
        """Wait until a figure is reached."""
        async with asyncio.timeout(seconds):
            while await self.figure(name) < value:
                await asyncio.sleep(0.02)

    async def outcomes(self) -> list[Received]:
        """All that is on `campaign.notices` now."""
        consumer = AIOKafkaConsumer(
            self.broker.name(NOTICES),
            bootstrap_servers=self.broker.bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        try:
            ends = await consumer.end_offsets(consumer.assignment())
            found: list[Received] = []
            async with asyncio.timeout(30):
                while len(found) < sum(ends.values()):
                    for records in (await consumer.getmany(timeout_ms=100)).values():
                        found += records
            return found
        finally:
            await consumer.stop()


def outcome_types(records: Sequence[Received]) -> list[str]:
    """The types of outcomes."""
    return [attributes(record)["ce_type"] for record in records]


def recorded(fact: Fact, owner: str | None = "wang", subject: str | None = None, unit: str = "u1") -> Recorded:
    """A fact as readers read it, the first of a book."""
    book = Book(unit)
    return read_recorded(book.write(fact, subject or book.issue(7), None if subject else 7, owner))
