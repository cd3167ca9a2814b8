"""What may be uploaded, how much of it, and by which bytes it is known: neither its name nor the type that it is declared as says what it is. Pure."""

import re
from typing import Literal, NamedTuple

MIB = 1 << 20
Form = Literal["picture", "document", "video"]
LIMITS: dict[Form, int] = {
    "picture": 20 * MIB,  # the largest that phones take at full quality
    "document": 50 * MIB,  # a scanned report of some hundred pages
    "video": 500 * MIB,  # five minutes as phones take them
}
"""Bytes that an attachment may have."""
HEAD = 4096
"""Bytes of its beginning by which it is known."""


class Kind(NamedTuple):
    """A kind of content that is taken."""

    form: Form
    media: str
    """As it is given out, for ever. Of Office files, which are known by what is in them, that of a ZIP file until then."""

    @property
    def limit(self) -> int:
        """Bytes that it may have."""
        return LIMITS[self.form]


JPEG, PNG, WEBP = Kind("picture", "image/jpeg"), Kind("picture", "image/png"), Kind("picture", "image/webp")
PDF, ZIP = Kind("document", "application/pdf"), Kind("document", "application/zip")
MP4, MOV = Kind("video", "video/mp4"), Kind("video", "video/quicktime")
BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
"""What an MP4 file may say that it is."""
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"BM", "bmp"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"FLV", "video"),
    (b"\0\0\x01\xba", "video"),
    (b"\0\0\x01\xb3", "video"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"\0asm", "program"),
    (b"dex\n", "program"),
    (b"#!", "script"),
    (b"%!PS", "script"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf'\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"(\xb5/\xfd", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"MSCF", "archive"),
)
"""What is known and not taken, by how it begins, and its name in `shared/wording/attachments.py`."""
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
"""How a name in a PDF may write a letter."""
HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def kind_of(head: bytes) -> Kind | str:
    """The kind of a content by its first HEAD bytes; or, for what is not taken, its name in `shared/wording/attachments.py`."""
    if not head:
        return "empty"
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    if head[:4] == b"RIFF":
        return WEBP if head[8:12] == b"WEBP" else "video" if head[8:12] == b"AVI " else "unknown"
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "old-mov"
    if name := next((name for begins, name in OTHERS if head.startswith(begins)), ""):
        return name
    return "archive" if head[257:262] == b"ustar" else _text(head)


def _by_brand(brand: bytes) -> Kind | str:
    if brand == b"qt  ":
        return MOV
    if brand in BRANDS:
        return MP4
    return "heic" if brand in HEIF else "avif" if brand in (b"avif", b"avis") else "video"


def _text(head: bytes) -> str:
    """The name of a text, as which none is taken."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").replace(b"\0", b"").lower()
    if b"<svg" in text:
        return "svg"
    if any(mark in text for mark in (b"<!doctype html", b"<html", b"<script", b"<body", b"<head", b"<iframe")):
        return "html"
    return "script" if text.startswith((b"<?php", b"<%", b"@echo")) else "xml" if text.startswith(b"<?xml") else "unknown"


def unescaped(text: bytes) -> bytes:
    """A part of a PDF with each name written in its own letters."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
