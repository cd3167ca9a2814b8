"""How units stand: KPIs, lights, scores, and problems that recur across units, read at one moment of the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from pydantic import Field

from services.reporting.figures.kpi import Facts, Standing, Sum, standing
from services.reporting.figures.lights import LightCourse, course, months_between
from services.reporting.figures.scores import ScorePoint, Scored, looks_at, own_score, points_of, with_below
from services.reporting.figures.summaries import Summaries, on_time
from services.reporting.fold.counts import FIGURES
from services.reporting.fold.rows import LEFT_OTHERWISE, UnitRow
from services.reporting.http.queries import SLOW, inside
from services.reporting.http.views import AsOf, View
from shared.mongo import Document, Mongo, Session
from shared.plan import Plan
from shared.units import DEEPEST
from shared.values import Wording
from shared.workdays import local_date

BOOKS = 200
"""Books whose events are asked for at once."""
LISTED = 1000
"""Rows of a score, and recurring problems, that are listed at most."""


class Answer(View):
    """What every answer says beside its figures."""

    campaign: str
    unit: str
    unit_name: str
    as_of: AsOf
    on_time: Wording = Field(description="what counts as on time, wherever a figure uses it (L15)")


class UnitKpi(View):
    """How a unit directly below stands, with all below it."""

    unit: str
    name: str
    kpi: str
    value: float | None
    met: bool | None


class Kpis(Answer):
    """The KPIs of a unit and all below it."""

    kpis: list[Standing]
    units: list[UnitKpi]


class UnitLights(View):
    """The lights of one unit by its own book."""

    unit: str
    name: str
    lights: list[LightCourse]


class Lights(Answer):
    """The lights of a unit and of those directly below it."""

    units: list[UnitLights]


class UnitScore(View):
    """The score of a unit directly below."""

    unit: str
    name: str
    score: float
    veto: bool


class Scores(Answer):
    """The score of a unit, with the rows it is made of."""

    base: float | None = Field(description="none: the plan scores nothing")
    own: float | None = Field(description="by the unit's own book")
    veto: bool = Field(description="one fact makes the whole score nothing (一票否决)")
    share_of_below: float = Field(description="percent that the mean of the units directly below has in the score")
    score: float | None
    points: list[ScorePoint]
    more: bool = Field(description="whether there are more rows than are listed")
    units: list[UnitScore]


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

    def __init__(self, mongo: Mongo, summaries: Summaries) -> None:
        self._mongo, self._summaries = mongo, summaries

    async def kpis(self, top: str, campaign: str, unit: str | None, session: Session) -> Kpis:
        """See `services.reporting.figures.kpi`. Raises NotFound."""
        row, plan, within, said = await self._asked(top, campaign, unit, session)
        by = {"$arrayElemAt": ["$path", len(row["path"])]}
        found = await self._facts(within, by, plan, session)
        children = await self._below(within, row, session)
        return Kpis(
            **said,
            kpis=[standing(kpi, _gathered(found, found.keys())) for kpi in plan.kpis],
            units=[
                UnitKpi(unit=child["unit"], name=child["name"], kpi=each.code, value=each.value, met=each.met)
                for child in children
                for each in (standing(kpi, _gathered(found, [child["unit"]])) for kpi in plan.kpis)
            ],
        )

    async def lights(self, top: str, campaign: str, unit: str | None, session: Session) -> Lights:
        """See `services.reporting.figures.lights`. Raises NotFound."""
        row, plan, within, said = await self._asked(top, campaign, unit, session)
        shown = [row, *await self._below(within, row, session)]
        only = within | {"unit": {"$in": [each["unit"] for each in shown]}}
        found = await self._facts(only, "$unit", plan, session)
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
                        course(light, plan, _gathered(found, [each["unit"]]), of_people.get((each["unit"], light.code), {}), months)
                        for light in plan.lights
                    ],
                )
                for each in shown
            ],
        )

    async def scores(self, top: str, campaign: str, unit: str | None, session: Session) -> Scores:
        """See `services.reporting.figures.scores`. Raises NotFound."""
        row, plan, within, said = await self._asked(top, campaign, unit, session)
        scoring = plan.scoring
        if scoring is None:
            return Scores(**said, base=None, own=None, veto=False, share_of_below=0, score=None, points=[], more=False, units=[])
        units: list[Any] = await self._mongo["units"].find(within, session=session).to_list(None)
        depth = len(row["path"]) + (DEEPEST if scoring.below else 1)
        counted = [each for each in units if len(each["path"]) <= depth]
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

    async def recurring(self, top: str, campaign: str, unit: str | None, least: int, session: Session) -> RecurringProblems:
        """Problems of one category and target (or channel, where there is no target) in at least so many units. Raises NotFound."""
        _, _, within, said = await self._asked(top, campaign, unit, session)
        channel = {"$cond": [{"$eq": [{"$ifNull": ["$target", None]}, None]}, "$channel", None]}
        pipeline: list[Document] = [
            {"$match": within | {"status": {"$nin": LEFT_OTHERWISE}}},
            {
                "$group": {
                    "_id": {"category": "$category", "target": "$target", "channel": channel, "unit": "$unit"},
                    "n": {"$sum": 1},
                }
            },
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
        found: list[Any] = await self._mongo["issues"].aggregate(pipeline, session=session, maxTimeMS=SLOW).to_list(None)
        problems = [
            Recurring(
                category=each["_id"]["category"],
                target=each["_id"].get("target"),
                channel=each["_id"].get("channel"),
                issues=each["issues"],
                units=each["units"],
            )
            for each in found
        ]
        return RecurringProblems(**said, least=least, problems=problems)

    async def _asked(self, top: str, campaign: str, unit: str | None, session: Session) -> tuple[UnitRow, Plan, Document, dict[str, Any]]:
        row = await self._summaries.unit(top, campaign, unit or top, session)
        plan = await self._summaries.plan(campaign, session)
        within: Document = {"campaign": campaign, "path": inside(top, row["unit"])}
        as_of = await self._summaries.as_of(within, session)
        said = {"campaign": campaign, "unit": row["unit"], "unit_name": row["name"], "as_of": as_of, "on_time": on_time(plan)}
        return row, plan, within, said

    async def _below(self, within: Document, row: UnitRow, session: Session) -> list[Any]:
        found: list[Any] = await self._mongo["units"].find(within | {"parent": row["unit"]}, session=session).sort("_id", 1).to_list(None)
        return found

    async def _facts(self, within: Document, by: object, plan: Plan, session: Session) -> dict[str | None, Facts]:
        """What is recorded, grouped by unit: of the unit itself under None, where it is grouped by the units below."""
        grouped = self._summaries.grouped
        sums: Document = {name: {"$sum": f"$figures.{name}"} for name in FIGURES}
        found: dict[str | None, dict[str, dict[Any, Any]]] = {}
        rates = frozenset(measure.code for measure in plan.measures if measure.rate)

        def of(each: Mapping[str, Any]) -> dict[str, dict[Any, Any]]:
            return found.setdefault(each["_id"].get("by"), {"months": {}, "surveys": {}, "measures": {}, "baselines": {}, "targets": {}})

        for each in await grouped("months", within, {"by": by, "month": "$month"}, sums, session):
            of(each)["months"][each["_id"]["month"]] = {name: each[name] for name in FIGURES}
        what: Document = {"answered": {"$sum": "$answered"}, "satisfied": {"$sum": "$satisfied"}}
        for each in await grouped("surveys", within, {"by": by, "survey": "$survey", "month": "$month"}, what, session):
            of(each)["surveys"][each["_id"]["survey"], each["_id"]["month"]] = (each["answered"], each["satisfied"])
        key = {"by": by, "measure": "$measure", "period": "$period", "baseline": "$baseline"}
        for each in await grouped("measures", within, key, {"value": {"$sum": "$value"}, "units": {"$sum": 1}}, session):
            kind = "baselines" if each["_id"]["baseline"] else "measures"
            of(each)[kind][each["_id"]["measure"], each["_id"]["period"]] = Sum(each["value"], each["units"])
        if any(kpi.of == "answered" for kpi in plan.kpis):
            checking = within | {"unit_class": {"$in": list(plan.checklist_of)}}
            key = {"by": by, "class": "$unit_class", "tags": "$tags"}
            for each in await grouped("units", checking, key, {"n": {"$sum": 1}}, session):
                unit_class, tags = each["_id"]["class"], each["_id"].get("tags") or ()
                applying = sum(target.applies_to(unit_class, tags) for target in plan.targets)
                of(each)["targets"][len(of(each)["targets"])] = applying * each["n"]
        return {
            unit: Facts(each["months"], each["surveys"], each["measures"], each["baselines"], sum(each["targets"].values()), rates)
            for unit, each in found.items()
        }

    async def _points(self, plan: Plan, units: Sequence[UnitRow], session: Session) -> dict[str, list[ScorePoint]]:
        """The rows of the scores of some units, by book."""
        assert plan.scoring
        types = looks_at(plan.scoring)
        facts: dict[str, list[Scored]] = {}
        books = [each["_id"] for each in units]
        for start in range(0, len(books), BOOKS):
            ranges = [{"_id": {"$gte": f"{book}@", "$lt": f"{book}A"}} for book in books[start : start + BOOKS]]
            query: Document = {"type": {"$in": sorted(types)}, "$or": ranges}
            async for each in self._mongo["events"].find(query, session=session).sort("_id", 1).max_time_ms(SLOW):
                book, _, position = each["_id"].rpartition("@")
                value = orjson.loads(each["value"])
                facts.setdefault(book, []).append(
                    Scored(
                        at=f"{book}@{int(position)}",
                        type=each["type"],
                        subject=each["subject"],
                        day=local_date(each["accepted"]).isoformat(),
                        fact=value["fact"],
                        nature=value["where"].get("nature"),
                    )
                )
        return {book: points_of(plan.scoring, each) for book, each in facts.items()}


def _gathered(found: Mapping[str | None, Facts], units: Iterable[str | None]) -> Facts:
    """What is recorded of these units together."""
    chosen = [found[unit] for unit in units if unit in found]
    months: dict[str, dict[str, int]] = {}
    surveys: dict[tuple[str, str], tuple[int, int]] = {}
    sums: tuple[dict[tuple[str, str], Sum], dict[tuple[str, str], Sum]] = ({}, {})
    for each in chosen:
        for month, figures in each.months.items():
            months[month] = {name: months.get(month, {}).get(name, 0) + value for name, value in figures.items()}
        for survey, (answered, satisfied) in each.surveys.items():
            before = surveys.get(survey, (0, 0))
            surveys[survey] = (before[0] + answered, before[1] + satisfied)
        for into, told in zip(sums, (each.measures, each.baselines), strict=True):
            for key, value in told.items():
                so_far = into.get(key, Sum())
                into[key] = Sum(so_far.value + value.value, so_far.units + value.units)
    rates = frozenset[str]().union(*(each.rates for each in chosen))
    return Facts(months, surveys, *sums, sum(each.targets for each in chosen), rates)
