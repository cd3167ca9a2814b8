"""Where the ledger keeps what was recorded, and the state that decisions need: in MongoDB, or in memory for tests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from bson import decode, encode
from pydantic import TypeAdapter
from pymongo.errors import PyMongoError

from services.ledger.rules import STATES, State
from shared.faults import Conflict
from shared.mongo import Document, Mongo, Session, fault, replace_all
from shared.plan import Plan
from shared.topics import kind_of
from shared.units import Seal, Unit

T = TypeVar("T")
ADAPTERS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(state) for kind, state in STATES.items()}
RANK = {"issue": 0, "return": 1, "book": 9}
"""On one day the clock tells issues and returns before their book, so that a phase closes on their figures."""

WIDEST = 5000
"""Units whose subordinates are asked for at once: a query is no larger than the database takes."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A subject as it is stored."""

    id: str
    position: int
    """Of the last event of its book that changed it: what the next write is conditional on."""
    state: State
    partition: int = 0
    wake: date | None = None
    """The first day on which the clock has something to tell it."""
    plan_version: int = 0
    """The version of the plan that its book goes by."""

    def document(self) -> Document:
        """As MongoDB keeps it: the state as JSON text, a third cheaper than a document, since nothing is ever asked of its inside.

        Without what is as by default, most of its text: so a default of a state, once released, is part of what is stored.
        """
        kind = kind_of(self.id)
        return {
            "_id": self.id,
            "position": self.position,
            "partition": self.partition,
            "wake": self.wake.isoformat() if self.wake else None,
            "rank": RANK.get(kind, 5),
            "plan": self.plan_version,
            "state": ADAPTERS[kind].dump_json(self.state, exclude_defaults=True).decode(),
        }

    @staticmethod
    def of(document: Document) -> "Stored":
        """From what MongoDB keeps."""
        wake = document["wake"]
        state = ADAPTERS[kind_of(document["_id"])].validate_json(document["state"])
        wake_on = date.fromisoformat(wake) if wake else None
        return Stored(document["_id"], document["position"], state, document["partition"], wake_on, document["plan"])


@dataclass(frozen=True, slots=True)
class Group:
    """What was recorded for one told event: one document, append-only."""

    book: str
    first: int
    """Position of its first event."""
    told: str
    """The told event's key, unique."""
    digest: bytes
    """Of what was told."""
    id: str
    source: str
    time: datetime
    accepted: datetime
    traceparent: str | None
    events: tuple[tuple[str, str, str, bytes], ...]
    """Type, subject, chain hash and value of each event, in order."""

    def document(self) -> Document:
        """As MongoDB keeps it."""
        return {
            "_id": f"{self.book}@{self.first:010}",
            "told": self.told,
            "digest": self.digest,
            "book": self.book,
            "first": self.first,
            "id": self.id,
            "source": self.source,
            "time": self.time,
            "accepted": self.accepted,
            "trace": self.traceparent,
            "events": [list(event) for event in self.events],
        }

    @staticmethod
    def of(document: Document) -> "Group":
        """From what MongoDB keeps."""
        events = tuple((type, subject, chain, bytes(value)) for type, subject, chain, value in document["events"])
        return Group(
            book=document["book"],
            first=document["first"],
            told=document["told"],
            digest=bytes(document["digest"]),
            id=document["id"],
            source=document["source"],
            time=document["time"],
            accepted=document["accepted"],
            traceparent=document["trace"],
            events=events,
        )


@dataclass(frozen=True)
class Announced:
    """A plan in force, and the seal of the tree it was announced with."""

    plan: Plan
    seal: Seal


@dataclass
class Changes:
    """What one batch writes."""

    groups: list[Group] = field(default_factory=list)
    subjects: dict[str, Stored] = field(default_factory=dict)
    loaded_at: dict[str, int] = field(default_factory=dict)
    """The position that each changed subject was loaded at; missing where it is new."""
    units: list[tuple[str, int, Unit]] = field(default_factory=list)
    """Campaign, tree version and unit."""
    announced: list[Announced] = field(default_factory=list)


class Transaction(Protocol):
    """One batch's view of the store: a snapshot that its own writes end."""

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """What was recorded before for told keys."""
        ...

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """Subjects and books that exist, by id."""
        ...

    async def units(self, campaign: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        """Units of a tree that exist, by id."""
        ...

    async def units_below(self, campaign: str, version: int, unit: str | None) -> list[str]:
        """Ids of the units directly under one, in order; under none: the root."""
        ...

    async def units_under(self, campaign: str, version: int, parents: Collection[str]) -> list[Unit]:
        """The units directly under any of these, in no order."""
        ...

    async def root(self, campaign: str) -> str | None:
        """The one unit that announces a campaign and tells its tree: the first that did."""
        ...

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """A version of a plan."""
        ...

    async def aside(self, ids: Iterable[str]) -> set[str]:
        """Which of these subjects are set aside."""
        ...

    async def set_aside(self, subject: str, told: str, why: str) -> None:
        """Set a subject aside until it is replayed."""
        ...

    async def save(self, changes: Changes) -> None:
        """Write the batch. Raises Conflict where another copy was here."""
        ...


async def units_of_class(transaction: Transaction, campaign: str, version: int, under: str, unit_class: str) -> tuple[str, ...]:
    """The ids of all units of a class below one, in order: level by level, since a unit knows its parent alone."""
    found, level = list[str](), [under]
    while level:
        units = [
            unit
            for start in range(0, len(level), WIDEST)
            for unit in await transaction.units_under(campaign, version, level[start : start + WIDEST])
        ]
        found += [unit.id for unit in units if unit.unit_class == unit_class]
        level = [unit.id for unit in units]
    return tuple(sorted(found))


class Store(Protocol):
    """Where the ledger keeps its books."""

    async def prepare(self, partitions: int) -> None:
        """Make what a transaction must not make. Raises ValueError when the number of partitions is not that of the first start."""
        ...

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` once; all of it stands, or nothing. Raises Conflict or Unavailable."""
        ...

    def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        """Subjects of these partitions that wake today or should have, by day, then issues before books."""
        ...

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """A version of a plan."""
        ...

    async def chain_at(self, book: str, position: int) -> str | None:
        """The chain hash recorded at a position of a book; none where nothing is."""
        ...


@contextmanager
def named() -> Iterator[None]:
    """Name a driver's error, outside a transaction, by what has to be done about it, as `Mongo.transaction` does inside."""
    try:
        yield
    except PyMongoError as error:
        raise fault(error) from error


class MongoStore:
    """The books in MongoDB."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self, partitions: int) -> None:
        """See Store."""
        await self._mongo.create(["recorded", "subjects", "units", "roots", "plans", "aside", "meta"])
        await self._mongo["recorded"].create_index("told", unique=True)
        await self._mongo["subjects"].create_index(
            [("partition", 1), ("wake", 1), ("rank", 1)], partialFilterExpression={"wake": {"$type": "string"}}
        )
        await self._mongo["units"].create_index([("tree", 1), ("parent", 1)])
        await self._mongo["meta"].update_one({"_id": "topics"}, {"$setOnInsert": {"partitions": partitions}}, upsert=True)
        kept = await self._mongo["meta"].find_one({"_id": "topics"})
        if kept and kept["partitions"] != partitions:
            raise ValueError(f"the books lie in {kept['partitions']} partitions, XIAOHAO_PARTITIONS says {partitions}; it can never change")

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """See Store."""
        return await self._mongo.transaction(lambda session: work(MongoTransaction(self._mongo, session)))

    async def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        """See Store."""
        query = {"partition": {"$in": list(partitions)}, "wake": {"$lte": today.isoformat(), "$type": "string"}}
        with named():
            async for document in self._mongo["subjects"].find(query).sort([("wake", 1), ("rank", 1), ("_id", 1)]).allow_disk_use(True):
                yield Stored.of(document)

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """See Store."""
        with named():
            return await MongoTransaction(self._mongo, None).announced(campaign, version)

    async def chain_at(self, book: str, position: int) -> str | None:
        """See Store."""
        query = {"_id": {"$gte": f"{book}@", "$lte": f"{book}@{position:010}"}}
        with named():
            found = await self._mongo["recorded"].find_one(query, sort=[("_id", -1)])
        index = position - found["first"] if found else 0
        return str(found["events"][index][2]) if found and index < len(found["events"]) else None


class MongoTransaction:
    """See Transaction."""

    def __init__(self, mongo: Mongo, session: Session | None) -> None:
        self._mongo, self._session = mongo, session

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """See Transaction."""
        found = self._mongo["recorded"].find({"told": {"$in": list(told)}}, session=self._session)
        return {document["told"]: Group.of(document) for document in await found.to_list(None)}

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """See Transaction."""
        found = self._mongo["subjects"].find({"_id": {"$in": list(ids)}}, session=self._session)
        return {document["_id"]: Stored.of(document) for document in await found.to_list(None)}

    async def units(self, campaign: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        """See Transaction."""
        found = self._mongo["units"].find({"_id": {"$in": [f"{campaign}@{version}/{id}" for id in ids]}}, session=self._session)
        return {(unit := Unit.model_validate_json(document["unit"])).id: unit for document in await found.to_list(None)}

    async def units_below(self, campaign: str, version: int, unit: str | None) -> list[str]:
        """See Transaction."""
        query = {"tree": f"{campaign}@{version}", "parent": unit}
        found = self._mongo["units"].find(query, {"_id": 1}, session=self._session).sort("_id", 1)
        return [document["_id"].partition("/")[2] for document in await found.to_list(None)]

    async def units_under(self, campaign: str, version: int, parents: Collection[str]) -> list[Unit]:
        """See Transaction."""
        query = {"tree": f"{campaign}@{version}", "parent": {"$in": list(parents)}}
        found = self._mongo["units"].find(query, {"unit": 1}, session=self._session)
        return [Unit.model_validate_json(document["unit"]) async for document in found]

    async def root(self, campaign: str) -> str | None:
        """See Transaction."""
        found = await self._mongo["roots"].find_one({"_id": campaign}, session=self._session)
        return str(found["root"]) if found else None

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """See Transaction."""
        found = await self._mongo["plans"].find_one({"_id": f"{campaign}@{version}"}, session=self._session)
        return Announced(Plan.model_validate_json(found["plan"]), Seal.model_validate_json(found["seal"])) if found else None

    async def aside(self, ids: Iterable[str]) -> set[str]:
        """See Transaction."""
        found = self._mongo["aside"].find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=self._session)
        return {document["_id"] for document in await found.to_list(None)}

    async def set_aside(self, subject: str, told: str, why: str) -> None:
        """See Transaction."""
        await self._mongo["aside"].update_one(
            {"_id": subject}, {"$setOnInsert": {"told": told, "why": why}}, upsert=True, session=self._session
        )

    async def save(self, changes: Changes) -> None:
        """See Transaction."""
        session = self._session
        assert session is not None
        if changes.groups:
            await self._mongo["recorded"].insert_many([group.document() for group in changes.groups], ordered=False, session=session)
        await replace_all(self._mongo["subjects"], session, [each.document() for each in changes.subjects.values()], changes.loaded_at)
        if changes.units:
            documents: list[Document] = [
                {
                    "_id": f"{campaign}@{version}/{unit.id}",
                    "tree": f"{campaign}@{version}",
                    "parent": unit.parent,
                    "unit": unit.model_dump_json(),
                }
                for campaign, version, unit in changes.units
            ]
            await self._mongo["units"].insert_many(documents, ordered=False, session=session)
            for campaign, root in {campaign: unit.id for campaign, _, unit in changes.units if unit.parent is None}.items():
                # Two copies may be told two roots at once: the second meets a duplicate key, and then the first.
                await self._mongo["roots"].update_one({"_id": campaign}, {"$setOnInsert": {"root": root}}, upsert=True, session=session)
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


class MemoryStore:
    """The books in memory, for tests: one transaction at a time, conflicts seen on saving."""

    def __init__(self) -> None:
        self.recorded: dict[str, Group] = {}
        self.subjects: dict[str, bytes] = {}
        self.unit_list: dict[tuple[str, int], dict[str, Unit]] = {}
        self.plans: dict[tuple[str, int], Announced] = {}
        self.asides: dict[str, str] = {}
        self.partitions: int | None = None

    async def prepare(self, partitions: int) -> None:
        """See Store."""
        if self.partitions not in (None, partitions):
            raise ValueError(f"the books lie in {self.partitions} partitions, XIAOHAO_PARTITIONS says {partitions}; it can never change")
        self.partitions = partitions

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """See Store."""
        units = {tree: dict(units) for tree, units in self.unit_list.items()}
        before = (dict(self.recorded), dict(self.subjects), units, dict(self.plans), dict(self.asides))
        try:
            return await work(self)
        except BaseException:
            self.recorded, self.subjects, self.unit_list, self.plans, self.asides = before
            raise

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """See Transaction."""
        return {key: self.recorded[key] for key in told if key in self.recorded}

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """See Transaction."""
        return {id: Stored.of(decode(self.subjects[id])) for id in ids if id in self.subjects}

    async def units(self, campaign: str, version: int, ids: Iterable[str]) -> dict[str, Unit]:
        """See Transaction."""
        units = self.unit_list.get((campaign, version), {})
        return {id: units[id] for id in ids if id in units}

    async def units_below(self, campaign: str, version: int, unit: str | None) -> list[str]:
        """See Transaction."""
        return sorted(each.id for each in self.unit_list.get((campaign, version), {}).values() if each.parent == unit)

    async def units_under(self, campaign: str, version: int, parents: Collection[str]) -> list[Unit]:
        """See Transaction."""
        return [each for each in self.unit_list.get((campaign, version), {}).values() if each.parent in parents]

    async def root(self, campaign: str) -> str | None:
        """See Transaction."""
        trees = (units for (of, _), units in self.unit_list.items() if of == campaign)
        return next((unit.id for units in trees for unit in units.values() if unit.parent is None), None)

    async def announced(self, campaign: str, version: int) -> Announced | None:
        """See Transaction."""
        return self.plans.get((campaign, version))

    async def aside(self, ids: Iterable[str]) -> set[str]:
        """See Transaction."""
        return {id for id in ids if id in self.asides}

    async def set_aside(self, subject: str, told: str, why: str) -> None:
        """See Transaction."""
        self.asides.setdefault(subject, why)

    async def save(self, changes: Changes) -> None:
        """See Transaction."""
        taken = {(group.book, group.first) for group in self.recorded.values()} if changes.groups else set()
        if any(group.told in self.recorded or (group.book, group.first) in taken for group in changes.groups):
            raise Conflict("recorded meanwhile")
        if any((each.plan.campaign, each.plan.version) in self.plans for each in changes.announced):
            raise Conflict("announced meanwhile")
        if any(unit.id in self.unit_list.get((campaign, version), {}) for campaign, version, unit in changes.units):
            raise Conflict("listed meanwhile")
        for id, stored in changes.subjects.items():
            kept = decode(self.subjects[id])["position"] if id in self.subjects else None
            if kept != changes.loaded_at.get(id):
                raise Conflict(f"{id} moved on meanwhile")
            self.subjects[id] = encode(stored.document())
        self.recorded |= {group.told: group for group in changes.groups}
        for campaign, version, unit in changes.units:
            self.unit_list.setdefault((campaign, version), {})[unit.id] = unit
        self.plans |= {(each.plan.campaign, each.plan.version): each for each in changes.announced}

    async def due(self, partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        """See Store."""
        found = [stored for stored in map(Stored.of, map(decode, self.subjects.values())) if stored.wake and stored.wake <= today]
        for stored in sorted(found, key=lambda each: (each.wake, RANK.get(kind_of(each.id), 5), each.id)):
            if stored.partition in partitions:
                yield stored

    async def chain_at(self, book: str, position: int) -> str | None:
        """See Store."""
        for group in self.recorded.values():
            if group.book == book and group.first <= position < group.first + len(group.events):
                return group.events[position - group.first][2]
        return None
