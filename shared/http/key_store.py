"""The database of keys, as services read it: keys, whom operators allowed to announce what, when keys were used, and the log of all changes.

Every change is one transaction: an entry of the log under the next number, and what changed, with that number. So whoever has all up to an
entry asks for what is past it. Changes are made by `deploy/client/key_register.py`, never by a service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shared.http.access import Key
from shared.mongo import Document, Mongo, fault

KEYS, CAMPAIGNS, USES, LOG = "keys", "campaigns", "uses", "log"
DATABASE = "xiaohao-keys"


@dataclass(frozen=True)
class Changes:
    """What changed past an entry of the log."""

    last: Document | None
    """The entry up to which all is in it; none where there is none yet."""
    whole: bool
    """Whether it is all there is: what it lacks is no more."""
    keys: dict[str, Key]
    unreadable: dict[str, str]
    """Why keys of these ids cannot be used."""
    allowed: dict[str, str]
    """The root by pattern of campaign ids."""


class KeyStore:
    """Reads keys, and notes their use."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self) -> None:
        """Make what a transaction must not make. Raises Unavailable."""
        try:
            await self._mongo.create([KEYS, CAMPAIGNS, USES, LOG])
            for name in (KEYS, CAMPAIGNS):
                await self._mongo[name].create_index("change")
        except PyMongoError as error:
            raise fault(error) from error

    async def changes(self, since: Document | None) -> Changes:
        """What changed past an entry of the log; all there is where the log has none such: an older copy of the database was put back, whatever was entered
        under the same number since. Raises Unavailable.
        """
        try:
            # The number first: what changes meanwhile is read now and once more.
            last = await self._mongo[LOG].find_one({}, sort=[("_id", -1)])
            new = since is None or last != since
            whole = since is None or (new and await self._mongo[LOG].find_one({"_id": since["_id"]}) != since)
            later = {"change": {"$gt": 0 if whole or since is None else since["_id"]}}
            keys = await self._mongo[KEYS].find(later).to_list(None) if new else []
            allowed = await self._mongo[CAMPAIGNS].find(later).to_list(None) if new else []
        except PyMongoError as error:
            raise fault(error) from error
        found, unreadable = dict[str, Key](), dict[str, str]()
        for each in keys:
            try:
                found[each["_id"]] = read_key(each)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                unreadable[each["_id"]] = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        return Changes(last, whole, found, unreadable, {each["_id"]: each["root"] for each in allowed})

    async def use(self, used: Mapping[str, datetime]) -> None:
        """Note when keys were used, unless another copy noted later. Raises Unavailable."""
        if used:
            try:
                writes = [UpdateOne({"_id": id}, {"$max": {"at": at}}, upsert=True) for id, at in used.items()]
                await self._mongo[USES].bulk_write(writes, ordered=False)
            except PyMongoError as error:
                raise fault(error) from error


def read_key(document: Document) -> Key:
    """A key as it is kept. Raises ValidationError."""
    fields = {name: value for name, value in document.items() if name not in ("_id", "change")}
    return Key.model_validate({"id": document["_id"], **fields}, strict=False, extra="forbid")


def key_document(key: Key, change: int) -> Document:
    """What is kept of it."""
    fields = key.model_dump(exclude_defaults=True)
    return {"_id": fields.pop("id"), **fields, "root": key.root, "change": change}
