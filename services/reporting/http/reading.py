"""What the routes answer from: who may read, where from, and all that can be asked at one moment of the database."""

from dataclasses import replace
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response

from services.reporting.figures.achievements import Achievements
from services.reporting.figures.books import Books
from services.reporting.figures.duties import Duties
from services.reporting.figures.issues import Issues
from services.reporting.figures.standings import Standings
from services.reporting.figures.summaries import Summaries
from services.reporting.figures.top import Top
from services.reporting.figures.units import NotFound, Units
from services.reporting.store import DatabaseError, Store
from shared.faults import Unavailable
from shared.http.access import Keys
from shared.http.problem import Page, Problem, add_problems, requires
from shared.mongo import Mongo
from shared.topics import book_of

CodeParam = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
PhaseParam = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
UnitParam = Annotated[str | None, Query(min_length=1, max_length=200, description="its code, its name, or another name that it goes by")]

NO_CAMPAIGN = ("no-such-campaign", "no-such-unit", "several-units")
"""Problems of what is asked of a unit of a campaign."""


class Reading:
    """All that can be asked, and by whose keys."""

    def __init__(self, mongo: Mongo, store: Store, keys: Keys) -> None:
        self.store, self.key = store, requires(keys, "read")
        self.units, self.issues, self.duties = Units(mongo), Issues(mongo), Duties(mongo)
        self.books = Books(mongo)
        self.summaries = Summaries(mongo, self.units, self.issues)
        self.standings = Standings(mongo, self.units, self.summaries)
        self.achievements = Achievements(mongo, self.units, self.standings)

    # From which unit a key reads, as dependencies: its own; or, of one under it in a further line of command (I1), or of one that left
    # the campaign of its root (A7), that one.

    async def top_in_campaign(self, request: Request, id: str, unit: UnitParam = None) -> Top:
        """Where the path names a campaign."""
        return await self._top(request, id, unit)

    async def top_of_issues(self, request: Request, campaign: CodeParam = None, unit: UnitParam = None) -> Top:
        """Where issues are listed, of a unit of a campaign or of all."""
        return await self._top(request, campaign, unit)

    async def top_of_issue(self, request: Request, id: str) -> Top:
        """Where the path names an issue: by the unit whose book it is on."""
        campaign, _, unit = book_of(id).partition("/")
        return await self._top(request, campaign, unit)

    async def top(self, request: Request) -> Top:
        """The key's own unit."""
        key = await self.key(request)
        return Top(key.roots, key.unit)

    async def _top(self, request: Request, campaign: str | None, unit: str | None) -> Top:
        top = await self.top(request)
        if not campaign:
            return top
        if unit and unit != top.unit:
            below = await self.units.code_in_line(top, campaign, unit) or await self.units.code_left(top, campaign, unit)
            top = replace(top, unit=below) if below else top
        return replace(top, first=await self.units.first(top, campaign))


def add_faults(http: FastAPI, page: Page) -> None:
    """What is answered where something is not there, or not for this key, and while broker or database cannot be asked."""
    answer = add_problems(http, page)

    @http.exception_handler(NotFound)
    async def not_found(request: Request, error: NotFound) -> Response:
        return answer(request, Problem(error.name, **error.values))

    @http.exception_handler(DatabaseError)
    @http.exception_handler(Unavailable)
    async def unavailable(request: Request, error: Exception) -> Response:
        return answer(request, Problem("cannot-answer", {"Retry-After": "2"}, why=str(error)[:300]))
