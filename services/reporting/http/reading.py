"""What the routes answer from: who may read, where from, and all that can be asked at one moment of the database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Response

from services.reporting.figures.achievements import Achievements
from services.reporting.figures.issues import Issues
from services.reporting.figures.standings import Standings
from services.reporting.figures.summaries import Summaries
from services.reporting.figures.units import NotFound, Units
from services.reporting.store import DatabaseError, Store
from shared.faults import Unavailable
from shared.http.access import Key, Keys
from shared.http.problem import Problem, requires
from shared.mongo import Mongo, Session
from shared.topics import book_of

CodeParam = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
PhaseParam = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
UnitParam = Annotated[str | None, Query(min_length=1, max_length=200, description="its code, its name, or another name that it goes by")]


Top = Callable[..., Awaitable[str]]
"""A dependency that gives the unit at the top of what a key sees here."""


class Reading:
    """All that can be asked, and by whose keys."""

    def __init__(self, mongo: Mongo, store: Store, keys: Keys) -> None:
        self.store, self.key = store, requires(keys, "read")
        self.units, self.issues = Units(mongo), Issues(mongo)
        self.summaries = Summaries(mongo, self.units, self.issues)
        self.standings = Standings(mongo, self.units, self.summaries)
        self.achievements = Achievements(mongo, self.units, self.standings)

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Session]:
        """One moment of the database, for all that an answer says. Raises Problem 404 for what is not there, or not for this key."""
        try:
            async with self.store.snapshot() as session:
                yield session
        except NotFound as error:
            raise not_found(error) from None

    async def top(self, key: Key, campaign: str | None, unit: str | None) -> str:
        """The key's own unit; or, of a unit that stands under it in a further line of command, that unit. I1."""
        below = await self.units.code_in_line(key.unit, campaign, unit) if campaign and unit and unit != key.unit else None
        return below or key.unit


def top_in_campaign(reading: Reading) -> Top:
    """For what is asked of a unit of the campaign that the path names."""

    async def top(key: Annotated[Key, Depends(reading.key)], id: str, unit: UnitParam = None) -> str:
        return await reading.top(key, id, unit)

    return top


def top_of_issues(reading: Reading) -> Top:
    """For the list of issues, which names campaign and unit where it asks for those of one."""

    async def top(key: Annotated[Key, Depends(reading.key)], campaign: CodeParam = None, unit: UnitParam = None) -> str:
        return await reading.top(key, campaign, unit)

    return top


def top_of_issue(reading: Reading) -> Top:
    """For one issue, by the unit whose book it is on."""

    async def top(key: Annotated[Key, Depends(reading.key)], id: str) -> str:
        campaign, _, unit = book_of(id).partition("/")
        return await reading.top(key, campaign, unit)

    return top


def not_found(error: NotFound) -> Problem:
    """What a question about something that is not there, or not for this key, is answered."""
    return Problem(404, "Not Found", str(error))


def add_unavailable(http: FastAPI) -> None:
    """What is answered while broker or database cannot be asked."""

    @http.exception_handler(DatabaseError)
    async def no_database(request: object, error: DatabaseError) -> Response:
        return _unavailable(f"the database cannot answer: {error}")

    @http.exception_handler(Unavailable)
    async def away(request: object, error: Unavailable) -> Response:
        return _unavailable(str(error))


def _unavailable(why: str) -> Response:
    return Problem(503, "Service Unavailable", why[:300], headers={"Retry-After": "2"}).response()
