"""Questions about what units owe and answered: returns, and targets of the self-check, row by row."""

from collections.abc import Sequence
from typing import Any

from services.reporting.figures.filters import DutyFilter
from services.reporting.figures.top import Top
from services.reporting.fold.rows import CheckRow, ReturnRow
from services.reporting.store import SLOW
from shared.mongo import Document, Mongo, Session
from shared.plan.target import SELF_CHECK
from shared.topics import subject_id


def fitting(top: Top, wanted: DutyFilter, of: str) -> Document:
    """As MongoDB asks it, among the units under `top`; `of` is the name of the field."""
    equal = {
        "campaign": wanted.campaign,
        "unit": wanted.unit if wanted.own else None,
        "phase": wanted.phase,
        of: wanted.of,
        "state": wanted.state,
        "missing": wanted.missing,
        "conforms": wanted.conforms,
    }
    query: Document = {name: value for name, value in equal.items() if value is not None} | top.rows_of(wanted.unit)
    return query | ({"state": {"$nin": ["lifted", "rolling"]}} if wanted.state == "owed" else {})


class Duties:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def returns(
        self, top: Top, wanted: DutyFilter, limit: int, after: str | None, session: Session
    ) -> tuple[list[ReturnRow], int, str | None]:
        """Returns by unit and obligation, how many there are in all, and the id of the last where there are more."""
        return await self._page("returns", fitting(top, wanted, "obligation"), limit, after, session)

    async def checks(
        self, top: Top, wanted: DutyFilter, limit: int, after: str | None, session: Session
    ) -> tuple[list[CheckRow], int, str | None]:
        """Answers to targets that apply, by unit and target, how many there are in all, and the id of the last where there are more."""
        return await self._page("checks", fitting(top, wanted, "target") | {"lifted": None}, limit, after, session)

    async def filed(self, top: Top, wanted: DutyFilter, session: Session) -> int:
        """How often something was filed for these returns."""
        pipeline: list[Document] = [{"$match": fitting(top, wanted, "obligation")}, {"$group": {"_id": None, "times": {"$sum": "$times"}}}]
        groups = [each async for each in self._mongo["returns"].aggregate(pipeline, session=session, maxTimeMS=SLOW)]
        return sum(each["times"] for each in groups)

    async def found(self, checks: Sequence[CheckRow], session: Session) -> dict[str, str]:
        """The issues that answers to targets entered, by the ids of both."""
        of = {subject_id(each["book"], "issue", SELF_CHECK, str(each["target"])): each["_id"] for each in checks if not each["conforms"]}
        rows = self._mongo["issues"].find({"_id": {"$in": list(of)}}, {"_id": 1}, session=session)
        return {of[each["_id"]]: each["_id"] async for each in rows}

    async def _page(
        self, collection: str, query: Document, limit: int, after: str | None, session: Session
    ) -> tuple[list[Any], int, str | None]:
        rows = self._mongo[collection]
        shown = query | ({"_id": {"$gt": after}} if after else {})
        first = await rows.find(shown, session=session).sort("_id", 1).limit(limit + 1).max_time_ms(SLOW).to_list(None)
        total = await rows.count_documents(query, session=session, maxTimeMS=SLOW)
        return first[:limit], total, first[limit - 1]["_id"] if len(first) > limit else None
