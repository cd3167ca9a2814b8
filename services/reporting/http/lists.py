"""The lists behind the figures over HTTP, as pages: whoever may see a figure finds its rows."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query
from fastapi.responses import HTMLResponse

from services.reporting.figures.filters import DutyFilter, Filter
from services.reporting.figures.report import Place
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.fold.rows import CheckRow, IssueRow, ReturnRow, ReturnState
from services.reporting.http.filters import (
    ISSUE,
    SUBJECTS,
    CursorParam,
    IssuesAsked,
    cursor_of,
    place_of,
    require_known,
    settled,
    without_empty,
)
from services.reporting.http.pages import day_shown
from services.reporting.http.reading import CodeParam, PhaseParam, Reading, UnitParam
from services.reporting.pages import list_page, lists
from services.reporting.pages.links import Links
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language
from shared.http.problem import PAGE_HEADERS
from shared.mongo import Session

LISTED = 50
"""Rows on one page."""
SINCE = r"(\d{4}-\d\d-\d\d )?"
"""Where the worst come first, a cursor begins with the last day."""
LISTS = {"phase": "phases", "category": "categories", "channel": "channels"}
"""What may be asked of issues by a code of the plan, and where the plan has it."""


def answered(kind: str, place: Place, part: lists.Part, lang: Language) -> HTMLResponse:
    """A part of a list, as a page."""
    return HTMLResponse(list_page(kind, place, part, lang), headers=PAGE_HEADERS)


def _counted(counted: tuple[int, int] | None, wanted: Filter, rows: Sequence[IssueRow], names: Names) -> str:
    """How many issues a list has; where nobody counted them, how many of them stand here."""
    if counted is None:
        return names.say("listed-here", count=len(rows))
    return names.say("listed-struck" if wanted.struck else "listed", count=counted[0], times=counted[1])


def add_lists(http: FastAPI, reading: Reading, told_clock: bool) -> None:
    """The routes. Each shows what its key may see."""
    top_unit = Annotated[Top, Depends(reading.top_in_campaign)]
    clean = [Depends(without_empty)]

    async def named(top: Top, place: Place, rows: Sequence[ReturnRow | CheckRow], lang: Language, session: Session) -> Names:
        units = await reading.units.names(place.campaign, top, {row["unit"] for row in rows}, session)
        return Names(place.plan, lang, {f"{place.campaign}/{unit}": name for unit, name in units.items()}, {})

    @http.get("/campaigns/{id}/issues", include_in_schema=False, dependencies=clean)
    async def issues(
        top: top_unit, id: str, asked: IssuesAsked, unit: UnitParam = None, lang: Language = "zh", cursor: CursorParam = None
    ) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            place = await reading.summaries.place(Scope(top, id, unit), session)
            known = {name: [each.code for each in getattr(place.plan, entries)] for name, entries in LISTS.items()}
            require_known({name: getattr(asked, name) for name in LISTS}, known)
            wanted = await settled(reading, top, asked, id, place.unit)
            part = reading.issues.worst if wanted.overdue else reading.issues.page
            rows, last = await part(top, wanted, LISTED, place_of(cursor, SINCE + ISSUE) if cursor else None, session)
            counted = await reading.issues.count(top, wanted, session)
            names = Names(place.plan, lang, *await reading.issues.names(top, rows, session))
        today, links = day_shown(place.as_of, told_clock), Links(id, lang)
        shown = lists.Part(
            count=_counted(counted, wanted, rows, names),
            fields=lists.issue_fields(asked, place, names),
            head=lists.ISSUE_HEAD,
            rows=[lists.issue_cells(row, names, links, today) for row in rows],
            after=cursor_of(last) if last else None,
            later=cursor is not None,
        )
        return answered("issues", place, shown, lang)

    @http.get("/campaigns/{id}/returns", include_in_schema=False, dependencies=clean)
    async def returns(
        top: top_unit,
        id: str,
        unit: UnitParam = None,
        own: bool = False,
        phase: PhaseParam = None,
        obligation: CodeParam = None,
        state: ReturnState | Literal["owed"] | None = None,
        missing: bool | None = None,
        lang: Language = "zh",
        cursor: CursorParam = None,
    ) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            place = await reading.summaries.place(Scope(top, id, unit), session)
            plan = place.plan
            known = {"phase": [each.code for each in plan.phases], "obligation": [each.code for each in plan.obligations]}
            require_known({"phase": phase, "obligation": obligation}, known)
            wanted = DutyFilter(id, place.unit, own, phase, obligation, state, missing)
            rows, count, last = await reading.duties.returns(top, wanted, LISTED, place_of(cursor, SUBJECTS) if cursor else None, session)
            times = await reading.duties.filed(top, wanted, session) if state == "rolling" else count
            names = await named(top, place, rows, lang, session)
        shown = lists.Part(
            count=names.say("listed" if times == count else "listed-filed", count=count, times=times),
            fields=lists.return_fields(wanted, place, names),
            head=lists.RETURN_HEAD,
            rows=[lists.return_cells(row, names, Links(id, lang)) for row in rows],
            after=cursor_of(last) if last else None,
            later=cursor is not None,
        )
        return answered("returns", place, shown, lang)

    @http.get("/campaigns/{id}/checks", include_in_schema=False, dependencies=clean)
    async def checks(
        top: top_unit,
        id: str,
        unit: UnitParam = None,
        own: bool = False,
        phase: PhaseParam = None,
        target: Annotated[int | None, Query(ge=1, le=999)] = None,
        conforms: bool | None = None,
        lang: Language = "zh",
        cursor: CursorParam = None,
    ) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            place = await reading.summaries.place(Scope(top, id, unit), session)
            known = {"phase": [each.code for each in place.plan.phases], "target": [str(each.number) for each in place.plan.targets]}
            require_known({"phase": phase, "target": target}, known)
            wanted = DutyFilter(id, place.unit, own, phase, target, conforms=conforms)
            rows, count, last = await reading.duties.checks(top, wanted, LISTED, place_of(cursor, SUBJECTS) if cursor else None, session)
            found = await reading.duties.found(rows, session)
            names = await named(top, place, rows, lang, session)
        shown = lists.Part(
            count=names.say("listed", count=count),
            fields=lists.check_fields(wanted, place, names),
            head=lists.CHECK_HEAD,
            rows=[lists.check_cells(row, found.get(row["_id"]), place.plan, names, Links(id, lang)) for row in rows],
            after=cursor_of(last) if last else None,
            later=cursor is not None,
        )
        return answered("checks", place, shown, lang)
