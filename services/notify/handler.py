"""Notify's work: notices that recorded events call for, entered as deliveries, what later notices will have to say, and a copy of the people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from services.notify.memory import REMEMBERED, Values, remembered
from services.notify.metrics import Metrics
from services.notify.policy import CALLS, looks_up, notices
from services.notify.standing import STANDS, stands
from services.notify.store import Store
from shared.kafka.records import PersonTold, Recorded
from shared.mongo import Session

READS = frozenset({*CALLS, *REMEMBERED, *STANDS})
"""The facts that notify has a use for."""


class Folding:
    """Enters the deliveries that recorded events call for. See `shared.kafka.reader.Fold`."""

    def __init__(self, store: Store, told: Callable[[], None]) -> None:
        """`told` hears that deliveries are being entered."""
        self._store, self._told = store, told

    async def __call__(self, session: Session, events: Sequence[Recorded]) -> None:
        """Enter what the events call for, each with what was known when it happened."""
        wanted = [event for event in events if isinstance(event.fact, CALLS) or remembered(event) or stands(event)]
        subjects = {subject for event in wanted for subject in looks_up(event)}
        known: dict[str, Values] = dict(await self._store.known(session, subjects)) if wanted else {}
        changed: dict[str, Values] = {}
        entered = []
        for event in wanted:
            said = known.get(event.subject)
            more = {**remembered(event, said), **stands(event, said)}
            if more:
                known[event.subject] = changed[event.subject] = {**(said or {}), **more}
            entered += notices(event, known)
        await self._store.remember(session, changed)
        await self._store.enter(session, entered, datetime.now(UTC))
        if entered:
            self._told()


async def keep_people(store: Store, metrics: Metrics, wake: Callable[[], None], people: Mapping[str, PersonTold]) -> None:
    """Keep names and mailboxes; what waits for a mailbox is tried at once, and to whoever is erased nothing is sent any more."""
    now = datetime.now(UTC)
    heard = await store.keep(people)
    if erased := [id for id in heard if people[id].named is None]:
        metrics.deliveries.labels("failed").inc(await store.forget(erased, now))
    await store.nudge(heard, now)
    wake()
