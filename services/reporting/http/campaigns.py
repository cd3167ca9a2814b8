"""Campaigns and the figures of one, over HTTP, as JSON."""

from typing import Annotated

from fastapi import Depends, FastAPI

from services.reporting.figures.summary import CampaignView, Summary
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.reading import NO_CAMPAIGN, Reading, UnitParam
from shared.http.openapi import answers


def add_campaigns(http: FastAPI, reading: Reading) -> None:
    """The routes. Each answers for what its key may see."""

    @http.get("/api/campaigns", operation_id="listCampaigns", summary="List campaigns", tags=["campaigns"])
    async def campaigns(top: Annotated[Top, Depends(reading.top)]) -> list[CampaignView]:
        """The campaigns that the key's unit takes part in, newest first."""
        return await reading.summaries.campaigns(top)

    @http.get(
        "/api/campaigns/{id}/summary",
        operation_id="getSummary",
        summary="The figures of a campaign",
        tags=["campaigns"],
        responses=answers(*NO_CAMPAIGN),
    )
    async def summary(top: Annotated[Top, Depends(reading.top_in_campaign)], id: str, unit: UnitParam = None) -> Summary:
        """The figures of a unit and all below it, by phase, and by the units directly below."""
        async with reading.store.snapshot() as session:
            return (await reading.summaries.summary(Scope(top, id, unit), session))[0]
