"""Changes to keys, and to whom operators allow to announce which campaigns: each in one transaction with its entry in the log, which only grows."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.errors import PyMongoError

from shared.faults import Conflict
from shared.http.access import Key, Secret
from shared.http.key_store import CAMPAIGNS, DATABASE, KEYS, LOG, USES, KeyStore, key_document, read_key
from shared.mongo import Document, Mongo, Session, fault

Changed = list[tuple[str, dict[str, Any]]]
"""Whose entries a change makes, and what they say."""
TRIES = 20
"""Of a change that others were ahead of."""


class KeysMistake(Exception):
    """A change that cannot be made; the text says why."""


@dataclass(frozen=True)
class Entry:
    """One change, as the log has it."""

    number: int
    at: datetime
    by: str
    did: str
    """`key-made`, `key-rotated`, `key-revoked`, `campaign-allowed`, `attachment-removed` or `attachment-allowed`."""
    of: str
    """The id of the key, the pattern of campaigns, or the SHA-256 of the attachment."""
    what: dict[str, Any]
    """What was set, without secrets or hashes."""


class KeyRegister:
    """The database of keys, for whoever changes it. All of it raises Unavailable where the database does not answer."""

    def __init__(self, mongo: Mongo, by: str) -> None:
        """`by` is who answers for the changes."""
        self._mongo, self._by = mongo, by

    async def prepare(self) -> None:
        """Make the collections."""
        await KeyStore(self._mongo).prepare()

    async def make(self, *keys: Key) -> None:
        """Add keys under ids that none ever had: all or none. Raises KeysMistake."""

        async def work(session: Session, number: int) -> Changed:
            there = await self._mongo[KEYS].find_one({"_id": {"$in": [key.id for key in keys]}}, session=session)
            if there:
                raise KeysMistake(f"There is or was a key {there['_id']!r} already; take another name, or rotate it.")
            await self._mongo[KEYS].insert_many([key_document(key, number) for key in keys], session=session)
            return [(key.id, key.model_dump(mode="json", exclude_defaults=True, exclude={"id", "secrets"})) for key in keys]

        await self._change("key-made", work)

    async def rotate(self, id: str, new: Secret, grace: timedelta) -> None:
        """Give a key another secret; the one before it is taken for as long as `grace` says, and those before that no more.

        With the same secret again nothing changes, so that it may be tried again where an answer was lost. Raises KeysMistake.
        """

        async def work(session: Session, number: int) -> Changed:
            key, now = await self._valid(id, session), _now()
            if key.secrets[-1].sha256 == new.sha256:
                return []
            before = key.secrets[-1].model_copy(update={"until": now + grace})
            kept = (before, new) if grace else (new,)
            await self._replace(key.model_copy(update={"secrets": kept}), session, number)
            return [(id, {"former_until": now + grace})]

        await self._change("key-rotated", work)

    async def revoke(self, id: str) -> None:
        """End a key. Raises KeysMistake."""

        async def work(session: Session, number: int) -> Changed:
            key = await self._valid(id, session)
            await self._replace(key.model_copy(update={"revoked": _now(), "secrets": ()}), session, number)
            return [(id, {})]

        await self._change("key-revoked", work)

    async def allow(self, pattern: str, root: str) -> None:
        """Let a root, and no other, be the first to announce campaigns whose ids the pattern fits."""

        async def work(session: Session, number: int) -> Changed:
            given = {"root": root, "change": number}
            before = await self._mongo[CAMPAIGNS].find_one_and_update({"_id": pattern}, {"$set": given}, upsert=True, session=session)
            return [(pattern, {"root": root, **({"before": before["root"]} if before and before["root"] != root else {})})]

        await self._change("campaign-allowed", work)

    async def note(self, did: str, of: str, what: dict[str, Any]) -> None:
        """Enter in the log what an operator does elsewhere."""

        async def work(session: Session, number: int) -> Changed:
            return [(of, what)]

        await self._change(did, work)

    async def keys(self) -> list[tuple[Key, datetime | None]]:
        """All keys, also those that ended, each with the minute of its last use."""
        uses = {each["_id"]: each["at"] for each in await self._all(USES)}
        return [(key, uses.get(key.id)) for key in map(read_key, await self._all(KEYS))]

    async def valid(self, id: str) -> tuple[Key, datetime | None]:
        """A key that has not ended, with the minute of its last use. Raises KeysMistake."""
        uses = {each["_id"]: each["at"] for each in await self._all(USES)}
        return await self._mongo.transaction(lambda session: self._valid(id, session)), uses.get(id)

    async def allowed(self) -> dict[str, str]:
        """The root that is allowed, by pattern of campaigns."""
        return {each["_id"]: each["root"] for each in await self._all(CAMPAIGNS)}

    async def log(self) -> list[Entry]:
        """Every change, the first one first."""
        return [Entry(each["_id"], each["at"], each["by"], each["did"], each["of"], each["what"]) for each in await self._all(LOG)]

    def close(self) -> None:
        """Let go of the connections."""
        self._mongo.close()

    async def _all(self, name: str) -> list[Document]:
        try:
            return await self._mongo[name].find({}).sort("_id", 1).to_list(None)
        except PyMongoError as error:
            raise fault(error) from error

    async def _valid(self, id: str, session: Session) -> Key:
        """Raises KeysMistake."""
        found = await self._mongo[KEYS].find_one({"_id": id}, session=session)
        if found is None:
            raise KeysMistake(f"There is no key {id!r}; `xiaohao keys list` shows those that there are.")
        key = read_key(found)
        if key.revoked:
            raise KeysMistake(f"The key {id!r} was revoked at {key.revoked:%Y-%m-%d %H:%M} UTC.")
        return key

    async def _replace(self, key: Key, session: Session, number: int) -> None:
        await self._mongo[KEYS].replace_one({"_id": key.id}, key_document(key, number), session=session)

    async def _change(self, did: str, work: Callable[[Session, int], Awaitable[Changed]]) -> None:
        """Make a change and its entries under the next numbers: of two at once one is first, and the other is tried again. Raises Conflict."""

        async def entered(session: Session) -> None:
            last = await self._mongo[LOG].find_one({}, {"_id": 1}, sort=[("_id", -1)], session=session)
            number = last["_id"] + 1 if last else 1
            changed = await work(session, number)
            entries = [
                {"_id": id, "at": _now(), "by": self._by, "did": did, "of": of, "what": what}
                for id, (of, what) in enumerate(changed, number)
            ]
            if entries:
                await self._mongo[LOG].insert_many(entries, session=session)

        for left in reversed(range(TRIES)):
            try:
                await self._mongo.transaction(entered)
                return
            except Conflict:
                if not left:
                    raise


async def keep(keys: Iterable[Key], allowed: Mapping[str, str], mongodb_uri: str, namespace: str = "", by: str = "demo") -> None:
    """Put keys made in memory, and the roots allowed by pattern of campaigns, into the database of an installation. Raises KeysMistake, Unavailable."""
    register = KeyRegister(Mongo(mongodb_uri, f"{namespace}{DATABASE}"), by)
    try:
        await register.prepare()
        await register.make(*keys)
        for pattern, root in allowed.items():
            await register.allow(pattern, root)
    finally:
        register.close()


def _now() -> datetime:
    """To the second: that is as precise as people say it."""
    return datetime.now(UTC).replace(microsecond=0)
