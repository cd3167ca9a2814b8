"""Questions about issues."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson

from services.reporting.figures.report import HistoryEvent, Listing
from services.reporting.figures.top import Top
from services.reporting.fold.rows import GONE, IssueRow
from services.reporting.store import SLOW, book_and_position
from services.reporting.wording.glyphs import plain
from shared.mongo import Document, Mongo, Session
from shared.topics import person_id

HISTORY = 1000
"""Events of an issue's history that are listed, at most."""


def counted_in(figure: str, phase: str | None) -> Document:
    """The issues that stand behind a figure of a report, of one phase or of all. One that counts in it twice is one issue."""
    match figure:
        case "struck_off" | "on_time":
            strike = ({"phase": phase} if phase else {}) | ({"on_time": True} if figure == "on_time" else {})
            return {"strikes": {"$elemMatch": strike or {"phase": {"$exists": True}}}}
        case "overdue" | "carried_over":
            return {f"{figure}_phases": phase or {"$exists": True, "$ne": []}}
    return {"phase": phase} if phase else {}


@dataclass(frozen=True)
class Filter:
    """Which issues."""

    campaign: str | None = None
    unit: str | None = None
    phase: str | None = None
    figure: str = "entered"
    category: str | None = None
    channel: str | None = None
    status: str | None = None
    overdue: bool | None = None
    carried_over: bool | None = None
    text: str | None = None

    def query(self, top: Top) -> Document:
        """As MongoDB asks it, among the units under `top`."""
        query = counted_in(self.figure, self.phase)
        query |= top.rows_of(self.unit) if self.unit else top.rows
        equal = {"campaign": self.campaign, "category": self.category, "channel": self.channel}
        query |= {name: value for name, value in equal.items() if value is not None}
        if self.status is not None:
            query["status"] = {"$nin": GONE} if self.status == "open" else self.status
        both: list[Document] = []
        if self.overdue is not None:
            both.append({"late_since": {"$type": "string"} if self.overdue else None})
        if self.carried_over is not None:
            both.append({"carried_over": {"$type": "string"} if self.carried_over else None})
        if self.text:
            both.append({"folded": {"$regex": re.escape(plain(self.text))}})
        return query | ({"$and": both} if both else {})


def _giver(row: IssueRow) -> str | None:
    return row["origin"].split("/")[1] if row["origin"] else None


class Issues:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def page(self, top: Top, wanted: Filter, limit: int, after: str | None = None) -> tuple[list[IssueRow], str | None]:
        """Issues by book and number, and the place of the last where there are more: what was given out is never given out again."""
        query = wanted.query(top)
        if after:
            query["place"] = {"$gt": after}
        rows: list[Any] = await self._mongo["issues"].find(query).sort("place", 1).limit(limit + 1).max_time_ms(SLOW).to_list(None)
        return rows[:limit], rows[limit - 1]["place"] if len(rows) > limit else None

    async def every(self, top: Top, wanted: Filter, session: Session, part: int = 500) -> AsyncIterator[list[IssueRow]]:
        """All issues by book and number, in parts."""
        rows: list[Any] = []
        async for row in self._mongo["issues"].find(wanted.query(top), session=session).sort("place", 1).batch_size(part):
            rows.append(row)
            if len(rows) == part:
                yield rows
                rows = []
        if rows:
            yield rows

    async def first(self, top: Top, wanted: Filter, order: str, most: int, session: Session | None = None) -> Listing:
        """The first issues by a date."""
        query = wanted.query(top)
        first = self._mongo["issues"].find(query, session=session).sort([(order, 1), ("place", 1)]).limit(most).max_time_ms(SLOW)
        rows: list[Any] = await first.to_list(None)
        return Listing(rows, len(rows) if len(rows) < most else await self._mongo["issues"].count_documents(query, session=session))

    async def one(self, top: Top, id: str) -> IssueRow | None:
        """One issue."""
        return cast("IssueRow | None", await self._mongo["issues"].find_one({"_id": id, **top.rows}))

    async def history(self, id: str) -> tuple[list[HistoryEvent], bool]:
        """What was recorded of a subject that the asker may see, and whether there is more."""
        documents = await self._mongo["events"].find({"subject": id}).sort("_id", 1).limit(HISTORY + 1).to_list(None)
        events = [
            HistoryEvent(
                position=book_and_position(each["_id"])[1],
                type=each["type"],
                accepted=each["accepted"],
                told_source=each["told_source"],
                told_id=each["told_id"],
                fact=orjson.loads(each["value"])["fact"],
            )
            for each in documents[:HISTORY]
        ]
        return events, len(documents) > HISTORY

    async def names(self, top: Top, rows: Sequence[IssueRow], session: Session | None = None) -> tuple[dict[str, str], dict[str, str]]:
        """Names of the units (by campaign and unit) and persons (by root and person) that rows mention: those under `top`, and of that root."""
        codes = [
            (row["campaign"], code) for row in rows for code in (row["unit"], row["handed_to"], row["escalated_to"], _giver(row)) if code
        ]
        units = {f"{campaign}/{code}" for campaign, code in codes}
        mentioned = [(row["path"][0], who) for row in rows for who in (row["owner"], row["rectified_by"], row["verified_by"]) if who]
        persons = list({person_id(root, who) for root, who in mentioned})
        people: list[Any] = await self._mongo["people"].find({"_id": {"$in": persons}}, session=session).to_list(None)
        theirs = {f"{campaign}/{each['unit']}" for campaign in {row["campaign"] for row in rows} for each in people}
        query = {"_id": {"$in": list(units | theirs)}, **top.rows}
        seen: list[Any] = await self._mongo["units"].find(query, {"name": 1, "unit": 1, "path": 1}, session=session).to_list(None)
        under = {(each["path"][0], each["unit"]) for each in seen}
        names = {each["_id"]: each["name"] for each in people if (each["_id"].partition("/")[0], each["unit"]) in under}
        return {each["_id"]: each["name"] for each in seen}, names
