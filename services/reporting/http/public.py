"""What anybody may read of a campaign whose plan allows it: what it is, how far it is, what units promise and what went well. K2, K4.

Nothing of persons, and no text of an issue, comes out here; what units share goes out only where they shared it with the public.
"""

import asyncio
from datetime import date, datetime
from time import monotonic
from typing import Annotated, Literal

from fastapi import FastAPI, Path, Response
from pydantic import Field

from services.reporting.figures.summary import CampaignPhase
from services.reporting.figures.top import Top
from services.reporting.figures.units import NotFound, Scope
from services.reporting.figures.view import View
from services.reporting.http.reading import Reading
from services.reporting.store import SLOW
from shared.http.openapi import OPEN, answers
from shared.mongo import Mongo, Session
from shared.values import Wording

KEPT = 60
"""Seconds for which an answer is given again: so often at most a campaign is counted for the public."""
CAMPAIGNS = 100
"""Campaigns whose answers are kept."""
LISTED = 100
"""Promises, and good practices, at most: the latest."""


class PublicPhase(CampaignPhase):
    """A phase, as the plan has it and as the owner of the campaign stands in it."""

    status: Literal["ahead", "open", "held", "closed"]


class Progress(View):
    """How far the campaign is, over all units."""

    units: int = Field(description="units that take part")
    entered: int = Field(description="issues, once each")
    struck_off: int = Field(description="of these, those that stand struck off")
    open: int = Field(description="of these, those still to be struck off")
    carried_over: int = Field(description="of these, those that were carried over")
    ideas: int
    adopted: int
    activities: int
    surveyed: int
    satisfied: int


class Shared(View):
    """What a unit shared with the public."""

    unit: str
    title: str
    text: str
    day: date


class PublicCampaign(View):
    """A campaign, as anybody may see it."""

    campaign: str
    name: Wording
    issued: date
    as_of: datetime | None
    phases: list[PublicPhase]
    progress: Progress
    promises: list[Shared] = Field(description="what units promise to the public (服务承诺)")
    practices: list[Shared] = Field(description="good practice and models to follow (好做法、先进典型)")


class Display:
    """Makes what is on display, and keeps each answer for a while."""

    def __init__(self, mongo: Mongo, reading: Reading) -> None:
        self._mongo, self._reading = mongo, reading
        self._kept: dict[str, tuple[float, PublicCampaign]] = {}
        self._one = asyncio.Lock()
        """The public makes one count at a time, however many ask."""

    async def campaign(self, id: str) -> PublicCampaign:
        """What is on display of a campaign. Raises NotFound, also where its plan allows nothing."""
        async with self._one:
            until, answer = self._kept.get(id, (0.0, None))
            if answer is None or until < monotonic():
                self._kept.pop(id, None)
                async with self._reading.store.snapshot() as session:
                    answer = await self._made(id, session)
                if len(self._kept) >= CAMPAIGNS:
                    del self._kept[next(iter(self._kept))]
                self._kept[id] = monotonic() + KEPT, answer
            return answer

    async def _made(self, id: str, session: Session) -> PublicCampaign:
        row = await self._mongo["campaigns"].find_one({"_id": id}, {"root": 1}, session=session)
        if row is None or not (await self._reading.summaries.plan(id, session)).public:
            raise NotFound("not-public", campaign=id)
        top = Top((row["root"],), row["root"])
        summary, plan = await self._reading.summaries.summary(Scope(top, id), session)
        total = summary.total
        return PublicCampaign(
            campaign=id,
            name=plan.name,
            issued=plan.issued,
            as_of=summary.as_of.time,
            phases=[PublicPhase.model_validate(each, from_attributes=True) for each in summary.phases],
            progress=Progress(
                units=summary.as_of.books,
                **{name: getattr(total, name) for name in Progress.model_fields if name != "units"},
            ),
            promises=await self._shared(top, id, ["promise"], session),
            practices=await self._shared(top, id, ["practice", "model"], session),
        )

    async def _shared(self, top: Top, campaign: str, sorts: list[str], session: Session) -> list[Shared]:
        query = {"campaign": campaign, "visibility": "public", "sort": {"$in": sorts}} | top.rows
        latest = self._mongo["practices"].find(query, session=session).sort([("day", -1), ("_id", 1)]).limit(LISTED).max_time_ms(SLOW)
        rows = [row async for row in latest]
        names = await self._reading.units.names(campaign, top, {row["unit"] for row in rows}, session)
        return [Shared(unit=names.get(row["unit"], row["unit"]), title=row["title"], text=row["text"], day=row["day"]) for row in rows]


def add_public(http: FastAPI, display: Display) -> None:
    """The one route that needs no key."""

    @http.get(
        "/public/{campaign}",
        operation_id="getPublic",
        summary="A campaign, for anybody",
        tags=["public"],
        responses=answers("not-public"),
        openapi_extra=OPEN,
    )
    async def public(campaign: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")], response: Response) -> PublicCampaign:
        """A campaign whose plan is `public`: its phases, its progress, what units promise and what went well. Needs no key."""
        answer = await display.campaign(campaign)
        response.headers["Cache-Control"] = f"public, max-age={KEPT}"
        return answer
