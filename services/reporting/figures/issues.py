"""Questions about issues."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import orjson

from services.reporting.figures.filters import Filter
from services.reporting.figures.once import COUNTED_BY, HANDED, Alike, lives, phases_of
from services.reporting.figures.report import HistoryEvent, Listing, Unheard
from services.reporting.figures.top import Top
from services.reporting.fold.rows import GONE, IssueRow, root_of
from services.reporting.store import SLOW, book_and_position
from services.reporting.wording.glyphs import plain
from shared.mongo import Document, Mongo, Session
from shared.topics import person_id

UNKNOWN = ("reporter", "visitor")
"""Fields of facts whose persons may be under a pseudonym (L11, B7)."""
HISTORY = 1000
"""Events of an issue's history that are listed, at most."""
LISTED = 500
"""Persons of one name, at most."""


def counted_in(figure: str | None, phase: str | None, month: str | None = None) -> Document:
    """The issues of one book that stand behind a figure of a report, of one phase or month or of all: what `once.phases_of` says, as MongoDB asks it."""
    match figure:
        case "struck_off" | "on_time":
            struck: Document = {"status": "struck-off"} | ({"on_time": True} if figure == "on_time" else {})
            return struck | ({"struck_off_phase": phase} if phase else {}) | ({"struck_off": _days(month)} if month else {})
        case "overdue" | "carried_over":
            return {f"{figure}_phases": phase or {"$exists": True, "$ne": []}}
    of_figure: dict[str | None, Document] = {
        "open": {"status": {"$nin": GONE}, "standing": False},
        "defects": {"nature": "defect"},
        "hazards": {"nature": "hazard"},
    }
    return of_figure.get(figure, {}) | ({"phase": phase} if phase else {}) | ({"entered": _days(month)} if month else {})


def counts_in(life: Sequence[Alike], wanted: Filter) -> bool:
    """Whether an issue that changed books stands behind the figure that is asked for."""
    phases = phases_of(life)[wanted.figure or "entered"]
    day = life[0]["entered"]
    if wanted.figure in ("struck_off", "on_time"):
        day = next((row["struck_off"] for row in life if row["status"] == "struck-off"), "")
    return (wanted.phase in phases if wanted.phase else bool(phases)) and day.startswith(wanted.month or "")


def _days(month: str) -> Document:
    return {"$gte": month, "$lt": f"{month}~"}  # sorts behind all its days


def _among(top: Top, wanted: Filter) -> Document:
    """The books that are asked, among those of the units under `top`."""
    equal = {"campaign": wanted.campaign, "unit": (wanted.unit or top.unit) if wanted.own else None}
    place = top.rows_of(wanted.unit) if wanted.unit else top.rows
    return place | {name: value for name, value in equal.items() if value is not None}


def fitting(top: Top, wanted: Filter, last: Sequence[str]) -> Document:
    """A filter as MongoDB asks it, among the units under `top`; `last` has the issues that changed books, each under its last number there."""
    behind = counted_in(wanted.figure, wanted.phase, wanted.month)
    if wanted.figure is not None:
        behind = {"$or": [behind | {"origin": None, "handed_to": None}, {"_id": {"$in": list(last)}}]}
    asked: list[Document] = [behind, _among(top, wanted)]
    equal = {
        "category": wanted.category,
        "channel": wanted.channel,
        "standing": wanted.standing,
        "overdue": wanted.clock,
    }
    asked += [{name: value} for name, value in equal.items() if value is not None]
    if wanted.status is not None:
        asked.append({"status": {"$nin": GONE} if wanted.status == "open" else wanted.status})
    for name, given in (("late_since", wanted.overdue), ("carried_over", wanted.carried_over)):
        if given is not None:
            asked.append({name: {"$type": "string"} if given else None})
    if wanted.struck is not None:
        asked.append({"strikes": {"$ne": []} if wanted.struck else []})
    if wanted.owner:
        persons = [each.split("/") for each in wanted.called]
        asked.append({"$or": [{"owner": wanted.owner}, *({"owner": person, "path.0": root} for root, person in persons)]})
    if wanted.text:
        asked.append({"folded": {"$regex": re.escape(plain(wanted.text))}})
    return {"$and": [each for each in asked if each]}


def _giver(row: IssueRow) -> str | None:
    return row["origin"].split("/")[1] if row["origin"] else None


def without_pseudonyms(fact: dict[str, Any]) -> dict[str, Any]:
    """A fact without the pseudonyms in it: whoever told somebody's name under one would read there which other issues are theirs."""
    return {name: value for name, value in fact.items() if not (name in UNKNOWN and str(value).startswith("anon-"))}


class Issues:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def page(
        self, top: Top, wanted: Filter, limit: int, after: str | None = None, session: Session | None = None
    ) -> tuple[list[IssueRow], str | None]:
        """Issues by book and number, and the place of the last where there are more: what was given out is never given out again."""
        query = await self._fitting(top, wanted, session)
        rows = await self._first(query | ({"place": {"$gt": after}} if after else {}), ["place"], limit + 1, session)
        return rows[:limit], rows[limit - 1]["place"] if len(rows) > limit else None

    async def worst(self, top: Top, wanted: Filter, limit: int, after: str | None, session: Session) -> tuple[list[IssueRow], str | None]:
        """Issues that are late now, the latest first; and where the last stands where there are more: its last day and its place."""
        query = await self._fitting(top, wanted, session)
        if after:
            since, _, place = after.partition(" ")
            query |= {"$or": [{"late_since": {"$gt": since}}, {"late_since": since, "place": {"$gt": place}}]}
        rows = await self._first(query, ["late_since", "place"], limit + 1, session)
        return rows[:limit], f"{rows[limit - 1]['late_since']} {rows[limit - 1]['place']}" if len(rows) > limit else None

    async def count(self, top: Top, wanted: Filter, session: Session) -> int:
        """How many issues these are."""
        query = await self._fitting(top, wanted, session)
        return await self._mongo["issues"].count_documents(query, session=session, maxTimeMS=SLOW)

    async def strikes(self, top: Top, wanted: Filter, session: Session) -> int:
        """How often these issues were struck off."""
        counted: list[Document] = [
            {"$match": await self._fitting(top, wanted, session)},
            {"$group": {"_id": None, "n": {"$sum": {"$size": "$strikes"}}}},
        ]
        return sum([each["n"] async for each in self._mongo["issues"].aggregate(counted, session=session, maxTimeMS=SLOW)])

    async def _fitting(self, top: Top, wanted: Filter, session: Session | None) -> Document:
        if wanted.figure is None:
            return fitting(top, wanted, ())
        project: Document = {"$project": COUNTED_BY | {"entered": "$entered", "struck_off": "$struck_off"}}
        handed = self._mongo["issues"].aggregate([{"$match": _among(top, wanted) | HANDED}, project], session=session, maxTimeMS=SLOW)
        return fitting(top, wanted, [life[-1]["id"] for life in lives([row async for row in handed]) if counts_in(life, wanted)])

    async def every(self, top: Top, wanted: Filter, session: Session, part: int = 500) -> AsyncIterator[list[IssueRow]]:
        """All issues by book and number, in parts."""
        found = self._mongo["issues"].find(await self._fitting(top, wanted, session), session=session).sort("place", 1).batch_size(part)
        while rows := await found.to_list(part):
            yield cast("list[IssueRow]", rows)

    async def first(self, top: Top, wanted: Filter, order: str, most: int, session: Session | None = None) -> Listing:
        """The first issues by a date."""
        query = await self._fitting(top, wanted, session)
        rows = await self._first(query, [order, "place"], most, session)
        return Listing(rows, len(rows) if len(rows) < most else await self._mongo["issues"].count_documents(query, session=session))

    async def _first(self, query: Document, order: Sequence[str], most: int, session: Session | None) -> list[Any]:
        first = self._mongo["issues"].find(query, session=session).sort([(name, 1) for name in order]).limit(most)
        return await first.max_time_ms(SLOW).to_list(None)

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
                fact=without_pseudonyms(orjson.loads(each["value"])["fact"]),
            )
            for each in documents[:HISTORY]
        ]
        return events, len(documents) > HISTORY

    async def unheard(self, row: IssueRow) -> list[Unheard]:
        """Whom notices about an issue that the asker may see did not reach."""
        found = self._mongo["unheard"].find({"subject": row["_id"]}).sort("_id", 1).limit(HISTORY)
        return [Unheard(int(each["event"].rpartition("@")[2]), each["recipient"], each["reason"], each.get("code")) async for each in found]

    async def called(self, top: Top, name: str) -> list[str]:
        """The persons of this name, by root and id, as far as the asker may read it."""
        theirs = {"$regex": f"^({'|'.join(map(re.escape, top.roots))})/"}
        people: list[Any] = await self._mongo["people"].find({"name": name, "_id": theirs}).limit(LISTED).to_list(None)
        query = {"unit": {"$in": [each["unit"] for each in people]}, **top.rows}
        seen = {(root_of(each["path"]), each["unit"]) async for each in self._mongo["units"].find(query, {"unit": 1, "path": 1})}
        return [each["_id"] for each in people if (each["_id"].partition("/")[0], each["unit"]) in seen]

    async def names(
        self,
        top: Top,
        rows: Sequence[IssueRow],
        session: Session | None = None,
        history: Sequence[HistoryEvent] = (),
        unheard: Sequence[Unheard] = (),
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Names of the units (by campaign and unit) and persons (by root and person) that rows mention: those under `top`, and of that root.

        `history`, `unheard`: what happened to the first of them, and whom it was not told to, whose names are asked for as well.
        """
        codes = {
            (row["campaign"], code) for row in rows for code in (row["unit"], row["handed_to"], row["escalated_to"], _giver(row)) if code
        }
        codes |= {(rows[0]["campaign"], code) for each in history for name in ("by_unit", "to", "unit") if (code := each.fact.get(name))}
        units = {f"{campaign}/{code}" for campaign, code in codes}
        mentioned = {
            (root, who)
            for row in rows
            for root in (root_of(row["path"]),)
            for who in (row["owner"], row["rectified_by"], row["verified_by"])
            if who
        }
        mentioned |= {(root_of(rows[0]["path"]), who) for each in history for name in ("by", "owner") if (who := each.fact.get(name))}
        persons = list({*(person_id(root, who) for root, who in mentioned), *(each.recipient for each in unheard)})
        known = {"_id": {"$in": persons}, "name": {"$exists": True}}
        people: list[Any] = await self._mongo["people"].find(known, session=session).to_list(None)
        theirs = {f"{campaign}/{each['unit']}" for campaign in {row["campaign"] for row in rows} for each in people}
        query = {"_id": {"$in": list(units | theirs)}, **top.rows}
        seen: list[Any] = await self._mongo["units"].find(query, {"name": 1, "unit": 1, "path": 1}, session=session).to_list(None)
        under = {(root_of(each["path"]), each["unit"]) for each in seen}
        names = {each["_id"]: each["name"] for each in people if (each["_id"].partition("/")[0], each["unit"]) in under}
        return {each["_id"]: each["name"] for each in seen}, names
