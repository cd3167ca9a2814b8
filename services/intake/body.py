"""Reading a request's body: in the form it is declared in, and never more of it than its limit."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect

from services.intake.envelope import Row
from services.intake.limits import LARGEST
from services.intake.mistakes import NotTaken
from services.intake.no_json import kind_of, why_no_json
from shared.http.problem import Problem

ONE, BATCH, LINES = "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson"
LIMITS = {ONE: LARGEST, BATCH: 1 << 20, LINES: 16 << 20}
"""Bytes of a whole body, by its content type."""
MOST = 1000
"""Events of a batch, and lines of NDJSON that are handled at once."""
MOST_LINES = 100_000
"""Lines of an NDJSON body, blank ones included."""
PART = 1 << 20
"""Bytes of NDJSON that are gathered before they are handled: so memory holds no more than this, one line and one chunk."""
DISCARDED = 16 << 20
"""Bytes past a limit that are read and thrown away, so that the client hears the refusal instead of a broken connection."""

STALLED = 60.0
"""Seconds without a byte after which a body is given up: else who opens a request and goes silent is waited for until the service ends."""
SLOWEST = 8 << 10
"""Bytes a second of a body, once it took STALLED seconds, below which it is given up too: the largest may take 35 minutes, a byte now and then no longer than
nothing.
"""


class OverLimit(Exception):
    """A body that is longer than its limit, or has too many events or lines."""


class Stalled(Exception):
    """A body of which nothing came for STALLED seconds, or less than SLOWEST bytes a second."""


class Body:
    """A request's body, read once."""

    def __init__(self, request: Request, limits: Mapping[str, int] = LIMITS) -> None:
        """`limits`: the content types that are taken, with the bytes that each may have. Raises Problem 415."""
        self.media, self._limits = _media(request, limits), limits
        self._declared = int(request.headers.get("content-length") or 0)
        self._stream = arriving(request.stream())

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises Stalled, and OverLimit at the limit, before the first byte where the length is declared."""
        limit = self._limits[self.media]
        if self._declared > limit:
            raise OverLimit
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > limit:
                raise OverLimit
            yield chunk

    def over_limit(self) -> tuple[str, dict[str, Any]]:
        """The problem of a body over its limit, by name, and how much it may hold."""
        values: dict[str, Any] = {"media": self.media, "bytes": LIMITS[self.media]}
        return ("too-many-lines", values | {"most": MOST_LINES}) if self.media == LINES else ("too-large", values | {"most": MOST})

    async def discard(self) -> None:
        """Read on after a refusal, within reason."""
        await discard(self._stream)


async def discard(stream: AsyncIterator[bytes]) -> None:
    """Read on after a refusal, within reason."""
    size = 0
    with suppress(ClientDisconnect, Stalled):
        async for chunk in stream:
            size += len(chunk)
            if size > DISCARDED:
                return


def _media(request: Request, limits: Mapping[str, int]) -> str:
    """The content type of a request. Raises Problem 415."""
    given = request.headers.get("content-type", "")
    media, coding = in_utf8(given), request.headers.get("content-encoding", "identity")
    if media is None or media not in limits or coding != "identity":
        what = repr(given[:80]) + ("" if coding == "identity" else f", {coding[:80]}")
        raise Problem("media", given=what, media=", ".join(limits))
    return media


def in_utf8(given: str) -> str | None:
    """A content type without its charset; none where that is another than UTF-8."""
    media, _, parameters = given.partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "")
    return media.strip().lower() if charset in ("", "charset=utf-8") else None


async def arriving(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks of a body. What we take to handle them is not the client's time. Raises Stalled."""
    size, waited = 0, 0.0
    while True:
        began = monotonic()
        try:
            async with asyncio.timeout(min(STALLED, STALLED + size / SLOWEST - waited)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Stalled from None
        waited += monotonic() - began
        size += len(chunk)
        yield chunk


async def _rows(body: Body) -> list[Row]:
    text = b"".join([chunk async for chunk in body.chunks()])
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Problem("no-json", why=why_no_json(text, error)) from None
    if body.media == ONE:
        return [Row(0, raw)]
    if not isinstance(raw, list):
        raise Problem("no-array", given=kind_of(raw))
    if len(raw) > MOST:
        raise OverLimit
    return [Row(index, each) for index, each in enumerate(raw)]


async def read_parts(body: Body) -> AsyncGenerator[list[Row]]:
    """The events of a body: all at once, or of NDJSON in parts, each of at most 1,000 lines.

    Raises Problem 400 or Stalled, and OverLimit after the parts that lie before the limit.
    """
    if body.media != LINES:
        yield await _rows(body)
        return
    part: list[Row] = []
    size = 0
    async for index, line in lines(body.chunks(), LARGEST):
        if index == MOST_LINES:
            if part:
                yield part
            raise OverLimit
        if index % 500 == 499:
            await asyncio.sleep(0)  # a chunk that lies here already is no pause: other requests have their turn
        if line is not None and not line.strip():
            continue
        part.append(_row(index, line))
        size += len(line or b"")
        if len(part) == MOST or size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part


async def lines(source: AsyncIterator[bytes], longest: int) -> AsyncIterator[tuple[int, bytes | None]]:
    """The lines of a stream with their numbers from 0; None for one that is longer, whose bytes are not kept."""
    line: bytearray | None = bytearray()
    number = 0
    async for chunk in source:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            line = _longer(line, chunk[start:end], longest)
            yield number, None if line is None else bytes(line)
            line, start, number = bytearray(), end + 1, number + 1
        line = _longer(line, chunk[start:], longest)
    if line is None or line:
        yield number, None if line is None else bytes(line)


def _longer(line: bytearray | None, piece: bytes, longest: int) -> bytearray | None:
    if line is None or len(line) + len(piece) > longest:
        return None
    line += piece
    return line


def _row(index: int, line: bytes | None) -> Row:
    if line is None:
        return Row(index, refusal=NotTaken.by("line-too-long", "", None, limit=LARGEST))
    try:
        return Row(index, orjson.loads(line))
    except orjson.JSONDecodeError as error:
        return Row(index, refusal=NotTaken.by("json", "", line[:200].decode("utf-8", "replace"), detail=why_no_json(line, error)))
