"""Summaries: what counts as on time, and that nothing counts that stands elsewhere."""

from datetime import date

import pytest
from prometheus_client import CollectorRegistry

from services.reporting.figures.filters import Filter
from services.reporting.figures.summaries import on_time
from services.reporting.figures.units import Scope
from services.reporting.handler import Folding, Waiting
from services.reporting.http.reading import Reading
from services.reporting.summing import Summing
from shared.events.campaign import BookAmended, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.events.indicator import SurveyHeld
from shared.http.access import Keys
from shared.kafka.reader import Reader
from shared.plan import Plan
from shared.plan.issue import IssueRules
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.given import ENTERED, OPENED, REPORTED, Empty, records, stands, top
from tests.reporting.telling import PLAN


@pytest.mark.covers("L15")
def test_what_counts_as_on_time_says_how_late_it_may_be_told_where_the_plan_allows_it() -> None:
    late = Plan(**(dict(PLAN) | {"issues": IssueRules(told_late=3)}))
    assert on_time(late).en.startswith(on_time(PLAN).en)
    assert "3" in on_time(late).zh.removeprefix(on_time(PLAN).zh)


@pytest.mark.covers("L1", "L15")
@pytest.mark.parametrize(("stops", "zh"), [("done", "整改完成"), ("verified", "验收通过"), ("struck-off", "销号之日")])
def test_what_counts_as_on_time_names_the_act_that_stops_the_clock(stops: str, zh: str) -> None:
    plan = Plan(**(dict(PLAN) | {"clocks": PLAN.clocks.model_copy(update={"fix_stops": stops})}))
    assert on_time(plan).zh.startswith(f"按期：{zh}")


async def test_a_summary_counts_nothing_that_names_its_unit_under_another_root(empty: Empty) -> None:
    mongo, store = empty
    plan = PLAN.model_copy(update={"campaign": "c"})
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=plan, tree=tree)), ("c/root", OPENED))
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED))
    issue = subject_id("c/t9", "issue", "b", "1")
    await stands(empty, "t9", ["evil", "t1", "t9"], ("c/t9", OPENED), (issue, REPORTED), (issue, ENTERED))
    summaries = Reading(mongo, store, Keys()).summaries
    async with store.snapshot() as session:
        report = await summaries.report(Scope(top(), "c", "t1"), session)
    summary = report.summary
    assert (summary.total.entered, summary.units, summary.as_of.books, report.progress["entered"]) == (0, [], 1, [])


@pytest.mark.parametrize("together", [True, False])
async def test_what_a_unit_has_on_its_book_moves_with_it_where_an_amendment_puts_it_under_another(empty: Empty, together: bool) -> None:
    mongo, store = empty
    plan = PLAN.model_copy(update={"campaign": "c"})
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=plan, tree=tree)), ("c/root", OPENED))
    for unit in ("east", "west"):
        await stands(empty, unit, ["root", unit], (f"c/{unit}", OPENED))
    there = ("root", "west", "t1")
    amended = BookAmended(
        name="某单位", unit_class="bureau", tags=(), plan_version=2, tree_version=2, path=there, levels_below=0, units_below=()
    )
    issue, survey = subject_id("c/t1", "issue", "b", "1"), subject_id("c/t1", "survey", "public", "1")
    surveyed = SurveyHeld(survey="public", on=date(2019, 3, 4), asked=9, answered=9, satisfied=9, by="p1")
    entered = ENTERED.model_copy(update={"phase": plan.phases[0].code})
    facts: list[tuple[str, Fact]] = [("c/t1", OPENED), (issue, REPORTED), (issue, entered), (survey, surveyed), ("c/t1", amended)]
    before, after = Where(campaign="c", unit="t1", path=("root", "east", "t1")), Where(campaign="c", unit="t1", path=there)
    made = records(facts, "c/t1", [before] * 4 + [after])
    reader = Reader(mongo, Folding(store, Summing(mongo, 4), Waiting()), "reporting", CollectorRegistry())
    for batch in [made] if together else [made[:4], made[4:]]:
        await reader.apply(batch)
    reading = Reading(mongo, store, Keys())
    for unit, has in (("east", 0), ("west", 1)):
        async with store.snapshot() as session:
            report = await reading.summaries.report(Scope(top(unit), "c"), session)
            kpis = await reading.standings.kpis(Scope(top(unit), "c"), session)
        found, _ = await reading.issues.page(top(unit), Filter(), 9)
        assert (report.summary.total.entered, len(report.progress["entered"]), len(found)) == (has, has, has), unit
        assert [each.whole for each in kpis.kpis if each.of == "satisfied" and each.aim.code_of == "public"] == [9 * has], unit
        assert (await reading.issues.one(top(unit), issue) is not None) is bool(has), unit
