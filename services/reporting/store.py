"""Reporting's collections: rows of issues, returns, phases, units and campaigns, and every event that they were made of."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import PyMongoError

from services.reporting.fold.indicators import LightRow, MonthRow
from services.reporting.fold.lessons import CommonRow, PracticeRow
from services.reporting.fold.once import Stage
from services.reporting.fold.phases import PhaseRow
from services.reporting.fold.projections import first_telling
from services.reporting.fold.rows import FIGURES, CampaignRow, CheckRow, IssueRow, Place, RefusedRow, ReturnRow, UnitRow, path_left, root_of
from services.reporting.fold.sums import CELLS, OF_KINDS, PARTS
from shared.events.campaign import CampaignAmended, CampaignAnnounced
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.faults import Conflict
from shared.kafka.cloudevents import EPOCH
from shared.kafka.reader import MARKS
from shared.kafka.records import NoticeTold, PersonTold, Recorded
from shared.mongo import Document, Mongo, Session, fault

DatabaseError = PyMongoError
"""What the driver raises: for those who may not import it."""
OF_UNITS = ("issues", "phases", "returns", "lights", "measures", "months", "surveys", "practices", "commons", "checks")
"""The collections whose rows are found where their unit stands."""
ROWS = ("campaigns", "refused", "units", *OF_UNITS)
"""The collections of rows."""
SUMMED = ("issues", "phases", "returns", "months")
"""Those over whose rows sums are kept, by unit in `sums`; `lives` has the issues that changed books, which are counted once."""
SHAPES = (CampaignRow, IssueRow, PhaseRow, RefusedRow, ReturnRow, UnitRow, MonthRow, LightRow, PracticeRow, CommonRow, CheckRow, Stage)
MODEL = hashlib.sha256(
    "\n".join(
        [
            *(f"{shape.__name__}.{name}" for shape in SHAPES for name in shape.__annotations__),
            *FIGURES,
            *(f"sums.{part} {names}" for part, names in PARTS.items()),
            *(f"sums.kinds {figure}" for figure in OF_KINDS),
            f"sums.cells {CELLS}",
        ]
    ).encode()
).hexdigest()
"""What the rows and sums are made of, by the names of shapes, fields and parts: renaming one asks every operator to rebuild.
Rows of another version of the software lack fields, and questions about those would be answered wrongly."""
OF_ROOTS = {fact.__name__ for fact in (UnitsListed, CampaignAnnounced, CampaignAmended)}
"""What roots tell of themselves, each to its own book: also where a campaign of the same id is another's."""
DATED = ("late_since", "carried_due", "attached")
"""Days that few issues have, and by which those are listed."""
SAID: Document = {"$gt": ""}
"""As MongoDB asks for a text that is there so that the index alone answers: `$type` has it look at the row."""
LEADING = ("status", "phase", "struck_off_phase", "nature", "owner")
"""Fields of issues with values that few may have: an index leads to those."""
MOSTLY_EMPTY = ("overdue", "overdue_phases", "carried_over_phases")
"""Lists with something in them for few issues."""
SLOW = 10_000
"""Milliseconds that one question may take."""


log = structlog.get_logger()


class OtherModel(Exception):
    """The database was made by another version, with other rows: it is to be rebuilt."""


class Store:
    """What the fold loads and writes."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self) -> None:
        """Make collections and indexes; a transaction must not. Raises OtherModel."""
        await self._mongo.create([MARKS, "events", "people", "unheard", "sums", "lives", *ROWS])
        if await self._mongo[MARKS].find_one({}, {"_id": 1}) is None:
            await self._mongo["model"].update_one({"_id": "model"}, {"$set": {"made_of": MODEL}}, upsert=True)
            log.info("read model new")
        elif await self._mongo["model"].find_one({"_id": "model", "made_of": MODEL}) is None:
            raise OtherModel(
                "another version made this database; stop every copy of reporting, run `xiaohao rebuild` "
                "(where `xiaohao up --dir FOLDER` keeps it: `xiaohao rebuild --dir FOLDER`), and start it again"
            )
        await self._mongo["events"].create_index([("subject", 1), ("_id", 1)])
        await self._mongo["events"].create_index([("told_id", 1), ("path", 1), ("told_source", 1)])
        await self._mongo["events"].create_index([("type", 1), ("_id", 1)])
        await self._mongo["unheard"].create_index([("subject", 1)])
        await self._mongo["issues"].create_index([("path.0", 1), ("path", 1), ("place", 1)])
        for date in DATED:
            order = [("path.0", 1), ("path", 1), (date, 1), ("place", 1)]
            await self._mongo["issues"].create_index(order, partialFilterExpression={date: SAID})
        for field in LEADING:
            await self._mongo["issues"].create_index([("campaign", 1), (field, 1), ("place", 1)])
        for field in MOSTLY_EMPTY:
            some = {f"{field}.0": {"$exists": True}}
            await self._mongo["issues"].create_index([("campaign", 1), (field, 1), ("place", 1)], partialFilterExpression=some)
        for name in ("units", *(name for name in OF_UNITS if name != "issues")):
            await self._mongo[name].create_index([("campaign", 1), ("path", 1)])
        await self._mongo["units"].create_index([("campaign", 1), ("parent", 1)])
        await self._mongo["sums"].create_index([("of", 1)])
        await self._mongo["sums"].create_index([("campaign", 1), ("unit", 1), ("own", 1)])
        await self._mongo["lives"].create_index([("units", 1), ("campaign", 1)])
        await self._mongo["units"].create_index([("unit", 1), ("path.0", 1)])
        await self._mongo["units"].create_index([("known_as", 1)])
        await self._mongo["units"].create_index([("superiors", 1), ("campaign", 1)])

    async def load(self, session: Session, places: Iterable[Place]) -> dict[Place, Any]:
        """The rows at these places that exist."""
        wanted: dict[str, list[str]] = {}
        for name, id in places:
            wanted.setdefault(name, []).append(id)
        rows: dict[Place, Any] = {}
        for name, ids in wanted.items():
            rows |= {(name, row["_id"]): row for row in await self._mongo[name].find({"_id": {"$in": ids}}, session=session).to_list(None)}
        return rows

    async def write(self, session: Session, loaded: Mapping[Place, Any], changed: Mapping[Place, Any], events: Sequence[Recorded]) -> None:
        """Write what is new or other in changed rows than as they were loaded in this same transaction, and add the events. Raises Conflict.

        A row that another transaction changed meanwhile is a write conflict to MongoDB, since this one sees the moment at which it was loaded.
        """
        writes: dict[str, list[InsertOne[Document] | UpdateOne]] = {}
        for (name, id), row in changed.items():
            before = loaded.get((name, id))
            if before is None:
                writes.setdefault(name, []).append(InsertOne(row))
            elif change := _change(before, row):
                writes.setdefault(name, []).append(UpdateOne({"_id": id}, change))
        for name, each in writes.items():
            result = await self._mongo[name].bulk_write(each, ordered=False, session=session)
            if result.inserted_count + result.matched_count != len(each):
                raise Conflict(f"{name}: {len(each) - result.inserted_count - result.matched_count} rows are gone")
        await self._mongo["events"].insert_many([_document(event) for event in events], ordered=False, session=session)

    async def move(self, session: Session, unit: UnitRow) -> None:
        """All rows of a unit lie where an amendment put it, also those that nothing touches any more: they count there, and are read from there."""
        rows: Document = {"campaign": unit["campaign"], "unit": unit["unit"], **either_path(unit)}
        for name in OF_UNITS:
            await self._mongo[name].update_many(rows, {"$set": {"path": unit["path"]}}, session=session)

    async def people(self, session: Session, people: Mapping[str, PersonTold]) -> None:
        """Keep the names of people, and of those erased when that was alone; what was said before what is there has no effect."""
        found = self._mongo["people"].find({"_id": {"$in": list(people)}}, {"said": 1}, session=session)
        there = {each["_id"]: each.get("said", EPOCH) async for each in found}
        writes = [ReplaceOne({"_id": id}, _person(told), upsert=True) for id, told in people.items() if told.said >= there.get(id, EPOCH)]
        if writes:
            await self._mongo["people"].bulk_write(writes, ordered=False, session=session)

    async def unheard(self, notices: Sequence[NoticeTold]) -> None:
        """Keep whom a notice did not reach, once each. Raises Unavailable or Conflict."""
        writes = [ReplaceOne({"_id": each.id}, _unheard(each), upsert=True) for each in notices]
        try:
            await self._mongo["unheard"].bulk_write(writes, ordered=False)
        except PyMongoError as error:
            raise fault(error) from error

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """A session whose reads all see one moment of the database: the figures of a report fit one another. Raises Unavailable."""
        try:
            client = self._mongo[MARKS].database.client
            async with await client.start_session(snapshot=True, causal_consistency=False) as session:
                yield session
        except PyMongoError as error:
            raise fault(error) from error


def _change(before: Document, row: Document) -> Document:
    """What makes one row of another, as MongoDB writes it; nothing where they are the same."""
    change: Document = {}
    if other := {name: value for name, value in row.items() if name not in before or before[name] != value}:
        change["$set"] = other
    if gone := before.keys() - row.keys():
        change["$unset"] = dict.fromkeys(gone, 1)
    return change


def either_path(unit: UnitRow) -> Document:
    """As MongoDB asks it: what lies elsewhere than a unit does that is of the same root, also where the unit left the campaign."""
    root = root_of(unit["path"])
    return {"path.0": {"$in": [root, path_left(root, ())[0]]}, "path": {"$ne": unit["path"]}}


def _unheard(told: NoticeTold) -> Document:
    why = told.outcome.model_dump(mode="json", include={"event", "reason", "code"})
    return {"_id": told.id, "subject": told.subject, "recipient": told.recipient, **why}


def _person(told: PersonTold) -> Document:
    name = {"name": told.named.name, "unit": told.named.unit} if told.named else {}
    return {"_id": told.id, "said": told.said, **name}


def _document(event: Recorded) -> Document:
    source, id = first_telling(event)
    path, type = list(event.where.path), event.fact.type if isinstance(event.fact, Refused) else event.type
    of_root = not path and type in OF_ROOTS
    return {
        "_id": event_id(event.book, event.position),
        "type": event.type,
        "subject": event.subject,
        "accepted": event.accepted,
        "told_source": source,
        "told_id": id,
        # A refusal that ends a hold: without it, a fact of this id that was held is held still.
        "held_before": (source, id) != (event.told_source, event.told_id),
        # Who may see it. Before its book opened: of what roots tell of themselves, that root; of all else, the root of the campaign.
        "path": [event.where.unit] if of_root else path,
        "unopened": None if path or of_root else event.where.campaign,
        "value": event.value,
    }


def event_id(book: str, position: int) -> str:
    """An event's id, such that the order of ids is that of positions."""
    return f"{book}@{position:010}"


def book_and_position(event_id: str) -> tuple[str, int]:
    """Where an event stands."""
    book, _, position = event_id.rpartition("@")
    return book, int(position)


def ids_of_book(book: str) -> Document:
    """The ids of all events of a book."""
    return {"$gte": f"{book}@", "$lt": f"{book}A"}  # A follows the @
