"""Reading a part of a workbook: unpacked a piece at a time, counted as it is unpacked, and without anything that it may declare."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from services.intake.files.apart.limits import ATTRIBUTES, INFLATED, ROWS, SMALL, SMALL_TAGS, TAGS, TEXTS, TOKEN, Stop, broken

CHUNK = 64 << 10
"""Bytes that are unpacked at a time."""
MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The names of the elements of workbooks, as most programs write them and as the strict standard has them."""
RELATED = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


class Parts:
    """The parts of an archive, by name."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._infos: dict[str, ZipInfo] = {}
        self._inflated = self._tags = self._attributes = 0
        self._counted = set[ZipInfo]()
        for info in archive.infolist():
            name = info.filename.replace("\\", "/").lstrip("/").lower()
            if name in self._infos:
                raise broken(f"two parts are called {info.filename[:60]!r}")
            self._infos[name] = info

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    @property
    def names(self) -> list[str]:
        """Their names, in small letters."""
        return list(self._infos)

    def parse(self, name: str, start: Start, end: End | None = None, characters: Characters | None = None, *, small: bool = True) -> None:
        """Read a part; one that is small holds no cells and no texts. The names of elements and attributes come as `namespace}name`.

        Raises Stop, and whatever the handlers raise.
        """
        if (info := self._infos.get(name.lower())) is None:
            raise broken(f"the part {name[:60]!r} is missing")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise broken(f"{name[:60]!r} is packed in a way that workbooks do not use")
        parser = _parser(start, end, characters)
        try:
            if info not in self._counted:
                self._counted.add(info)
                self._count(info, small)
            fed = 0
            for chunk in self._unpacked(info):
                fed += len(chunk)
                parser.Parse(chunk, False)
                if fed - parser.CurrentByteIndex > TOKEN:
                    raise broken(f"an element of {name[:60]!r} never ends")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from None
            raise broken(f"{name[:60]!r}: {expat.errors.messages.get(error.code, 'no XML')}") from None
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise broken(f"{name[:60]!r}: {error}"[:200]) from None

    def _count(self, info: ZipInfo, small: bool) -> None:
        """Unpack a part for the first time, and count what it holds, once however often it is read: far faster than it is read. Raises Stop."""
        if self._inflated + info.file_size > INFLATED:
            raise Stop("file-bomb", limit=INFLATED)
        rows = texts = 0
        inflated, tags = (self._inflated + SMALL, self._tags + SMALL_TAGS) if small else (INFLATED, TAGS)
        for chunk in self._unpacked(info):
            self._inflated += len(chunk)
            self._tags += chunk.count(b"<")
            self._attributes += chunk.count(b"=")
            rows += chunk.count(b"<row")
            texts += chunk.count(b"<si")
            if self._inflated > inflated:
                raise Stop("file-bomb", limit=SMALL if small else INFLATED)
            if rows > ROWS:
                raise Stop("rows-many", limit=ROWS)
            if texts > TEXTS:
                raise Stop("file-memory")
            if self._tags > tags or self._attributes > ATTRIBUTES:
                raise Stop("cells-many")

    def _unpacked(self, info: ZipInfo) -> Iterator[bytes]:
        with self._archive.open(info) as part:
            while chunk := part.read(CHUNK):
                yield chunk


def _parser(start: Start, end: End | None, characters: Characters | None) -> Any:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = CHUNK
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.ExternalEntityRefHandler = _refuse_declarations
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if characters is not None:
        parser.CharacterDataHandler = characters
    return parser


def _refuse_declarations(*_: Any) -> int:
    raise Stop("file-dtd")


def local(name: str) -> str:
    """The name of an element of a workbook; empty where it is one of another kind."""
    space, _, own = name.rpartition("}")
    return own if space in MAIN else ""
