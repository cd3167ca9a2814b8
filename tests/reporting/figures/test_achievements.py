"""What a report says was achieved: awards."""

import pytest

from services.reporting.figures.units import Scope
from services.reporting.http.reading import Reading
from shared.events.fact import Fact
from shared.events.nomination import AwardGiven, AwardReceived
from shared.http.access import Keys
from tests.reporting.given import OPENED, Empty, stands, top
from tests.reporting.telling import PLAN


def given(by: str) -> AwardGiven:
    """A case of a unit won."""
    return AwardGiven(phase="P3.1", award="case", period="once", nominated_by=by, nominee="team", unit=by, title="床旁结算", prize="奖牌")


HEARD = AwardReceived(award="case", period="once", unit="root", title="床旁结算", prize="奖牌")


@pytest.mark.covers("F9", "G9")
async def test_awards_are_listed_once_each_also_where_two_winners_have_one_title(empty: Empty) -> None:
    mongo, store = empty
    plan = PLAN.model_copy(update={"campaign": "c"})
    await mongo["campaigns"].insert_one({"_id": "c", "position": 1, "root": "root", "version": 1, "plan": plan.model_dump_json()})
    won = [(f"c/root/nomination/case~once~{unit}~desk~1", given(unit)) for unit in ("t1", "t2", "t3")]
    books: dict[str, list[tuple[str, Fact]]] = {"root": [*won, ("c/root/nomination/case~once~desk~1", given("root"))]}
    books |= {unit: [(f"c/{unit}/nomination/case~once~desk~1", HEARD)] for unit in ("t1", "t2")}
    for unit, facts in books.items():
        await stands(empty, unit, ["root", unit] if unit != "root" else ["root"], (f"c/{unit}", OPENED), *facts)
    reading = Reading(mongo, store, Keys())
    for unit, awards in (("root", 4), ("t1", 1), ("t2", 1)):
        async with reading.store.snapshot() as session:
            report = await reading.summaries.report(Scope(top(), "c", unit), session)
            achieved = await reading.achievements.of(top(), report, session)
        assert [(each.award, each.title, each.prize) for each in achieved.awards] == [("case", "床旁结算", "奖牌")] * awards
        assert unit != "root" or report.summary.total.awards == awards
