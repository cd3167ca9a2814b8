"""Questions about issues."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, cast

import orjson

from services.reporting.figures.filters import Filter
from services.reporting.figures.fitting import CHANGED_BOOKS, among, counts_in, fitting, here, some_stage
from services.reporting.figures.known import PARTS, Numbers, led_to, number, properties
from services.reporting.figures.report import HistoryEvent, Unheard
from services.reporting.figures.sums import NONE, Sums
from services.reporting.figures.top import Top
from services.reporting.fold.once import changes_books, first_of
from services.reporting.fold.rows import IssueRow, root_of
from services.reporting.store import SAID, SLOW, book_and_position
from shared.mongo import Document, Mongo, Session
from shared.topics import book_id, person_id

UNKNOWN = ("reporter", "visitor")
"""Fields of facts whose persons may be under a pseudonym (L11, B7)."""
HISTORY = 1000
"""Events of an issue's history that are listed, at most."""
LOOKED_AT = 5_000
"""Rows that are looked at for one part of a list, at most: more would take longer than anybody waits for a page."""
LISTED = 500
"""Persons of one name, at most."""


def _giver(row: IssueRow) -> str | None:
    return row["origin"].split("/")[1] if row["origin"] else None


def without_pseudonyms(fact: dict[str, Any]) -> dict[str, Any]:
    """A fact without the pseudonyms in it: whoever told somebody's name under one would read there which other issues are theirs."""
    return {name: value for name, value in fact.items() if not (name in UNKNOWN and str(value).startswith("anon-"))}


class Issues:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo, self._sums = mongo, Sums(mongo)

    async def page(
        self, top: Top, wanted: Filter, limit: int, after: str | None = None, session: Session | None = None
    ) -> tuple[list[IssueRow], str | None]:
        """Issues by book and number, and the place after which there may be more: what was given out is never given out again.

        Where much is asked of many, so many rows are looked at, and those among them that fit are given out, be they few.
        """
        few = await self._few(top, wanted, session)
        query = await self._fitting(top, wanted, session) if few else fitting(top, wanted, CHANGED_BOOKS)
        beyond = {"place": {"$gt": after or ""}}
        last = None if few else await self._looked_at({"$and": [among(top, wanted), beyond]}, ["place"], session)
        until: Document = {"place": {"$lte": last["place"]}} if last else {}
        rows, more = list[IssueRow](), True
        while more and len(rows) <= limit:
            found = await self._first({"$and": [query, beyond, until]}, ["place"], limit + 1, session)
            rows += found if few else await self._standing(top, wanted, found, session)
            more = len(found) > limit
            beyond = {"place": {"$gt": found[-1]["place"] if found else ""}}
        return rows[:limit], rows[limit - 1]["place"] if len(rows) > limit else last["place"] if last else None

    async def worst(self, top: Top, wanted: Filter, limit: int, after: str | None, session: Session) -> tuple[list[IssueRow], str | None]:
        """Issues that are late now, the latest first; and where the last stands after which there may be more: its last day and its place."""
        query = await self._fitting(top, wanted, session)
        following: Document = among(top, wanted) | {"late_since": SAID}
        if after:
            since, _, place = after.partition(" ")
            later: list[Document] = [{"late_since": {"$gt": since}}, {"late_since": since, "place": {"$gt": place}}]
            beyond: Document = {"late_since": {"$gte": since}, "$or": later}  # the first is what an index is asked for
            query, following = {"$and": [query, beyond]}, {"$and": [following, beyond]}
        few = await self._few(top, replace(wanted, overdue=None), session)
        last = None if few else await self._looked_at(following, ["late_since", "place"], session)
        if last:
            before: list[Document] = [{"late_since": {"$lt": last["late_since"]}}, {"place": {"$lte": last["place"]}}]
            until: Document = {"late_since": {"$lte": last["late_since"]}, "$or": before}
            query = {"$and": [query, until]}
        rows = await self._first(query, ["late_since", "place"], limit + 1, session)
        end = rows[limit - 1] if len(rows) > limit else last
        return rows[:limit], f"{end['late_since']} {end['place']}" if end else None

    async def count(self, top: Top, wanted: Filter, session: Session) -> tuple[int, int] | None:
        """How many issues these are, and how often they were struck off; none: to know it, too many would have to be looked at."""
        sums = await self._sums_of(top, wanted, session)
        if sums is not None and (n := number(wanted, sums[1])) is not None:
            return n, sums[1].get("rows", NONE)["strikes"] if wanted.struck else n
        if not await self._few(top, wanted, session):
            return None
        counted: list[Document] = [
            {"$match": await self._fitting(top, wanted, session)},
            {"$group": {"_id": None, "n": {"$sum": 1}, "times": {"$sum": {"$size": "$strikes"}}}},
        ]
        groups = [each async for each in self._mongo["issues"].aggregate(counted, session=session, maxTimeMS=SLOW)]
        return (groups[0]["n"], groups[0]["times"]) if groups else (0, 0)

    async def _few(self, top: Top, wanted: Filter, session: Session | None) -> bool:
        """Whether few rows are looked at to find what fits: there are few, an index leads to few, or all fit."""
        if wanted.figure is None and wanted.phase is None and not properties(wanted):
            return True
        if wanted.owner and wanted.campaign and await self._owns_few(wanted, session):
            return True
        sums = await self._sums_of(top, wanted, session)
        return sums is not None and min((sums[1].get("rows", NONE)["all"], *led_to(wanted, sums[0]))) <= LOOKED_AT

    async def _owns_few(self, wanted: Filter, session: Session | None) -> bool:
        """Whether the index by owner leads to few in the campaign: the sums do not count by owner."""
        owners = [wanted.owner, *(each.partition("/")[2] for each in wanted.called)]
        query: Document = {"campaign": wanted.campaign, "owner": {"$in": owners}}
        return await self._mongo["issues"].count_documents(query, limit=LOOKED_AT + 1, session=session, maxTimeMS=SLOW) <= LOOKED_AT

    async def _looked_at(self, following: Document, order: Sequence[str], session: Session | None) -> Any:
        """The last row that is looked at; none: there are no more than may be."""
        beyond = self._mongo["issues"].find(following, {"_id": 0} | dict.fromkeys(order, 1), session=session)
        found = await beyond.sort([(name, 1) for name in order]).skip(LOOKED_AT - 1).limit(1).max_time_ms(SLOW).to_list(None)
        return found[0] if found else None

    async def _sums_of(self, top: Top, wanted: Filter, session: Session | None) -> tuple[Numbers, Numbers] | None:
        """The sums of the whole campaign, and of the books that are asked; none where it is of several campaigns."""
        unit = wanted.unit or top.unit
        row = await self._mongo["units"].find_one({"_id": book_id(wanted.campaign or "", unit), **top.rows}, {"path": 1}, session=session)
        if row is None:
            return None
        campaign, asked = await self._sums.of(wanted.campaign or "", [[root_of(row["path"])], row["path"]], session, PARTS)
        return campaign.whole, asked.own if wanted.own else asked.whole

    async def _fitting(self, top: Top, wanted: Filter, session: Session | None) -> Document:
        return fitting(top, wanted, {"_id": {"$in": last}} if (last := await self._changed_books(top, wanted, session)) else None)

    async def _changed_books(self, top: Top, wanted: Filter, session: Session | None) -> list[str]:
        """The issues behind a figure that changed books, under the last number that they have in those that are asked."""
        if wanted.figure is None:
            return []
        query: Document = (
            {"units": wanted.unit or top.unit} | ({"campaign": wanted.campaign} if wanted.campaign else {}) | some_stage(wanted)
        )
        lives = [here(row["stages"], top, wanted) async for row in self._mongo["lives"].find(query, session=session).max_time_ms(SLOW)]
        return [life[-1]["_id"] for life in lives if life and counts_in(life, wanted)]

    async def _standing(self, top: Top, wanted: Filter, rows: Sequence[IssueRow], session: Session | None) -> list[IssueRow]:
        """These rows without those of issues that changed books and do not stand behind the figure, or not under this number."""
        firsts = {row["_id"]: first_of(row["_id"])[0] for row in rows if wanted.figure is not None and changes_books(row)}
        query: Document = {"_id": {"$in": list(set(firsts.values()))}}
        lives = [here(row["stages"], top, wanted) async for row in self._mongo["lives"].find(query, session=session)] if firsts else []
        last = {life[-1]["_id"] for life in lives if life and counts_in(life, wanted)}
        return [row for row in rows if row["_id"] not in firsts or row["_id"] in last]

    async def every(self, top: Top, wanted: Filter, session: Session, part: int = 500) -> AsyncIterator[list[IssueRow]]:
        """All issues by book and number, in parts."""
        found = self._mongo["issues"].find(await self._fitting(top, wanted, session), session=session).sort("place", 1).batch_size(part)
        while rows := await found.to_list(part):
            yield cast("list[IssueRow]", rows)

    async def first(self, top: Top, wanted: Filter, order: str, most: int, session: Session) -> list[IssueRow]:
        """The first issues by a day that few have; one that changed books may have none, and comes by its last day."""
        last = await self._changed_books(top, wanted, session)
        dated = {"$and": [fitting(top, wanted), {order: SAID}]}
        moved = {"$and": [fitting(top, replace(wanted, figure=None, phase=None)), {"_id": {"$in": last}}]}
        rows = await self._first(dated, [order, "place"], most, session)
        rows += await self._mongo["issues"].find(moved, session=session).max_time_ms(SLOW).to_list(None) if last else []
        return sorted(rows, key=lambda row: (row[order] or row["follow_up_due"] or row["fix_due"], row["place"]))[:most]

    async def attached(self, top: Top, wanted: Filter, most: int, session: Session) -> list[IssueRow]:
        """Issues that were entered or rectified with attachments, the newest first; with a phase, those entered in it."""
        query = {**top.rows_of(wanted.unit or top.unit), "campaign": wanted.campaign, "attached": SAID}
        query |= {"phase": wanted.phase} if wanted.phase else {}
        newest = self._mongo["issues"].find(query, session=session).sort([("attached", -1), ("place", -1)]).limit(most)
        rows: list[Any] = await newest.max_time_ms(SLOW).to_list(None)
        return rows

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
