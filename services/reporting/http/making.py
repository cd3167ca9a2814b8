"""A file that a process beside the service makes, and that is sent while it grows."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from tempfile import TemporaryFile
from urllib.parse import quote

import orjson
import structlog
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.reporting.http.maker import Said
from shared.child import child

log = structlog.get_logger()
MAKER = (sys.executable, "-m", "services.reporting.http.maker")
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
"""Its threads work one after another: each with memory of its own would take a sixth more."""
LONGEST = 280.0
"""Seconds that one file may take: MongoDB keeps the moment that is read for 300."""
CHUNK = 256 << 10
"""Bytes that are taken, and sent, at a time."""


class NotMade(Exception):
    """The file is not whole, and will never be."""


class Making:
    """A process that makes a file, from its turn to its end. What it writes is kept on disk until it is sent, so that no slow client holds it up."""

    def __init__(self, asked: bytes, turn: AbstractAsyncContextManager[None]) -> None:
        self._asked, self._turn = asked, turn
        self._file, self._size, self._grown = TemporaryFile(), 0, asyncio.Event()  # noqa: SIM115  # `end` closes it
        self._said: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._make())
        self._task.add_done_callback(self._over)

    @property
    def unsent(self) -> bool:
        """It is made, and kept on disk for a client that has not taken it all."""
        return self._task.done() and not self._file.closed

    async def said(self) -> Said:
        """What comes. Raises NotMade, or what the turn raises."""
        return await asyncio.shield(self._said)

    async def parts(self) -> AsyncIterator[bytes]:
        """The file, as it grows. Raises NotMade where it is not whole: whoever passes the parts on must then not end as if it were."""
        sent = 0
        while not self._task.done() or sent < self._size:
            self._grown.clear()
            if part := os.pread(self._file.fileno(), min(CHUNK, self._size - sent), sent):
                sent += len(part)
                yield part
            elif not self._task.done():
                await self._grown.wait()
        await self._task

    async def end(self) -> None:
        """The process ends now, if it has not; nobody waits for what it makes."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._file.close()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._grown.set()
        if task.cancelled():
            self._said.cancel()
        elif not self._said.done():
            self._said.set_exception(task.exception() or NotMade())

    async def _make(self) -> None:
        async with self._turn:
            try:
                async with asyncio.timeout(LONGEST):
                    code = await self._run()
            except TimeoutError:
                code = "it took too long"
            if code or not self._said.done():
                log.error("file not made", cause=str(code))
                raise NotMade(f"its process ended: {code}")

    async def _run(self) -> int | str:
        """Run the process; gives how it ended."""
        pipe = asyncio.subprocess.PIPE
        async with child(MAKER, ONE_ARENA, stdin=pipe, stdout=pipe) as process:
            if process.stdin is None or process.stdout is None:
                raise NotMade("its process has no pipes")
            process.stdin.write(self._asked)
            process.stdin.close()
            if (line := await process.stdout.readline()).endswith(b"\n"):
                self._said.set_result(Said(**orjson.loads(line)))
            while part := await process.stdout.read(CHUNK):
                self._file.write(part)
                self._file.flush()
                self._size += len(part)
                self._grown.set()
            return await process.wait()


class Growing(StreamingResponse):
    """Sends a file while it is made. Where the client goes away, the process ends. Where the process fails, the connection breaks off before the end."""

    def __init__(self, making: Making, name: str, media_type: str) -> None:
        super().__init__(
            making.parts(), media_type=media_type, headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
        )
        self._making = making

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._making.end()
