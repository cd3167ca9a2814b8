"""The lists behind what a page says of books, as pages: what phases lacked, and which books the figures come from."""

from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.filters import BOOKS, CursorParam, cursor_of, place_of, require_known, without_empty
from services.reporting.http.lists import LISTED, answered
from services.reporting.http.reading import PhaseParam, Reading, UnitParam
from services.reporting.pages import lists
from services.reporting.pages.books import BOOK_HEAD, GAP_HEAD, Missing, book_cells, gap_fields, gap_rows
from services.reporting.pages.links import Links
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language


def add_books(http: FastAPI, reading: Reading) -> None:
    """The routes. Each shows what its key may see."""
    top_unit = Annotated[Top, Depends(reading.top_in_campaign)]
    clean = [Depends(without_empty)]

    @http.get("/campaigns/{id}/gaps", include_in_schema=False, dependencies=clean)
    async def gaps(
        top: top_unit, id: str, unit: UnitParam = None, phase: PhaseParam = None, missing: Missing | None = None, lang: Language = "zh"
    ) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            place = await reading.summaries.place(Scope(top, id, unit), session)
            require_known({"phase": phase}, {"phase": [each.code for each in place.plan.phases]})
            rows = await reading.books.phases(top, id, place.unit, session)
            named = await reading.units.names(id, top, {code for row in rows for code in (row["gap"] or {}).get("units", ())}, session)
        names = Names(place.plan, lang, {}, {})
        found = gap_rows(rows, phase, missing, place, named, names, Links(id, lang))
        shown = lists.Part(
            count=names.say("listed", count=len(found)),
            fields=gap_fields(phase, missing, place, names),
            head=GAP_HEAD,
            rows=found,
        )
        return answered("gaps", place, shown, lang)

    @http.get("/campaigns/{id}/books", include_in_schema=False, dependencies=clean)
    async def books(top: top_unit, id: str, unit: UnitParam = None, lang: Language = "zh", cursor: CursorParam = None) -> HTMLResponse:
        async with reading.store.snapshot() as session:
            place = await reading.summaries.place(Scope(top, id, unit), session)
            after = place_of(cursor, BOOKS) if cursor else None
            found, count, last = await reading.books.read(top, id, place.unit, LISTED, after, session)
            named = await reading.units.names(id, top, {book.unit for book in found}, session)
        names = Names(place.plan, lang, {}, {})
        shown = lists.Part(
            count=names.say("listed", count=count),
            fields=[lists.unit_field(place, names)],
            head=BOOK_HEAD,
            rows=[book_cells(book, named, Links(id, lang)) for book in found],
            after=cursor_of(last) if last else None,
            later=cursor is not None,
        )
        return answered("books", place, shown, lang)
