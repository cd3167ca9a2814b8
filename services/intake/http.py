"""`POST /v1/events`: the door through which bureaus tell what happened."""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.requests import ClientDisconnect

from services.intake import validation
from services.intake.body import LIMITS, LINES, MOST, MOST_LINES, STALLED, Body, NotRead, Row, Stalled, TooBig, TooMany, parts, rows
from services.intake.contract import EVENTS, describe
from services.intake.mistakes import FORBIDDEN, Wrong, wrong
from services.intake.state import Known, OpenBook
from services.intake.store import Store
from shared.faults import Conflict, Unavailable
from shared.http.access import Key, Keys
from shared.http.problem import Problem, add_problems, requires
from shared.kafka.cloudevents import TRACE, Record, stamp
from shared.kafka.producer import Producer

LISTED = 1000
"""Mistakes that one answer lists; what lies past them is counted."""
ENOUGH = 1000
"""Refused events after which no further part of a request is looked at: whoever sent them has to mend the whole file."""
TURN = 200
"""Events after which other requests have their turn."""


@dataclass
class Outcome:
    """What became of the events of one request so far."""

    accepted: int = 0
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    unlisted: int = 0
    forbidden: bool = True
    """Every event that was refused was refused for what the key may not do."""
    rules: Tally[str] = field(default_factory=Tally)
    unread: int | None = None
    """The line from which on nothing was looked at, since too many before it were refused; none: all were."""

    def refuse(self, index: int, error: Wrong) -> None:
        """Count one event out."""
        self.refused += 1
        self.forbidden &= error.mistakes[0].rule in FORBIDDEN
        self.rules[error.mistakes[0].rule] += 1
        room = LISTED - len(self.errors)
        self.errors += [mistake.at(index) for mistake in error.mistakes[:room]]
        self.unlisted += max(0, len(error.mistakes) - room)

    def response(self) -> Response:
        """202 where all went in, 207 where some did, else 403 or 422."""
        if not self.refused:
            return JSONResponse({"accepted": self.accepted}, 202)
        if self.accepted:
            return self.problem(207, "Multi-Status", f"{self.accepted} events were taken, {self.refused} were not")
        if self.forbidden:
            return self.problem(403, "Forbidden", "this key may tell none of these events")
        return self.problem(422, "Unprocessable Content", "none of the events was taken")

    def problem(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
        """A problem (RFC 9457) that lists the mistakes and says how many events were taken."""
        if self.unread is not None:
            detail += f"; {ENOUGH} or more were refused, so nothing from line {self.unread} on (from 0) was looked at: mend the file and send it again"
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body |= {"accepted": self.accepted, "refused": self.refused, "errors": self.errors}
        if self.unread is not None:
            body["lines_read"] = self.unread
        if self.unlisted:
            body["errors_unlisted"] = self.unlisted
        return JSONResponse(body, status, headers, "application/problem+json")


class Door:
    """Takes the events of a request, checks each, and answers once Kafka has them."""

    def __init__(
        self,
        producer: Producer,
        store: Store,
        partitions: int,
        told_clock: bool,
        patience: float,
        registry: CollectorRegistry,
        secret: bytes | None = None,
    ) -> None:
        self._secret = secret
        """Makes the pseudonyms of persons who are to stay unknown."""
        self._producer, self._store, self._partitions, self._told_clock, self._patience = producer, store, partitions, told_clock, patience
        self._publishing: set[asyncio.Task[None]] = set()
        self._events = Counter("xiaohao_intake_events", "Events that came through the door.", ["outcome", "reason"], registry=registry)
        self._took = Histogram(
            "xiaohao_intake_request_seconds",
            "Duration of a request to the door, by the status of its answer.",
            ["status"],
            registry=registry,
            buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
        )

    async def answer(self, request: Request, key: Key) -> Response:
        """Take a request."""
        began = perf_counter()
        outcome = Outcome()
        try:
            response = await self._take(request, key, outcome)
        except Problem as problem:
            response = problem.response()
        self._took.labels(response.status_code).observe(perf_counter() - began)
        self._events.labels("accepted", "").inc(outcome.accepted)
        for rule, count in outcome.rules.items():
            self._events.labels("refused", rule).inc(count)
        return response

    async def _take(self, request: Request, key: Key, outcome: Outcome) -> Response:
        body = Body(request, _media(request))
        trace = request.headers.get("traceparent", "")
        try:
            async with aclosing(self._parts(body)) as found:
                async for part in found:
                    if outcome.refused >= ENOUGH:
                        outcome.unread = part[0].index
                        break
                    await self._part(part, key, trace if TRACE.fullmatch(trace) else None, outcome)
            if outcome.unread is not None:
                await body.discard()
        except (TooBig, TooMany):
            await body.discard()
            return outcome.problem(413, "Content Too Large", _limits(body.media))
        except Stalled:
            return outcome.problem(
                408, "Request Timeout", f"nothing came of the body for {STALLED:.0f} s; send it again, whole", {"Connection": "close"}
            )
        except NotRead as error:
            raise Problem(400, "Bad Request", str(error)) from None
        except ClientDisconnect:
            raise Problem(400, "Bad Request", "the body ended before its end") from None
        return outcome.response()

    @staticmethod
    async def _parts(body: Body) -> AsyncGenerator[Sequence[Row]]:
        if body.media == LINES:
            async for part in parts(body):
                yield part
        else:
            yield await rows(body)

    async def _part(self, part: Sequence[Row], key: Key, trace: str | None, outcome: Outcome) -> None:
        """Check and publish some events. Raises Problem 503."""
        items: list[tuple[int, validation.Item]] = []
        for number, row in enumerate(part, 1):
            if number % TURN == 0:
                await asyncio.sleep(0)
            try:
                if row.wrong:
                    raise row.wrong
                items.append((row.index, validation.read(row.raw, key.source)))
            except Wrong as error:
                outcome.refuse(row.index, error)
        try:
            async with asyncio.timeout(self._patience):
                known = await self._store.known({book for _, item in items for book in item.books})
        except (Unavailable, Conflict, TimeoutError) as error:
            raise _away("the database", error) from error
        now = stamp(datetime.now(UTC)).encode()
        out: list[Record] = []
        taken = 0
        people: list[tuple[int, validation.Item, list[Record]]] = []
        for number, (index, item) in enumerate(items, 1):
            if number % TURN == 0:
                await asyncio.sleep(0)
            try:
                records = validation.records(item, key, now, known, trace, self._partitions, self._told_clock, self._secret)
            except Wrong as error:
                outcome.refuse(index, error)
                continue
            if item.type == "PersonNamed":
                people.append((index, item, records))
            else:
                out += records
                taken += 1
        if people:
            named = await self._named(people, key, known, outcome)
            out += named
            taken += len(named)
        await self._publish(out)
        outcome.accepted += taken

    async def _named(
        self, people: Sequence[tuple[int, validation.Item, list[Record]]], key: Key, known: Known, outcome: Outcome
    ) -> list[Record]:
        """What is published of persons: those that are new, and those first named for a unit under the key. Raises Problem 503."""
        books: dict[str, OpenBook] = {}
        for _, item, _ in people:
            books.setdefault(item.data["person"], known.books[item.scope])
        try:
            async with asyncio.timeout(self._patience):
                holders = await self._store.holders(books)
        except (Unavailable, Conflict, TimeoutError) as error:
            raise _away("the database", error) from error
        out: list[Record] = []
        for index, item, records in people:
            person = item.data["person"]
            if key.covers(holders[person]):
                out += records
            else:
                outcome.refuse(index, wrong("person-not-yours", "data.person", person, person=person, unit=key.unit))
        return out

    async def _publish(self, records: Sequence[Record]) -> None:
        """Wait until Kafka has acknowledged all. Raises Problem 503."""
        if not records:
            return
        # It goes on after the wait is over: cut off half-way, it could not put its producer in order.
        publishing = asyncio.create_task(self._producer.publish(records))
        self._publishing.add(publishing)
        publishing.add_done_callback(self._published)
        try:
            async with asyncio.timeout(self._patience):
                await asyncio.shield(publishing)
        except (Unavailable, TimeoutError) as error:
            raise _away("Kafka", error) from error

    def _published(self, task: asyncio.Task[None]) -> None:
        self._publishing.discard(task)
        if not task.cancelled():
            task.exception()  # told to whoever still waits


def add_door(http: FastAPI, door: Door, keys: Keys) -> None:
    """Add the route, and its description."""
    add_problems(http)
    telling = requires(keys, "tell")

    @http.post("/v1/events", status_code=202, response_model=None, **EVENTS)
    async def events(request: Request, key: Annotated[Key, Depends(telling)]) -> Response:
        return await door.answer(request, key)

    describe(http)


def _media(request: Request) -> str:
    """The content type of a request. Raises Problem 415."""
    given = request.headers.get("content-type", "")
    media, _, parameters = given.partition(";")
    media, charset = media.strip().lower(), parameters.lower().replace(" ", "").replace('"', "")
    coding = request.headers.get("content-encoding", "identity")
    if media not in LIMITS or charset not in ("", "charset=utf-8") or coding != "identity":
        what = given[:80] if coding == "identity" else f"{given[:80]}, {coding[:80]}"
        raise Problem(415, "Unsupported Media Type", f"content type {what!r}; send {', '.join(LIMITS)}, in UTF-8, not compressed")
    return media


def _limits(media: str) -> str:
    detail = f"a body of {media} has at most {LIMITS[media]} bytes and {MOST} events"
    if media == LINES:
        detail = f"a body of {media} has at most {LIMITS[media]} bytes and {MOST_LINES} lines; what was taken before the limit stands, and may be sent again without effect"
    return detail


def _away(what: str, error: Exception) -> Problem:
    why = str(error)[:200] or "no answer in time"
    return Problem(
        503,
        "Service Unavailable",
        f"{what} is away ({why}); nothing is acknowledged. What was sent may have arrived all the same: "
        "send it again under the same ids, which has no further effect",
        headers={"Retry-After": "5"},
    )
