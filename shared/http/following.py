"""Keys in memory follow the database: what an operator changes holds on every copy of a service within 5 s."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import structlog

from shared.faults import Conflict, Unavailable
from shared.http.access import Keys
from shared.http.key_store import DATABASE, KeyStore
from shared.mongo import Document, Mongo

log = structlog.get_logger()
LOOK = 1.0
"""Seconds between two looks."""
PATIENCE = 3.0
"""Seconds that one may take."""
SILENT = 5.0
"""Seconds without one after which readiness says so."""
TOLERATED = 900.0
"""Seconds without one after which no key is taken. An election, a restart or an upgrade of MongoDB takes less, and bureaus tell on through it; a key
that is revoked meanwhile is refused after a quarter of an hour at the latest, even by a copy that alone is cut off."""


class Following:
    """Brings changes into the keys of a process, and notes in the database which were used."""

    def __init__(self, keys: Keys, store: KeyStore, now: Callable[[], float] = monotonic) -> None:
        self.keys = keys
        self._store, self._now = store, now
        self._last = now()
        self._since: Document | None = None
        self._noted: dict[str, datetime] = {}

    async def start(self) -> None:
        """Take in all there is. Raises Unavailable."""
        await self._store.prepare()
        await self._take()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Look once. While the database does not answer, the keys that are known stay valid for a bounded time."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._take()
                await self._note()
        except (Unavailable, Conflict, TimeoutError) as error:
            self._judge(str(error)[:200] or "it does not answer in time")

    async def _take(self) -> None:
        """Take in what changed. Raises Unavailable."""
        changes = await self._store.changes(self._since)
        if changes.whole:
            self.keys.clear()
        for id, why in changes.unreadable.items():
            self.keys.drop(id)
            log.error("key unusable", key=id, cause=why)
        for key in changes.keys.values():
            self.keys.put(key)
        for pattern, root in changes.allowed.items():
            self.keys.allowances.allow(pattern, root)
        if changes.keys or changes.allowed:
            log.info("keys taken anew", keys=len(changes.keys), allowed=len(changes.allowed))
        self._since, self._last = changes.last, self._now()
        self.keys.fault, self.keys.lost = None, False

    async def _note(self) -> None:
        """Note in which minute keys were used: each at most once a minute, all at once. Raises Unavailable."""
        minutes = {id: at.replace(second=0, microsecond=0) for id, at in self.keys.used.items()}
        new = {id: at for id, at in minutes.items() if self._noted.get(id) != at}
        await self._store.use(new)
        self._noted |= new

    def _judge(self, why: str) -> None:
        silent = self._now() - self._last
        if silent < SILENT:
            return
        if not self.keys.fault:
            log.error("keys unread", detail=why, seconds=TOLERATED)
        self.keys.lost = silent > TOLERATED
        until = "no key is taken" if self.keys.lost else f"those of then are taken until {TOLERATED:.0f} s are over"
        self.keys.fault = f"the keys were last read from the database {silent:.0f} s ago, and {until}: {why}"


def followed(mongo: Mongo, namespace: str) -> Following:
    """The keys of an installation, beside the database of a service."""
    return Following(Keys(), KeyStore(mongo.beside(f"{namespace}{DATABASE}")))
