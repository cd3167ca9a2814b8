"""How units stand: KPIs, lights, scores, and problems that recur across units, read at one moment of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from pydantic import Field

from services.reporting.figures.facts import Facts, Sum, together
from services.reporting.figures.kpi import Kpis, UnitKpi, judged
from services.reporting.figures.lights import Lights, UnitLights, course, months_between
from services.reporting.figures.scores import Scored, ScorePoint, Scores, UnitScore, looks_at, own_score, points_of, with_below
from services.reporting.figures.summaries import Summaries, on_time
from services.reporting.figures.sums import NONE, Names, Sums, by_name
from services.reporting.figures.units import Scope, Units
from services.reporting.figures.view import Answer, View
from services.reporting.fold.rows import LEFT_OTHERWISE, UnitRow
from services.reporting.store import SLOW, book_and_position, ids_of_book
from shared.mongo import Document, Mongo, Session
from shared.plan import Plan
from shared.units import DEEPEST
from shared.workdays import local_date

MONTHLY = ("months", "struck")
"""The parts of the sums that are by month."""
BOOKS = 200
"""Books whose events are asked for at once."""
LISTED = 1000
"""Rows of a score, and recurring problems, that are listed at most."""


class Recurring(View):
    """A problem that several units have."""

    category: str
    target: int | None
    channel: str | None = Field(description="of problems that fall short of no target")
    issues: int
    units: int


class RecurringProblems(Answer):
    """Problems that recur across units, those of most units first (普遍性问题). C16."""

    least: int
    problems: list[Recurring]


class Standings:
    """Reads the rows, and judges by the pure rules."""

    def __init__(self, mongo: Mongo, units: Units, summaries: Summaries) -> None:
        self._mongo, self._units, self._summaries, self._sums = mongo, units, summaries, Sums(mongo)

    async def kpis(self, scope: Scope, session: Session) -> Kpis:
        """See `services.reporting.figures.kpi`. Raises NotFound."""
        row, plan, within, said = await self._asked(scope, session)
        by = {"$arrayElemAt": ["$path", len(row["path"])]}
        children = await self._units.below(scope, row, session)
        kept = await self._sums.of(scope.campaign, [each["path"] for each in (row, *children)], session, MONTHLY)
        counted = {None: kept[0].own} | {child["unit"]: each.whole for child, each in zip(children, kept[1:], strict=True)}
        facts = await self._facts(within, by, plan, counted, session)
        return Kpis(
            **said,
            kpis=[judged(kpi, together(facts.values())) for kpi in plan.kpis],
            units=[
                UnitKpi(unit=child["unit"], name=child["name"], kpi=each.code, value=each.value, met=each.met)
                for child in children
                for each in (judged(kpi, facts.get(child["unit"], Facts())) for kpi in plan.kpis)
            ],
        )

    async def lights(self, scope: Scope, session: Session) -> Lights:
        """See `services.reporting.figures.lights`. Raises NotFound."""
        row, plan, within, said = await self._asked(scope, session)
        shown = [row, *await self._units.below(scope, row, session)]
        only = within | {"unit": {"$in": [each["unit"] for each in shown]}}
        kept = await self._sums.of(scope.campaign, [each["path"] for each in shown], session, MONTHLY)
        counted = {each["unit"]: its.own for each, its in zip(shown, kept, strict=True)}
        facts = await self._facts(only, "$unit", plan, counted, session)
        of_people: dict[tuple[str, str], dict[str, Any]] = {}
        async for each in self._mongo["lights"].find(only, session=session):
            of_people.setdefault((each["unit"], each["light"]), {})[each["month"]] = each
        time = said["as_of"].time
        months = list(months_between(plan.issued, local_date(time))) if time else []
        return Lights(
            **said,
            units=[
                UnitLights(
                    unit=each["unit"],
                    name=each["name"],
                    lights=[
                        course(light, plan, facts.get(each["unit"], Facts()), of_people.get((each["unit"], light.code), {}), months)
                        for light in plan.lights
                    ],
                )
                for each in shown
            ],
        )

    async def scores(self, scope: Scope, session: Session) -> Scores:
        """See `services.reporting.figures.scores`. Raises NotFound."""
        row, plan, within, said = await self._asked(scope, session)
        scoring = plan.scoring
        if scoring is None:
            return Scores(**said, base=None, own=None, veto=False, share_of_below=0, score=None, points=[], more=False, units=[])
        depth = len(row["path"]) + (DEEPEST if scoring.below else 1)
        counted = [each async for each in self._mongo["units"].find(within, session=session) if len(each["path"]) <= depth]
        rows = await self._points(plan, counted, session)
        own = {each["_id"]: own_score(scoring, rows.get(each["_id"], [])) for each in counted}
        under: dict[str | None, list[Any]] = {}
        for each in counted:
            under.setdefault(each["parent"], []).append(each)
        total: dict[str, float] = {}
        for each in sorted(counted, key=lambda each: -len(each["path"])):  # from the leaves up
            below = [total[child["_id"]] for child in under.get(each["unit"], [])]
            total[each["_id"]] = with_below(scoring, *own[each["_id"]], below)
        points = rows.get(row["_id"], [])
        return Scores(
            **said,
            base=scoring.base,
            own=own[row["_id"]][0],
            veto=own[row["_id"]][1],
            share_of_below=scoring.below,
            score=total[row["_id"]],
            points=points[:LISTED],
            more=len(points) > LISTED,
            units=[
                UnitScore(unit=each["unit"], name=each["name"], score=total[each["_id"]], veto=own[each["_id"]][1])
                for each in sorted(under.get(row["unit"], []), key=lambda each: (-total[each["_id"]], each["_id"]))
            ],
        )

    async def recurring(self, scope: Scope, least: int, session: Session) -> RecurringProblems:
        """Problems of one category and target (or channel, where there is no target) in at least so many units. Raises NotFound."""
        _, _, within, said = await self._asked(scope, session)
        channel = {"$cond": [{"$eq": [{"$ifNull": ["$target", None]}, None]}, "$channel", None]}
        pipeline: list[Document] = [
            {"$match": within | {"status": {"$nin": LEFT_OTHERWISE}}},
            {"$group": {"_id": {"category": "$category", "target": "$target", "channel": channel, "unit": "$unit"}, "n": {"$sum": 1}}},
            {
                "$group": {
                    "_id": {"category": "$_id.category", "target": "$_id.target", "channel": "$_id.channel"},
                    "issues": {"$sum": "$n"},
                    "units": {"$sum": 1},
                }
            },
            {"$match": {"units": {"$gte": least}}},
            {"$sort": {"units": -1, "issues": -1, "_id": 1}},
            {"$limit": LISTED},
        ]
        problems = [
            Recurring(**{"target": None, "channel": None} | each["_id"], issues=each["issues"], units=each["units"])
            async for each in self._mongo["issues"].aggregate(pipeline, session=session, maxTimeMS=SLOW)
        ]
        return RecurringProblems(**said, least=least, problems=problems)

    async def _asked(self, scope: Scope, session: Session) -> tuple[UnitRow, Plan, Document, dict[str, Any]]:
        row = await self._units.unit(scope, session)
        plan = await self._summaries.plan(scope.campaign, session)
        within: Document = {"campaign": scope.campaign} | scope.top.rows_of(row["unit"])
        as_of = await self._summaries.as_of(within, session)
        said = {"campaign": scope.campaign, "unit": row["unit"], "unit_name": row["name"], "as_of": as_of, "on_time": on_time(plan)}
        return row, plan, within, said

    async def _facts(
        self, within: Document, by: object, plan: Plan, counted: Mapping[Any, Mapping[str, Names]], session: Session
    ) -> dict[str | None, Facts]:
        """What is recorded, by unit: of the unit itself under None, where it is grouped by the units below. `counted` has their sums by month."""
        grouped = self._summaries.grouped
        parts: dict[str | None, list[Facts]] = {}

        def add(group: Document, part: Facts) -> None:
            parts.setdefault(group.get("by"), []).append(part)

        for unit, kept in counted.items():
            if months := by_name(kept.get("months", NONE)):
                add({"by": unit}, Facts(months=months))
            struck = by_name(kept.get("struck", NONE))
            add({"by": unit}, Facts(struck_off={month: (each["struck_off"], each["on_time"]) for month, each in struck.items()}))
        what: Document = {"answered": {"$sum": "$answered"}, "satisfied": {"$sum": "$satisfied"}}
        for each in await grouped("surveys", within, {"by": by, "survey": "$survey", "month": "$month"}, what, session):
            add(each["_id"], Facts(surveys={(each["_id"]["survey"], each["_id"]["month"]): (each["answered"], each["satisfied"])}))
        key = {"by": by, "measure": "$measure", "period": "$period", "baseline": "$baseline"}
        for each in await grouped("measures", within, key, {"value": {"$sum": "$value"}, "units": {"$addToSet": "$unit"}}, session):
            told = {(each["_id"]["measure"], each["_id"]["period"]): Sum(each["value"], frozenset(each["units"]))}
            add(each["_id"], Facts(baselines=told) if each["_id"]["baseline"] else Facts(indicators=told))
        if any(kpi.of == "answered" for kpi in plan.kpis):
            key = {"by": by, "class": "$unit_class", "tags": "$tags"}
            for each in await grouped("units", within, key, {"n": {"$sum": 1}}, session):
                applying = plan.targets_of(each["_id"]["class"], each["_id"]["tags"])
                add(each["_id"], Facts(targets=len(applying) * each["n"]))
        rates = frozenset(measure.code for measure in plan.measures if measure.rate)
        span = (min(map(plan.begins, plan.phases)), plan.ends)
        return {unit: replace(together(each), rates=rates, span=span) for unit, each in parts.items()}

    async def _points(self, plan: Plan, units: Sequence[UnitRow], session: Session) -> dict[str, list[ScorePoint]]:
        """The rows of the scores of some units, by book."""
        assert plan.scoring
        types = looks_at(plan.scoring)
        facts: dict[str, list[Scored]] = {}
        books = [each["_id"] for each in units]
        for start in range(0, len(books), BOOKS):
            ranges = [{"_id": ids_of_book(book)} for book in books[start : start + BOOKS]]
            query: Document = {"type": {"$in": sorted(types)}, "$or": ranges}
            async for each in self._mongo["events"].find(query, session=session).sort("_id", 1).max_time_ms(SLOW):
                book, position = book_and_position(each["_id"])
                value = orjson.loads(each["value"])
                facts.setdefault(book, []).append(
                    Scored(
                        at=f"{book}@{position}",
                        type=each["type"],
                        subject=each["subject"],
                        day=local_date(each["accepted"]).isoformat(),
                        fact=value["fact"],
                        nature=value["where"].get("nature"),
                    )
                )
        return {book: points_of(plan.scoring, each) for book, each in facts.items()}
