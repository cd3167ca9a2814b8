"""What the duty screen is shown of a campaign is what its rows say, by the one copy whose word it is."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry

from services.reporting.figures import gauges
from services.reporting.figures.gauges import FIGURES, STATES, CampaignGauges
from services.reporting.fold.rows import GONE
from services.reporting.store import DatabaseError
from shared.mongo import Document, Mongo
from shared.topics import LEDGER
from tests.reporting.campaign import SUMMARY, Campaign, ask

ID = "tengzhou-2019"


@dataclass
class Copy:
    """A copy of reporting: which partitions of which topic it has."""

    mongo: Mongo
    has: Collection[int] = (0, 2)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self.gauges = CampaignGauges(self.mongo, self, self.registry)

    def partitions(self, topic: str) -> Collection[int]:
        return self.has if topic == LEDGER else ()

    def shown(self) -> dict[str, float | None]:
        return {name: self.registry.get_sample_value(f"xiaohao_campaign_{name}", {"campaign": ID}) for name in FIGURES}

    def all_samples(self) -> int:
        return sum(len(family.samples) for family in self.registry.collect())


@pytest.fixture
async def mongo(campaign: Campaign) -> AsyncIterator[Mongo]:
    found = Mongo(campaign.settings.mongodb_uri.get_secret_value(), f"{campaign.settings.namespace}xiaohao-reporting")
    yield found
    found.close()


async def test_each_figure_is_that_of_the_rows_and_of_the_pages(campaign: Campaign, mongo: Mongo) -> None:
    copy = Copy(mongo)
    await copy.gauges.look()
    summary = await ask(campaign, SUMMARY)

    async def rows(collection: str, **query: object) -> int:
        wanted: Document = {"campaign": ID, **query}
        return await mongo[collection].count_documents(wanted)

    hazards = await rows("issues", nature="hazard", status={"$nin": GONE}, standing=False)
    assert copy.shown() == {
        "open_issues": summary["total"]["open"],
        "overdue_issues": summary["late_now"],
        "carried_over_issues": summary["carried_open"],
        "open_hazards": hazards,
        "missing_returns": await rows("returns", state="missing"),
    }
    assert await rows("issues", nature="hazard"), "some hazards were entered"


async def test_a_phase_is_in_one_state_that_of_the_root(campaign: Campaign, mongo: Mongo) -> None:
    copy = Copy(mongo)
    await copy.gauges.look()
    for phase in (await ask(campaign, SUMMARY))["phases"]:
        labels = {"campaign": ID, "phase": phase["code"]}
        found = {state: copy.registry.get_sample_value("xiaohao_campaign_phase", {**labels, "state": state}) for state in STATES}
        assert found == {state: state == phase["status"] for state in STATES}


@pytest.mark.parametrize(
    "error", [DatabaseError("away"), ValueError("not enough values to unpack")], ids=["away", "a-campaign-that-is-gone"]
)
async def test_a_look_that_fails_ends_no_reporting(mongo: Mongo, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    copy, looks = Copy(mongo), asyncio.Queue[None]()

    async def look() -> None:
        looks.put_nowait(None)
        raise error

    monkeypatch.setattr(copy.gauges, "look", look)
    monkeypatch.setattr(gauges, "SOON", 0.0)
    running = asyncio.create_task(copy.gauges.run())
    try:
        async with asyncio.timeout(30):
            await looks.get()
            await looks.get()
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_only_the_copy_that_has_partition_0_shows_them_and_as_soon_as_it_loses_that_none(campaign: Campaign, mongo: Mongo) -> None:
    other, copy = Copy(mongo, has=(1, 3)), Copy(mongo)
    for each in (other, copy):
        await each.gauges.look()
    assert (other.all_samples(), copy.all_samples() > 0) == (0, True)
    copy.has, other.has = (), (0, 1)
    assert (copy.all_samples(), other.all_samples() > 0) == (0, True)


async def test_of_campaigns_beyond_the_most_that_are_shown_it_is_said_how_many_they_are(
    campaign: Campaign, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(mongo)
    await copy.gauges.look()
    assert copy.registry.get_sample_value("xiaohao_campaigns_not_shown") == 0
    assert (copy.registry.get_sample_value("xiaohao_campaigns_read_timestamp_seconds") or 0) > 1.7e9
    many = [{"_id": f"earlier-{number}", "root": "bureau", "version": 1, "plan": '{"phases":[]}', "announced": 0} for number in range(3)]
    await mongo["campaigns"].insert_many(many)
    try:
        monkeypatch.setattr(gauges, "CAMPAIGNS", 2)
        await copy.gauges.look()
    finally:
        await mongo["campaigns"].delete_many({"_id": {"$in": [each["_id"] for each in many]}})
    assert copy.registry.get_sample_value("xiaohao_campaigns_not_shown") == 2
    assert copy.shown()["open_issues"] is not None, "those announced last are shown"
