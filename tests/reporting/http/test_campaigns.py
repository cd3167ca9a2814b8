"""Summaries over HTTP, of a campaign that ran."""

from services.reporting.figures.summary import Figures
from tests.reporting.campaign import SUMMARY, UNITS, Campaign, ask


async def test_a_summary_adds_up_down_the_tree(campaign: Campaign) -> None:
    summary = await ask(campaign, SUMMARY)
    added = Figures(
        **{name: sum(unit["total"][name] for unit in [*summary["units"], {"total": summary["own"]}]) for name in Figures.model_fields}
    )
    assert added.model_dump() == summary["total"]
    assert summary["as_of"]["books"] == len(UNITS)
    for unit in summary["units"]:
        below = await ask(campaign, SUMMARY, {"unit": unit["unit"]})
        assert below["total"] == unit["total"]
        assert below["phases"][0]["statement"]["total"] == below["phases"][0]["acts"]
    owed = {name: sum(each[name] for each in summary["obligations"]) for name in ("filed", "late", "missing")}
    assert owed == {name: summary["total"][name] for name in owed}


async def test_the_digest_of_a_summary_is_that_of_its_books(campaign: Campaign) -> None:
    one, again, other = [await ask(campaign, SUMMARY, {"unit": unit}) for unit in ("t01", "t01", "t02")]
    assert one["as_of"] == again["as_of"]
    assert one["as_of"]["digest"] != other["as_of"]["digest"]
