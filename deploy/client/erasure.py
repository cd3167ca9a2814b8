"""A person of a root released or erased: told to intake, and looked for in every place where something is kept of persons."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.client.cloudevent import cloud_event
from deploy.client.door import Door
from deploy.client.mistake import UserMistake
from deploy.client.place import find_database
from deploy.client.topics import partitions, records_so_far
from shared.events.people import PersonErased, PersonReleased
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import BOOK
from shared.kafka.entry import require_entry
from shared.kafka.settled import Settled
from shared.mongo import Document
from shared.topics import PEOPLE, person_id

PATIENCE = 60.0
"""Seconds that notify and reporting may take to hear of it."""
COPIES: dict[str, tuple[tuple[str, Document], ...]] = {
    "intake": (("people", {"_id": "{id}", "unit": {"$exists": True}}),),
    "notify": (
        ("people", {"_id": "{id}", "erased": False}),
        ("deliveries", {"recipient": "{id}", "values": {"$exists": True}}),
    ),
    "reporting": (("people", {"_id": "{id}", "name": {"$exists": True}}),),
}
"""By service: the collections that hold something of a person, and what that is; `{id}` stands for the person."""


@dataclass(frozen=True)
class Place:
    """One place where something was kept of a person, and how much there is still."""

    name: str
    left: int


def root_of(book: str) -> str:
    """The root whose book this is. Raises UserMistake."""
    if not BOOK.fullmatch(book):
        raise UserMistake(f"{book!r} is no book; say the root's, <campaign>/<root>, where it is recorded.")
    return book.partition("/")[2]


async def tell_gone(address: tuple[str, str], book: str, fact: PersonReleased | PersonErased) -> None:
    """Tell intake, with a key that may operate, that a person is known no more under the root whose book this is. Raises UserMistake or NotTold."""
    root_of(book)
    id = f"{type(fact).__name__}-{secrets.token_hex(16)}"
    async with Door(*address) as door:
        await door.tell_all([cloud_event(id, None, book, datetime.now(UTC), fact)])


async def look(broker: Broker, root: str, person: str) -> list[Place]:
    """What is left of a person, once all readers have heard of it: in the topic, and in the databases of the services.

    Raises TimeoutError, Unavailable or UserMistake.
    """
    await require_entry(broker)
    async with Settled(broker) as settled:
        await settled.wait(PATIENCE)
    id = person_id(root, person)
    named, last = 0, False
    async with partitions(broker, PEOPLE) as (consumer, wanted):
        async for record in records_so_far(consumer, wanted):
            if record.key == id.encode():
                named, last = named + (record.value is not None), record.value is not None
    places = [Place(PEOPLE, int(last)), Place(f"{PEOPLE}, until Kafka compacts it", named - last)]
    for service, collections in COPIES.items():
        mongo = find_database(broker, service)
        try:
            for collection, query in collections:
                asked = {field: id if value == "{id}" else value for field, value in query.items()}
                places.append(Place(f"{service}, {collection}", await mongo[collection].count_documents(asked)))
        finally:
            mongo.close()
    return places


def found(places: list[Place]) -> Iterator[str]:
    """Where something is kept now, in words."""
    for place in places:
        if place.left:
            yield f"{place.name}: {place.left}"


def lines(person: str, places: list[Place]) -> Iterator[str]:
    """What was found, in words."""
    for place in places:
        yield f"{place.name}: " + ("nothing left 已无" if not place.left else f"{place.left} left 尚余")
    yield f"campaign.ledger and all made of it: the id {person} alone stays, without a name: books are chained by hash, and say for ever who did what"
    yield "pictures and papers that events name (attachments): not looked through, since no program can say whom they show; docs/feed.md, “Pictures and papers”, says how one is taken away 附件未作查找，须人工逐个清理"
    yield "mails that were sent, and files that were downloaded: out of reach; ask who holds them 已发邮件和已下载文件须另行清理"
