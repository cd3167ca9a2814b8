"""Whether documents and videos are what they begin as, and nothing beside it; and videos without what says where they were taken. Pure but for the file."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from services.intake.attachments.kinds import HEAD, MOV, MP4, PDF, ZIP, Kind, unescaped
from shared.attachments import OFFICE

ZIP_TAIL = 66_000
"""Bytes of the end of a file in which readers of ZIP look for a list of parts."""
TAIL = 2048
"""Bytes of a PDF's end in which it must say that it ends."""
PARTS, DIRECTORY = 10_000, 2 << 20
"""Parts of an Office file, and bytes of the list of them, at most."""
TYPES = 1 << 20
"""Bytes of the part that says what an Office file is, at most."""
BOXES = 20_000
"""Boxes of a video that are looked at, at most."""
BETWEEN = r"[\s\0]{0,40}+(?:%[^\r\n]{0,40}+[\r\n][\s\0]{0,40}+)?"
"""What may stand between two parts of an object of a PDF: spaces and a comment, so few that a search takes no long time."""
ACTIVE_PDF = re.compile(
    (
        rf"(?:/(?:S|Type|Subtype)|obj){BETWEEN}/(?:JavaScript|Launch|Rendition|EmbeddedFile|RichMedia)\b"
        rf"|/(?:JavaScript|OnInstantiate|EmbeddedFiles?|RichMedia){BETWEEN}(?:<<|\[|[0-9])"
    ).encode()
)
"""What is searched for in the file as it is, for what no list of its objects names: only as an object says it, which links and pictures do not by chance."""
ACTIVE_PARTS = re.compile(
    r"vbaproject|macrosheets|activex|ctrlprops|/embeddings/.*\.bin$|\.(exe|dll|js|vbs|bat|cmd|ps1|hta|lnk|jar|scr|html?|mht|mhtml)$"
)
LINK = re.compile(rb"<Relationship\b[^<>]*>")
LINKS = 8 << 20
"""Bytes of the parts that say what an Office file refers to, at most."""
PIECE = 1 << 20
NEEDED: dict[bytes, frozenset[bytes]] = {
    b"": frozenset((b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx")),
    b"moov": frozenset((b"mvhd", b"trak", b"mvex")),
    b"trak": frozenset((b"tkhd", b"edts", b"mdia", b"tref")),
    b"mdia": frozenset((b"mdhd", b"hdlr", b"minf", b"elng")),
}
"""Boxes in the whole, and in those that hold others: what it takes to play. All else is made blank: some of it says where and with what it was taken."""


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
    if after.strip(b"\r\n\t \0") or b"PK\x05\x06" in _at(file, size - ZIP_TAIL, ZIP_TAIL):
        raise Unfit("two-in-one")
    before = b""
    for start in range(0, size, PIECE):
        piece = _at(file, start, PIECE)
        if ACTIVE_PDF.search(unescaped(before + piece)):
            raise Unfit("active-pdf")
        before = piece[-512:]
    return PDF.media


def _office(file: BinaryIO) -> str:
    """An Office file is a ZIP file that begins with its first part, ends with the list of them, and says what it is."""
    size = _size(file)
    end = _at(file, size - 22, 22)
    if len(end) < 22 or end[:4] != b"PK\x05\x06":
        raise Unfit("broken" if b"PK\x05\x06" not in _at(file, size - ZIP_TAIL, ZIP_TAIL) else "two-in-one")
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
                types = part.read(TYPES + 1)
            links = b"".join(_part(packed, each, LINKS) for each in packed.namelist() if each.lower().endswith(".rels"))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unfit("broken") from None
    if len(types) > TYPES or len(links) > LINKS:
        raise Unfit("broken")
    if any(b"External" in each and b"/hyperlink" not in each for each in LINK.findall(links)):
        raise Unfit("linked")
    if b"macroEnabled" in types or b"vbaProject" in types or any(map(ACTIVE_PARTS.search, names)):
        raise Unfit("macros")
    found = [media for media in OFFICE if f'"{media}.main+xml"'.encode() in types]
    if len(found) != 1:
        raise Unfit("archive")
    return found[0]


def _part(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    """What a part holds, a byte more than the most at most."""
    with packed.open(name) as part:
        return part.read(most + 1)


def _video(file: BinaryIO, media: str) -> str:
    left = iter(range(BOXES))
    there = {name for name, *_ in _boxes(file, 0, _size(file), left)}
    if b"moov" not in there:
        raise Unfit("broken")
    _make_bare(file, b"", 0, _size(file), iter(range(BOXES)))
    return media


def _make_bare(file: BinaryIO, holder: bytes, start: int, end: int, left: Iterator[int]) -> None:
    """Make blank what is not needed to play it, in a box and in those in it that hold others."""
    for name, begin, body, after in _boxes(file, start, end, left):
        if name not in NEEDED[holder]:
            _blank(file, begin, body, after)
        elif name in NEEDED:
            _make_bare(file, name, body, after, left)


def _boxes(file: BinaryIO, start: int, end: int, left: Iterator[int]) -> Iterator[tuple[bytes, int, int, int]]:
    """Each box between two places: its name, where it begins, where what it holds begins, and where it ends; `left` is how many more are looked at.

    Raises Unfit where they do not fill the room.
    """
    while start < end:
        head = _at(file, start, 16)
        if len(head) < 8 or end - start < 8 or next(left, None) is None:
            break
        length, name, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), start + 16
        length = length or end - start  # 0: up to the end
        if length < body - start or start + length > end or (not name.strip(b" ").isalnum() and name[:1] != b"\xa9"):
            break
        yield name, start, body, start + length
        start += length
    if start != end:
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
