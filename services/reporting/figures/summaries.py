"""The figures of a campaign for a unit and all below it, read at one moment of the database."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from services.reporting.figures.filters import Filter
from services.reporting.figures.issues import Issues
from services.reporting.figures.report import Kind, Listing, Place, Report
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
from services.reporting.figures.sums import NONE, Names, Sums, by_name, split
from services.reporting.figures.top import Top
from services.reporting.figures.units import NotFound, Scope, Units
from services.reporting.figures.view import AsOf
from services.reporting.fold.once import ONCE
from services.reporting.fold.phases import phase_row_id
from services.reporting.fold.rows import FIGURES, CampaignRow, UnitRow
from services.reporting.fold.sums import ALL
from services.reporting.store import SLOW
from services.reporting.wording.texts import LANGUAGES, text
from shared.events.figures import Counts
from shared.kafka.reader import MARKS
from shared.mongo import Document, Mongo, Session
from shared.plan import Plan
from shared.topics import book_id
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
        self._mongo, self._units, self._issues, self._sums = mongo, units, issues, Sums(mongo)

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
        children = await self._units.below(scope, row, session)
        (kept,) = await self._sums.of(campaign, [row["path"]], session, ("acts", "once", "rows", "returns", "filed"))
        below = await self._sums.of(campaign, [child["path"] for child in children], session, ("acts", "once"))
        under = await self._units.under(scope, [child["unit"] for child in children], session)
        acts, once = by_name(kept.whole.get("acts", NONE)), by_name(kept.whole.get("once", NONE))
        ids = [phase_row_id(book_id(campaign, row["unit"]), phase.code) for phase in plan.phases]
        own_rows = {each["phase"]: each async for each in self._mongo["phases"].find({"_id": {"$in": ids}, **top.rows}, session=session)}
        rows = kept.whole.get("rows", NONE)
        summary = Summary(
            campaign=campaign,
            name=plan.name,
            unit=row["unit"],
            unit_name=row["name"],
            unit_class=row["unit_class"],
            above=await self._above(top, row, session),
            as_of=await self.as_of({"campaign": campaign} | top.rows_of(row["unit"]), session),
            on_time_rule=on_time(plan),
            phases=[
                PhaseSummary(
                    code=phase.code,
                    name=phase.name,
                    start=plan.begins(phase),
                    end=phase.end,
                    figures=_figures([acts.get(phase.code, NONE)], once.get(phase.code, NONE)),
                    acts=Counts(**_added_up([acts.get(phase.code, NONE)])),
                    **{name: own_rows.get(phase.code, AHEAD)[name] for name in AHEAD},
                )
                for phase in plan.phases
            ],
            total=_figures(acts.values(), once.get(ALL, NONE)),
            own=_all_phases(kept.own),
            acts=Counts(**_added_up(acts.values())),
            late_now=rows["late"],
            carried_open=rows["carried-open"],
            units=[_unit(child, under.get(child["unit"], 0), each.whole, plan) for child, each in zip(children, below, strict=True)],
            left=await self._left(top, campaign, session) if row["unit"] == top.unit else [],
            in_line=await self._units.in_line(top, campaign, session) if row["unit"] == top.unit else [],
            obligations=_obligations(plan, kept.whole),
        )
        return summary, plan

    async def report(
        self, scope: Scope, session: Session, *, phase: str | None = None, listed: int = 20, carried: int = 0, attached: int = 0
    ) -> Report:
        """The summary with what pages and documents show beside it; `phase` narrows lists and kinds to a phase. Raises NotFound.

        So many issues are `listed` that are late, so many that were `carried` over, and so many of the newest that have something `attached`.
        """
        summary, plan = await self.summary(scope, session)
        top, campaign = scope.top, scope.campaign
        if phase and phase not in {each.code for each in plan.phases}:
            raise NotFound("no-such-phase", campaign=campaign, phase=phase)
        path = (await self._units.unit(scope, session))["path"]
        (kept,) = await self._sums.of(campaign, [path], session, ("days", "kinds", "listed", "returns"))
        report = Report(summary, plan, returns=_returns(plan, kept.whole.get("returns", NONE), phase))
        days = sorted((day, figure, n) for (figure, day), n in split(kept.whole.get("days", NONE)))
        report.progress |= {name: [(day, n) for day, figure, n in days if figure == name] for name in ("entered", "struck_off")}
        report.kinds |= {name: _kinds(kept.whole.get("kinds", NONE), name, phase) for name in ("category", "channel")}
        late = Filter(campaign=campaign, unit=summary.unit, overdue=True, figure="overdue" if phase else None, phase=phase)
        carried_over = Filter(campaign=campaign, unit=summary.unit, status="open", figure="carried_over", phase=phase)
        of_lists = kept.whole.get("listed", NONE)
        report.overdue = Listing(
            await self._issues.first(top, late, "late_since", listed, session), of_lists[f"late/{phase}"] if phase else summary.late_now
        )
        rows = await self._issues.first(top, carried_over, "carried_due", carried, session) if carried else []
        report.carried = Listing(rows, of_lists[f"carried/{phase or ALL}"])
        of_phase = Filter(campaign=campaign, unit=summary.unit, phase=phase)
        report.attached = await self._issues.attached(top, of_phase, attached, session) if attached else []
        shown = [*report.overdue.rows, *report.carried.rows, *report.attached]
        report.unit_names, report.person_names = await self._issues.names(top, shown, session)
        return report

    async def grouped(self, collection: str, match: Document, by: object, what: Document, session: Session) -> Sequence[Any]:
        """What a collection adds up to by something."""
        pipeline = [{"$match": match}, {"$group": {"_id": by, **what}}]
        return [group async for group in self._mongo[collection].aggregate(pipeline, session=session, maxTimeMS=SLOW)]

    async def _left(self, top: Top, campaign: str, session: Session) -> list[UnitLeft]:
        """The units that left, each with the figures of its own book."""
        rows = await self._units.left(top, campaign, session)
        kept = await self._sums.of(campaign, [row["path"] for row in rows], session, ("acts", "once"))
        return [
            UnitLeft(
                unit=row["unit"],
                name=row["name"],
                on=date.fromisoformat(row["left"] or ""),
                open=row["open_left"],
                figures=_all_phases(each.own),
            )
            for row, each in zip(rows, kept, strict=True)
        ]

    async def as_of(self, within: Document, session: Session) -> AsOf:
        """T and digest of the books of a unit and all below it."""
        # A unit's row has the id of its book.
        books = await self._mongo["units"].find(within, {"_id": 1}, session=session).to_list(None)
        marks = self._mongo[MARKS].find({"_id": {"$in": [book["_id"] for book in books]}}, session=session).sort("_id", 1)
        digest, latest, used = hashlib.sha256(), None, 0
        for mark in await marks.to_list(None):
            digest.update(f"{mark['_id']} {mark['position']} {mark['chain']}\n".encode())
            latest, used = max(latest or mark["accepted"], mark["accepted"]), used + 1
        return AsOf(time=latest, books=used, digest=digest.hexdigest())


def _added_up(rows: Collection[Mapping[str, int]]) -> dict[str, int]:
    """The sum of acts."""
    total = Names()
    for row in rows:
        total.update(row)
    return {name: total[name] for name in FIGURES}


def _figures(acts: Collection[Mapping[str, int]], once: Mapping[str, int]) -> Figures:
    """Acts added up, and issues counted once in the place of theirs."""
    return Figures(**_added_up(acts) | {name: once.get(name, 0) for name in ONCE})


def _all_phases(kept: Mapping[str, Names]) -> Figures:
    return _figures(by_name(kept.get("acts", NONE)).values(), by_name(kept.get("once", NONE)).get(ALL, NONE))


def _unit(child: UnitRow, below: int, kept: Mapping[str, Names], plan: Plan) -> UnitSummary:
    """A unit directly below, of which these sums are."""
    acts, once = by_name(kept.get("acts", NONE)), by_name(kept.get("once", NONE))
    return UnitSummary(
        unit=child["unit"],
        name=child["name"],
        unit_class=child["unit_class"],
        below=below,
        total=_figures(acts.values(), once.get(ALL, NONE)),
        phases={phase.code: _figures([acts.get(phase.code, NONE)], once.get(phase.code, NONE)) for phase in plan.phases},
    )


def _kinds(kept: Names, name: str, phase: str | None) -> list[Kind]:
    """Issues by kind; those entered in a phase, or all."""
    counts: dict[str, Names] = {}
    for (kind, code, of, figure), n in split(kept):
        if kind == name and phase in (None, of):
            counts.setdefault(code, Names())[figure] += n
    kinds = [Kind(code, each["entered"], each["struck_off"], each["open"]) for code, each in counts.items()]
    return sorted(kinds, key=lambda kind: (-kind.entered, kind.code))


def _returns(plan: Plan, kept: Names, phase: str | None) -> Names:
    """Returns by their state: all that are owed, also those that came in or were missing before an amendment dropped them."""
    owed, states = {each.code for each in plan.obligations}, Names()
    for (obligation, of, state), n in split(kept):
        if phase in (None, of) and state not in ("lifted", "rolling") and (obligation in owed or state not in ("open", "sent-back")):
            states[state] += n
    return states


def _obligations(plan: Plan, kept: Mapping[str, Names]) -> list[ObligationSummary]:
    counts = Counter[tuple[str, str]]()
    for (obligation, _, state), n in split(kept.get("returns", NONE)):
        counts[obligation, state] += n
    states = ("filed", "late", "missing", "open", "waiting", "sent-back")
    return [
        ObligationSummary(
            code=each.code,
            name=each.name,
            phase=each.phase,
            due=plan.due_of(each) if each.due else None,
            owed=sum(counts[each.code, state] for state in states),
            sent_back=counts[each.code, "sent-back"],
            rolling=kept.get("filed", NONE)[each.code] if each.cadence == "rolling" else 0,
            **{state: counts[each.code, state] for state in states[:-1]},
        )
        for each in plan.obligations
        if any(counts[each.code, state] for state in (*states, "rolling"))
    ]
