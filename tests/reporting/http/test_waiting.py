"""Questions over HTTP: what became of what was told, and who waits for it."""

import asyncio
from datetime import datetime, time

from deploy.simulator.stream import broken_rule, stream
from services.reporting.app import build
from services.reporting.handler import Waiting
from shared.events.issue import MeasuresPlanned
from shared.topics import subject_id
from shared.workdays import BEIJING
from tests.reporting.campaign import BOOK, FOUND, ISSUES, SEED, UNITS, Campaign, ask, nasty
from tests.reporting.given import ENTERED, ISSUE, recorded
from tests.reporting.telling import OWN, PLAN, told

NOON = datetime.combine(FOUND, time(12), BEIJING)


async def test_what_was_recorded_is_said_with_its_events(campaign: Campaign) -> None:
    answer = await ask(campaign, f"/api/told/{nasty(0)}")
    (found,) = answer["answers"]
    assert (answer["state"], found["book"], [event["type"] for event in found["events"]]) == (
        "recorded",
        BOOK,
        ["IssueReported", "IssueEntered", "IssueAssigned"],
    )
    first = found["events"][0]["position"]
    assert [event["position"] for event in found["events"]] == [first, first + 1, first + 2]


async def test_what_was_refused_is_said_with_rule_and_reason(campaign: Campaign) -> None:
    wrong = {
        event["id"]: rule
        for _, events in stream(PLAN, UNITS, ISSUES, SEED, plain=True)
        for event in events
        if (rule := broken_rule(event["id"])) and event["type"] not in OWN
    }
    assert wrong
    for id, rule in wrong.items():
        answer = await ask(campaign, f"/api/told/{id}")
        assert answer["state"] == "refused"
        (found,) = answer["answers"]
        assert found["rule"] == rule
        assert all(found["reason"].values())


async def test_what_is_not_recorded_is_never_a_bare_404(campaign: Campaign) -> None:
    answer = await ask(campaign, "/api/told/nobody-sent-this", status=202)
    assert (answer["state"], answer["behind"]) == ("not-yet-recorded", {"ledger campaign.intake": 0, "reporting campaign.ledger": 0})
    for said in answer["detail"].values():
        assert "PersonNamed" in said
        assert "xiaohao dead list" in said
    assert "尚未收到" not in answer["detail"]["zh"]
    assert "received" not in answer["detail"]["en"]


async def test_another_source_with_the_same_id_is_not_yet_recorded(campaign: Campaign) -> None:
    assert (await ask(campaign, f"/api/told/{nasty(0)}", {"source": "bureau"}))["state"] == "recorded"
    assert (await ask(campaign, f"/api/told/{nasty(0)}", {"source": "other"}, status=202))["state"] == "not-yet-recorded"


async def test_who_waits_is_answered_when_it_is_recorded(campaign: Campaign) -> None:
    asked = asyncio.create_task(ask(campaign, "/api/told/waited-for", {"wait": 60}))
    unknown = told("waited-for", subject_id(BOOK, "issue", "t", "nobody"), MeasuresPlanned(measures="x", by="p1"), NOON)
    await campaign.teller.tell([unknown])
    answer = await asked
    assert (answer["state"], answer["answers"][0]["rule"]) == ("refused", "issue-unknown")


async def test_who_waits_at_another_copy_is_answered_too(campaign: Campaign) -> None:
    copy = build(campaign.settings, keys=campaign.keys)  # it reads no topic
    async with copy.serving() as address, campaign.client(address=address) as client:
        asked = asyncio.create_task(client.get("/api/told/seen-by-another", params={"wait": 60}))
        await campaign.teller.tell(
            [told("seen-by-another", subject_id(BOOK, "issue", "t", "nobody"), MeasuresPlanned(measures="x", by="p1"), NOON)]
        )
        assert (await asked).json()["state"] == "refused"
        assert (await client.get("/api/settled")).status_code == 503
    copy.mongo.close()


async def test_the_fold_wakes_those_who_wait_for_what_it_brought() -> None:
    waiting = Waiting(most=2)
    with waiting.asking("told-1") as first, waiting.asking("told-2") as second, waiting.asking("told-3") as third:
        assert third is None
        waiting.folded(recorded((ISSUE, ENTERED)))
        assert first
        assert second
        assert not first.is_set()
        waiting.wake()
        assert first.is_set()
        assert not second.is_set()


async def test_where_transactions_go_on_side_by_side_each_wakes_those_who_wait_for_what_it_brought() -> None:
    waiting = Waiting()
    with waiting.asking("told-1") as first, waiting.asking("told-2") as second:
        assert first
        assert second
        one, other = recorded((ISSUE, ENTERED), (ISSUE, ENTERED))
        waiting.folded([one])
        waiting.folded([other])
        waiting.wake()
        for asked in (first, second):
            assert asked.is_set()
            asked.clear()  # and looks, before the other transaction stands
        waiting.wake()
        assert first.is_set()
        assert second.is_set()


async def test_settled_says_who_is_behind(campaign: Campaign) -> None:
    await campaign.teller.settle()
    answer = await ask(campaign, "/api/settled")
    assert answer["behind"]["reporting campaign.ledger"] == 0
    assert answer["settled"] == (not any(answer["behind"].values()))
