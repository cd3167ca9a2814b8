"""The pages over HTTP: who may see which, and the headers that keep them to themselves."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import FileResponse, HTMLResponse

from services.reporting.figures.evidence import Evidence
from services.reporting.figures.report import History, Report
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.figures.view import AsOf
from services.reporting.http.issues import issue_of
from services.reporting.http.reading import Reading, UnitParam
from services.reporting.pages import HERE, LISTED, campaign_page, campaigns_page, draw, issue_page
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language
from shared.http.problem import PAGE_HEADERS
from shared.workdays import local_date


def day_shown(as_of: AsOf, told_clock: bool) -> date:
    """Today. Where time is told, the last record says what day it is."""
    now = datetime.now(UTC)
    return local_date(as_of.time or now) if told_clock else local_date(now)


def add_pages(http: FastAPI, reading: Reading, evidence: Evidence, told_clock: bool) -> None:
    """The routes. Each shows what its key may see."""
    language = Annotated[Language, Query()]

    async def overview(scope: Scope, lang: Language) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            report = await reading.summaries.report(scope, session, listed=LISTED)
        return HTMLResponse(
            campaign_page(report, draw(report, lang), day_shown(report.summary.as_of, told_clock), lang), headers=PAGE_HEADERS
        )

    @http.get("/", include_in_schema=False)
    async def start(top: Annotated[Top, Depends(reading.top)], lang: language = "zh") -> HTMLResponse:
        campaigns = await reading.summaries.campaigns(top)
        if len(campaigns) == 1:
            return await overview(Scope(top, campaigns[0].id), lang)
        return HTMLResponse(campaigns_page(campaigns, lang), headers=PAGE_HEADERS)

    @http.get("/campaigns/{id}", include_in_schema=False)
    async def campaign(
        top: Annotated[Top, Depends(reading.top_in_campaign)], id: str, unit: UnitParam = None, lang: language = "zh"
    ) -> HTMLResponse:
        return await overview(Scope(top, id, unit), lang)

    @http.get("/issues/{id:path}", include_in_schema=False)
    async def issue(top: Annotated[Top, Depends(reading.top_of_issue)], id: str, lang: language = "zh") -> HTMLResponse:
        row = await issue_of(reading.issues, top, id)
        events, more = await reading.issues.history(row["_id"])
        unheard, shown = await reading.issues.unheard(row), await evidence.of(events)
        async with reading.store.snapshot() as session:  # its plan is told by another book, which may come later
            report = Report(*await reading.summaries.summary(Scope(top, row["campaign"], row["unit"]), session))
            names = Names(report.plan, lang, *await reading.issues.names(top, [row], session, events, unheard))
        return HTMLResponse(issue_page(row, names, report, History(events, more, unheard, shown), lang), headers=PAGE_HEADERS)

    @http.get("/style.css", include_in_schema=False)
    async def style() -> Response:  # without a key: a page that says what is wrong with it is to be legible
        return FileResponse(HERE / "style.css", media_type="text/css", headers={"Cache-Control": "public, max-age=300"})
