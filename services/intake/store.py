"""Where intake keeps what it knows: in MongoDB, and in memory what the door has asked for before."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from time import monotonic
from typing import NamedTuple, Self

from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, PyMongoError

from services.intake.files.vocabulary import UnitNames, Vocabulary
from services.intake.state import Known, OpenBook, Terms, fold
from shared.faults import Conflict, Unavailable
from shared.http.access import Key
from shared.kafka.reader import MARKS
from shared.kafka.records import Recorded
from shared.mongo import Document, Mongo, Session, fault
from shared.topics import book_id

BOOKS, TERMS, PEOPLE, TIME = "books", "terms", "people", "time"
MOST = 100_000
"""Persons whose units memory holds."""
FRESH = 10.0
"""Seconds for which memory is taken at its word: an amendment moves books under other units and other terms (A7)."""
REMEMBERED = timedelta(days=7)
"""How long something that was said of a person is known again: whatever is told twice for want of an answer is told by then."""
TELLINGS = 20
"""Of so many of the last things that were said of a person."""
TOGETHER = 100
"""Tellings of one person that one update takes."""
SAID: Document = {"said": 1, "tellings": 1}


class Telling(NamedTuple):
    """Something that is said of a person, by what it is known where it is told again."""

    person: str
    id: str

    @classmethod
    def of(cls, person: str, source: str, event: str) -> Self:
        """An event of a source; its id may be any text, and is kept in no more than 12 bytes."""
        return cls(person, blake2b(f"{source} {event}".encode(), digest_size=12).hexdigest())


class Store:
    """Open books and terms of plans, and which unit a person is named for. Memory holds one small entry for each book, and for each of so many people."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._known = Known()
        self._fresh: set[str] = set()
        """Books looked up in the last seconds."""
        self._seen: set[str] = set()
        """Persons looked up in the last seconds."""
        self._units: dict[str, str] = {}
        """The units that persons are named for."""
        self._since = monotonic()

    async def prepare(self) -> None:
        """Make what a transaction must not make, and load all there is. Raises Unavailable."""
        await self._mongo.create([MARKS, BOOKS, TERMS, PEOPLE, TIME])
        await self._load_books({})
        await self._load_terms({})

    async def fold(self, session: Session, events: Sequence[Recorded]) -> None:
        """Bring recorded events into the database. See `shared.kafka.reader.Fold`.

        What is there is replaced by the same, so that a rebuild from the ledger's beginning needs to take nothing away from the open door.
        """
        more = fold(events)
        self._fresh -= more.books.keys()
        for collection, entries in ((BOOKS, more.books), (TERMS, more.terms)):
            if entries:
                writes = [ReplaceOne({"_id": id}, _document(each) | more.names.get(id, {}), upsert=True) for id, each in entries.items()]
                await self._mongo[collection].bulk_write(writes, ordered=False, session=session)

    async def known(self, books: Collection[str], campaigns: Collection[str] = (), roots: Collection[str] | None = None) -> Known:
        """What is known, these books included where they are open, and whose these campaigns are where a book of theirs is.

        Each copy of intake folds the books of its own partitions; what memory lacks, or had some seconds ago, is looked up in the database, all of it at once.
        So is what is of none of these roots, however well it is known: whoever asks may not know it, and an answer that came at once would tell. Raises
        Unavailable.
        """
        self._forget()
        held, owners = self._known.books, self._known.roots
        if roots is not None:
            held = {id: held[id] for id in books if id in held and held[id].path[0] in roots}
            owners = {id: owners[id] for id in campaigns if id in owners and owners[id] in roots}
        if stale := [book for book in books if book not in self._fresh or book not in held]:
            try:
                await self._load_books({"_id": {"$in": stale}})
            except Unavailable:
                if not held.keys() >= set(stale):
                    raise
        if unclaimed := set(campaigns) - owners.keys():
            # All ids of its books: 0 follows the /. A root's own opens first.
            ranges: list[Document] = [{"_id": {"$gte": f"{id}/", "$lt": f"{id}0"}} for id in unclaimed]
            await self._load_books({"$or": ranges, "path": {"$size": 1}})
        theirs = {found.terms for book in books if (found := self._known.books.get(book)) and (roots is None or found.path[0] in roots)}
        if lacking := theirs - self._known.terms.keys():
            await self._load_terms({"_id": {"$in": list(lacking)}})
        return self._known

    async def vocabulary(self, campaign: str, key: Key) -> Vocabulary:
        """What a sheet may name in a campaign: the units that a key tells for, and the entries of their newest plan. Empty where none of them is open.

        Books and plans that were recorded before intake kept what they are called go by ids and codes alone, until an amendment tells it anew. Raises
        Unavailable.
        """
        theirs: Document = {"_id": {"$gte": f"{campaign}/", "$lt": f"{campaign}0"}, "$or": [{"path": key.unit}, {"superiors": key.unit}]}
        books = [each for each in await self._find(BOOKS, theirs) if each["path"][0] in key.roots]
        newest = max((each["terms"] for each in books), key=_version, default="")
        plan = await self._find(TERMS, {"_id": newest}) if newest else []
        units = (UnitNames(each["path"][-1], each.get("name", each["path"][-1]), tuple(each.get("aliases", ()))) for each in books)
        return await asyncio.to_thread(Vocabulary.of(campaign, units, plan[0].get("named") if plan else None).ready)

    async def entries(self, terms: str) -> Vocabulary:
        """What the entries of one version of a plan are called; see `vocabulary`. Raises Unavailable."""
        plan = await self._find(TERMS, {"_id": terms})
        return Vocabulary.of(terms.partition("@")[0], (), plan[0].get("named") if plan else None)

    async def time_told(self) -> datetime | None:
        """The latest time that was told, through whichever copy of intake; None before any was. Raises Unavailable."""
        found = await self._find(TIME, {})
        return found[0]["now"] if found else None

    async def tell_time(self, now: datetime) -> None:
        """It is this late at least. Raises Unavailable or Conflict."""
        try:
            await self._mongo[TIME].update_one({"_id": "time"}, {"$max": {"now": now}}, upsert=True)
        except PyMongoError as error:
            raise fault(error) from error

    def _forget(self) -> None:
        if monotonic() - self._since > FRESH:
            self._fresh.clear()
            self._seen.clear()
            self._since = monotonic()

    async def look_up(self, people: Mapping[str, Collection[str]]) -> Known:
        """What is known, and of which unit these persons are, by `person_id`, and where that stands in these campaigns. Raises Unavailable."""
        self._forget()
        units = self._units
        if stale := [person for person in people if person not in self._seen]:
            try:
                found = await self._find(PEOPLE, {"_id": {"$in": stale}}, {"unit": 1})
            except Unavailable:
                if not units.keys() >= set(stale):
                    raise
            else:
                for person in stale:
                    units.pop(person, None)
                self._keep({each["_id"]: each["unit"] for each in found if "unit" in each})
        theirs = {person: units[person] for person in people if person in units}
        known = await self.known({book_id(campaign, unit) for person, unit in theirs.items() for campaign in people[person]})
        return replace(known, units=theirs)

    def _keep(self, units: Mapping[str, str]) -> None:
        """Remember of which unit persons are; who is unknown is looked up anew each time, since they may be named at any time."""
        if len(self._units) + len(units) > MOST:
            self._seen.clear()
            self._units.clear()
        self._units.update(units)
        self._seen.update(units)

    async def holders(self, named: Mapping[str, OpenBook]) -> dict[str, tuple[str, ...]]:
        """Where the unit stands now that each person, as `person_id` has it, is named for: that whose book is given here, where the person is new.
        Whoever was erased has none.

        Of copies that name the same person at once, one is first, and every copy learns which. Raises Unavailable or Conflict.
        """
        query = {"_id": {"$in": list(named)}}
        documents = await self._find(PEOPLE, query)
        found, erased = await self._paths(documents), {each["_id"] for each in documents if each.get("gone") == "erased"}
        if not (new := {person: book for person, book in named.items() if person not in found and person not in erased}):
            return found
        try:
            claims = [
                UpdateOne({"_id": id, "gone": "released"}, {"$set": _claim(book), "$unset": {"gone": 1}}, upsert=True)
                for id, book in new.items()
            ]
            await self._mongo[PEOPLE].bulk_write(claims, ordered=False)
        except PyMongoError as error:
            why = fault(error)
            if not (isinstance(error, BulkWriteError) and isinstance(why, Conflict)):
                raise why from error
            found = await self._paths(await self._find(PEOPLE, query))
            if new.keys() - found.keys():
                raise why from error
            return found
        return found | {person: book.path for person, book in new.items()}

    async def move(self, moved: Mapping[str, OpenBook]) -> None:
        """These persons are named for these units from here on. Raises Unavailable or Conflict."""
        if moved:
            writes = [UpdateOne({"_id": person}, {"$set": _claim(book)}) for person, book in moved.items()]
            try:
                await self._mongo[PEOPLE].bulk_write(writes, ordered=False)
            except PyMongoError as error:
                raise fault(error) from error
            self._seen -= moved.keys()

    async def outdated(self, tellings: Iterable[Telling], now: datetime) -> dict[Telling, datetime]:
        """Those that were said before, with when that was, of persons of whom something else was said since. Raises Unavailable."""
        if not (people := {telling.person for telling in tellings}):
            return {}
        found = await self._find(PEOPLE, {"_id": {"$in": list(people)}, "tellings": {"$exists": True}}, SAID)
        return {
            Telling(each["_id"], one["id"]): one["said"]
            for each in found
            for one in each["tellings"]
            if now - REMEMBERED < one["said"] < each["said"]
        }

    async def say(self, tellings: Sequence[Telling], now: datetime) -> dict[Telling, datetime]:
        """When each of these is said: behind whatever was said of that person, through whichever copy of intake and whatever its clock.

        One that was said before keeps its moment, so that what is told twice is no later news than what was said between. Raises Unavailable or Conflict.
        """
        people = dict[str, list[str]]()
        for telling in dict.fromkeys(tellings):
            people.setdefault(telling.person, []).append(telling.id)
        if not people:
            return {}
        try:
            # One person's in their order, so many at a time: MongoDB refuses a pipeline of more than a thousand stages.
            for at in range(0, max(map(len, people.values())), TOGETHER):
                parts = {id: part for id, theirs in people.items() if (part := theirs[at : at + TOGETHER])}
                await self._mongo[PEOPLE].bulk_write(
                    [UpdateOne({"_id": id}, _saying(part, len(people[id]), now)) for id, part in parts.items()], ordered=False
                )
        except PyMongoError as error:
            raise fault(error) from error
        found = await self._find(PEOPLE, {"_id": {"$in": list(people)}}, SAID)
        return {Telling(each["_id"], one["id"]): one["said"] for each in found for one in each["tellings"]}

    async def bar(self, people: Collection[str]) -> set[str]:
        """Nobody is known under these ids, nor named under them, from here on. Tells which of them somebody ever was. Raises Unavailable or Conflict."""
        theirs: Document = {"_id": {"$in": list(people)}}
        await self._change(theirs, {"$set": {"gone": "erased"}, "$unset": {"unit": 1, "path": 1, "book": 1}})
        return {each["_id"] for each in await self._find(PEOPLE, theirs)}

    async def free(self, people: Collection[str]) -> None:
        """Somebody may be named under these ids again. Raises Unavailable or Conflict."""
        await self._change({"_id": {"$in": list(people)}, "gone": "erased"}, {"$set": {"gone": "released"}})

    async def _change(self, whom: Document, change: Document) -> None:
        try:
            await self._mongo[PEOPLE].update_many(whom, change)
        except PyMongoError as error:
            raise fault(error) from error
        self._seen -= set(whom["_id"]["$in"])

    async def _paths(self, people: Sequence[Document]) -> dict[str, tuple[str, ...]]:
        """Where their units stand: by the book for which they are named; without one that is known, where the unit stood then."""
        held = [each for each in people if "path" in each]
        now = {each["_id"]: tuple(each["path"]) for each in await self._find(BOOKS, {"_id": {"$in": [each["book"] for each in held]}})}
        return {each["_id"]: now.get(each["book"], tuple(each["path"])) for each in held}

    async def _load_books(self, query: Document) -> None:
        for each in await self._find(BOOKS, query, {"name": 0, "aliases": 0}):
            self._known.books[each["_id"]] = OpenBook(each["_id"], tuple(each["path"]), each["terms"], tuple(each.get("superiors", ())))
            self._known.roots[each["_id"].partition("/")[0]] = each["path"][0]
            self._fresh.add(each["_id"])

    async def _load_terms(self, query: Document) -> None:
        for each in await self._find(TERMS, query, {"named": 0}):
            named = (each["categories"], each["channels"], each["targets"], each.get("covert", ()))
            terms = Terms(each["_id"], *map(tuple, named))
            self._known.terms[terms.id] = terms

    async def _find(self, collection: str, query: Document, fields: Document | None = None) -> list[Document]:
        try:
            return await self._mongo[collection].find(query, fields).to_list(None)
        except PyMongoError as error:
            raise fault(error) from error


def _saying(tellings: Sequence[str], of: int, now: datetime) -> list[Document]:
    """What an update makes of a person of whom these are said, in this order, of so many in all."""
    kept: Document = {"$filter": {"input": {"$ifNull": ["$tellings", []]}, "cond": {"$gt": ["$$this.said", now - REMEMBERED]}}}
    stages: list[Document] = [{"$set": {"tellings": kept}}]
    for id in tellings:
        again: Document = {"$in": [id, "$tellings.id"]}
        stages += [
            {"$set": {"said": {"$cond": [again, "$said", {"$max": [now, {"$add": ["$said", 1]}]}]}}},  # a millisecond behind
            {"$set": {"tellings": {"$cond": [again, "$tellings", {"$concatArrays": ["$tellings", [{"id": id, "said": "$said"}]]}]}}},
        ]
    return [*stages, {"$set": {"tellings": {"$slice": ["$tellings", -max(TELLINGS, of)]}}}]


def _claim(book: OpenBook) -> Document:
    return {"unit": book.path[-1], "path": book.path, "book": book.id}


def _version(terms: str) -> int:
    return int(terms.rpartition("@")[2])


def _document(each: OpenBook | Terms) -> Document:
    fields = asdict(each)
    return {"_id": fields.pop("id"), **fields}
