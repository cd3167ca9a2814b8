"""Questions about issues and told events. Every question carries the top of the asker's subtree, and nothing outside it comes back."""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import orjson

from services.reporting.fold.rows import GONE, IssueRow
from services.reporting.http.views import HistoryEvent, Issue, Told
from services.reporting.wording.glyphs import plain
from shared.events.holding import FactHeld
from shared.mongo import Document, Mongo, Session
from shared.values import Wording

LISTED = 500
"""Units that are looked at to find the one that a name means, at most."""
HISTORY = 1000
"""Events of an issue's history that are listed, at most."""
TOLD = 20
"""Answers about a told id that are shown, at most."""
TOLD_EVENTS = 50
"""Events that are shown of each, at most."""
SLOW = 10_000
"""Milliseconds that one question may take."""


def behind(figure: str, phase: str | None) -> Document:
    """The issues that stand behind a figure of a report, of one phase or of all. One that counts in it twice is one issue."""
    match figure:
        case "struck_off" | "on_time":
            strike = ({"phase": phase} if phase else {}) | ({"on_time": True} if figure == "on_time" else {})
            return {"strikes": {"$elemMatch": strike or {"phase": {"$exists": True}}}}
        case "overdue" | "carried_over":
            return {f"{figure}_phases": phase or {"$exists": True, "$ne": []}}
    return {"phase": phase} if phase else {}


def inside(top: str, unit: str) -> Document:
    """The paths of a unit and all below it that also lie under `top`: a unit's place alone opens nothing to a key."""
    return {"$all": [top, unit]}


class NotFound(LookupError):
    """No such campaign, or no such unit among those the asker may see. The text says which."""


class BadCursor(ValueError):
    """A cursor that no answer of ours gave out."""


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

    def query(self, top: str) -> Document:
        """As MongoDB asks it, among the units under `top`."""
        query = behind(self.figure, self.phase)
        query["path"] = inside(top, self.unit or top)
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


def cursor_of(place: str) -> str:
    """A place in the list of issues, opaque."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str) -> str:
    """The place that a cursor names. Raises BadCursor."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise BadCursor(cursor) from None
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+#\d{9,}", place):
        raise BadCursor(cursor)
    return place


def _of_book(book: str) -> Document:
    """The events of a book."""
    return {"_id": {"$gte": f"{book}@", "$lt": f"{book}A"}}


def _giver(row: IssueRow) -> str | None:
    return row["origin"].split("/")[1] if row["origin"] else None


class Queries:
    """Reads the rows."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def issues(
        self, top: str, wanted: Filter, limit: int, after: str | None = None, session: Session | None = None
    ) -> tuple[list[IssueRow], str | None]:
        """A page of issues by book and number, and the cursor of the next: what was given out is never given out again. Raises BadCursor."""
        query = wanted.query(top)
        if after:
            query["place"] = {"$gt": place_of(after)}
        found = self._mongo["issues"].find(query, session=session).sort("place", 1).limit(limit + 1).max_time_ms(SLOW)
        rows: list[Any] = await found.to_list(None)
        return rows[:limit], cursor_of(rows[limit - 1]["place"]) if len(rows) > limit else None

    async def all_issues(self, top: str, wanted: Filter, session: Session, part: int = 500) -> AsyncIterator[list[IssueRow]]:
        """All issues by book and number, in parts."""
        rows: list[Any] = []
        async for row in self._mongo["issues"].find(wanted.query(top), session=session).sort("place", 1).batch_size(part):
            rows.append(row)
            if len(rows) == part:
                yield rows
                rows = []
        if rows:
            yield rows

    async def listed(self, top: str, wanted: Filter, order: str, most: int, session: Session | None = None) -> tuple[list[IssueRow], int]:
        """The first issues by a date, and how many there are in all."""
        query = wanted.query(top)
        found = self._mongo["issues"].find(query, session=session).sort([(order, 1), ("place", 1)]).limit(most).max_time_ms(SLOW)
        rows: list[Any] = await found.to_list(None)
        if len(rows) < most:
            return rows, len(rows)
        counted = await self._mongo["issues"].aggregate([{"$match": query}, {"$count": "n"}], session=session).to_list(None)
        return rows, counted[0]["n"]

    async def unit_code(self, top: str, campaign: str | None, named: str, session: Session | None = None) -> str:
        """The code of a unit that is named by its code or by a name that it goes by (I6). Raises NotFound."""
        query: Document = {"path": top, "$or": [{"unit": named}, {"known_as": plain(named)}]} | ({"campaign": campaign} if campaign else {})
        found: list[Any] = await self._mongo["units"].find(query, {"unit": 1}, session=session).limit(LISTED).to_list(None)
        codes = sorted({each["unit"] for each in found})
        if len(codes) > 1 and named not in codes:
            raise NotFound(f"several units go by the name {named!r}: {', '.join(codes)}; give the code of one")
        return codes[0] if len(codes) == 1 else named

    async def under_in_line(self, top: str, campaign: str, named: str) -> str | None:
        """The one unit of this code or name under `top` in a further line of command; none where it is in its subtree as well."""
        query: Document = {"campaign": campaign, "superiors": top, "path": {"$ne": top}}
        query["$or"] = [{"unit": named}, {"known_as": plain(named)}]
        found: list[Any] = await self._mongo["units"].find(query, {"unit": 1}).limit(2).to_list(None)
        return str(found[0]["unit"]) if len(found) == 1 else None

    async def _in_line(self, top: str, told: Document) -> list[Document]:
        """The events of the books under `top` in a further line, as far as they hold what was told."""
        books: Document = {"_id": {"$arrayElemAt": [{"$split": ["$_id", "@"]}, 0]}}
        pipeline: list[Document] = [{"$match": told}, {"$group": books}, {"$limit": LISTED}]
        found: list[Any] = await self._mongo["events"].aggregate(pipeline, maxTimeMS=SLOW).to_list(None)
        query = {"_id": {"$in": [each["_id"] for each in found]}, "superiors": top}
        return [_of_book(each["_id"]) async for each in self._mongo["units"].find(query, {"_id": 1})]

    async def issue(self, top: str, id: str) -> IssueRow | None:
        """One issue."""
        return cast("IssueRow | None", await self._mongo["issues"].find_one({"_id": id, "path": top}))

    async def history(self, id: str) -> tuple[list[HistoryEvent], bool]:
        """What was recorded of a subject that the asker may see, and whether there is more."""
        found = await self._mongo["events"].find({"subject": id}).sort("_id", 1).limit(HISTORY + 1).to_list(None)
        events = [
            HistoryEvent(
                position=int(each["_id"].rpartition("@")[2]),
                type=each["type"],
                accepted=each["accepted"],
                told_source=each["told_source"],
                told_id=each["told_id"],
                fact=orjson.loads(each["value"])["fact"],
            )
            for each in found[:HISTORY]
        ]
        return events, len(found) > HISTORY

    async def names(self, top: str, rows: Sequence[IssueRow], session: Session | None = None) -> tuple[dict[str, str], dict[str, str]]:
        """Names of the units (by campaign and unit) and persons that rows mention; of persons, those whose own unit lies under `top`."""
        codes = [
            (row["campaign"], code) for row in rows for code in (row["unit"], row["handed_to"], row["escalated_to"], _giver(row)) if code
        ]
        units = {f"{campaign}/{code}" for campaign, code in codes}
        persons = list({who for row in rows for who in (row["owner"], row["rectified_by"], row["verified_by"]) if who})
        people: list[Any] = await self._mongo["people"].find({"_id": {"$in": persons}}, session=session).to_list(None)
        theirs = {f"{campaign}/{each['unit']}" for campaign in {row["campaign"] for row in rows} for each in people}
        query = {"_id": {"$in": list(units | theirs)}, "path": top}
        seen: list[Any] = await self._mongo["units"].find(query, {"name": 1, "unit": 1}, session=session).to_list(None)
        under = {each["unit"] for each in seen}
        return {each["_id"]: each["name"] for each in seen}, {each["_id"]: each["name"] for each in people if each["unit"] in under}

    async def views(self, top: str, rows: Sequence[IssueRow]) -> list[Issue]:
        """Rows as the API shows them: with names, and with a path that begins at the asker's own unit."""
        units, persons = await self.names(top, rows)
        return [
            Issue.model_validate(
                row
                | {
                    "id": row["_id"],
                    "path": row["path"][row["path"].index(top) :],
                    "unit_name": units.get(f"{row['campaign']}/{row['unit']}"),
                    "owner_name": persons.get(row["owner"] or ""),
                    "href": f"/api/issues/{row['_id'].replace('%', '%25')}",
                }
            )
            for row in rows
        ]

    async def told(self, top: str, told_id: str, source: str | None) -> list[Told]:
        """What was recorded of a told id, by book and source, newest first; only what the asker may see. Refusals crowd out no record."""
        own = await self._mongo["campaigns"].distinct("_id", {"root": top})
        told: Document = {"told_id": told_id} | ({"told_source": source} if source else {})
        query: Document = told | {"$or": [{"path": top}, {"unopened": {"$in": own}}, *await self._in_line(top, told)]}
        refused: Document = {"$eq": ["$type", "Refused"]}
        # A refusal stands alone; an id used twice for different contents has several.
        of = {
            "book": {"$arrayElemAt": [{"$split": ["$_id", "@"]}, 0]},
            "source": "$told_source",
            "refused": {"$cond": [refused, "$_id", None]},
        }
        pipeline: list[Document] = [
            {"$match": query},
            {"$group": {"_id": of, "accepted": {"$max": "$accepted"}}},
            {"$addFields": {"refused": {"$ne": ["$_id.refused", None]}}},
            {"$sort": {"refused": 1, "accepted": -1, "_id": -1}},
            {"$limit": TOLD},
            {"$sort": {"accepted": -1, "_id": -1}},
        ]
        found: list[Any] = await self._mongo["events"].aggregate(pipeline, maxTimeMS=SLOW).to_list(None)
        answers = [await self._answer(query, **each["_id"]) for each in found]
        return [each for each in answers if each]

    async def _answer(self, query: Document, book: str, source: str, refused: str | None) -> Told | None:
        """What stands in one book because of what was told; a refusal by its event's id. None where it was held, and refused at last."""
        place: Document = {"_id": refused} if refused else _of_book(book) | {"type": {"$ne": "Refused"}}
        asked = query | {"told_source": source} | place
        shown = {"type": 1, "subject": 1} | ({"value": 1} if refused else {})
        rows: list[Any] = await self._mongo["events"].find(asked, shown).sort("_id", 1).limit(TOLD_EVENTS).max_time_ms(SLOW).to_list(None)
        events = [{"position": int(each["_id"].rpartition("@")[2]), "type": each["type"], "subject": each["subject"]} for each in rows]
        if events and all(each["type"] == FactHeld.__name__ for each in events):
            ended = query | {"told_source": source, "type": "Refused", "held_before": True} | _of_book(book)
            if await self._mongo["events"].find_one(ended, {"_id": 1}):
                return None
            last = await self._mongo["events"].find_one({"_id": rows[-1]["_id"]}, {"value": 1})
            assert last is not None
            held = orjson.loads(last["value"])["fact"]
            why = Wording(**held["reason"])
            return Told(
                state="held",
                book=book,
                source=source,
                events=events,
                rule=held["rule"],
                reason=why,
                until=date.fromisoformat(held["until"]),
            )
        if not refused:
            return Told(state="recorded", book=book, source=source, events=events)
        fact = orjson.loads(rows[0]["value"])["fact"]
        return Told(state="refused", book=book, source=source, events=events, rule=fact["rule"], reason=Wording(**fact["reason"]))
