"""Attachments over HTTP: as downloads that no browser runs, to whoever may see what names them."""

import re
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse

from services.reporting.figures.evidence import Evidence
from services.reporting.figures.top import Top
from services.reporting.http.issues import subject_of
from services.reporting.http.reading import Reading
from shared.attachments import SUFFIXES
from shared.http.openapi import answers
from shared.http.problem import Problem

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "bytes",
}
"""Nobody made what is given out but a bureau: whatever it holds, a browser saves it, and neither shows nor runs it."""
RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,99})-(?P<last>\d{0,99})|-(?P<suffix>\d{1,99}))", re.ASCII | re.IGNORECASE)
"""One range of bytes (RFC 9110, 14.1.2): several at once are answered by the whole, as is what is none."""
FILE = {"type": "string", "format": "binary"}
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def add_attachments(http: FastAPI, reading: Reading, evidence: Evidence) -> None:
    """The route."""

    @http.get(
        "/api/attachments/{id:path}/{sha256}",
        operation_id="getAttachment",
        summary="A picture or a paper",
        tags=["issues"],
        response_class=StreamingResponse,
        responses={
            200: {"description": "The file.", "content": {media: {"schema": FILE} for media in SUFFIXES}},
            206: {"description": "The part of it that `Range` asks for.", "content": {media: {"schema": FILE} for media in SUFFIXES}},
            **answers("no-such-attachment", "attachment-removed", "range"),
        },
    )
    async def attachment(request: Request, top: Annotated[Top, Depends(reading.top_of_issue)], id: str, sha256: str) -> StreamingResponse:
        """A picture or a paper that an event of this subject names, whole or from a byte on."""
        subject = subject_of(id)
        right = len(id) <= 1000 and SHA256.fullmatch(sha256)
        if not right or (found := await evidence.one(top, subject, sha256)) is None:
            raise Problem("no-such-attachment", attachment=sha256[:80], subject=id[:200])
        if found.removed:
            raise Problem("attachment-removed")
        part = _asked(request, sha256, found.size)
        start, end = part or (0, found.size)
        headers = HEADERS | {
            "Content-Disposition": f'attachment; filename="{sha256[:16]}{found.suffix}"',
            "Content-Length": str(end - start),
            "ETag": f'"{sha256}"',
        }
        headers |= {"Content-Range": f"bytes {start}-{end - 1}/{found.size}"} if part else {}
        return StreamingResponse(evidence.content(found, start, end), 206 if part else 200, headers, found.media)


def _asked(request: Request, sha256: str, size: int) -> tuple[int, int] | None:
    """From which byte on, and before which; none where no one part is asked for, or of another content. Raises Problem 416 for a part that there is not."""
    asked = RANGE.fullmatch(request.headers.get("range", ""))
    if not asked or request.headers.get("if-range", f'"{sha256}"') != f'"{sha256}"':
        return None
    if asked["suffix"]:
        start, end = max(0, size - int(asked["suffix"])), size
    else:
        start, end = int(asked["first"]), int(asked["last"] or size) + 1
        if end <= start and asked["last"]:
            return None  # it ends before it begins, which is no range
    if start >= size:
        raise Problem("range", {"Content-Range": f"bytes */{size}"}, size=size)
    return start, min(end, size)
