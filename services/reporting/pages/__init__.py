"""The pages that leaders read: made on the server, without scripts and without anything from elsewhere."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting.figures.summaries import Report, Summaries
from services.reporting.http.api import issue_of, not_found
from services.reporting.http.files import Turns
from services.reporting.http.queries import NotFound, Queries
from services.reporting.http.reads import UnitParam, reads_campaign, reads_issue
from services.reporting.papers import charts
from services.reporting.papers.excel import COLUMNS
from services.reporting.papers.words import Words
from services.reporting.store import Store
from services.reporting.wording.texts import Language, rate, said, text
from shared.events.catalogue import CATALOGUE
from shared.http.access import Key, Keys
from shared.http.problem import requires
from shared.workdays import BEIJING, local_date

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LISTED = 20
"""Overdue issues on the page, at most."""
WAITING = 200
"""Pages that wait for their charts, at most: more than files, since a chart that was drawn is kept."""


WIDTH = 300
"""Of a chart, in pixels before it is fitted to its place: as wide as a phone shows it, so that its letters stay as large as the text."""


def add_pages(http: FastAPI, keys: Keys, store: Store, queries: Queries, summaries: Summaries, told_clock: bool) -> None:
    """The routes of the pages. Each shows what its key may see."""
    reader = Annotated[Key, Depends(requires(keys, "read"))]
    language = Annotated[Language, Query()]
    turns = Turns(WAITING)  # of their own: no page waits for a file
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    templates.globals |= {"rate": rate}

    def page(template: str, lang: Language, **values: Any) -> HTMLResponse:
        say: Callable[..., str] = lambda name, **given: text(lang, name, **given)  # noqa: E731 - a name for templates
        content = templates.get_template(template).render(lang=lang, say=say, said=lambda wording: said(lang, wording), **values)
        return HTMLResponse(content, headers=HEADERS)

    async def campaign_page(key: Key, id: str, unit: str | None, lang: Language) -> HTMLResponse:
        async with store.snapshot() as session:
            report = await summaries.report(key.unit, id, unit, session, listed=LISTED)
        async with turns.taken():
            drawn = await asyncio.to_thread(_charts, report, lang)
        time = report.summary.as_of.time
        return page(
            "campaign.html",
            lang,
            report=report,
            summary=report.summary,
            words=Words(report, lang),
            charts=drawn,
            # What is late grows later each day, also while nothing is recorded. Where time is told, the last record says what day it is.
            today=local_date(time or datetime.now(UTC)) if told_clock else local_date(datetime.now(UTC)),
            as_of=time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if time else text(lang, "none"),
            day=date.fromisoformat,
            entry=text(lang, "own-book"),
        )

    @http.get("/", include_in_schema=False)
    async def start(key: reader, lang: language = "zh") -> HTMLResponse:
        campaigns = await summaries.campaigns(key.unit)
        if len(campaigns) == 1:
            return await campaign_page(key, campaigns[0].id, None, lang)
        return page("campaigns.html", lang, campaigns=campaigns)

    @http.get("/campaigns/{id}", include_in_schema=False)
    async def campaign(
        key: Annotated[Key, Depends(reads_campaign(keys, queries))], id: str, unit: UnitParam = None, lang: language = "zh"
    ) -> HTMLResponse:
        try:
            return await campaign_page(key, id, unit, lang)
        except NotFound as error:
            raise not_found(error) from None

    @http.get("/issues/{id:path}", include_in_schema=False)
    async def issue(key: Annotated[Key, Depends(reads_issue(keys, queries))], id: str, lang: language = "zh") -> HTMLResponse:
        row = await issue_of(queries, key, id)
        try:
            async with store.snapshot() as session:
                summary, plan = await summaries.summary(key.unit, row["campaign"], row["unit"], session)
                units, persons = await queries.names(key.unit, [row], session)
        except NotFound as error:  # the plan is told by another book, which may come later
            raise not_found(error) from None
        words = Words(Report(summary, plan), lang, units, persons)
        history, more = await queries.history(row["_id"])
        return page(
            "issue.html",
            lang,
            id=row["_id"].replace("%", "%25"),
            row=row,
            summary=summary,
            fields=[(name, cell) for name, _, content in COLUMNS if (cell := content(row, words)) not in (None, "")],
            history=[(f"{each.accepted.astimezone(BEIJING):%Y-%m-%d %H:%M}", _event(each.type, lang)) for each in history],
            more=more,
        )

    @http.get("/style.css", include_in_schema=False)
    async def style(key: reader) -> Response:
        return FileResponse(HERE / "style.css", media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


def _event(type: str, lang: Language) -> str:
    """The name of a recorded event; in English its type, in words."""
    return CATALOGUE[type].zh if lang == "zh" else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type).capitalize()


def _charts(report: Report, lang: Language) -> dict[str, Markup]:
    """Charts by name. Vega escapes the texts it draws, so the drawing is markup."""
    made = {"progress": charts.progress(report, lang, WIDTH), "by-phase": charts.phases(report, lang, WIDTH)}
    if report.kinds.get("category"):
        made["by-category"] = charts.categories(report, lang, WIDTH - 50)
    return {name: Markup(charts.svg(spec)) for name, spec in made.items()}  # noqa: S704 - see above
