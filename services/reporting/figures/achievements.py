"""What a campaign achieved for a unit and all below it: KPIs, lights, awards, common problems, good practice. For the report.

Read at the same moment of the database as the report's other figures. G9, G10, H2, C16, K1.
"""

from operator import itemgetter
from typing import Any

import orjson

from services.reporting.figures.kpi import UnitKpi
from services.reporting.figures.report import Achievement, Award, CommonProblem, Practice, Report
from services.reporting.figures.standings import Standings
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope, Units
from services.reporting.store import SLOW, book_and_position
from shared.events.light import Colour
from shared.events.nomination import AwardGiven, AwardReceived
from shared.mongo import Document, Mongo, Session

LISTED = 20
"""Awards, common problems and practices, at most."""
WORST: tuple[Colour, ...] = ("green", "yellow", "red")


class Achievements:
    def __init__(self, mongo: Mongo, units: Units, standings: Standings) -> None:
        self._mongo, self._units, self._standings = mongo, units, standings

    async def of(self, top: Top, report: Report, session: Session) -> Achievement:
        """What was achieved where the report is on. Raises NotFound."""
        campaign, unit, plan = report.summary.campaign, report.summary.unit, report.plan
        scope = Scope(top, campaign, unit)
        within: Document = {"campaign": campaign} | top.rows_of(unit)
        kpis = await self._standings.kpis(scope, session) if plan.kpis else None
        by_unit: dict[str, list[UnitKpi]] = {}
        for each in kpis.units if kpis else ():
            by_unit.setdefault(each.unit, []).append(each)
        return Achievement(
            kpis=kpis.kpis if kpis else [],
            by_unit=by_unit,
            lights=await self._lights(scope, session) if plan.lights else {},
            awards=await self._awards(campaign, within, session),
            commons=[
                CommonProblem(row["text"], row["category"], len(row["issues"]), row["done"])
                for row in await self._listed("commons", within, [("closed", 1), ("_id", 1)], session)
            ],
            practices=await self._practices(scope, within, session),
        )

    async def _lights(self, scope: Scope, session: Session) -> dict[str, Colour]:
        lights = await self._standings.lights(scope, session)
        return {
            each.unit: max((course.months[-1].colour for course in each.lights if course.months), key=WORST.index, default="green")
            for each in lights.units
        }

    async def _awards(self, campaign: str, within: Document, session: Session) -> list[Award]:
        """Those given by these units, and those that they heard they won; each once, though both may say so."""
        query: Document = {
            "type": {"$in": [AwardGiven.__name__, AwardReceived.__name__]},
            "_id": {"$gte": f"{campaign}/", "$lt": f"{campaign}0"},  # the ids of all its books; 0 follows the slash
        }
        # An event says where its unit stood then; the report is on the units that stand here now.
        books = {unit["_id"] async for unit in self._mongo["units"].find(within, {"_id": 1}, session=session)}
        events = self._mongo["events"].find(query, {"value": 1, "subject": 1}, session=session).max_time_ms(SLOW)
        told = {_as_filed(event["subject"]): event async for event in events if book_and_position(event["_id"])[0] in books}
        facts = [orjson.loads(event["value"])["fact"] for event in told.values()]
        facts.sort(key=itemgetter("award", "period", "title"))
        return [
            Award(fact["award"], fact["period"], fact["title"], tuple(fact.get("rewards", ())), fact.get("prize"))
            for fact in facts[:LISTED]
        ]

    async def _practices(self, scope: Scope, within: Document, session: Session) -> list[Practice]:
        """What units shared with others than themselves, and what the unit has of its own."""
        shared = within | {"sort": {"$ne": "promise"}, "$or": [{"visibility": {"$ne": "unit"}}, {"unit": scope.unit}]}
        rows = await self._listed("practices", shared, [("day", -1), ("_id", 1)], session)
        names = await self._units.names(scope.campaign, scope.top, {row["unit"] for row in rows}, session)
        return [Practice(names.get(row["unit"], row["unit"]), row["title"], row["text"]) for row in rows]

    async def _listed(self, collection: str, query: Document, order: list[tuple[str, int]], session: Session) -> list[Any]:
        first = self._mongo[collection].find(query, session=session).sort(order).limit(LISTED).max_time_ms(SLOW)
        return [row async for row in first]


def _as_filed(nomination: str) -> str:
    """A nomination in the book that filed it; elsewhere its id has that unit in front of the teller's source."""
    book, _, id = nomination.partition("/nomination/")
    award, period, *by, source, reference = id.split("~")
    return f"{by[0] if by else book.partition('/')[2]}~{award}~{period}~{source}~{reference}"
