"""Reading a file that a bureau sends: in a process of its own, under limits, before anything else looks at it."""

import asyncio
import re
import signal
import sys
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
import structlog

from services.intake.files.apart.limits import SECONDS
from services.intake.files.mistakes import FileRefused
from services.intake.files.reasons import KINDS
from services.intake.files.sheet import Merged, Sheet
from shared.child import child
from shared.faults import Unavailable
from shared.wording import worded

log = structlog.get_logger()
READER = (sys.executable, "-m", "services.intake.files.apart")
LARGEST = 32 << 20
"""Bytes of a file."""
CLASS = re.compile(rb"[A-Za-z_.]+")
"""What a failure is called."""
LONGEST = 3.0 * SECONDS
"""Seconds by the clock after which the process is ended: it gives way to others, and may have to wait for them."""


async def read(path: Path, name: str) -> Sheet:
    """The one filled sheet of a file; `name` is what its owner calls it, whose ending says what it is to be. It is to be closed.

    Raises FileRefused, and Unavailable where the disk is full.
    """
    if (size := path.stat().st_size) > LARGEST:  # noqa: ASYNC240  # a file that was just written
        raise FileRefused("file-large", size=size, limit=LARGEST)
    rows = TemporaryFile()  # noqa: SIM115  # the sheet closes it
    try:
        with path.open("rb") as given:
            said = await _run(given, rows, PurePath(name.strip()).suffix.lower().removeprefix(".") or "none")
        if said.get("rule") == "no-room":
            raise Unavailable("no room is left on disk for what was read of a file")
        if "rule" in said:
            raise _refused(said, name)
        sheet = said["sheet"]
        merged = tuple(Merged(*each) for each in sheet.pop("merged"))
        return Sheet(**sheet, merged=merged, file=rows)
    except BaseException:
        rows.close()
        raise


async def _run(given: IO[bytes], rows: IO[bytes], ending: str) -> dict[str, Any]:
    """What the process says that it read. Raises FileRefused where it does not come to say it."""
    pipe, command = asyncio.subprocess.PIPE, (*READER, ending[:10], str(rows.fileno()))
    streams: dict[str, Any] = {"stdin": given, "stdout": pipe, "stderr": pipe, "pass_fds": (rows.fileno(),)}
    try:
        async with child(command, **streams) as process, asyncio.timeout(LONGEST):
            said, wrong = await process.communicate()
    except TimeoutError:
        raise FileRefused("file-slow", seconds=int(LONGEST)) from None
    if process.returncode == 0 and said:
        answer: dict[str, Any] = orjson.loads(said)
        return answer
    failure = wrong.strip().rpartition(b"\n")[2].partition(b":")[0][:100]  # its words may quote the file, on several lines
    log.error("file reader ended", code=process.returncode, cause=failure.decode() if CLASS.fullmatch(failure) else "?")
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise FileRefused("file-slow", seconds=SECONDS)
    raise FileRefused("file-memory" if b"MemoryError" in wrong else "file-broken", why=f"{process.returncode}")


def _refused(said: dict[str, Any], name: str) -> FileRefused:
    values = said["values"] | {"name": name[-80:]}
    if "found" in values:
        values["found"] = worded(KINDS[values["found"]])
    return FileRefused(said["rule"], **values)


__all__ = ["LARGEST", "FileRefused", "Sheet", "read"]
