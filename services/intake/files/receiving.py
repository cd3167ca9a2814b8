"""Receiving a file: its bytes go to disk as they arrive, never more than a file may have, and nothing of them stays."""

from email.message import Message
from tempfile import TemporaryFile
from typing import IO

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.intake.body import SLOWEST, STALLED, Stalled, arriving, discard
from services.intake.files.reading import LARGEST
from shared.http.problem import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {XLSX: "sheet.xlsx", "text/csv": "sheet.csv"}
"""What a file is called that has no name, by its content type."""
LONGEST_NAME = 200
"""Characters of a file's name that are kept."""


async def receive(request: Request) -> IO[bytes]:
    """The body of a request as a file that has no name on disk: it is gone once it is closed, also where this process is killed.

    Raises Problem 400, 408, 413, 415 or 503.
    """
    given, coding = request.headers.get("content-type", ""), request.headers.get("content-encoding", "identity")
    if given.lower().startswith("multipart/") or coding != "identity":
        raise Problem("file-media", given=repr(given[:80]) + ("" if coding == "identity" else f", {coding[:80]}"))
    stream = arriving(request.stream())
    file = TemporaryFile()  # noqa: SIM115  # whoever asked closes it
    try:
        size = int(request.headers.get("content-length") or 0)
        if size <= LARGEST:
            size = 0
            async for chunk in stream:
                size += len(chunk)
                if size > LARGEST:
                    break
                file.write(chunk)
        if size > LARGEST:
            await discard(stream)
            raise Problem("file-too-large", bytes=LARGEST)
        file.flush()
    except BaseException as error:
        file.close()
        match error:
            case Stalled():
                raise Problem("stalled", {"Connection": "close"}, seconds=STALLED, slowest=SLOWEST) from None
            case ClientDisconnect():
                raise Problem("cut-off") from None
            case OSError():
                raise Problem("no-room", {"Retry-After": "60"}, why=error.strerror) from error
        raise
    return file


def name_of(request: Request) -> str:
    """What the file is called: by the parameter `name`, else by Content-Disposition, else by what its content type says that it is; empty where nothing says
    it. Only its last part, without signs that nobody sees.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = request.query_params.get("name") or _disposed(request.headers.get("content-disposition", "")[:2000]) or NAMES.get(media, "")
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:]


def _disposed(header: str) -> str:
    """The name in a Content-Disposition, in either of its forms (RFC 6266), empty where it cannot be read; `filename="问题.xlsx"` in UTF-8, as `curl` sends it,
    is read too.
    """
    message = Message()
    message["Content-Disposition"] = header
    try:
        name = message.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # an encoding that is none of texts, or parts that do not belong together
        return ""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name
