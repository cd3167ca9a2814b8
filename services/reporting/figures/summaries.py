"""The figures of a campaign for a unit and all below it, read at one moment of the database."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from services.reporting.figures.filters import Filter
from services.reporting.figures.issues import Issues, counted_in
from services.reporting.figures.once import COUNTED_BY, ONCE, Alike, counted, lives, phases_of
from services.reporting.figures.report import Kind, Place, Report
from services.reporting.figures.summary import (
    CampaignPhase,
    CampaignView,
    Figures,
    ObligationSummary,
    PhaseSummary,
    Summary,
    UnitLeft,
    UnitSummary,
)
from services.reporting.figures.top import Top
from services.reporting.figures.units import NotFound, Scope, Units
from services.reporting.figures.view import AsOf
from services.reporting.fold.rows import FIGURES, GONE, CampaignRow, UnitRow
from services.reporting.store import SLOW
from services.reporting.wording.texts import LANGUAGES, text
from shared.events.figures import Counts
from shared.kafka.reader import MARKS
from shared.mongo import Document, Mongo, Session
from shared.plan import Plan
from shared.values import RECORDED, Wording

LISTED = 500
"""Campaigns that are listed, at most."""
AHEAD: Document = {"status": "ahead", "opened": None, "held": None, "closed": None, "gap": None, "statement": None}
"""How the unit's own book stands in a phase of which nothing is recorded."""


def on_time(plan: Plan) -> Wording:
    """What counts as on time under a plan, said once beside every figure that uses it (L15)."""
    stops = plan.clocks.fix_stops
    names = ["on-time-rule" if stops == "done" else f"on-time-rule-{stops}", *(["on-time-told-late"] if plan.issues.told_late else [])]
    zh, en = (" ".join(text(language, name, days=plan.issues.told_late) for name in names) for language in LANGUAGES)
    return Wording(zh=zh, en=en)


@lru_cache(maxsize=64)
def _plan(json: str) -> Plan:
    return Plan.model_validate_json(json, context=RECORDED)


class Summaries:
    """Makes summaries and reports."""

    def __init__(self, mongo: Mongo, units: Units, issues: Issues) -> None:
        self._mongo, self._units, self._issues = mongo, units, issues

    async def campaigns(self, top: Top) -> list[CampaignView]:
        """The campaigns that the unit at the top takes part in."""
        query = {"unit": top.unit} | top.rows
        units: dict[str, Any] = {row["campaign"]: row async for row in self._mongo["units"].find(query).sort("_id", 1).limit(LISTED)}
        newest_first = self._mongo["campaigns"].find({"_id": {"$in": list(units)}}).sort("announced", -1)
        return [self._campaign(row, units[row["_id"]]) async for row in newest_first]

    @staticmethod
    def _campaign(row: CampaignRow, unit: UnitRow) -> CampaignView:
        plan = _plan(row["plan"])
        phases = [CampaignPhase(code=each.code, name=each.name, start=plan.begins(each), end=each.end) for each in plan.phases]
        return CampaignView(id=row["_id"], name=plan.name, issued=plan.issued, unit=unit["unit"], unit_name=unit["name"], phases=phases)

    async def plan(self, campaign: str, session: Session | None = None) -> Plan:
        """The plan of a campaign. Raises NotFound."""
        row = await self._mongo["campaigns"].find_one({"_id": campaign}, session=session)
        if row is None:
            raise NotFound("no-such-campaign", campaign=campaign)
        return _plan(row["plan"])

    async def place(self, scope: Scope, session: Session) -> Place:
        """Where a unit of a campaign stands. Raises NotFound."""
        row = await self._units.unit(scope, session)
        plan = await self.plan(scope.campaign, session)
        return Place(
            campaign=scope.campaign,
            name=plan.name,
            unit=row["unit"],
            unit_name=row["name"],
            above=await self._above(scope.top, row, session),
            below=[(each["unit"], each["name"]) for each in await self._units.below(scope, row, session)],
            as_of=await self.as_of({"campaign": scope.campaign, **scope.top.rows_of(row["unit"])}, session),
            plan=plan,
        )

    async def _above(self, top: Top, row: UnitRow, session: Session) -> list[tuple[str, str]]:
        path = row["path"]
        return [(each, await self._units.name(row["campaign"], each, session)) for each in path[path.index(top.unit) : -1]]

    async def summary(self, scope: Scope, session: Session) -> tuple[Summary, Plan]:
        """The figures of a unit and all below it. Raises NotFound."""
        top, campaign = scope.top, scope.campaign
        row = await self._units.unit(scope, session)
        plan = await self.plan(campaign, session)
        path = row["path"]
        within: Document = {"campaign": campaign} | top.rows_of(row["unit"])
        sums: Document = {name: {"$sum": f"$figures.{name}"} for name in FIGURES}
        child_of = {"child": {"$arrayElemAt": ["$path", len(path)]}}
        grouped = await self.grouped("phases", within, {"phase": "$phase"} | child_of, sums, session)
        acts = {(each["_id"]["phase"], each["_id"].get("child")): {name: each[name] for name in FIGURES} for each in grouped}
        issues: dict[str | None, list[Alike]] = {}
        for each in await self._alike(within, COUNTED_BY | child_of, session):
            issues.setdefault(each.get("child"), []).append(each)
        total = counted(chain.from_iterable(issues.values()))
        by_child = {child: counted(rows) for child, rows in issues.items()}
        own_rows = {
            each["phase"]: each
            async for each in self._mongo["phases"].find(within | {"book": f"{campaign}/{row['unit']}"}, session=session)
        }
        below = await self.grouped("units", within, "$parent", {"n": {"$sum": 1}}, session)
        under = {each["_id"]: each["n"] for each in below}
        phases = [
            PhaseSummary(
                code=phase.code,
                name=phase.name,
                start=plan.begins(phase),
                end=phase.end,
                figures=_figures([each for (code, _), each in acts.items() if code == phase.code], total.get(phase.code)),
                acts=_added_up([each for (code, _), each in acts.items() if code == phase.code]),
                **{name: own_rows.get(phase.code, AHEAD)[name] for name in AHEAD},
            )
            for phase in plan.phases
        ]
        summary = Summary(
            campaign=campaign,
            name=plan.name,
            unit=row["unit"],
            unit_name=row["name"],
            unit_class=row["unit_class"],
            above=await self._above(top, row, session),
            as_of=await self.as_of(within, session),
            on_time_rule=on_time(plan),
            phases=phases,
            total=_figures(acts.values(), total.get(None)),
            own=_figures([each for (_, child), each in acts.items() if child is None], by_child.get(None, {}).get(None)),
            acts=_added_up(acts.values()),
            late_now=await self._sum("issues", within | {"late_since": {"$type": "string"}}, 1, session),
            carried_open=await self._sum("issues", within | counted_in("carried_over", None) | {"status": {"$nin": GONE}}, 1, session),
            units=[
                UnitSummary(
                    unit=child["unit"],
                    name=child["name"],
                    unit_class=child["unit_class"],
                    below=under.get(child["unit"], 0),
                    total=_figures(
                        [each for (_, of), each in acts.items() if of == child["unit"]], by_child.get(child["unit"], {}).get(None)
                    ),
                    phases={
                        phase.code: _figures([acts.get((phase.code, child["unit"]), {})], by_child.get(child["unit"], {}).get(phase.code))
                        for phase in plan.phases
                    },
                )
                for child in await self._units.below(scope, row, session)
            ],
            left=await self._left(top, campaign, session) if row["unit"] == top.unit else [],
            in_line=await self._units.in_line(top, campaign, session) if row["unit"] == top.unit else [],
            obligations=await self._obligations(plan, within, session),
        )
        return summary, plan

    async def report(self, scope: Scope, session: Session, *, phase: str | None = None, listed: int = 20) -> Report:
        """The summary with what pages and documents show beside it; `phase` narrows lists and kinds to a phase. Raises NotFound."""
        summary, plan = await self.summary(scope, session)
        top, campaign = scope.top, scope.campaign
        if phase and phase not in {each.code for each in plan.phases}:
            raise NotFound("no-such-phase", campaign=campaign, phase=phase)
        within: Document = {"campaign": campaign} | top.rows_of(summary.unit)
        report = Report(summary, plan)
        days = Counter[str]()
        for life in lives(await self._alike(within, {"id": COUNTED_BY["id"], "day": "$entered"}, session)):
            days[life[0]["day"]] += life[0]["n"]
        report.progress["entered"] = sorted(days.items())
        struck = await self.grouped("issues", within | {"status": "struck-off"}, "$struck_off", {"n": {"$sum": 1}}, session)
        report.progress["struck_off"] = sorted((each["_id"], each["n"]) for each in struck)
        report.returns = await self._returns(plan, within | ({"phase": phase} if phase else {}), session)
        for name in ("category", "channel"):
            report.kinds[name] = _kinds(await self._alike(within, COUNTED_BY | {"kind": f"${name}"}, session), phase)
        late = Filter(campaign=campaign, unit=summary.unit, overdue=True, figure="overdue" if phase else None, phase=phase)
        carried = Filter(campaign=campaign, unit=summary.unit, status="open", figure="carried_over", phase=phase)
        report.overdue = await self._issues.first(top, late, "late_since", listed, session)
        report.carried = await self._issues.first(top, carried, "follow_up_due", listed, session)
        report.unit_names, report.person_names = await self._issues.names(top, [*report.overdue.rows, *report.carried.rows], session)
        return report

    async def grouped(self, collection: str, match: Document, by: object, what: Document, session: Session) -> Sequence[Any]:
        """What a collection adds up to by something."""
        pipeline = [{"$match": match}, {"$group": {"_id": by, **what}}]
        return [group async for group in self._mongo[collection].aggregate(pipeline, session=session, maxTimeMS=SLOW)]

    async def _left(self, top: Top, campaign: str, session: Session) -> list[UnitLeft]:
        """The units that left, each with the figures of its own book."""
        rows = await self._units.left(top, campaign, session)
        if not rows:
            return []
        within: Document = {"campaign": campaign, "unit": {"$in": [row["unit"] for row in rows]}, "path.0": rows[0]["path"][0]}
        sums: Document = {name: {"$sum": f"$figures.{name}"} for name in FIGURES}
        acts = {each["_id"]: each for each in await self.grouped("phases", within, "$unit", sums, session)}
        issues: dict[str, list[Alike]] = {}
        for each in await self._alike(within, COUNTED_BY | {"of": "$unit"}, session):
            issues.setdefault(each["of"], []).append(each)
        return [
            UnitLeft(
                unit=row["unit"],
                name=row["name"],
                on=date.fromisoformat(row["left"] or ""),
                open=row["open_left"],
                figures=_figures([acts.get(row["unit"], {})], counted(issues.get(row["unit"], [])).get(None)),
            )
            for row in rows
        ]

    async def _alike(self, within: Document, by: Document, session: Session) -> list[Alike]:
        """Issues that are alike in this. Asked for all that is counted at once, nearly each would stand alone."""
        return [each["_id"] | {"n": each["n"]} for each in await self.grouped("issues", within, by, {"n": {"$sum": 1}}, session)]

    async def _sum(self, collection: str, match: Document, what: object, session: Session) -> int:
        rows = await self.grouped(collection, match, None, {"n": {"$sum": what}}, session)
        return int(rows[0]["n"]) if rows else 0

    async def _returns(self, plan: Plan, within: Document, session: Session) -> Counter[str]:
        """Returns by their state: all that are owed, also those that came in or were missing before an amendment dropped them."""
        asked: Document = {
            "$or": [{"state": {"$nin": ["open", "sent-back"]}}, {"obligation": {"$in": [each.code for each in plan.obligations]}}]
        }
        owed = within | asked | {"state": {"$nin": ["lifted", "rolling"]}}
        return Counter({each["_id"]: each["n"] for each in await self.grouped("returns", owed, "$state", {"n": {"$sum": 1}}, session)})

    async def _obligations(self, plan: Plan, within: Document, session: Session) -> list[ObligationSummary]:
        by = {"obligation": "$obligation", "state": "$state"}
        found = await self.grouped("returns", within, by, {"n": {"$sum": 1}}, session)
        counts = {(each["_id"]["obligation"], each["_id"]["state"]): each["n"] for each in found}
        states = ("filed", "late", "missing", "open", "waiting", "sent-back")
        return [
            ObligationSummary(
                code=each.code,
                name=each.name,
                phase=each.phase,
                due=plan.due_of(each) if each.due else None,
                owed=sum(counts.get((each.code, state), 0) for state in states),
                sent_back=counts.get((each.code, "sent-back"), 0),
                rolling=await self._sum("returns", within | {"obligation": each.code}, "$times", session)
                if each.cadence == "rolling"
                else 0,
                **{state: counts.get((each.code, state), 0) for state in states[:-1]},
            )
            for each in plan.obligations
            if any((each.code, state) in counts for state in (*states, "rolling"))
        ]

    async def as_of(self, within: Document, session: Session) -> AsOf:
        """T and digest of the books of a unit and all below it."""
        # A unit's row has the id of its book.
        books = [unit["_id"] async for unit in self._mongo["units"].find(within, {"_id": 1}, session=session)]
        digest, latest, used = hashlib.sha256(), None, 0
        async for mark in self._mongo[MARKS].find({"_id": {"$in": books}}, session=session).sort("_id", 1):
            digest.update(f"{mark['_id']} {mark['position']} {mark['chain']}\n".encode())
            latest, used = max(latest or mark["accepted"], mark["accepted"]), used + 1
        return AsOf(time=latest, books=used, digest=digest.hexdigest())


def _added_up(rows: Collection[Mapping[str, int]]) -> Counts:
    """The sum of acts."""
    return Counts(**{name: sum(row.get(name, 0) for row in rows) for name in FIGURES})


def _figures(acts: Collection[Mapping[str, int]], once: Mapping[str, int] | None) -> Figures:
    """Acts added up, and issues counted once in the place of theirs."""
    return Figures(**_added_up(acts).model_dump() | {name: (once or {}).get(name, 0) for name in ONCE})


def _kinds(rows: Sequence[Alike], phase: str | None) -> list[Kind]:
    """Issues by kind; those entered in a phase, or all."""
    counts: dict[str, Counter[str]] = {}
    for life in lives(rows):
        of = phases_of(life)
        if phase in (None, *of["entered"]):
            counts.setdefault(life[0]["kind"], Counter()).update({name: life[0]["n"] for name, phases in of.items() if phases})
    kinds = [Kind(code, each["entered"], each["struck_off"], each["open"]) for code, each in counts.items()]
    return sorted(kinds, key=lambda kind: (-kind.entered, kind.code))
