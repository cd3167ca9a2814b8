"""How units stand, over HTTP: KPIs, lights, scores, recurring problems."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Query

from services.reporting.figures.standings import Kpis, Lights, RecurringProblems, Scores, Standings
from services.reporting.http.api import not_found
from services.reporting.http.queries import NotFound, Queries
from services.reporting.http.reads import UnitParam, reads_campaign
from services.reporting.store import Store
from shared.http.access import Key, Keys
from shared.mongo import Session


def add_standings(http: FastAPI, keys: Keys, store: Store, queries: Queries, standings: Standings) -> None:
    """The routes. Each answers for what its key may see."""
    reader = Annotated[Key, Depends(reads_campaign(keys, queries))]

    @asynccontextmanager
    async def asking() -> AsyncIterator[Session]:
        try:
            async with store.snapshot() as session:
                yield session
        except NotFound as error:
            raise not_found(error) from None

    @http.get("/api/campaigns/{id}/kpis")
    async def kpis(key: reader, id: str, unit: UnitParam = None) -> Kpis:
        """The KPIs of a unit and all below it: value, aim, whether it is met, baseline and trend; and of the units directly below."""
        async with asking() as session:
            return await standings.kpis(key.unit, id, unit, session)

    @http.get("/api/campaigns/{id}/lights")
    async def lights(key: reader, id: str, unit: UnitParam = None) -> Lights:
        """The lights of a unit and of those directly below it, month by month, and the acts that follow from them."""
        async with asking() as session:
            return await standings.lights(key.unit, id, unit, session)

    @http.get("/api/campaigns/{id}/scores")
    async def scores(key: reader, id: str, unit: UnitParam = None) -> Scores:
        """The score of a unit, each point traceable to a recorded fact; and of the units directly below, the best first."""
        async with asking() as session:
            return await standings.scores(key.unit, id, unit, session)

    @http.get("/api/campaigns/{id}/recurring")
    async def recurring(
        key: reader, id: str, unit: UnitParam = None, least: Annotated[int, Query(ge=2, le=10_000)] = 3
    ) -> RecurringProblems:
        """Problems of one category and target, or channel, that at least so many units have."""
        async with asking() as session:
            return await standings.recurring(key.unit, id, unit, least, session)
