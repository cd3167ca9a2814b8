"""Where notify keeps its deliveries, what it has to say about subjects, and its copy of the people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pymongo import ASCENDING, IndexModel, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import PyMongoError

from services.notify.memory import Values, place
from services.notify.policy import Notice, Template
from shared.command import Place
from shared.kafka.reader import MARKS
from shared.kafka.records import PersonTold
from shared.mongo import Document, Mongo, Session, fault, replace_all

DELIVERIES, KNOWN, PEOPLE = "deliveries", "known", "people"
State = Literal["pending", "sending", "sent", "failed"]
OPEN = {"open": True}
"""Deliveries whose outcome is not on the topic yet: all that is left to do."""
WAITED = ["no-mailbox", "unit-unknown"]
"""Causes that go on until something is told of the recipient."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way to one person."""

    id: str
    event: str
    subject: str
    recipient: str
    """As `person_id` has it."""
    channel: str
    template: Template
    values: Values = field(repr=False)
    path: tuple[str, ...]
    """The units from the root to the one in whose book it stands."""
    state: State
    entered: datetime
    tries: int
    """Times that it was taken up to be sent, this one included."""
    looks: int
    """Times that it was taken up and the recipient had no mailbox."""
    holder: str
    cause: str | None
    code: int | None
    recorded: int = 0
    """When its event was put on the topic, in milliseconds since 1970; 0 where nobody knows."""
    traceparent: str | None = None
    """Of its event, or of the span in which it was delivered."""

    @staticmethod
    def of(document: Document) -> "Delivery":
        """From what MongoDB keeps."""
        rest = {name: document[name] for name in Delivery.__slots__ if name not in ("id", "values", "path", "recorded", "traceparent")}
        more = {"values": document.get("values", {}), "path": tuple(document.get("path", ())), "recorded": document.get("recorded", 0)}
        return Delivery(id=document["_id"], **more, traceparent=document.get("traceparent"), **rest)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person."""

    name: str = field(repr=False)
    mail: str | None = field(repr=False)
    unit: str
    erased: bool


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except PyMongoError as error:
        raise fault(error) from error


class Store:
    """Raises Unavailable or Conflict for what another try can mend."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._deliveries, self._known, self._people = mongo[DELIVERIES], mongo[KNOWN], mongo[PEOPLE]

    async def prepare(self) -> None:
        """Make collections and indexes."""
        await self._mongo.create([DELIVERIES, KNOWN, PEOPLE, MARKS])
        await self._deliveries.create_indexes(
            [IndexModel([(name, ASCENDING)], name=name, partialFilterExpression=OPEN) for name in ("due", "entered", "recipient")]
        )

    # What the handler does, inside the transaction that moves the marks.

    async def known(self, session: Session, subjects: Iterable[str]) -> dict[str, Values]:
        """What was remembered of subjects."""
        found = self._known.find({"_id": {"$in": list(subjects)}}, session=session)
        return {each["_id"]: each["values"] async for each in found}

    async def remember(self, session: Session, changed: Mapping[str, Values]) -> None:
        """Keep what is known of subjects now."""
        writes = [ReplaceOne({"_id": id}, {"_id": id, "values": values}, upsert=True) for id, values in changed.items()]
        if writes:
            await self._known.bulk_write(writes, session=session)

    async def enter(self, session: Session, notices: Sequence[Notice], now: datetime) -> None:
        """One delivery for each notice, claimed by its key: one that is there stays as it is, also where the marks were lost."""
        writes = [UpdateOne({"_id": notice.key}, {"$setOnInsert": _delivery(notice, now)}, upsert=True) for notice in notices]
        if writes:
            await self._deliveries.bulk_write(writes, ordered=False, session=session)

    # What the lines do.

    async def claim(self, now: datetime, lease: timedelta, holder: str) -> Delivery | None:
        """Take up the delivery that is due longest, for the time of a lease; nobody else takes it up meanwhile."""
        unsent: dict[str, Any] = {"$in": ["$state", ["pending", "sending"]]}
        claimed = {
            "state": {"$cond": [unsent, "sending", "$state"]},
            "tries": {"$cond": [unsent, {"$add": ["$tries", 1]}, "$tries"]},
            "due": now + lease,
            "holder": holder,
        }
        with _faults():
            found = await self._deliveries.find_one_and_update(
                OPEN | {"due": {"$lte": now}}, [{"$set": claimed}], sort=[("due", ASCENDING)], return_document=ReturnDocument.AFTER
            )
        return Delivery.of(found) if found else None

    async def sent(self, delivery: Delivery, until: datetime) -> bool:
        """It was taken by the other side, which stays true whoever holds the claim by now. Tells whether it is news."""
        return await self._close({"_id": delivery.id}, {"state": "sent", "cause": None, "code": None}, until)

    async def failed(self, delivery: Delivery, cause: str, code: int | None, until: datetime) -> bool:
        """It will not be tried again. Tells whether it is news."""
        return await self._close({"_id": delivery.id, "holder": delivery.holder}, {"state": "failed", "cause": cause, "code": code}, until)

    async def _close(self, which: Document, change: Document, until: datetime) -> bool:
        with _faults():
            which = which | OPEN | {"state": {"$in": ["pending", "sending"]}}
            # What was to be said is of no more use; the less is kept of it the better.
            result = await self._deliveries.update_one(which, {"$set": change | {"due": until}, "$unset": {"values": 1}})
        return bool(result.matched_count)

    async def address(self, delivery: Delivery) -> None:
        """It goes to this recipient from here on."""
        with _faults():
            await self._deliveries.update_one({"_id": delivery.id, "holder": delivery.holder}, {"$set": {"recipient": delivery.recipient}})

    async def postpone(self, delivery: Delivery, cause: str, due: datetime, *, looked: bool = False) -> None:
        """Put it back until it is due again; looking for a mailbox in vain is no try."""
        counted = {"looks": delivery.looks + looked, "tries": delivery.tries - looked}
        with _faults():
            await self._deliveries.update_one(
                {"_id": delivery.id, "holder": delivery.holder, "state": "sending"},
                {"$set": {"state": "pending", "cause": cause, "due": due} | counted},
            )

    async def untold(self, ended: Sequence[Delivery], due: datetime) -> None:
        """Their outcomes could not be published: take them up again when due."""
        with _faults():
            await self._deliveries.update_many({"_id": {"$in": [each.id for each in ended]}} | OPEN, {"$set": {"due": due}})

    async def told(self, ended: Sequence[Delivery]) -> None:
        """Their outcomes are on the topic: nothing is left to do."""
        with _faults():
            await self._deliveries.update_many({"_id": {"$in": [each.id for each in ended]}}, {"$set": {"open": False}})

    async def next_due(self) -> datetime | None:
        """When the next open delivery is due."""
        return await self._least("due")

    async def oldest(self) -> datetime | None:
        """Since when the oldest open delivery waits."""
        return await self._least("entered")

    async def _least(self, name: str) -> datetime | None:
        with _faults():
            found = await self._deliveries.find_one(OPEN, {name: 1}, sort=[(name, ASCENDING)])
        return found[name] if found else None

    async def pending(self) -> int:
        """Deliveries whose outcome is not on the topic yet, in all copies."""
        with _faults():
            return int(await self._deliveries.count_documents(OPEN))

    async def remembered(self, subjects: Iterable[str]) -> dict[str, Values]:
        """What is remembered of subjects by now."""
        with _faults():
            return {each["_id"]: each["values"] async for each in self._known.find({"_id": {"$in": list(subjects)}})}

    # The copy of the people.

    async def person(self, id: str) -> Person | None:
        """What is known of a person."""
        with _faults():
            found = await self._people.find_one({"_id": id})
        return Person(found["name"], found["mail"], found["unit"], found["erased"]) if found else None

    async def places(self, books: Iterable[str]) -> dict[str, Place | None]:
        """Where the units of these books stand, as far as their books are open."""
        with _faults():
            return {each["_id"]: place(each["values"]) async for each in self._known.find({"_id": {"$in": list(books)}})}

    async def keep(self, people: Mapping[str, PersonTold]) -> set[str]:
        """Bring the copy up to date; what was said before what is there has no effect. Tells of whom the rest was."""

        async def work(session: Session) -> set[str]:
            there = {each["_id"]: each["position"] async for each in self._people.find({"_id": {"$in": list(people)}}, session=session)}
            fresh = [person for each in people.values() if (person := _person(each))["position"] >= there.get(each.id, 0)]
            await replace_all(self._people, session, fresh, there)
            return {each["_id"] for each in fresh}

        return await self._mongo.transaction(work)

    async def nudge(self, people: Iterable[str], now: datetime) -> None:
        """What waits for these persons' mailboxes is due now."""
        waiting = OPEN | {"recipient": {"$in": list(people)}, "state": "pending", "cause": {"$in": WAITED}}
        with _faults():
            await self._deliveries.update_many(waiting, {"$set": {"due": now}})

    async def forget(self, erased: Iterable[str], now: datetime) -> int:
        """What was to be said to these persons never will be, also where another is named under the same id later. Tells how many deliveries failed by it."""
        to_them = OPEN | {"recipient": {"$in": list(erased)}, "state": {"$in": ["pending", "sending"]}}
        failed = {"state": "failed", "cause": "erased", "code": None, "due": now}
        with _faults():
            return int((await self._deliveries.update_many(to_them, {"$set": failed, "$unset": {"values": 1}})).modified_count)

    async def waiting(self) -> dict[str, int]:
        """How many deliveries wait to be tried again, by cause."""
        pipeline: list[Document] = [
            {"$match": OPEN | {"state": "pending", "cause": {"$ne": None}}},
            {"$group": {"_id": "$cause", "n": {"$sum": 1}}},
        ]
        with _faults():
            return {each["_id"]: each["n"] async for each in self._deliveries.aggregate(pipeline)}


def _person(told: PersonTold) -> Document:
    name, mail, unit = (told.named.name, told.named.mail, told.named.unit) if told.named else ("", None, "")
    document = {"_id": told.id, "position": int(told.said.timestamp() * 1000)}  # where it stands among all that was said of that person
    return document | {"name": name, "mail": mail, "unit": unit, "erased": told.named is None}


def _delivery(notice: Notice, now: datetime) -> Document:
    said = {name: getattr(notice, name) for name in Notice.__slots__ if name != "traceparent"}
    return (
        said
        | ({"traceparent": notice.traceparent} if notice.traceparent else {})
        | {
            "state": "pending",
            "open": True,
            "entered": now,
            "due": now,
            "tries": 0,
            "looks": 0,
            "holder": "",
            "cause": None,
            "code": None,
        }
    )
