"""One issue from a bureau's door to the leader's page, through the four real services in one process on the real broker."""

import asyncio
from collections.abc import AsyncIterator
from time import time

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.client.erasure import Place, look, tell_gone
from services.reporting.figures import gauges
from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Teller
from shared.events.people import PersonErased, PersonReleased
from shared.events.tree import UnitsListed
from shared.kafka import contract
from shared.kafka.broker import Broker
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, NOTICES, PEOPLE, dead_letters
from shared.units import seal
from tests.flow import PLAN, UNITS
from tests.installed import World, event, four_services

BOOK = "flow-2019/h1"
ISSUE = f"{BOOK}/issue/h1~1"


@pytest.fixture
async def world(settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(gauges, "EVERY", 0.1)
    async with four_services(settings.model_copy(update={"campaign_metrics": True}), broker) as world:
        yield world


def unsent(world: World) -> float:
    """Deliveries that ended otherwise."""
    of = world.registries["notify"].get_sample_value
    return sum(of("xiaohao_deliveries_total", {"state": state}) or 0 for state in ("failed", "outdated"))


async def types_on(broker: Broker, topic: str) -> set[str]:
    """Types of the records of a topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, isolation_level="read_committed")
    await consumer.start()
    try:
        partitions = [TopicPartition(broker.name(topic), number) for number in range(broker.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        found: set[str] = set()
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, []):
                    found |= {value.decode() for name, value in record.headers if name == "ce_type"}
        return found
    finally:
        await consumer.stop()


async def test_an_issue_goes_from_the_door_to_the_report_and_its_campaign_from_notice_to_statement(world: World, broker: Broker) -> None:
    began = time()
    await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
    await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "2019-03-01")
    for number, person in enumerate(("owner1", "fixer1", "checker1", "head1")):
        named = {"person": person, "unit": "h1", "name": "职工", "mail": f"{person}@h1.example"}
        await world.tell("h1", event(f"p{number}", "PersonNamed", BOOK, "2019-03-02", **named))
    await world.day("2019-03-08")
    await world.tell(
        "h1",
        event("e1", "IssueReported", ISSUE, "2019-03-04", text="排队太久", category="flow", channel="complaint", owner="owner1"),
        event("e2", "SelfCheckAnswered", f"{BOOK}/check/1", "2019-03-04", target=1, conforms=False, finding="超过半小时", by="owner1"),
        event("e3", "MeasuresPlanned", ISSUE, "2019-03-05", measures="增设窗口", by="owner1"),
        event("e4", "RectificationDone", ISSUE, "2019-03-06", result="已增设", by="fixer1"),
        event("e5", "RectificationVerified", ISSUE, "2019-03-07", effect="已缩短", by="fixer1"),
        event("e6", "RectificationVerified", ISSUE, "2019-03-08", effect="已缩短", by="checker1"),
    )

    refused = await world.read("/api/told/e5?wait=5", "h1")
    assert "verifier-is-fixer" in str(refused)
    rows = (await world.read("/api/issues?campaign=flow-2019"))["items"]
    assert sorted((row["number"], row["status"]) for row in rows) == [(1, "struck-off"), (2, "entered")]

    for day in ("2019-03-31", "2019-04-10", "2019-04-30", "2019-05-20"):
        await world.day(day)
    await world.tell("h1", event("e7", "ReturnFiled", f"{BOOK}/return/report", "2019-05-20", obligation="report", title="报告", by="head1"))
    for day in ("2019-05-21", "2019-05-22", "2019-05-23"):
        await world.day(day)

    summary = await world.read("/api/campaigns/flow-2019/summary")
    phases = {each["code"]: each["figures"] for each in summary["phases"]}
    assert (phases["P1"]["entered"], phases["P1"]["struck_off"], phases["P1"]["on_time"]) == (2, 1, 1)
    assert (phases["P1"]["overdue"], phases["P2"]["carried_over"], phases["P2"]["late"], phases["P2"]["missing"]) == (1, 1, 1, 1)
    assert world.mailbox.mails, "its owner heard that it was assigned"

    # All that was recorded is read by all once, and timed; what was mailed too, by the event that it is of.
    assert 0 < world.figure("ledger", "told_to_recorded_seconds_count") <= world.figure("ledger", "records_total")
    assert world.figure("reporting", "recorded_to_readable_seconds_count") == world.figure("ledger", "recorded_total") > 0
    async with asyncio.timeout(20):  # the topic has what was sent a moment later than the mailbox
        while world.figure("notify", "recorded_to_notified_seconds_count") < world.mailbox.mails:
            await asyncio.sleep(0.01)
    assert world.figure("notify", "recorded_to_notified_seconds_count") == world.figure("notify", "deliveries_total") - unsent(world)
    timed = ("ledger", "told_to_recorded"), ("reporting", "recorded_to_readable"), ("notify", "recorded_to_notified")
    for service, name in timed:  # by Kafka's clock, not by the time that is told, which is years ago
        assert world.figure(service, f"{name}_seconds_sum") < (time() - began) * world.figure(service, f"{name}_seconds_count")
    said = (await world.reporting.get("/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"})).text
    assert not [line for line in said.splitlines() if "# {" in line and "flow-2019" in line], "whoever reaches the port sees it"
    shown = {"open_issues": summary["total"]["open"], "missing_returns": 1, "overdue_issues": summary["late_now"]}
    async with asyncio.timeout(20):
        while {name: world.figure("reporting", f"campaign_{name}") for name in shown} != shown:
            await asyncio.sleep(0.01)
    assert world.figure("ledger", "mongodb_transactions_total") > 0

    types = {topic: await types_on(broker, topic) for topic in (INTAKE, LEDGER, PEOPLE, NOTICES)}
    told = {fact.__name__ for fact in contract.told_types(Teller.BUREAU, Teller.CLOCK, Teller.BOOK)} | {"TimeTold"}
    assert types[INTAKE] <= told
    assert types[LEDGER] <= {fact.__name__ for fact in contract.recorded_types()}
    assert types[PEOPLE] == {"PersonNamed"}
    assert types[NOTICES] <= {"NoticeSent", "NoticeFailed"}
    assert not await types_on(broker, dead_letters(INTAKE))


async def test_a_person_who_is_erased_is_nowhere_but_by_the_id_in_the_books_and_an_id_that_is_released_is_free(
    world: World, broker: Broker, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())
    intake = (str(world.intake.base_url), world.keys["root"])
    named = {"person": "owner1", "unit": "h1", "name": "职工", "mail": "o1@h1.example"}
    await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
    await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "2019-03-01")
    await world.tell("h1", event("p1", "PersonNamed", BOOK, "2019-03-02", **named))
    await world.tell(
        "h1", event("e1", "IssueReported", ISSUE, "2019-03-04", text="排队太久", category="flow", channel="complaint", owner="owner1")
    )
    assert [row["owner_name"] for row in (await world.read("/api/issues?campaign=flow-2019"))["items"]] == ["职工"]
    assert {place.name for place in await look(broker, "bureau", "owner1") if place.left} == {
        PEOPLE,
        "intake, people",
        "notify, people",
        "reporting, people",
    }

    await tell_gone(intake, "flow-2019/bureau", PersonErased(person="owner1", reason="本人申请"))
    assert [place for place in await look(broker, "bureau", "owner1") if place.left] == [Place(f"{PEOPLE}, until Kafka compacts it", 1)]
    assert [(row["owner"], row["owner_name"]) for row in (await world.read("/api/issues?campaign=flow-2019"))["items"]] == [
        ("owner1", None)
    ]
    assert not await types_on(broker, dead_letters(PEOPLE))
    for fact, rule in (
        (event("p2", "PersonNamed", BOOK, "2019-03-05", **named), "person-erased"),
        (event("e2", "IssueAssigned", ISSUE, "2019-03-05", owner="owner1"), "person-unknown"),
    ):
        assert await world.refused("h1", fact) == [rule]

    # In one request as in two: what comes behind has the last word, and what is told again is no later news.
    named_again = event("p4", "PersonNamed", BOOK, "2019-03-05", **named)
    released = [
        event(f"g{number}", "PersonReleased", "flow-2019/bureau", "2019-03-05", person="owner1", reason="编号改由他人使用")
        for number in (1, 2)
    ]
    await world.tell("root", released[0], named_again)
    await world.tell("h1", event("e3", "IssueAssigned", ISSUE, "2019-03-05", owner="owner1"))
    await world.tell("root", named_again, released[1])
    await world.tell("root", released[0], named_again)
    assert await world.refused("h1", event("e4", "IssueAssigned", ISSUE, "2019-03-05", owner="owner1")) == ["person-unknown"]
    await world.tell("root", event("p3", "PersonNamed", "flow-2019/h2", "2019-03-06", **(named | {"unit": "h2"})))
    assert {PersonErased.__name__, PersonReleased.__name__} <= await types_on(broker, LEDGER)


@pytest.mark.parametrize(
    ("key", "subject", "person", "rule"),
    [
        ("h1", "flow-2019/h1", "owner1", "may-not"),
        ("h1", "flow-2019/bureau", "owner1", "not-yours"),
        ("root", "flow-2019/h1", "owner1", "not-of-root"),
        ("root", "flow-2019/bureau", "nobody", "person-unknown"),
    ],
)
async def test_only_an_operator_of_the_root_releases_or_erases_whom_somebody_named(
    world: World, key: str, subject: str, person: str, rule: str
) -> None:
    await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
    await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "2019-03-01")
    await world.tell("h1", event("p1", "PersonNamed", BOOK, "2019-03-02", person="owner1", unit="h1", name="职工"))
    for type in ("PersonErased", "PersonReleased"):
        assert await world.refused(key, event(f"x-{type}", type, subject, "2019-03-03", person=person, reason="无")) == [rule]
