"""Whether documents and videos are what they begin as, and nothing beside it; and videos without what says where they were taken. Pure but for the file."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from services.intake.attachments.kinds import HEAD, MOV, MP4, PDF, ZIP, Kind
from shared.attachments import OFFICE

TAIL = 2048
"""Bytes of a PDF's end in which it must say that it ends."""
PARTS, DIRECTORY = 10_000, 2 << 20
"""Parts of an Office file, and bytes of the list of them, at most."""
TYPES = 1 << 20
"""Bytes of the part that says what an Office file is, at most."""
BOXES = 100_000
"""Boxes of a video that are looked at, at most."""
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
ACTIVE_PARTS = re.compile(r"vbaproject|macrosheets|activex|ctrlprops|/embeddings/.*\.bin$|\.(exe|dll|js|vbs|bat|cmd|ps1|hta|lnk|jar|scr)$")
PIECE = 1 << 20
HOLDERS = (b"moov", b"trak")
"""Boxes that hold others, among which are those that say where and with what a video was taken."""
PRIVATE = (b"udta", b"meta", b"uuid")
"""These."""


class Unfit(Exception):
    """A content that is not taken, by its name in `shared/wording/attachments.py`."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


def checked(file: BinaryIO, kind: Kind) -> str:
    """The media type of a document or a video, which is made bare in place. Raises Unfit. Takes some time: call it off the event loop."""
    head = _at(file, 0, HEAD)
    if kind != PDF and b"%PDF-" in head[:1024]:  # readers of PDF look so far for its beginning
        raise Unfit("two-in-one")
    return CHECKS[kind](file)


def _pdf(file: BinaryIO) -> str:
    size = _size(file)
    _, mark, after = _at(file, size - TAIL, TAIL).rpartition(b"%%EOF")
    if not mark:
        raise Unfit("broken")
    if after.strip(b"\r\n\t \0"):
        raise Unfit("two-in-one")
    before = b""
    for start in range(0, size, PIECE):
        piece = _at(file, start, PIECE)
        if ACTIVE_PDF.search(before + piece):
            raise Unfit("active-pdf")
        before = piece[-32:]
    return PDF.media


def _office(file: BinaryIO) -> str:
    """An Office file is a ZIP file that begins with its first part, ends with the list of them, and says what it is."""
    size = _size(file)
    end = _at(file, size - 22, 22)
    if len(end) < 22 or end[:4] != b"PK\x05\x06":
        raise Unfit("broken" if b"PK\x05\x06" not in _at(file, max(0, size - 66_000), 66_000) else "two-in-one")
    *disks, parts, length, start, comment = struct.unpack("<4xHHHHIIH", end)
    if start + length + 22 != size or comment or any(disks[:2]):
        raise Unfit("two-in-one")
    if parts > PARTS or length > DIRECTORY:
        raise Unfit("archive")
    try:
        with zipfile.ZipFile(file) as packed:
            names = [part.filename.lower() for part in packed.infolist()]
            if min((part.header_offset for part in packed.infolist()), default=1) or len(set(names)) != parts:
                raise Unfit("two-in-one")
            if "[content_types].xml" not in names:
                raise Unfit("archive")
            with packed.open("[Content_Types].xml") as part:
                types = part.read(TYPES)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unfit("broken") from None
    if b"macroEnabled" in types or b"vbaProject" in types or any(map(ACTIVE_PARTS.search, names)):
        raise Unfit("macros")
    found = [media for media in OFFICE if f'"{media}.main+xml"'.encode() in types]
    if len(found) != 1:
        raise Unfit("archive")
    return found[0]


def _video(file: BinaryIO, media: str) -> str:
    size = _size(file)
    boxes = list(_boxes(file, 0, size))
    if b"moov" not in {name for name, *_ in boxes}:
        raise Unfit("broken")
    for name, start, body, end in _inner(file, boxes):
        if name in PRIVATE:
            _blank(file, start, body, end)
    return media


def _inner(file: BinaryIO, boxes: list[tuple[bytes, int, int, int]]) -> Iterator[tuple[bytes, int, int, int]]:
    """These boxes, and those in the boxes that hold some."""
    for name, start, body, end in boxes:
        yield name, start, body, end
        if name in HOLDERS:
            yield from _inner(file, list(_boxes(file, body, end)))


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Each box between two places: its name, where it begins, where what it holds begins, and where it ends. Raises Unfit where they do not fill the room."""
    for _ in range(BOXES):
        if start == end:
            return
        head = _at(file, start, 16)
        if len(head) < 8 or end - start < 8:
            break
        length, name, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), start + 16
        length = length or end - start  # 0: up to the end
        if length < body - start or start + length > end or (not name.strip(b" ").isalnum() and name[:1] != b"\xa9"):
            break
        yield name, start, body, start + length
        start += length
    raise Unfit("broken")


def _blank(file: BinaryIO, start: int, body: int, end: int) -> None:
    """Make a box one of nothing, as long as it was, so that all others stay where they are."""
    file.seek(start + 4)
    file.write(b"free")
    file.seek(body)
    file.writelines(bytes(min(PIECE, end - file.tell())) for _ in range(body, end, PIECE))


def _at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(max(0, start))
    return file.read(size)


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


CHECKS: dict[Kind, Callable[[BinaryIO], str]] = {
    PDF: _pdf,
    ZIP: _office,
    MP4: lambda file: _video(file, MP4.media),
    MOV: lambda file: _video(file, MOV.media),
}
