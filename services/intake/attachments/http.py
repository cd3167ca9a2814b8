"""`POST /v1/attachments`: the door through which pictures and papers come, before the events that name them."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Gauge
from starlette.requests import ClientDisconnect

from services.intake.attachments.checks import Unfit, checked
from services.intake.attachments.cleaning import cleaned, looked_into
from services.intake.attachments.contract import ATTACHMENT
from services.intake.attachments.kinds import HEAD, PDF, Kind, kind_of
from services.intake.body import SLOWEST, STALLED, Stalled, arriving, discard
from services.intake.places import Places
from shared.attachments import Attachment, Attachments, Removed, Uploader
from shared.faults import Conflict, Unavailable
from shared.http.access import Key, Keys
from shared.http.language import language_of
from shared.http.problem import Problem, asking_again, requires
from shared.logs.why import why
from shared.wording import worded
from shared.wording.attachments import NOT_TAKEN, TAKEN
from shared.wording.problems import DETAILS

log = structlog.get_logger()
AT_ONCE = 8
"""Attachments that are received at one time: the largest take 4 GB of disk together."""
OF_ONE_KEY = 3
"""Of one key: a slow video leaves room for those of others."""
LONGEST = 1800.0
"""Seconds that one may take to be written into the database, at most."""
EVERY = 600.0
"""Seconds from one sweep to the next."""
BROKEN = ("broken", "two-in-one", "empty", "pixels", "moving")
"""What is of a kind that is taken, and is not taken all the same."""


class TooLarge(Exception):
    """A body that is longer than one of its kind may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class AttachmentDoor:
    """Takes attachments: each is received on disk, known by its content, cleaned, and kept once."""

    def __init__(self, attachments: Attachments, registry: CollectorRegistry) -> None:
        self._attachments, self._places = attachments, Places(AT_ONCE, OF_ONE_KEY, "attachments-busy", 5)
        self._cleaning, self._looking, self._writing = asyncio.Semaphore(1), asyncio.Semaphore(1), asyncio.Semaphore(2)
        under_way = Gauge(
            "xiaohao_intake_attachments_under_way", "Attachments that are being received, cleaned or written.", registry=registry
        )
        under_way.set_function(self._places.held)
        self._counted = Counter("xiaohao_intake_attachments", "Attachments that were sent.", ["outcome"], registry=registry)

    async def take(self, request: Request, again: Callable[[], Key]) -> Response:
        """Take the attachment of a request; `again` gives its key, while it is valid."""
        stream = arriving(request.stream())
        try:
            with self._places.taken(again()):
                kept = await self._kept(request, stream, again)
        except Problem as problem:
            self._counted.labels("refused" if problem.status < 500 else "failed").inc()
            await discard(stream)
            return problem.response(language_of(request))
        self._counted.labels("kept").inc()
        return JSONResponse({"sha256": kept.sha256, "size": kept.size, "media": kept.media, "reference": kept.reference}, 201)

    async def sweep(self) -> None:
        """Take away, again and again, what no event named in time and what is left of what was broken off."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                gone = await self._attachments.sweep(datetime.now(UTC))
            except (Unavailable, Conflict) as error:
                log.warning("attachments not swept", detail=why(error))
            else:
                log.info("attachments swept", count=gone)

    async def _kept(self, request: Request, stream: AsyncIterator[bytes], again: Callable[[], Key]) -> Attachment:
        """Raises Problem."""
        coding = request.headers.get("content-encoding", "identity")
        if coding != "identity":
            raise Problem("media", given=coding[:80], media="*/*")
        try:
            with TemporaryFile() as file:
                kind, original = await received(stream, file, int(request.headers.get("content-length") or 0))

                def by() -> Uploader:
                    key = again()
                    return Uploader(key.root, key.unit, key.source)

                return await self._attachments.again(original, by()) or await self._made(file, kind, original, by)
        except Unfit as unfit:
            what = worded(NOT_TAKEN[unfit.name], **unfit.values)
            raise Problem("attachment-broken" if unfit.name in BROKEN else "attachment-kind", what=what, taken=worded(TAKEN)) from None
        except Removed:
            raise Problem("attachment-removed") from None
        except TooLarge as error:
            raise Problem("attachment-large", mib=error.limit >> 20, taken=worded(TAKEN)) from None
        except Stalled:
            raise Problem("stalled", {"Connection": "close"}, seconds=STALLED, slowest=SLOWEST) from None
        except ClientDisconnect:
            raise Problem("cut-off") from None
        except (Unavailable, Conflict, TimeoutError) as error:
            said = str(error)[:200] or "no answer in time"
            raise Problem("away", {"Retry-After": "5"}, what=worded(DETAILS["database"]), why=said) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Problem("no-room", {"Retry-After": "60"}, why=error.strerror) from error

    async def _made(self, file: BinaryIO, kind: Kind, original: str, by: Callable[[], Uploader]) -> Attachment:
        """What is kept of it; `by` is asked once it is cleaned and written, and may raise Problem. Raises Unfit, Unavailable, TimeoutError."""
        with TemporaryFile() as drawn:
            content, preview = file, None
            if kind.form == "picture":
                async with self._cleaning:
                    media, preview = await cleaned(file, kind, drawn)
                content = drawn
            else:
                media = await asyncio.to_thread(checked, file, kind)
                if kind is PDF:
                    async with self._looking:  # no picture waits behind a long paper
                        await looked_into(file)
            sha256 = await asyncio.to_thread(_digest, content)
            made = Attachment(sha256, media, content.seek(0, os.SEEK_END), None, preview)
            async with self._writing, asyncio.timeout(LONGEST):
                return await self._attachments.keep(content, made, original, by)


async def received(stream: AsyncIterator[bytes], file: BinaryIO, declared: int) -> tuple[Kind, str]:
    """Receive a body into a file; gives its kind, and the SHA-256 of what came. Raises Unfit, TooLarge as soon as it is known, Stalled."""
    digest, size, head = hashlib.sha256(), 0, b""
    kind: Kind | None = None
    async for chunk in stream:
        size += len(chunk)
        new = chunk
        if kind is None:
            head += chunk
            if len(head) < min(HEAD, declared or HEAD):
                continue
            kind, new = _taken(head), head  # with what was held back until it was known
        if max(size, declared) > kind.limit:
            raise TooLarge(kind.limit)
        digest.update(new)
        file.write(new)
    if kind is None:
        kind = _taken(head)
        digest.update(head)
        file.write(head)
    file.flush()
    return kind, digest.hexdigest()


def _taken(head: bytes) -> Kind:
    """Raises Unfit."""
    kind = kind_of(head)
    if isinstance(kind, str):
        raise Unfit(kind)
    return kind


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def add_attachments(http: FastAPI, door: AttachmentDoor, keys: Keys) -> None:
    """Add the route."""

    @http.post("/v1/attachments", status_code=201, response_model=None, dependencies=[Depends(requires(keys, "tell"))], **ATTACHMENT)
    async def attachments(request: Request) -> Response:
        return await door.take(request, asking_again(request, keys))
