"""Runs the processes that clean pictures and look into PDFs, within their limits, and trusts no picture before it has been looked at."""

import asyncio
import sys
from collections.abc import Sequence
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import structlog

from services.intake.attachments.bare import is_bare
from services.intake.attachments.checks import Unfit
from services.intake.attachments.cleaner import FORMATS, PIXELS
from services.intake.attachments.kinds import JPEG, PNG, WEBP, Kind
from shared.child import child

log = structlog.get_logger()
CLEANER, LOOKER = ((sys.executable, "-m", f"services.intake.attachments.{name}") for name in ("cleaner", "looker"))
AS_THEY_ARE = dict(zip((JPEG, PNG, WEBP), FORMATS, strict=True))
LONGEST = 90.0
"""Seconds that one picture or PDF may take."""
PREVIEW = 1 << 20
"""Bytes of the small picture, at most."""


async def cleaned(given: BinaryIO, kind: Kind, kept: BinaryIO) -> tuple[str, bytes]:
    """Write what is kept of a picture into a file; gives its media type, and a small JPEG of it. Raises Unfit."""
    with TemporaryFile() as preview:
        why = await _run((*CLEANER, AS_THEY_ARE[kind], str(preview.fileno())), given, stdout=kept, pass_fds=(preview.fileno(),))
        if why:
            name = why if why in ("pixels", "moving") else "broken"
            raise Unfit(name, pixels=PIXELS // 10_000)
        preview.seek(0)
        small = preview.read(PREVIEW)
    if not (await asyncio.to_thread(_is_bare, kept) and is_bare(small)):
        log.error("picture not clean", media=kind.media)
        raise Unfit("broken")
    return (PNG if kind is PNG else JPEG).media, small


async def looked_into(given: BinaryIO) -> None:
    """Unpack what a PDF holds packed, and search it. Raises Unfit."""
    if why := await _run(LOOKER, given, stdout=asyncio.subprocess.DEVNULL):
        raise Unfit(why if why in ("active-pdf", "locked-pdf") else "broken")


def _is_bare(kept: BinaryIO) -> bool:
    with mmap(kept.fileno(), 0, access=ACCESS_READ) as picture:
        return is_bare(picture)


async def _run(command: Sequence[str], given: BinaryIO, **streams: Any) -> str:
    """Run a process on a file; gives why that is not taken, or nothing."""
    given.seek(0)
    try:
        async with child(command, stdin=given, stderr=asyncio.subprocess.PIPE, **streams) as process, asyncio.timeout(LONGEST):
            _, said = await process.communicate()
    except TimeoutError:
        return "it took too long"
    last = said.decode(errors="replace").strip().rpartition("\n")[2]
    return "" if process.returncode == 0 else last or f"ended with {process.returncode}"
