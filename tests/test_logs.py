"""No name, text, mail address, id of a person or key stands in any line of the four services at debug level, whatever goes wrong with an event."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec.structs import replace
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError

from deploy.embedded.mailbox import Mailbox
from services.ledger.rules import table
from services.ledger.rules.decision import Event, State
from shared.events.campaign import CampaignAnnounced
from shared.events.tree import UnitsListed
from shared.kafka.broker import Broker
from shared.kafka.records import Record, Told
from shared.mongo import fault
from shared.settings import Settings
from shared.topics import INTAKE, PEOPLE
from shared.units import seal
from tests.flow import PLAN, UNITS
from tests.installed import World, event, four_services
from tests.logged import logged
from tests.stream import sealed

CANARY = "暗号张三丰"
PERSON, PHONE = "canary-person", "13800138000"
TEXT = f"{CANARY} 电话{PHONE} canary@h1.example"
BOOK = "flow-2019/h1"
ISSUE = f"{BOOK}/issue/h1~canary"
MARKS = ("暗号", "canary", PHONE, "h1.example")


async def put(broker: Broker, *records: Record) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for each in records:
            await producer.send_and_wait(broker.name(each.topic), each.value, each.key, headers=list(each.headers))


def stray(topic: str, **headers: str) -> Record:
    """A record that is full of marks, and no event."""
    given = {"ce_id": f"{CANARY}", "ce_type": "IssueReported", "ce_subject": ISSUE, "traceparent": TEXT, **headers}
    return Record(topic, TEXT.encode(), f'{{"text": "{TEXT}'.encode(), [(name, value.encode()) for name, value in given.items()])


def clumsy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a rule fail on one event, and quote it."""
    decide = table.decide

    def failing(told: Told, states: Mapping[str, State], *rest: Any) -> list[Event]:
        if told.id == "bug":
            raise ZeroDivisionError(f"{told.subject}: {told.data!r}")
        return list(decide(told, dict(states), *rest))

    monkeypatch.setattr(table, "decide", failing)


async def unwilling(self: Mailbox, server: SMTP, session: Session, envelope: Envelope) -> str:
    return f"550 {envelope.rcpt_tos} is unknown to {PERSON}"


async def upload(world: World, name: str, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {world.keys['h1']}", "Content-Disposition": f"attachment; filename={name}"}
    answer = await world.intake.post("/v1/files/flow-2019/issues", content=content, headers=headers)
    assert answer.status_code < 500, answer.text


async def test_whatever_is_told_and_goes_wrong_nobody_is_found_in_the_logs(
    settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    clumsy(monkeypatch)
    monkeypatch.setattr(Mailbox, "handle_DATA", unwilling)
    with logged("debug") as lines:
        async with four_services(settings, broker) as world:
            await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
            await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "2019-03-01")
            await world.tell(
                "h1", event("p1", "PersonNamed", BOOK, "2019-03-02", person=PERSON, unit="h1", name=CANARY, mail="canary@h1.example")
            )
            reported = {"text": TEXT, "category": "flow", "channel": "complaint", "owner": PERSON}
            await world.tell(
                "h1",
                event("e1", "IssueReported", ISSUE, "2019-03-04", **reported),
                event("e2", "MeasuresPlanned", ISSUE, "2019-03-05", measures=TEXT, by=PERSON),
                event("e3", "RectificationDone", ISSUE, "2019-03-06", result=TEXT, by=PERSON),
                event("e4", "RectificationVerified", ISSUE, "2019-03-07", effect=TEXT, by=PERSON),
                event("bug", "IssueReported", f"{ISSUE}-bug", "2019-03-04", **reported),
            )
            assert await world.refused("h1", event("e6", TEXT, ISSUE, "2019-03-04", text=TEXT)) == ["type"]
            for given in (f"Bearer {world.keys['h1']}canary".encode(), f"Bearer {TEXT}".encode(), f"Basic {TEXT}".encode()):
                headers = {b"Authorization": given}
                assert (await world.intake.post(f"/v1/events?q={TEXT}", headers=headers)).status_code == 401
                assert (await world.reporting.get(f"/api/told/{TEXT}", headers=headers)).status_code == 401
            await upload(world, "canary.xlsx", TEXT.encode())
            await upload(world, "canary.csv", f"{TEXT},{TEXT}\n{TEXT},{TEXT}".encode())
            await put(broker, stray(INTAKE), *sealed([stray(INTAKE), stray(PEOPLE), replace(stray(INTAKE), key=None)]))
            for day in ("2019-03-31", "2019-04-10"):
                await world.day(day)
            keys = list(world.keys.values())
    said = lines.getvalue()
    seen = {line["event"] for line in lines.all()}
    assert seen >= {
        "batch",
        "told event refused",
        "set aside",
        "dead-lettered",
        "delivery failed",
        "access refused",
        "clock told",
        "phase closed",
    }
    assert seen >= {"upload over", "partitions assigned", "read model new"}
    for mark in (*MARKS, *keys, *(key.rpartition("_")[2] for key in keys)):
        found = [line for line in said.splitlines() if mark in line]
        assert not found, (mark, found[:3])
    (refused,) = [line for line in lines.named("told event refused") if line["event_id"] == "e4"]
    assert (refused["rule"], refused["book"], refused["topic"], refused["kind"]) == ("verifier-is-fixer", BOOK, INTAKE, "issue")
    assert {"partition", "offset"} <= refused.keys()


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError(f'E11000 duplicate key error dup key: {{ _id: "{TEXT}" }}', 11000, {"keyValue": {"_id": TEXT}}),
        OperationFailure(f"WriteConflict at {TEXT}", 112),
        OperationFailure(f"Document failed validation: {TEXT}", 121),
        OperationFailure(f"Transaction too large: {TEXT}", 388),
        BulkWriteError({"writeErrors": [{"code": 11000, "errmsg": TEXT, "op": {"_id": TEXT}}]}),
        BulkWriteError({"writeErrors": [{"code": 121, "errmsg": TEXT, "op": {"_id": TEXT}}]}),
    ],
)
def test_what_mongodb_quotes_of_a_document_is_told_to_nobody(error: PyMongoError) -> None:
    said = str(fault(error))
    assert not any(mark in said for mark in MARKS), said
    assert str(error.code if isinstance(error, OperationFailure) else "") in said
