"""The figures of a campaign for a unit and all below it, read at one moment of the database."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from services.reporting.fold.counts import FIGURES, added_up
from services.reporting.fold.rows import GONE, LEFT_OTHERWISE, CampaignRow, IssueRow, UnitRow
from services.reporting.http.queries import SLOW, Filter, NotFound, Queries, inside
from services.reporting.http.views import (
    AsOf,
    CampaignPhase,
    CampaignView,
    ObligationSummary,
    PhaseSummary,
    Statement,
    Summary,
    UnitSummary,
)
from services.reporting.wording.texts import LANGUAGES, text
from shared.kafka.reader import MARKS
from shared.mongo import Document, Mongo, Session
from shared.plan import Plan
from shared.values import Wording

LISTED = 500
"""Campaigns, and units of further lines, that are listed, at most."""


def on_time(plan: Plan) -> Wording:
    """What counts as on time under a plan, said once beside every figure that uses it (L15)."""
    stops = plan.clocks.fix_stops
    names = ["on-time-rule" if stops == "done" else f"on-time-rule-{stops}", *(["on-time-told-late"] if plan.issues.told_late else [])]
    zh, en = (" ".join(text(language, name, days=plan.issues.told_late) for name in names) for language in LANGUAGES)
    return Wording(zh=zh, en=en)


@dataclass
class Report:
    """All that a page or a document shows of a campaign."""

    summary: Summary
    plan: Plan
    progress: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """For `entered` and `struck_off`: days and how many."""
    kinds: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    """For `category` and `channel`: code, entered, struck off; most first."""
    overdue: list[IssueRow] = field(default_factory=list)
    overdue_count: int = 0
    carried: list[IssueRow] = field(default_factory=list)
    carried_count: int = 0
    unit_names: dict[str, str] = field(default_factory=dict)
    person_names: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=64)
def _plan(json: str) -> Plan:
    return Plan.model_validate_json(json)


class Summaries:
    """Makes summaries and reports."""

    def __init__(self, mongo: Mongo, queries: Queries) -> None:
        self._mongo, self._queries = mongo, queries

    async def campaigns(self, top: str) -> list[CampaignView]:
        """The campaigns that the unit `top` takes part in."""
        units: dict[str, Any] = {
            row["campaign"]: row async for row in self._mongo["units"].find({"unit": top}).sort("_id", 1).limit(LISTED)
        }
        found: list[Any] = await self._mongo["campaigns"].find({"_id": {"$in": list(units)}}).sort("announced", -1).to_list(None)
        return [self._campaign(row, units[row["_id"]]) for row in found]

    @staticmethod
    def _campaign(row: CampaignRow, unit: UnitRow) -> CampaignView:
        plan = _plan(row["plan"])
        phases = [CampaignPhase(code=each.code, name=each.name, start=plan.begins(each), end=each.end) for each in plan.phases]
        return CampaignView(id=row["_id"], name=plan.name, issued=plan.issued, unit=unit["unit"], unit_name=unit["name"], phases=phases)

    async def plan(self, campaign: str, session: Session | None = None) -> Plan:
        """The plan of a campaign. Raises NotFound."""
        row = await self._mongo["campaigns"].find_one({"_id": campaign}, session=session)
        if row is None:
            raise NotFound(f"no campaign {campaign!r}")
        return _plan(row["plan"])

    async def unit(self, top: str, campaign: str, unit: str, session: Session | None = None) -> UnitRow:
        """A unit that the asker may see. Raises NotFound."""
        code = await self._queries.unit_code(top, campaign, unit, session)
        row: Any = await self._mongo["units"].find_one({"_id": f"{campaign}/{code}", "path": top}, session=session)
        if row is None:
            raise NotFound(f"no unit {unit!r} of campaign {campaign!r} among those that this key may see")
        return row  # type: ignore[no-any-return]

    async def summary(self, top: str, campaign: str, unit: str | None, session: Session) -> tuple[Summary, Plan]:
        """The figures of a unit (by default the asker's own) and all below it. Raises NotFound."""
        row = await self.unit(top, campaign, unit or top, session)
        plan = await self.plan(campaign, session)
        path = row["path"]
        within: Document = {"campaign": campaign, "path": inside(top, row["unit"])}
        depth = len(path)
        sums: Document = {name: {"$sum": f"$figures.{name}"} for name in FIGURES}
        grouped = await self.grouped("phases", within, {"phase": "$phase", "child": {"$arrayElemAt": ["$path", depth]}}, sums, session)
        figures = {(each["_id"]["phase"], each["_id"].get("child")): {name: each[name] for name in FIGURES} for each in grouped}
        own_rows = {
            each["phase"]: each
            async for each in self._mongo["phases"].find(within | {"book": f"{campaign}/{row['unit']}"}, session=session)
        }
        children: list[Any] = await self._mongo["units"].find(within | {"parent": row["unit"]}, session=session).to_list(None)
        below = await self.grouped("units", within, "$parent", {"n": {"$sum": 1}}, session)
        under = {each["_id"]: each["n"] for each in below}
        names = {each: await self._name(campaign, each, session) for each in path[path.index(top) : -1]}
        phases = [
            PhaseSummary(
                code=phase.code,
                name=phase.name,
                start=plan.begins(phase),
                end=phase.end,
                figures=added_up([each for (code, _), each in figures.items() if code == phase.code]),
                **_standing(own_rows.get(phase.code)),
            )
            for phase in plan.phases
        ]
        summary = Summary(
            campaign=campaign,
            name=plan.name,
            unit=row["unit"],
            unit_name=row["name"],
            unit_class=row["unit_class"],
            above=list(names.items()),
            as_of=await self.as_of(within, session),
            on_time_rule=on_time(plan),
            phases=phases,
            total=added_up(list(figures.values())),
            own=added_up([each for (_, child), each in figures.items() if child is None]),
            late_now=await self._count(within | {"late_since": {"$type": "string"}}, session),
            carried_open=await self._count(within | {"carried_over": {"$ne": None}, "status": {"$nin": GONE}}, session),
            units=[
                UnitSummary(
                    unit=child["unit"],
                    name=child["name"],
                    unit_class=child["unit_class"],
                    below=under.get(child["unit"], 0),
                    total=added_up([each for (_, of), each in figures.items() if of == child["unit"]]),
                    phases={phase.code: added_up([figures.get((phase.code, child["unit"]), {})]) for phase in plan.phases},
                )
                for child in sorted(children, key=lambda child: child["_id"])
            ],
            in_line=await self._in_line(campaign, row["unit"], session) if row["unit"] == top else [],
            obligations=await self._obligations(plan, within, session),
        )
        return summary, plan

    async def report(
        self, top: str, campaign: str, unit: str | None, session: Session, *, phase: str | None = None, listed: int = 20
    ) -> Report:
        """The summary with what pages and documents show beside it; `phase` narrows lists and kinds to a phase. Raises NotFound."""
        summary, plan = await self.summary(top, campaign, unit, session)
        if phase and phase not in {each.code for each in plan.phases}:
            raise NotFound(f"campaign {campaign!r} has no phase {phase!r}")
        within: Document = {"campaign": campaign, "path": inside(top, summary.unit)}
        report = Report(summary, plan)
        days = await self.grouped("issues", within, "$entered", {"n": {"$sum": 1}}, session)
        report.progress["entered"] = sorted((each["_id"], each["n"]) for each in days)
        struck_on = Counter[str]()
        for each in await self.grouped("issues", within, "$strikes.day", {"n": {"$sum": 1}}, session):
            struck_on.update({day: each["n"] * times for day, times in Counter(each["_id"]).items()})
        report.progress["struck_off"] = sorted(struck_on.items())
        struck = {"$sum": {"$cond": [{"$eq": ["$status", "struck-off"]}, 1, 0]}}
        of_phase = within | {"status": {"$nin": LEFT_OTHERWISE}} | ({"phase": phase} if phase else {})
        for name in ("category", "channel"):
            found = await self.grouped("issues", of_phase, f"${name}", {"n": {"$sum": 1}, "struck": struck}, session)
            report.kinds[name] = sorted(((each["_id"], each["n"], each["struck"]) for each in found), key=lambda kind: (-kind[1], kind[0]))
        late = Filter(campaign=campaign, unit=summary.unit, overdue=True, figure="overdue" if phase else "entered", phase=phase)
        carried = Filter(campaign=campaign, unit=summary.unit, status="open", figure="carried_over", phase=phase)
        report.overdue, report.overdue_count = await self._queries.listed(top, late, "late_since", listed, session)
        report.carried, report.carried_count = await self._queries.listed(top, carried, "follow_up_due", listed, session)
        report.unit_names, report.person_names = await self._queries.names(top, [*report.overdue, *report.carried], session)
        return report

    async def unit_names(self, campaign: str, top: str, units: Collection[str], session: Session) -> dict[str, str]:
        """Names of units under `top`, by their codes."""
        query: Document = {"_id": {"$in": [f"{campaign}/{unit}" for unit in units]}, "path": top}
        return {row["unit"]: row["name"] async for row in self._mongo["units"].find(query, {"unit": 1, "name": 1}, session=session)}

    async def grouped(self, collection: str, match: Document, by: object, what: Document, session: Session) -> Sequence[Any]:
        """What a collection adds up to by something."""
        pipeline = [{"$match": match}, {"$group": {"_id": by, **what}}]
        found: list[Any] = await self._mongo[collection].aggregate(pipeline, session=session, maxTimeMS=SLOW).to_list(None)
        return found

    async def _count(self, match: Document, session: Session) -> int:
        found = await self.grouped("issues", match, None, {"n": {"$sum": 1}}, session)
        return int(found[0]["n"]) if found else 0

    async def _name(self, campaign: str, unit: str, session: Session) -> str:
        row = await self._mongo["units"].find_one({"_id": f"{campaign}/{unit}"}, {"name": 1}, session=session)
        return str(row["name"]) if row else unit

    async def _in_line(self, campaign: str, top: str, session: Session) -> list[tuple[str, str]]:
        """Units under `top` in further lines of command, the first of them: id and name."""
        query: Document = {"campaign": campaign, "superiors": top, "path": {"$ne": top}}
        found: list[Any] = (
            await self._mongo["units"].find(query, {"unit": 1, "name": 1}, session=session).sort("_id", 1).limit(LISTED).to_list(None)
        )
        return [(each["unit"], each["name"]) for each in found]

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
                due=plan.date_of(each.due) if each.due else None,
                owed=sum(counts.get((each.code, state), 0) for state in states),
                sent_back=counts.get((each.code, "sent-back"), 0),
                rolling=await self._rolling(each.code, within, session) if each.cadence == "rolling" else 0,
                **{state: counts.get((each.code, state), 0) for state in states[:-1]},
            )
            for each in plan.obligations
            if any((each.code, state) in counts for state in (*states, "rolling"))
        ]

    async def _rolling(self, code: str, within: Document, session: Session) -> int:
        """How many returns were filed for an obligation without dates."""
        found = await self.grouped("returns", within | {"obligation": code}, None, {"n": {"$sum": "$times"}}, session)
        return int(found[0]["n"]) if found else 0

    async def as_of(self, within: Document, session: Session) -> AsOf:
        """T and digest of the books of a unit and all below it."""
        units = await self._mongo["units"].find(within, {"_id": 1}, session=session).to_list(None)
        books = [each["_id"] for each in units]  # a unit's row has the id of its book
        digest, latest, used = hashlib.sha256(), None, 0
        async for mark in self._mongo[MARKS].find({"_id": {"$in": books}}, session=session).sort("_id", 1):
            digest.update(f"{mark['_id']} {mark['position']} {mark['chain']}\n".encode())
            latest, used = max(latest or mark["accepted"], mark["accepted"]), used + 1
        return AsOf(time=latest, books=used, digest=digest.hexdigest())


def _standing(row: Document | None) -> dict[str, Any]:
    """How the unit's own book stands in a phase."""
    if row is None:
        return {"status": "ahead", "opened": None, "held": None, "closed": None, "gap": None, "statement": None}
    statement = Statement.model_validate(row["statement"]) if row["statement"] else None
    return {name: row[name] for name in ("status", "opened", "held", "closed", "gap")} | {"statement": statement}
