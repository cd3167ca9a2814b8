"""Each alert fires in Prometheus itself when its trouble is made for real, and clears once it is mended as docs/operations.md says.

One Prometheus and one set of services for all troubles, several at once where they can be told apart; in the end it answers what dashboards ask.
The rules are played 450 times quicker. Five are not made for real: CertificateExpires, ClockLate, ClockUnreckoned and InboxesWait stand on figures
that tests of their own show to be true, and SetAside needs a bug in a rule.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from msgspec.structs import replace

from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent
from deploy.client.door import Door
from deploy.client.key_register import KeyRegister
from deploy.demo.try_it import first_issue, plan_of, staff, units
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from deploy.embedded.services import Services, variables
from deploy.grafana.boards import BOARDS
from shared.calendars import load_calendars
from shared.events.issue import IssueReported
from shared.http.access import Key, Secret
from shared.http.key_store import DATABASE
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import recorded_headers, recorded_record, told_record
from shared.kafka.reader import Marks
from shared.kafka.records import Record, Told
from shared.kafka.settled import Settled
from shared.mongo import Mongo
from shared.plan import Plan
from shared.settings import Settings
from shared.topics import book_id, book_of, subject_id
from shared.units import Unit
from shared.workdays import local_date, start_of
from tests.deploy.prometheus.live import Alerts, Particular, prometheus, restart, stopped, write_calendar
from tests.stream import sealed

NOW = datetime.now(UTC)
YEAR = local_date(NOW).year
ROOM = 1 << 30
EMPTY = "|".join(
    (
        "ALERTS",
        *("xiaohao_uploads_total", "xiaohao_upload_rows_total", "xiaohao_intake_attachments_total", "xiaohao_certificate_"),
        *("xiaohao_refused_total", "xiaohao_retries_total"),
    )
)
"""What dashboards ask and find nothing of here: no alert fires in the end, no file is sent, there are no certificates, the ledger refuses nothing, and whether
a batch is tried again is a matter of timing. `tests/deploy/grafana` asks these of figures made up."""


@dataclass
class World:
    """An installation under Prometheus; `secrets` are those of its keys."""

    alerts: Alerts
    services: Services
    embedded: Embedded
    broker: Broker
    register: KeyRegister
    plan: Plan
    folder: Path
    mail_port: int
    reporting: Mongo
    secrets: dict[str, str]

    async def put(self, *records: Record) -> None:
        """Put records on topics past the door."""
        async with AIOKafkaProducer(bootstrap_servers=self.broker.bootstrap) as producer:
            for each in records:
                await producer.send_and_wait(self.broker.name(each.topic), each.value, each.key, headers=list(each.headers))

    def report(self, id: str) -> Record:
        """An issue, as intake tells it on."""
        issue = issue_of(self.plan, units()[1], id)
        fact = IssueReported.model_validate(issue["data"])
        return told_record(Told(id, "bureau", "IssueReported", issue["subject"], book_of(issue["subject"]), NOW, NOW, fact))


@pytest.fixture
async def world(tool: Callable[[str], Path], embedded: Embedded, settings: Settings, tmp_path: Path) -> AsyncIterator[World]:
    """The four services under the wall clock, with calendars of this year and the next, and no mail server yet."""
    if embedded.kafka_pid is None or embedded.mongod_pid is None:
        pytest.skip("Kafka and mongod are not ours to stop")
    calendars, mail_port = tmp_path / "calendars", choose([])
    for year in (YEAR, YEAR + 1):
        write_calendar(calendars, year)
    load_calendars(calendars)
    mine = settings.model_copy(update={"clock": "wall", "calendars": calendars, "smtp_port": mail_port, "campaign_metrics": True})
    given = Settings.model_validate(
        {name: getattr(mine, name) for name in (*settings.model_fields_set, "calendars", "smtp_port", "campaign_metrics")}
    )
    environment = {name: value for name, value in variables(given).items() if not name.endswith("HTTP_PORT")}
    # As if 1 October were a day ago, and the disk nearly full once a gigabyte more lies on it.
    disk, ends = shutil.disk_usage(embedded.directory), start_of(datetime(YEAR + 2, 1, 1, tzinfo=UTC).date())
    share = (disk.free - ROOM) / disk.total
    thresholds = {
        "92 * 86400": str(int((ends - NOW).total_seconds()) + 86400),
        "< 0.1\n": f"< {share}\n",
        "< 0.2\n": f"< {share}\n",
    }
    reporting = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-reporting")
    mongo = reporting.beside(f"{settings.namespace}{DATABASE}")
    broker = Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)
    register = KeyRegister(mongo, "a test")
    try:
        async with AsyncExitStack() as stack:
            await register.prepare()
            secrets = {
                "bureau": await key(register, "bureau", ("tell", "announce", "read", "operate"), rate=10_000),
                "slow": await key(register, "slow", rate=1),
                "soon": await key(register, "soon", expires=NOW + timedelta(days=3)),
            }
            plan = plan_of(local_date(NOW), tmp_path / "plan.yaml")
            await register.allow(plan.campaign, "bureau")
            services = await asyncio.to_thread(stack.enter_context, Services(tmp_path, environment))
            address = stack.enter_context(prometheus(tool("prometheus"), tmp_path, services.address, thresholds))
            client = await stack.enter_async_context(
                httpx.AsyncClient(base_url=address, trust_env=False, transport=httpx.AsyncHTTPTransport(retries=10))
            )
            async with Door(services.address["intake"], secrets["bureau"]) as door, Settled(broker) as settled:
                await door.tell_all(announcement(plan, units(), NOW))
                await settled.wait()
            yield World(Alerts(client), services, embedded, broker, register, plan, tmp_path, mail_port, reporting, secrets)
    finally:
        load_calendars(None)
        reporting.close()


async def key(register: KeyRegister, id: str, may: tuple[str, ...] = ("tell", "read"), **more: Any) -> str:
    """Make a key of the root; its secret."""
    secret, kept = Secret.new(id, NOW)
    await register.make(Key.model_validate({"id": id, "source": id, "unit": "bureau", "may": may, "secrets": (kept,), **more}))
    return secret


async def test_each_alert_fires_when_its_trouble_is_made_and_clears_once_it_is_mended(world: World) -> None:
    alerts, services, embedded = world.alerts, world.services, world.embedded
    await alerts.clear("ServiceDown", "DiskUnknown")  # before the first scrape they seem to be, or nobody to know
    assert not (await alerts.firing()).keys() - {"CalendarMissing", "KeyExpires"}
    file = embedded.directory / "what-fills-the-disk"
    with file.open("wb") as filling:
        os.posix_fallocate(filling.fileno(), 0, 2 * ROOM)
    try:
        await at_the_doors(world)
        of_disks = [alerts.fire("DiskFilling", "DiskFull", of=of) for of in ("kafka", "mongodb")]
        await asyncio.gather(on_the_topics(world), of_mails(world), *of_disks)
    finally:
        file.unlink()
    await alerts.fire("CalendarMissing", "KeyExpires")
    await world.register.revoke("soon")
    write_calendar(world.folder / "calendars", YEAR + 2)
    restart(services, *services.address)
    await alerts.clear("CalendarMissing", "KeyExpires", "DiskFilling", "DiskFull", "ServiceDown", "CopyDown", "NotReady")

    with stopped(services.pids["ledger"]):
        await alerts.fire("ServiceDown", "CopyDown", job="ledger")
    await alerts.clear("ServiceDown", "CopyDown", "NotReady")

    with stopped(embedded.mongod_pid):
        await world.put(*sealed([world.report("waits")]))
        await alerts.fire("ConsumerStalled", "RecordsGrowOld", job="ledger", topic="campaign.intake")
        await alerts.fire("NotReady", job="ledger")
        assert "ServiceDown" not in await alerts.firing(), "they say what they lack"
    await alerts.clear("ConsumerStalled", "RecordsGrowOld", "NotReady")

    with stopped(embedded.kafka_pid):
        await alerts.fire("KafkaSilent", job="ledger")
    await alerts.clear("KafkaSilent")

    await in_the_history(world)
    asked = [query for board in BOARDS for panel in board.panels for query, _ in panel.queries()]
    await alerts.answer(*(query for query in asked if not re.search(EMPTY, query)))


async def at_the_doors(world: World) -> None:
    """Wrong keys, one that sends too much, what is no HTTP; and a bureau whose events are wrong, until it sends right ones."""
    address = world.services.address["intake"]
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:

        async def storm() -> None:
            wrong = [client.post("/v1/events", headers={"Authorization": "Bearer xh_nobody_x"}) for _ in range(60)]
            too_many = [client.post("/v1/events", headers={"Authorization": f"Bearer {world.secrets['slow']}"}) for _ in range(60)]
            # What they are answered is not asked: some find their connection closed.
            await asyncio.gather(*wrong, *too_many, no_http(address), return_exceptions=True)

        await world.alerts.fire("AccessRefused", "RequestsLimited", "ConnectionsClosed", meanwhile=storm, job="intake")
        mistaken = [{"specversion": "1.0", "id": f"wrong-{number}", "type": "NoSuchThing"} for number in range(30)]
        headers = {"Authorization": f"Bearer {world.secrets['bureau']}", "Content-Type": "application/cloudevents-batch+json"}
        assert (await client.post("/v1/events", json=mistaken, headers=headers)).status_code == 422
        await world.alerts.fire("RefusedAgain", job="intake")
    await world.alerts.clear("AccessRefused", "RequestsLimited", "ConnectionsClosed")


async def no_http(address: str) -> None:
    """Something connects that speaks otherwise."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"\x16\x03\x01\r\n\r\n")
    await reader.read()
    writer.close()


async def on_the_topics(world: World) -> None:
    """A record that cannot be read, one that no service made, and a stranger in a group who takes partitions and reads nothing."""
    poison = replace(world.report("poison"), value=b'{"text": ')
    await world.put(*sealed([poison]), world.report("past-the-door"))
    await world.alerts.fire("DeadLetters", "UnsealedRecords", job="ledger")
    topic, group = world.broker.name("campaign.ledger"), world.broker.group("reporting", "campaign.ledger")
    stranger = AIOKafkaConsumer(topic, bootstrap_servers=world.broker.bootstrap, group_id=group, enable_auto_commit=False)
    await stranger.start()
    try:
        await world.alerts.fire("PartitionsUnread", job="reporting", topic="campaign.ledger")
    finally:
        await stranger.stop()
    await world.alerts.clear("PartitionsUnread")


async def of_mails(world: World) -> None:
    """Nobody knows the mailboxes; then there is no mail server; then it does not know one of them."""
    alerts, issues = world.alerts, [issue_of(world.plan, unit, f"mail-{unit.id}") for unit in units()[1:3]]
    owners = [each["data"]["owner"] for each in issues]
    people = [each.model_copy(update={"mail": None}) for each in staff() if each.person in owners]
    found = [each.model_copy(update={"mail": f"{'gone' if each.person == owners[1] else 'known'}@example.org"}) for each in people]
    others = [each for each in staff() if each.person not in owners][:40]
    async with Door(world.services.address["intake"], world.secrets["bureau"]) as door:
        await door.tell_all(naming(world.plan, "bureau", [*people, *others], NOW))
        await door.tell_all(issues)
        await alerts.fire("DeliveriesWait", cause="no-mailbox")
        await door.tell_all([each | {"id": f"{each['id']}-mailbox"} for each in naming(world.plan, "bureau", found, NOW)])
        await alerts.clear("DeliveriesWait", cause="no-mailbox")
        await alerts.clear("RefusedAgain")
        await alerts.fire("DeliveriesWait", cause="away")
        with Particular(port=world.mail_port) as mailbox:
            await alerts.fire("DeliveriesFail")
            await alerts.clear("DeliveriesWait")
            assert mailbox.mails


async def in_the_history(world: World) -> None:
    """A record with the seal and a hash that does not follow, at the next position of a book; what the ledger writes there is read all the same."""
    alerts, report = world.alerts, world.report("after")
    book = report.key.decode() if report.key else ""
    async with Settled(world.broker) as settled:
        await settled.wait()
    position = await Marks(world.reporting).of(book) + 1
    headers = recorded_headers("bureau", "forged", NOW, NOW, None)
    forged = recorded_record(book, "IssueEntered", f"{book}/issue/bureau~forged", position, "00" * 32, b"{}", headers)
    await world.put(*sealed([forged]))
    await alerts.fire("ChainBroken", "MarksBehind", job="intake")
    await world.put(*sealed([report]))
    await alerts.clear("MarksBehind", "ChainBroken", "DeadLetters", "UnsealedRecords", "DeliveriesFail")


def issue_of(plan: Plan, unit: Unit, id: str) -> CloudEvent:
    """An issue of a unit, for whoever is responsible for it."""
    subject = subject_id(book_id(plan.campaign, unit.id), "issue", "bureau", id)
    first = first_issue(plan, "bureau", NOW)
    return first | {"id": id, "subject": subject, "data": first["data"] | {"owner": unit.responsible}}
