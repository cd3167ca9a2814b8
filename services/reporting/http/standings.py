"""How units stand, over HTTP: KPIs, lights, scores, recurring problems."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from fastapi.types import DecoratedCallable

from services.reporting.figures.kpi import Kpis
from services.reporting.figures.lights import Lights
from services.reporting.figures.scores import Scores
from services.reporting.figures.standings import RecurringProblems
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.reading import NO_CAMPAIGN, Reading, UnitParam
from shared.http.openapi import answers


def add_standings(http: FastAPI, reading: Reading) -> None:
    """The routes. Each answers for what its key may see."""
    top_unit = Annotated[Top, Depends(reading.top_in_campaign)]

    def route(name: str, operation: str, summary: str) -> Callable[[DecoratedCallable], DecoratedCallable]:
        path = f"/api/campaigns/{{id}}/{name}"
        return http.get(path, operation_id=operation, summary=summary, tags=["standings"], responses=answers(*NO_CAMPAIGN))

    @route("kpis", "getKpis", "The KPIs of a unit")
    async def kpis(top: top_unit, id: str, unit: UnitParam = None) -> Kpis:
        """The KPIs of a unit and all below it: value, aim, whether it is met, baseline and trend; and of the units directly below."""
        async with reading.store.snapshot() as session:
            return await reading.standings.kpis(Scope(top, id, unit), session)

    @route("lights", "getLights", "The lights of a unit")
    async def lights(top: top_unit, id: str, unit: UnitParam = None) -> Lights:
        """The lights of a unit and of those directly below it, month by month, and the acts that follow from them."""
        async with reading.store.snapshot() as session:
            return await reading.standings.lights(Scope(top, id, unit), session)

    @route("scores", "getScores", "The score of a unit")
    async def scores(top: top_unit, id: str, unit: UnitParam = None) -> Scores:
        """The score of a unit, each point traceable to a recorded fact; and of the units directly below, the best first."""
        async with reading.store.snapshot() as session:
            return await reading.standings.scores(Scope(top, id, unit), session)

    @route("recurring", "listRecurring", "Recurring problems")
    async def recurring(
        top: top_unit, id: str, unit: UnitParam = None, least: Annotated[int, Query(ge=2, le=10_000)] = 3
    ) -> RecurringProblems:
        """Problems of one category and target, or channel, that at least so many units have."""
        async with reading.store.snapshot() as session:
            return await reading.standings.recurring(Scope(top, id, unit), least, session)
