"""No page and no list looks at more than it must, by what MongoDB's own profiler notes: an index leads to what is shown, however many issues there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from pymongo import MongoClient

from services.reporting.figures import issues as issues_module
from services.reporting.figures.filters import DutyFilter, Filter
from services.reporting.figures.units import Scope
from services.reporting.http.reading import Reading
from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.http.access import Keys
from shared.settings import Settings
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.given import CARRIED, DONE, ENTERED, LATE, OPENED, PLANNED, REPORTED, STRUCK, Empty, stands, top
from tests.reporting.telling import PLAN

LOOKED_AT, SHOWN, TIMES = 150, 10, 20
LIVES: tuple[tuple[Fact, ...], ...] = ((), (PLANNED,), (PLANNED, DONE), (PLANNED, DONE, STRUCK), (PLANNED, LATE), (PLANNED, LATE, CARRIED))
RARE = ("planned-alone", "nobody-has-this")
FILTERS = (
    *(Filter(), Filter(status="planned"), Filter(status="open"), Filter(owner="p7"), Filter(text="轮椅"), Filter(text="从未出现")),
    *(Filter(category="environment"), Filter(category="none"), Filter(clock="fix"), Filter(clock="plan"), Filter(month="2019-03")),
    *(
        Filter(carried_over=True),
        Filter(standing=True),
        Filter(struck=True),
        Filter(overdue=False),
        Filter(channel="staff", status="rectified"),
    ),
    *(
        Filter(figure=figure, phase=phase)
        for figure, phase in product(("entered", "open", "struck_off", "overdue", "carried_over"), (None, "P2"))
    ),
    *(
        Filter(figure="carried_over", status="open"),
        Filter(figure="on_time", month="2019-03"),
        Filter(figure="struck_off", category="none"),
    ),
)


@contextmanager
def noted(settings: Settings) -> Iterator[list[Any]]:
    """What MongoDB notes meanwhile of the questions to reporting's collections."""
    client = MongoClient[Any](settings.mongodb_uri.get_secret_value())
    database, notes = client[f"{settings.namespace}empty"], list[Any]()
    database.create_collection("system.profile", capped=True, size=64 << 20)
    database.command("profile", 2)
    yield notes
    database.command("profile", 0)
    notes += list(database["system.profile"].find({"op": {"$in": ["query", "command"]}, "ns": {"$not": {"$regex": "profile$"}}}))
    client.close()


@pytest.fixture
async def many(empty: Empty, monkeypatch: pytest.MonkeyPatch) -> Empty:
    """Twelve units with a few issues of every kind, each twenty times."""
    plan = PLAN.model_copy(update={"campaign": "c"})
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    await stands(empty, "root", ["root"], ("c/root", CampaignAnnounced(plan=plan, tree=tree)), ("c/root", OPENED))
    for n in range(12):
        told: list[tuple[str, Fact]] = [(f"c/t{n}", OPENED)]
        for number, life in enumerate(LIVES):
            issue = subject_id(f"c/t{n}", "issue", "b", str(number))
            told += [(issue, fact) for fact in (REPORTED, ENTERED.model_copy(update={"number": number}), *life)]
        await stands(empty, f"t{n}", ["root", f"t{n}"], *told)
    rows: list[Any] = await empty[0]["issues"].find({}).to_list(None)
    copies = [row | {name: f"{row[name]}{n:04}" for name in ("_id", "place")} for row in rows for n in range(1, TIMES)]
    await empty[0]["issues"].insert_many(copies)
    async for row in empty[0]["sums"].find({}):
        larger = {part: {name: value * TIMES for name, value in names.items()} for part, names in row["n"].items()}
        await empty[0]["sums"].update_one({"_id": row["_id"]}, {"$set": {"n": larger}})
    monkeypatch.setattr(issues_module, "LOOKED_AT", LOOKED_AT)
    return empty


def looked_at(notes: list[Any], most: int) -> None:
    """An index answered every question, and no more was looked at than may be."""
    assert notes
    for note in notes:
        assert "COLLSCAN" not in note.get("planSummary", ""), note["command"]
        assert note.get("docsExamined", 0) <= most, (note["docsExamined"], note["planSummary"], note["command"])


@pytest.mark.covers("I1", "I2")
async def test_a_page_looks_at_the_rows_that_it_shows_and_at_finished_sums(many: Empty, settings: Settings) -> None:
    reading = Reading(*many, Keys())
    with noted(settings) as notes:
        for unit in ("root", "t3"):
            async with reading.store.snapshot() as session:
                report = await reading.summaries.report(Scope(top(), "c", unit), session)
    assert report.summary.total.entered == len(LIVES) * TIMES
    looked_at(notes, 3 * (1 + 12))


@pytest.mark.covers("I2")
@pytest.mark.parametrize("unit", ["root", "t3"])
async def test_a_list_looks_at_few_rows_whatever_is_asked_of_it_and_wherever_it_goes_on(many: Empty, settings: Settings, unit: str) -> None:
    reading = Reading(*many, Keys())
    with noted(settings) as notes:
        async with reading.store.snapshot() as session:
            for wanted in FILTERS:
                asked = Filter(**(vars(wanted) | {"campaign": "c", "unit": unit}))
                for after in (None, "c/t5#000000003"):
                    await reading.issues.page(top(), asked, SHOWN, after, session)
                await reading.issues.count(top(), asked, session)
            late = Filter(campaign="c", unit=unit, overdue=True)
            for after in (None, "2019-04-02 c/t5#000000004"):
                await reading.issues.worst(top(), late, SHOWN, after, session)
            await reading.duties.returns(top(), DutyFilter("c", unit), SHOWN, None, session)
    looked_at(notes, 2 * LOOKED_AT)


async def test_going_on_leads_through_all_that_fits_each_once_in_order(many: Empty) -> None:
    reading = Reading(*many, Keys())
    for wanted in FILTERS:
        asked, after, found = Filter(**(vars(wanted) | {"campaign": "c", "unit": "root"})), None, list[str]()
        whole = [row["place"] async for rows in reading.issues.every(top(), asked, None) for row in rows]  # type: ignore[arg-type]
        while True:
            rows, after = await reading.issues.page(top(), asked, SHOWN, after)
            found += [row["place"] for row in rows]
            if after is None:
                break
        assert found == whole, wanted
