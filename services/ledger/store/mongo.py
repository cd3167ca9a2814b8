"""The books in MongoDB."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

from pymongo import DeleteOne, ReplaceOne, UpdateOne
from pymongo.errors import PyMongoError

from services.ledger.issue.holding import Hold
from services.ledger.rules.world import Announced
from services.ledger.store import WIDEST, Transaction
from services.ledger.store.documents import Changes, Group, Stored
from shared.mongo import Document, Mongo, Session, fault, replace_all
from shared.plan import Plan
from shared.topics import book_id
from shared.units import Seal, Unit
from shared.values import RECORDED

T = TypeVar("T")


FORM = 2
"""How states are stored, counted up when those of an older version cannot be read any more: the answers to a self-check lie in the book now."""


@contextmanager
def named() -> Iterator[None]:
    """Name a driver's error, outside a transaction, by what has to be done about it, as `Mongo.transaction` does inside."""
    try:
        yield
    except PyMongoError as error:
        raise fault(error) from error


class MongoStore:
    """The books in MongoDB. See Store."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self, partitions: int) -> None:
        if await self._mongo["meta"].find_one({"_id": "restore"}):
            raise ValueError("a restore of the books was cut short: run `xiaohao restore --from-topic` again")
        await self._make(partitions)

    async def begin_restore(self, partitions: int, replace: bool) -> None:
        """Be ready to take the books anew: until `end_restore` no ledger starts. Raises ValueError where there are some that may not be replaced."""
        under_way = await self._mongo["meta"].find_one({"_id": "restore"})
        if not under_way and await self._mongo["recorded"].find_one({}, {"_id": 1}):
            if not replace:
                raise ValueError("there are books already; --replace throws them away first")
            await self._mongo.drop()
        await self._mongo["meta"].update_one({"_id": "restore"}, {"$set": {"under_way": True}}, upsert=True)
        await self._make(partitions)

    async def end_restore(self) -> None:
        """The books are whole again."""
        await self._mongo["meta"].delete_one({"_id": "restore"})

    async def _make(self, partitions: int) -> None:
        await self._mongo.create(["recorded", "subjects", "units", "owners", "plans", "aside", "amended", "meta"])
        await self._mongo["recorded"].create_index("told", unique=True)
        await self._mongo["subjects"].create_index(
            [("partition", 1), ("wake", 1), ("rank", 1)], partialFilterExpression={"wake": {"$type": "string"}}
        )
        await self._mongo["units"].create_index([("tree", 1), ("parent", 1)])
        await self._by_root()
        new = {"partitions": partitions, "form": FORM}
        await self._mongo["meta"].update_one({"_id": "topics"}, {"$setOnInsert": new}, upsert=True)
        kept = await self._mongo["meta"].find_one({"_id": "topics"})
        if kept and kept.get("form", 1) != FORM:
            raise ValueError(
                "another version kept the books: with every copy of the ledger stopped, run `xiaohao restore --from-topic --replace`"
            )
        if kept and kept["partitions"] != partitions:
            raise ValueError(f"the books lie in {kept['partitions']} partitions, XIAOHAO_PARTITIONS says {partitions}; it can never change")

    async def _by_root(self) -> None:
        """Bring what an older version kept to its root: trees by their campaign alone, and a campaign as that of whoever listed its first unit.

        No other root could announce it. Done again from where it stopped, and by several copies at once, it has the same effect.
        """
        for each in await self._mongo["roots"].find().to_list(None):
            campaign, root = each["_id"], each["root"]
            trees: Document = {"tree": {"$regex": f"^{campaign}@"}}
            moved = [
                ReplaceOne({"_id": kept["_id"]}, kept, upsert=True)
                async for unit in self._mongo["units"].find(trees)
                for kept in [_document(book_id(campaign, root), int(unit["tree"].rpartition("@")[2]), _unit(unit))]
            ]
            if moved:
                await self._mongo["units"].bulk_write(moved, ordered=False)
                await self._mongo["units"].delete_many(trees)
            if await self._mongo["plans"].find_one({"_id": {"$regex": f"^{campaign}@"}}, {"_id": 1}):
                await self._mongo["owners"].update_one({"_id": campaign}, {"$set": {"root": root}}, upsert=True)
            await self._mongo["roots"].delete_one({"_id": campaign})

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return await self._mongo.transaction(lambda session: work(MongoTransaction(self._mongo, session)))

    async def set_aside(self) -> dict[str, list[str]]:
        with named():
            found = await self._mongo["aside"].find().sort("_id", 1).to_list(None)
        return {document["_id"]: document.get("waiting", []) for document in found}

    async def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        with named():
            async for document in (
                self._mongo["subjects"].find(_due(partitions, today)).sort([("wake", 1), ("rank", 1), ("_id", 1)]).allow_disk_use(True)
            ):
                yield Stored.of(document)

    async def next_due(self, partitions: Collection[int], apart: Collection[str]) -> date | None:
        query = {"partition": {"$in": list(partitions)}, "wake": {"$type": "string"}, "_id": {"$nin": list(apart)}}
        with named():
            found = await self._mongo["subjects"].find_one(query, {"wake": 1}, sort=[("wake", 1)])
        return date.fromisoformat(found["wake"]) if found else None

    async def held(self, partitions: Sequence[int]) -> int:
        # What is held wakes at the end of its time, so the index of what wakes has it.
        query = {"partition": {"$in": list(partitions)}, "wake": {"$type": "string"}, "_id": {"$regex": "^[^/]+/[^/]+/held/"}}
        with named():
            states = [Stored.of(document).state async for document in self._mongo["subjects"].find(query)]
        return sum(len(state.held) for state in states if isinstance(state, Hold))

    async def amended(self, partitions: Sequence[int]) -> list[tuple[str, int]]:
        with named():
            found = await self._mongo["amended"].find({"partition": {"$in": list(partitions)}}).sort("_id", 1).to_list(None)
        return [(document["_id"], document["version"]) for document in found]

    async def subjects_of(self, book: str) -> AsyncIterator[Stored]:
        with named():
            async for document in self._mongo["subjects"].find(_under(book)).sort("_id", 1):
                yield Stored.of(document)

    async def rewake(self, wakes: Sequence[tuple[Stored, date | None]], version: int) -> None:
        writes = [
            UpdateOne({"_id": each.id, "position": each.position}, {"$set": {"wake": wake and wake.isoformat(), "plan": version}})
            for each, wake in wakes
        ]
        if writes:
            with named():
                await self._mongo["subjects"].bulk_write(writes, ordered=False)

    async def done_with(self, book: str, version: int) -> None:
        with named():
            await self._mongo["amended"].delete_one({"_id": book, "version": version})

    async def announced(self, campaign: str, version: int) -> Announced | None:
        with named():
            return await MongoTransaction(self._mongo, None).announced(campaign, version)

    async def chain_at(self, book: str, position: int) -> str | None:
        query = {"_id": {"$gte": f"{book}@", "$lte": f"{book}@{position:010}"}}
        with named():
            found = await self._mongo["recorded"].find_one(query, sort=[("_id", -1)])
        index = position - found["first"] if found else 0
        return str(found["events"][index][2]) if found and index < len(found["events"]) else None


class MongoTransaction:
    """One batch's view of them. See Transaction."""

    def __init__(self, mongo: Mongo, session: Session | None) -> None:
        self._mongo, self._session = mongo, session

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        found = self._mongo["recorded"].find({"told": {"$in": list(told)}}, session=self._session)
        return {document["told"]: Group.of(document) for document in await found.to_list(None)}

    async def recorded_with(self, group: Group) -> list[Group]:
        places = {"$gte": f"{group.book}@{group.first - group.due:010}", "$lt": f"{group.book}@{group.first:010}"}
        found = self._mongo["recorded"].find({"_id": places}, session=self._session).sort("_id", 1)
        return [Group.of(document) for document in await found.to_list(None)]

    async def waking(self, partitions: Collection[int], day: date) -> list[str]:
        query = _due(partitions, day)
        return [document["_id"] for document in await self._mongo["subjects"].find(query, {"_id": 1}, session=self._session).to_list(None)]

    async def not_reckoned(self, books: Collection[str]) -> list[str]:
        found = self._mongo["amended"].find({"_id": {"$in": list(books)}}, {"_id": 1}, session=self._session)
        return [document["_id"] for document in await found.to_list(None)]

    async def all_of(self, book: str) -> dict[str, Stored]:
        found = self._mongo["subjects"].find(_under(book), session=self._session)
        return {document["_id"]: Stored.of(document) async for document in found}

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        found = self._mongo["subjects"].find({"_id": {"$in": list(ids)}}, session=self._session)
        return {document["_id"]: Stored.of(document) for document in await found.to_list(None)}

    async def units(self, root: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        found = self._mongo["units"].find({"_id": {"$in": [f"{root}@{version}/{id}" for id in ids]}}, session=self._session)
        return {(unit := _unit(document)).id: unit for document in await found.to_list(None)}

    async def units_below(self, root: str, version: int, unit: str | None) -> list[str]:
        query = {"tree": f"{root}@{version}", "parent": unit}
        found = self._mongo["units"].find(query, {"_id": 1}, session=self._session).sort("_id", 1)
        return [document["_id"].rpartition("/")[2] for document in await found.to_list(None)]

    async def units_under(self, root: str, version: int, parents: Collection[str]) -> list[Unit]:
        query = {"tree": f"{root}@{version}", "parent": {"$in": list(parents)}}
        found = self._mongo["units"].find(query, {"unit": 1}, session=self._session)
        return [_unit(document) async for document in found]

    async def inner(self, root: str, version: int) -> dict[str, tuple[str | None, int]]:
        # The index alone is asked for all units, and the units themselves for those that have some under them: a transaction lives for seconds.
        tree = f"{root}@{version}"
        count: list[Document] = [
            {"$match": {"tree": tree, "parent": {"$type": "string"}}},
            {"$group": {"_id": "$parent", "below": {"$sum": 1}}},
        ]
        below = {each["_id"]: each["below"] for each in await self._mongo["units"].aggregate(count, session=self._session).to_list(None)}
        ids, found = [f"{tree}/{unit}" for unit in below], dict[str, tuple[str | None, int]]()
        for start in range(0, len(ids), WIDEST):
            part = self._mongo["units"].find({"_id": {"$in": ids[start : start + WIDEST]}}, {"parent": 1}, session=self._session)
            for each in await part.to_list(None):
                unit = each["_id"].rpartition("/")[2]
                found[unit] = each["parent"], below[unit]
        return found

    async def owner(self, campaign: str) -> str | None:
        found = await self._mongo["owners"].find_one({"_id": campaign}, session=self._session)
        return str(found["root"]) if found else None

    async def announced(self, campaign: str, version: int) -> Announced | None:
        found = await self._mongo["plans"].find_one({"_id": f"{campaign}@{version}"}, session=self._session)
        if not found:
            return None
        return Announced(Plan.model_validate_json(found["plan"], context=RECORDED), Seal.model_validate_json(found["seal"]))

    async def aside(self, ids: Iterable[str]) -> dict[str, list[str]]:
        found = self._mongo["aside"].find({"_id": {"$in": list(ids)}}, session=self._session)
        # An older version noted what it set aside, and not what waits for it.
        return {document["_id"]: document.get("waiting", []) for document in await found.to_list(None)}

    async def put_aside(self, waiting: Mapping[str, Sequence[str]]) -> None:
        writes = [
            ReplaceOne({"_id": subject}, {"_id": subject, "waiting": list(told)}, upsert=True) if told else DeleteOne({"_id": subject})
            for subject, told in waiting.items()
        ]
        if writes:
            await self._mongo["aside"].bulk_write(writes, ordered=False, session=self._session)

    async def save(self, changes: Changes) -> None:
        session = self._session
        assert session is not None
        for book, version in changes.amended.items():
            kept = {"partition": changes.subjects[book].partition, "version": version}
            await self._mongo["amended"].update_one({"_id": book}, {"$set": kept}, upsert=True, session=session)
        if changes.groups:
            await self._mongo["recorded"].insert_many([group.document() for group in changes.groups], ordered=False, session=session)
        await replace_all(self._mongo["subjects"], session, [each.document() for each in changes.subjects.values()], changes.loaded_at)
        if changes.units:
            documents: list[Document] = [_document(root, version, unit) for root, version, unit in changes.units]
            await self._mongo["units"].insert_many(documents, ordered=False, session=session)
        if changes.owners:
            # Two copies may be told of one campaign by two roots at once: the second meets a duplicate key, and then the first.
            await self._mongo["owners"].insert_many([{"_id": id, "root": root} for id, root in changes.owners.items()], session=session)
        if changes.announced:
            await self._mongo["plans"].insert_many(
                [
                    {
                        "_id": f"{each.plan.campaign}@{each.plan.version}",
                        "plan": each.plan.model_dump_json(),
                        "seal": each.seal.model_dump_json(),
                    }
                    for each in changes.announced
                ],
                session=session,
            )


def _due(partitions: Collection[int], day: date) -> Document:
    """What wakes by a day in these partitions."""
    return {"partition": {"$in": list(partitions)}, "wake": {"$lte": day.isoformat(), "$type": "string"}}


def _under(book: str) -> Document:
    """All subjects of a book, by the ids alone, which begin with the book's; "0" follows on "/"."""
    return {"_id": {"$gt": f"{book}/", "$lt": f"{book}0"}}


def _unit(document: Document) -> Unit:
    return Unit.model_validate_json(document["unit"], context=RECORDED)


def _document(root: str, version: int, unit: Unit) -> Document:
    tree = f"{root}@{version}"
    return {"_id": f"{tree}/{unit.id}", "tree": tree, "parent": unit.parent, "unit": unit.model_dump_json()}
