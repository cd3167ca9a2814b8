"""Whether a picture holds nothing but its picture: no EXIF, no place, no text, no thumbnail, no profile, nothing behind its end. Pure."""

import re
import struct
import zlib
from collections.abc import Iterator
from mmap import mmap

PNG = b"\x89PNG\r\n\x1a\n"
OF_PNG = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
OF_JPEG = {0xE0, 0xDB, 0xC4, 0xDD, *range(0xC0, 0xC4), *range(0xC5, 0xC8), 0xC9, 0xCA, 0xCB, *range(0xCD, 0xD0), 0xDA}
"""The JFIF head, tables, frames and scans."""
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
"""The next mark: in a scan, 0xFF is followed by 0, or says that it begins anew."""
JFIF = 16
"""Bytes of the JFIF head without a thumbnail."""


def is_bare(picture: bytes | mmap) -> bool:
    """Whether each part of a JPEG or PNG picture is one that the picture is drawn from."""
    try:
        return all(_of_png(picture)) if picture[: len(PNG)] == PNG else all(_of_jpeg(picture))
    except (ValueError, IndexError, struct.error):
        return False


def _of_png(picture: bytes | mmap) -> Iterator[bool]:
    at, name = len(PNG), b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", picture, at)
        name, end = picture[at + 4 : at + 8], at + 8 + length
        yield name in OF_PNG and struct.unpack_from(">I", picture, end) == (zlib.crc32(picture[at + 4 : end]),)
        at = end + 4
    yield at == len(picture)


def _of_jpeg(picture: bytes | mmap) -> Iterator[bool]:
    yield picture[:2] == b"\xff\xd8"
    at = 2
    while picture[at : at + 2] != b"\xff\xd9":
        mark, (length,) = picture[at + 1], struct.unpack_from(">H", picture, at + 2)
        yield picture[at] == 0xFF and mark in OF_JPEG
        if mark == 0xE0:
            yield length == JFIF and picture[at + 4 : at + 9] == b"JFIF\0"
        at += 2 + length
        if mark == 0xDA:
            after = AFTER_SCAN.search(picture, at)
            yield after is not None
            at = after.start() if after else len(picture)
    yield at + 2 == len(picture)
