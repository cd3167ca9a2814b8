"""What other bureaus put into the database changes and hides nothing under one's own key."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.ledger.rules.reasons import reason
from services.reporting.figures.standings import Standings
from services.reporting.figures.summaries import Summaries
from services.reporting.handler import Folding, Waiting
from services.reporting.http.queries import TOLD, Filter, NotFound, Queries
from services.reporting.store import Store
from shared.events.campaign import BookAmended, BookOpened, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.events.indicator import SurveyHeld
from shared.events.refusal import Refused
from shared.kafka.cloudevents import read_recorded
from shared.kafka.reader import Reader
from shared.kafka.records import Recorded
from shared.mongo import Mongo
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.fold.test_projections import ENTERED, REPORTED
from tests.reporting.given import records
from tests.reporting.telling import PLAN

Empty = tuple[Mongo, Store]
REFUSED = Refused(type="IssueReported", rule="struck-off", reason=reason("struck-off"))
OPENED = BookOpened(name="某单位", unit_class="bureau", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())


async def stands(empty: Empty, unit: str, path: Sequence[str], *facts: tuple[str, Fact]) -> None:
    """A book with these facts has been read."""
    mongo, store = empty
    made = records(facts, f"c/{unit}", Where(campaign="c", unit=unit, path=tuple(path)))
    await Reader(mongo, Folding(store, Waiting()), "reporting", CollectorRegistry()).apply(made)


def told_as(id: str, unit: str, path: Sequence[str], times: int, fact: Fact = REFUSED, source: str = "s") -> list[Recorded]:
    """Events that came of the same told id, each a second after the other."""
    issue = subject_id(f"c/{unit}", "issue", "b", "1")
    (made,) = records([(issue, fact)], f"c/{unit}", Where(campaign="c", unit=unit, path=tuple(path)))
    event = replace(read_recorded(made), told_id=id, told_source=source)
    return [replace(event, position=n, accepted=event.accepted + timedelta(seconds=n)) for n in range(1, times + 1)]


async def keep(empty: Empty, *events: Recorded) -> None:
    """Keep events as the fold does."""
    mongo, store = empty
    await mongo.transaction(lambda session: store.write(session, {}, {}, events))


async def test_a_summary_counts_nothing_that_names_its_unit_under_another_root(empty: Empty) -> None:
    mongo, store = empty
    plan = PLAN.model_copy(update={"campaign": "c"})
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=plan, tree=tree)), ("c/root", OPENED))
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED))
    issue = subject_id("c/t9", "issue", "b", "1")
    await stands(empty, "t9", ["evil", "t1", "t9"], ("c/t9", OPENED), (issue, REPORTED), (issue, ENTERED))
    summaries = Summaries(mongo, Queries(mongo))
    async with store.snapshot() as session:
        report = await summaries.report("root", "c", "t1", session)
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
        name="某单位",
        unit_class="bureau",
        tags=(),
        plan_version=2,
        tree_version=2,
        path=there,
        levels_below=0,
        units_below=(),
    )
    issue, survey = subject_id("c/t1", "issue", "b", "1"), subject_id("c/t1", "survey", "public", "1")
    surveyed = SurveyHeld(survey="public", on=date(2019, 3, 4), asked=9, answered=9, satisfied=9, by="p1")
    entered = ENTERED.model_copy(update={"phase": plan.phases[0].code})
    facts: list[tuple[str, Fact]] = [("c/t1", OPENED), (issue, REPORTED), (issue, entered), (survey, surveyed), ("c/t1", amended)]
    before, after = Where(campaign="c", unit="t1", path=("root", "east", "t1")), Where(campaign="c", unit="t1", path=there)
    made = records(facts, "c/t1", [before] * 4 + [after])
    reader = Reader(mongo, Folding(store, Waiting()), "reporting", CollectorRegistry())
    for batch in [made] if together else [made[:4], made[4:]]:
        await reader.apply(batch)
    queries = Queries(mongo)
    summaries = Summaries(mongo, queries)
    for unit, has in (("east", 0), ("west", 1)):
        async with store.snapshot() as session:
            report = await summaries.report(unit, "c", None, session)
            kpis = await Standings(mongo, summaries).kpis(unit, "c", None, session)
        found, _ = await queries.issues(unit, Filter(), 9)
        assert (report.summary.total.entered, len(report.progress["entered"]), len(found)) == (has, has, has), unit
        assert [each.whole for each in kpis.kpis if each.of == "satisfied" and each.aim.code_of == "public"] == [9 * has], unit
        assert (await queries.issue(unit, issue) is not None) is bool(has), unit


async def test_ones_own_answer_is_not_hidden_by_the_same_id_of_other_bureaus(empty: Empty) -> None:
    await keep(empty, *told_as("1", "a1", ["other", "a1"], 1001), *told_as("1", "t1", ["root", "t1"], 1, ENTERED))
    answers = await Queries(empty[0]).told("root", "1", None)
    assert [(each.book, each.state) for each in answers] == [("c/t1", "recorded")]


async def test_what_was_recorded_is_not_hidden_by_repeats_that_were_refused(empty: Empty) -> None:
    recorded, *repeats = told_as("1", "t1", ["root", "t1"], 1002)
    (entered,) = told_as("1", "t1", ["root", "t1"], 1, ENTERED)
    assert recorded.position == entered.position
    await keep(empty, entered, *repeats)
    answers = await Queries(empty[0]).told("root", "1", "s")
    assert len(answers) == TOLD
    assert [each.state for each in answers].count("recorded") == 1
    assert answers[0].events[0]["position"] == 1002


async def test_answers_of_all_sources_come_newest_first_unless_one_is_named(empty: Empty) -> None:
    (one,) = told_as("1", "t1", ["root", "t1"], 1, ENTERED, "one")
    *_, two = told_as("1", "t2", ["root", "t2"], 2, ENTERED, "two")
    await keep(empty, one, two)
    queries = Queries(empty[0])
    assert [each.source for each in await queries.told("root", "1", None)] == ["two", "one"]
    assert [each.source for each in await queries.told("root", "1", "one")] == ["one"]


async def test_what_was_refused_before_a_book_opened_is_for_its_unit_and_the_campaigns_root(empty: Empty) -> None:
    plan = PLAN.model_copy(update={"campaign": "c"})
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    await stands(empty, "root", [], ("c/root", CampaignAnnounced(plan=plan, tree=tree)))
    await keep(empty, *told_as("1", "t1", [], 1))
    queries = Queries(empty[0])
    assert [len(await queries.told(top, "1", None)) for top in ("root", "t1", "t2")] == [1, 1, 0]


@pytest.mark.covers("I6")
async def test_a_unit_is_found_by_each_of_its_names_among_those_under_the_key(empty: Empty) -> None:
    mongo, _ = empty
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED.model_copy(update={"name": "门诊部", "aliases": ("門辦", "服务台")})))
    await stands(empty, "t2", ["root", "t2"], ("c/t2", OPENED.model_copy(update={"name": "中原分部", "aliases": ("服务台",)})))
    queries = Queries(mongo)
    assert [await queries.unit_code("root", "c", named) for named in ("t1", "门诊部", "门办", "中原分部")] == ["t1", "t1", "t1", "t2"]
    assert await queries.unit_code("t2", "c", "服务台") == "t2"
    with pytest.raises(NotFound, match="several units go by the name '服务台': t1, t2"):
        await queries.unit_code("root", "c", "服务台")
    with pytest.raises(NotFound):
        await Summaries(mongo, queries).unit("t2", "c", "门诊部")


@pytest.mark.covers("I7")
async def test_an_issue_is_found_in_whichever_glyphs_it_was_written(empty: Empty) -> None:
    mongo, _ = empty
    issue = subject_id("c/t1", "issue", "b", "1")
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED), (issue, ENTERED.model_copy(update={"text": "未建立問題臺賬（ABC）"})))
    for text, found in (("台账", 1), ("台帐", 1), ("臺賬", 1), ("问题台賬（abc", 1), ("销号", 0), (".", 0)):
        assert len((await Queries(mongo).issues("root", Filter(campaign="c", text=text), 10))[0]) == found, text


async def test_a_person_is_named_only_where_their_unit_lies_under_the_key(empty: Empty) -> None:
    mongo, _ = empty
    for unit in ("t1", "t2"):
        await stands(empty, unit, ["root", unit], (f"c/{unit}", OPENED))
    await mongo["people"].insert_many([{"_id": "p1", "name": "甲", "unit": "t1"}, {"_id": "p2", "name": "乙", "unit": "t2"}])
    row: Any = {
        "campaign": "c",
        "unit": "t1",
        "handed_to": None,
        "escalated_to": None,
        "origin": None,
        "owner": "p1",
        "rectified_by": "p2",
        "verified_by": None,
    }
    queries = Queries(mongo)
    assert (await queries.names("t1", [row]))[1] == {"p1": "甲"}
    assert (await queries.names("root", [row]))[1] == {"p1": "甲", "p2": "乙"}
