"""A campaign announced through the door reaches a real ledger, which opens the books; then every copy of the door knows them."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.client.announcement import announcement
from deploy.embedded.servers import Embedded
from services.intake.app import build
from services.intake.envelope import read_event
from services.intake.mistakes import NotTaken
from services.intake.state import Known
from services.intake.validation import Validation
from services.ledger.app import build as build_ledger
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import read_recorded
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.settings import Settings
from shared.topics import LEDGER
from shared.units import Unit
from tests.intake.given import Campaign, make_issue

BATCH = "application/cloudevents-batch+json"


async def told(service: Service, secret: str, events: Sequence[Any]) -> httpx.Response:
    transport = httpx.ASGITransport(service.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        headers = {"content-type": BATCH, "authorization": f"Bearer {secret}"}
        return await client.post("/v1/events", content=orjson.dumps(events), headers=headers)


async def recorded(embedded: Embedded, broker: Broker) -> list[tuple[str, str]]:
    """Book and type of all that the ledger has recorded."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=embedded.kafka_bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", isolation_level="read_committed"
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(broker.name(LEDGER), number) for number in range(broker.partitions)]
        consumer.assign(partitions)
        ends, found = await consumer.end_offsets(partitions), []
        while any([await consumer.position(each) < end for each, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                found += [(event.book, event.type) for event in map(read_recorded, records)]
        return found
    finally:
        await consumer.stop()


async def test_announcing_opens_the_books_for_every_copy(
    embedded: Embedded,
    settings: Settings,
    broker: Broker,
    tengzhou: Plan,
    tree: list[Unit],
    keyring: tuple[Keys, dict[str, str]],
) -> None:
    keys, secret = keyring
    issues = [make_issue(subject=f"tengzhou-2019/{unit}/issue/bureau~{unit}") for unit in ("bureau", "t01", "t02", "h1", "h2")]
    first, second, ledger = build(settings, keys=keys), build(settings, keys=keys), build_ledger(settings)
    async with AsyncExitStack() as stack:
        for service in (first, second, ledger):
            await service.start()
            stack.push_async_callback(service.stop)
        async with Settled(broker, ["intake"]) as settled:
            early = await told(first, secret["root"], issues)
            assert (early.status_code, {each["rule"] for each in early.json()["errors"]}) == (422, {"book-not-open"})
            answer = await told(first, secret["root"], announcement(tengzhou, tree))
            assert answer.status_code == 202, answer.text
            await settled.wait()
            # The books of a campaign lie in several partitions, which the two copies share; each knows them all.
            for copy in (first, second):
                assert (await told(copy, secret["root"], issues)).json() == {"accepted": 5}
            await settled.wait()
    found = await recorded(embedded, broker)
    assert {book for book, type in found if type == "BookOpened"} == {f"tengzhou-2019/{unit.id}" for unit in tree}
    opened, then = (types := [type for book, type in found if book == "tengzhou-2019/h1"])[:2], types[2:]
    assert opened == ["CampaignPassedDown", "BookOpened"]
    once = then[: len(then) // 2]
    assert once[-2:] == ["IssueReported", "IssueEntered"], "behind what fell due by now, as nobody told the time"
    assert then == once * 2, "the same again, published again for those who missed it"
    # One that starts later has nothing left to read, and knows them from the database.
    third = build(settings, keys=keys)
    await third.start()
    try:
        assert (await told(third, secret["h1"], [make_issue(subject="tengzhou-2019/h1/issue/h1~1")])).status_code == 202
    finally:
        await third.stop()


def _changed(event: dict[str, Any], **plan: Any) -> dict[str, Any]:
    data = event["data"]
    return event | {"data": data | {"plan": data["plan"] | plan}}


async def test_every_mistake_of_a_plan_is_named_by_its_field_and_value(campaign: Campaign, tengzhou: Plan, tree: list[Unit]) -> None:
    event = announcement(tengzhou, tree)[-1]
    plan = event["data"]["plan"]
    bad = _changed(
        event,
        targets=[plan["targets"][0] | {"aspect": "weather"}],
        obligations=[plan["obligations"][0] | {"phase": "P9"}],
        phases=[*plan["phases"], plan["phases"][-1]],
    )
    answer = await campaign.tell([bad], "root")
    assert answer.status_code == 422
    assert {(each["field"], each["value"]) for each in answer.json()["errors"]} == {
        ("data.plan.phases.P3.4", plan["phases"][-1]["code"]),
        ("data.plan.targets.1.aspect", "weather"),
        ("data.plan.obligations.own-plan.phase", "P9"),
    }
    answer = await campaign.tell([_changed(event, issued="2019-13-01", colour="red")], "root")
    assert {(each["field"], each["value"]) for each in answer.json()["errors"]} == {
        ("data.plan.issued", "2019-13-01"),
        ("data.plan.colour", "red"),
    }


@pytest.mark.parametrize(
    ("key", "unit", "rule"),
    [("t01", "t01", "may-not"), ("t02", "bureau", "not-root"), ("t02", "h2", "not-root"), ("root", "t01", "not-root")],
)
async def test_only_the_key_of_the_root_announces(
    campaign: Campaign, tengzhou: Plan, tree: list[Unit], key: str, unit: str, rule: str
) -> None:
    events = [
        {name: value.replace("/bureau", f"/{unit}") if name == "subject" else value for name, value in event.items() if name != "source"}
        for event in announcement(tengzhou, tree)
    ]
    await campaign.mark()
    answer = await campaign.tell(events, key)
    assert answer.status_code == 403
    assert [(each["index"], each["rule"]) for each in answer.json()["errors"]] == [(0, rule), (1, rule)]
    assert await campaign.since() == []


async def test_a_tree_is_told_under_its_own_version(campaign: Campaign, tengzhou: Plan, tree: list[Unit]) -> None:
    part = announcement(tengzhou, tree)[0] | {"subject": "tengzhou-2019/bureau/tree/2"}
    [error] = (await campaign.tell([part], "root")).json()["errors"]
    assert (error["field"], error["rule"]) == ("subject", "subject")
    assert "tengzhou-2019/bureau/tree/1" in error["detail"]


async def test_many_at_once_find_the_same_books(campaign: Campaign) -> None:
    answers = await asyncio.gather(*(campaign.tell([make_issue() for _ in range(20)]) for _ in range(20)))
    assert [answer.json() for answer in answers] == [{"accepted": 20}] * 20


@pytest.mark.parametrize(
    ("pattern", "root", "allowed"),
    [
        (None, "", False),
        ("rivers-2026", "bureau", True),
        ("rivers-*", "bureau", True),
        ("*", "bureau", True),
        ("rivers-2026", "other", False),
        ("rivers", "bureau", False),
        ("rivers-20", "bureau", False),
        ("rivers-2026*", "bureau", True),
    ],
)
def test_only_a_root_that_an_operator_named_is_the_first_to_announce_a_campaign(
    tengzhou: Plan, tree: list[Unit], keyring: tuple[Keys, dict[str, str]], pattern: str | None, root: str, allowed: bool
) -> None:
    key = next(each for each in keyring[0] if each.id == "root")
    validation = Validation(4, told_clock=True)
    if pattern:
        validation.allowances.allow(pattern, root)
    listed, announced = announcement(tengzhou.model_copy(update={"campaign": "rivers-2026"}), tree)
    of_root, of_other = Known(roots={"rivers-2026": "bureau"}), Known(roots={"rivers-2026": "other"})
    for each, known, rule in (
        (listed, Known(), None if allowed else "campaign-not-allowed"),
        (announced, Known(), None if allowed else "campaign-not-allowed"),
        (listed, of_root, None),
        (announced, of_root, None),  # what was announced stays its root's
        (listed, of_other, "campaign-not-allowed"),  # in the same words as of one that nobody has
        (announced, of_other, "campaign-not-allowed"),
    ):
        try:
            validation.take(read_event({name: value for name, value in each.items() if name != "source"}, "bureau", None), key, known, None)
            found = None
        except NotTaken as refused:
            found = refused.mistakes[0].rule
        assert found == rule, (each["type"], known.roots)


async def test_whoever_announces_what_nobody_allowed_is_told_what_to_ask_for(
    settings: Settings, tengzhou: Plan, tree: list[Unit], keyring: tuple[Keys, dict[str, str]]
) -> None:
    keys, secret = keyring
    keys.allowances.allow("tengzhou-2019", "other")
    service = build(settings, keys=keys)
    await service.start()
    try:
        answer = await told(service, secret["root"], announcement(tengzhou, tree)[-1:])
    finally:
        await service.stop()
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["rule"], error["field"]) == (403, "campaign-not-allowed", "subject")
    assert "xiaohao campaigns allow tengzhou-2019 bureau" in error["detail"]
    assert "xiaohao campaigns allow tengzhou-2019 bureau" in error["detail_zh"]
