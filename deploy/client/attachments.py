"""What an operator asks and changes of attachments, in the databases that are meant. All of it raises Unavailable or UserMistake."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from deploy.client.place import find_broker, find_database
from shared.attachments import Attachment, Attachments
from shared.mongo import Mongo
from shared.papers import attachments


async def find(sha256: str) -> Attachment | None:
    """An attachment that is kept, or was removed."""
    with _database("attachments") as mongo:
        return (await Attachments(mongo).find([sha256])).get(sha256)


async def naming(sha256: str) -> list[str]:
    """The subjects whose recorded events name it. All events are read: some minutes of a million."""
    found, mark = set[str](), sha256.encode()
    with _database("reporting") as mongo:
        async for each in mongo["events"].find({}, {"subject": 1, "value": 1}):
            if mark in each["value"] and sha256 in attachments(orjson.loads(each["value"])["fact"]):
                found.add(each["subject"])
    return sorted(found)


async def remove(sha256: str) -> bool:
    """Take it away. Tells whether it was there."""
    with _database("attachments") as mongo:
        return await Attachments(mongo).remove(sha256)


async def allow(sha256: str) -> bool:
    """Let it be uploaded again. Tells whether it was removed."""
    with _database("attachments") as mongo:
        return await Attachments(mongo).allow(sha256)


@contextmanager
def _database(name: str) -> Iterator[Mongo]:
    mongo = find_database(find_broker(None), name)
    try:
        yield mongo
    finally:
        mongo.close()
