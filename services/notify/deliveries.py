"""Deliveries: entered by the handler, carried out by lines, each told to `campaign.notices` when it is sent or given up.

A delivery is claimed before it is sent, for the time of a lease. A copy that dies between sending and marking leaves the claim to run out; another
then sends once more, under the same Message-ID. So a notice is sent at least once, and more than once only where a copy died or stood still.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

import structlog

from services.notify.channels import Away, Channel, Later, Message, Never, NotTaken
from services.notify.memory import Known, Values
from services.notify.metrics import Metrics
from services.notify.standing import as_it_stands, looked_up, responsible
from services.notify.store import Delivery, Person, State, Store
from shared.command import Place, in_line
from shared.events.notice import NoticeFailed, NoticeSent
from shared.faults import Conflict, Unavailable
from shared.kafka.cloudevents import notice_record
from shared.kafka.dead_letters import failed_at
from shared.kafka.instance import Instance
from shared.kafka.records import Record
from shared.logs.why import why
from shared.topics import book_id, book_of, person_id

log = structlog.get_logger()
T = TypeVar("T")

TOGETHER = 50
"""Outcomes published at once, at most; one that ended waits a second for others, and none when nothing more is due."""
OUTDATED = "outdated"
"""Why a notice is not sent that would not hold any more."""
POLL = 5.0
"""Seconds after which a line looks again though nobody rang: another copy may have died."""


@dataclass(frozen=True)
class Patience:
    """How long things are tried, in seconds. As it stands: 60 tries over about two days, and three days for a mailbox to become known."""

    first: float = 5
    """The first pause; each further one is twice as long."""
    longest: float = 3600
    tries: int = 60
    mailbox: float = 72 * 3600
    send: float = 60
    """What one try may take at most; well under the lease, so that a claim does not run out while its letter is under way."""
    lease: float = 180

    def pause(self, times: int) -> timedelta:
        """The pause after so many times in vain."""
        return timedelta(seconds=min(self.first * 2 ** min(max(times - 1, 0), 30), self.longest))


class Bell:
    """Wakes the lines: there may be something to deliver."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._entered = False

    def entered(self) -> None:
        """Deliveries are being entered; their transaction may yet fail."""
        self._entered = True

    def folded(self) -> None:
        """The transaction stands. Most batches call for no delivery, and each ring has every line ask the database twice."""
        if self._entered:
            self._entered = False
            self.ring()

    def ring(self) -> None:
        """Wake every line."""
        for each in self._waiting:
            each.set()

    def listener(self) -> asyncio.Event:
        """An event that is set when the bell rings."""
        event = asyncio.Event()
        self._waiting.add(event)
        return event


class Line:
    """Carries deliveries out, one after another, on a connection of its own."""

    def __init__(
        self,
        store: Store,
        channels: dict[str, Channel],
        publish: Callable[[Sequence[Record]], Awaitable[None]],
        bell: Bell,
        metrics: Metrics,
        patience: Patience,
        today: Callable[[], date] | None = None,
        instance: Instance | None = None,
    ) -> None:
        """`today`: what day it is; none where time is told, and each notice says what held when its event happened. `instance` knows of traces."""
        self._store, self._channels, self._publish, self._metrics, self._patience = store, channels, publish, metrics, patience
        self._today, self._instance = today, instance
        self._rung = bell.listener()
        self._away = 0
        self._ended: list[Delivery] = []
        self._first_ended = 0.0

    async def run(self) -> None:
        """Deliver what is due, then rest until the bell rings or something falls due."""
        try:
            while True:
                self._rung.clear()  # before looking: what is entered meanwhile rings again
                try:
                    if await finished(self._one()):
                        if self._away:  # the other side is away for all: leave the rest in peace
                            await asyncio.sleep(min(self._patience.pause(self._away).total_seconds(), 30))
                        continue
                    await self._rest()
                    due = await self._store.next_due()
                except (Unavailable, Conflict) as error:
                    log.warning("deliveries wait", detail=why(error))
                    await asyncio.sleep(1)
                    continue
                seconds = (due - datetime.now(UTC)).total_seconds() if due else POLL
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(max(seconds, 0.02), POLL)):
                        await self._rung.wait()
        finally:
            with contextlib.suppress(Unavailable, Conflict):
                await self._tell()
            await self._rest()

    async def _rest(self) -> None:
        for channel in self._channels.values():
            await channel.rest()

    async def _one(self) -> bool:
        """Take up one delivery; False when none is due."""
        delivery = await self._store.claim(datetime.now(UTC), timedelta(seconds=self._patience.lease), secrets.token_hex(8))
        if delivery is None:
            await self._tell()
            return False
        ended = await self._traced(delivery) if delivery.state == "sending" else delivery
        if ended is not None:
            self._first_ended = self._first_ended if self._ended else monotonic()
            self._ended.append(ended)
        if len(self._ended) >= TOGETHER or (self._ended and monotonic() - self._first_ended > 1):
            await self._tell()
        return True

    async def _tell(self) -> None:
        """Publish what became of those that ended since; were the process to die before, their leases run out and another copy tells it."""
        ended, self._ended = self._ended, []
        if not ended:
            return
        now = datetime.now(UTC)
        try:
            await self._publish([_outcome(each, now) for each in ended])
        except Unavailable:
            await self._store.untold(ended, now + self._patience.pause(1))
            raise
        await self._store.told(ended)

    async def _traced(self, delivery: Delivery) -> Delivery | None:
        tracing = self._instance.tracing if self._instance else None
        if tracing is None:
            return await self._deliver(delivery)
        said: dict[str, str | int] = {"event_id": delivery.event, "template": delivery.template, "tries": delivery.tries}
        with tracing.delivering(delivery.traceparent, delivery.channel, said) as span:
            ended = await self._deliver(delivery)
            span.set_attribute("xiaohao.state", ended.state if ended else "waits")
            return ended and replace(ended, traceparent=tracing.here())

    async def _deliver(self, delivery: Delivery) -> Delivery | None:
        """Send it. Gives the delivery as it ended, or none where it waits or another copy has it."""
        if delivery.tries > self._patience.tries:  # each try took the process with it
            return await self._failed(delivery, NotTaken("gave-up"))
        known = await self._store.remembered(looked_up(delivery.subject, delivery.values)) if self._today else {}
        delivery = await self._addressed(delivery, known)
        person = await self._store.person(delivery.recipient)
        if person is not None and person.erased:
            return await self._failed(delivery, NotTaken("erased"))
        if (said := self._said(delivery, known)) is None:
            return await self._failed(delivery, NotTaken(OUTDATED))
        if person is None:
            return await self._waits(delivery, "no-mailbox")
        if not (fits := await self._in_line(delivery, person)):
            return await (self._failed(delivery, NotTaken("not-in-line")) if fits is False else self._waits(delivery, "unit-unknown"))
        if person.mail is None:
            return await self._waits(delivery, "no-mailbox")
        try:
            message = Message(delivery.id, person.name, person.mail, delivery.subject, delivery.template, said)
            async with asyncio.timeout(self._patience.send):
                await self._channels[delivery.channel].send(message)
        except (Later, TimeoutError) as error:
            return await self._later(delivery, error if isinstance(error, Later) else Away("away"))
        except Never as never:
            self._away = 0
            return await self._failed(delivery, never)
        except Exception as error:
            # One that cannot be put into words must not stand in the way of the rest.
            return await self._failed(delivery, NotTaken("bug"), failed_at(error))
        self._away = 0
        return await self._sent(delivery)

    async def _addressed(self, delivery: Delivery, known: Known) -> Delivery:
        """To whoever is responsible by now, where it goes to whoever that is: one who was mistyped, or left, hears nothing in their place."""
        root, _, whom = delivery.recipient.partition("/")
        if (now := responsible(delivery.values, known) or whom) == whom:
            return delivery
        moved = replace(delivery, recipient=person_id(root, now))
        await self._store.address(moved)
        return moved

    def _said(self, delivery: Delivery, known: Known) -> Values | None:
        """What it says as things are now; none where it does not hold any more."""
        if self._today is None:
            return delivery.values
        whom = delivery.recipient.partition("/")[2]
        return as_it_stands(delivery.template, whom, delivery.values, known, delivery.subject, self._today())

    async def _in_line(self, delivery: Delivery, person: Person) -> bool | None:
        """Whether the recipient's unit is at, above or below the one whose book tells of it; none: nobody knows yet what is above the recipient's."""
        of = book_of(delivery.subject)
        theirs = book_id(of.partition("/")[0], person.unit)
        places = await self._store.places({of, theirs})
        own = places.get(of)
        place = Place(delivery.path, own.superiors if own else ())
        if place.path and in_line(person.unit, places.get(theirs), place):
            return True
        return False if places.get(theirs) else None

    async def _waits(self, delivery: Delivery, cause: str) -> Delivery | None:
        """It is tried again once more may be known of the recipient, for so long."""
        now, end = datetime.now(UTC), delivery.entered + timedelta(seconds=self._patience.mailbox)
        if now >= end:
            return await self._failed(delivery, NotTaken("no-mailbox" if cause == "no-mailbox" else "not-in-line"))
        self._metrics.retries.labels(cause).inc()
        due = min(now + self._patience.pause(delivery.looks + 1), end)
        await self._store.postpone(delivery, cause, due, looked=True)
        return None

    async def _later(self, delivery: Delivery, error: Later) -> Delivery | None:
        self._away = self._away + 1 if isinstance(error, Away) else 0
        log.warning("delivery put off", **_said_of(delivery), cause=error.cause, code=error.code)
        if delivery.tries >= self._patience.tries:
            return await self._failed(delivery, NotTaken("gave-up", error.code))
        self._metrics.retries.labels(error.cause).inc()
        await self._store.postpone(delivery, error.cause, datetime.now(UTC) + self._patience.pause(delivery.tries))
        return None

    async def _sent(self, delivery: Delivery) -> Delivery | None:
        while True:  # it is sent: nothing but the mark keeps it from being sent again
            try:
                news = await self._store.sent(delivery, self._until())
                break
            except (Unavailable, Conflict) as error:
                log.warning("delivery unmarked", event_id=delivery.event, detail=why(error))
                await asyncio.sleep(0.5)
        if not news:
            return None
        self._metrics.notified.observe([delivery.recorded], lambda _: delivery.traceparent)
        return self._end(delivery, "sent")

    async def _failed(self, delivery: Delivery, end: NotTaken, bug: str | None = None) -> Delivery | None:
        if not await self._store.failed(delivery, end.cause, end.code, self._until()):
            return None
        if end.cause == OUTDATED:  # nobody need look after it
            self._metrics.deliveries.labels(OUTDATED).inc()
            return replace(delivery, state="failed", cause=end.cause)
        log.error("delivery failed", **_said_of(delivery), cause=bug or end.cause, code=end.code)
        return self._end(delivery, "failed", end.cause, end.code)

    def _until(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._patience.lease)

    def _end(self, delivery: Delivery, state: State, cause: str | None = None, code: int | None = None) -> Delivery:
        self._metrics.deliveries.labels(state).inc()
        return replace(delivery, state=state, cause=cause, code=code)


def _said_of(delivery: Delivery) -> dict[str, Any]:
    """What a log may say of a delivery: its own id names the recipient."""
    of = {"channel": delivery.channel, "template": delivery.template, "tries": delivery.tries}
    return {"event_id": delivery.event, "book": book_of(delivery.subject), **of}


def _outcome(delivery: Delivery, now: datetime) -> Record:
    """What became of a delivery, under the delivery's own id, so that a repeat shows. Ids alone: no name, no address, no free text."""
    event, channel, template, tries = delivery.event, delivery.channel, delivery.template, delivery.tries
    fact: NoticeSent | NoticeFailed = NoticeSent(event=event, channel=channel, template=template, tries=tries)
    if delivery.state != "sent":
        why, code = delivery.cause or "bug", delivery.code
        fact = NoticeFailed(event=event, channel=channel, template=template, tries=tries, reason=why, code=code)
    return notice_record(delivery.id, delivery.subject, delivery.recipient, fact, now, delivery.traceparent)


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end also when cancelled: what is sent has to be marked. Bounded by what a service may take to stop."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=15)
        if not task.done():
            task.cancel()
        elif not task.cancelled():
            task.exception()  # seen
        raise
