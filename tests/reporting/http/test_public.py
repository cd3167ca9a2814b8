"""What anybody may read of a campaign, and what nobody may read without a key."""

import httpx
import pytest

from services.reporting.figures.units import NotFound
from services.reporting.http.public import KEPT, Display
from services.reporting.http.reading import Reading
from shared.events.activity import PracticeShared
from shared.events.campaign import CampaignAnnounced
from shared.http.access import Keys
from shared.plan import Plan
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.campaign import NASTY, Campaign
from tests.reporting.given import OPENED, Empty, stands
from tests.reporting.telling import PLAN

TREE = seal([Unit(id="root", name="局", unit_class="bureau")])


@pytest.mark.covers("K2", "K4")
async def test_anybody_sees_phases_progress_promises_and_practice_and_nothing_of_persons_or_issues(campaign: Campaign) -> None:
    async with campaign.client() as client:
        total = (await client.get(f"/api/campaigns/{PLAN.campaign}/summary")).json()["total"]
    async with httpx.AsyncClient(base_url=campaign.address) as nobody:
        answer = await nobody.get(f"/public/{PLAN.campaign}")
    assert answer.headers["cache-control"] == f"public, max-age={KEPT}"
    shown = answer.json()
    assert [phase["code"] for phase in shown["phases"]] == [phase.code for phase in PLAN.phases]
    assert (shown["progress"]["entered"], shown["progress"]["struck_off"]) == (total["entered"], total["struck_off"])
    assert [each["title"] for each in shown["practices"]] == ["分时预约"]
    assert [each["title"] for each in shown["promises"]] == ["服务承诺"]
    assert not any(text in answer.text for text in (*NASTY[4:], "p0001", "未公开"))


@pytest.mark.covers("K2")
async def test_a_plan_that_does_not_say_so_is_on_display_to_nobody(empty: Empty) -> None:
    mongo, store = empty
    display = Display(mongo, Reading(mongo, store, Keys()))
    closed = Plan(**(dict(PLAN) | {"campaign": "c", "public": False}))
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=closed, tree=TREE)), ("c/root", OPENED))
    for id in ("c", "nowhere"):
        with pytest.raises(NotFound, match="not-public"):
            await display.campaign(id)


@pytest.mark.covers("K2")
async def test_an_answer_is_given_again_for_a_while_and_nothing_from_under_another_root_gets_in(empty: Empty) -> None:
    mongo, store = empty
    display = Display(mongo, Reading(mongo, store, Keys()))
    plan = Plan(**(dict(PLAN) | {"campaign": "c", "public": True}))
    shared = PracticeShared(by="p1", title="一站式", text="做法", visibility="public")
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=plan, tree=TREE)), ("c/root", OPENED))
    await stands(empty, "t9", ["evil", "t9"], ("c/t9", OPENED), (subject_id("c/t9", "practice", "1"), shared))
    first = await display.campaign("c")
    assert first.practices == []
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED), (subject_id("c/t1", "practice", "1"), shared))
    assert await display.campaign("c") is first
    fresh = await Display(mongo, Reading(mongo, store, Keys())).campaign("c")
    assert [each.title for each in fresh.practices] == ["一站式"]
