"""The clock: looks which subjects wake, and tells them so. It decides nothing."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta

import structlog

from services.ledger import rules
from services.ledger.decision import Wake
from services.ledger.store import Store
from services.ledger.stored import Announced, Stored
from shared.cloudevents import Record, Told, told_record
from shared.topics import book_of
from shared.workdays import local_date

log = structlog.get_logger()

SOURCE = "xiaohao/clock"
"""The source of what the clock tells; no API key can have it."""
MARGIN = timedelta(minutes=5)
"""How long after midnight the wall clock looks, so that what was accepted before has been recorded."""
PART = 500
"""Records handed over at once: the clock never holds all that falls due."""


class Clock:
    """The clock of the books in some partitions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._plans: dict[tuple[str, int], Announced] = {}
        self._told: set[str] = set()
        """Ids told since the partitions were assigned, and still due: told once."""

    def reset(self) -> None:
        """Partitions were assigned: what another copy told may have been lost with it, so tell again."""
        self._told.clear()

    async def look(self, today: date, partitions: Sequence[int], again: bool = False) -> AsyncIterator[Sequence[Record]]:
        """What falls due up to `today`, in order, in parts; `again` also what was told before."""
        part: list[Record] = []
        asleep: list[tuple[Stored, date | None]] = []
        seen: set[str] = set()
        async for stored in self._store.due(partitions, today):
            try:
                plan = await self._plan(stored)
                wakes = list(rules.wakes(stored.id, stored.state, plan.plan if plan else None))
            except (ValueError, TypeError, KeyError) as bug:
                # One subject that cannot be reckoned must not stop the clock of all others; it is looked at again each time.
                log.error("cannot say when it is due", subject=stored.id, error=repr(bug))
                continue
            due = [_tells(stored, wake) for wake in wakes if wake.on <= today]
            if plan and not due:
                # An amendment woke it, and has nothing to tell it yet.
                asleep.append((stored, min((wake.on for wake in wakes), default=None)))
            for told in due:
                seen.add(told.id)
                if again or told.id not in self._told:
                    part.append(told_record(told))
            if len(part) >= PART:
                yield part
                part = []
            if len(asleep) >= PART:
                await self._store.put_back(asleep)
                asleep = []
        await self._store.put_back(asleep)
        if part:
            yield part
        self._told = seen

    async def look_now(self, now: datetime, partitions: Sequence[int]) -> AsyncIterator[Sequence[Record]]:
        """What fell due a margin ago, by the wall clock."""
        async for part in self.look(local_date(now - MARGIN), partitions):
            yield part

    async def _plan(self, stored: Stored) -> Announced | None:
        campaign, version = stored.id.partition("/")[0], stored.plan_version
        if (campaign, version) not in self._plans and (found := await self._store.announced(campaign, version)):
            self._plans[campaign, version] = found
        return self._plans.get((campaign, version))


def _tells(stored: Stored, wake: Wake) -> Told:
    return Told(
        id=f"{stored.id}#{wake.name}",
        source=SOURCE,
        type=type(wake.fact).__name__,
        subject=stored.id,
        book=book_of(stored.id),
        time=wake.accepted,
        accepted=wake.accepted,
        fact=wake.fact,
    )
