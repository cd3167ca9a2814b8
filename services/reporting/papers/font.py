"""The font that pictures are drawn with, which comes along as a file, and what it can show: a sign that it lacks would be a box."""

import struct
from functools import cache
from pathlib import Path
from unicodedata import category

import pylopdf_fonts_zh_cn

NAME = "Noto Sans SC"
STAND_IN = "〓"
"""As printers set it for a letter that their case lacks."""
ORNAMENTS = ("So", "Sk", "Mn", "Me", "Cf", "Co", "Cn")
"""Emoji and what modifies them, by their category in Unicode: no letters, so a name can be read without."""


def folder() -> Path:
    """Where the font lies."""
    return pylopdf_fonts_zh_cn.sans_path().parent


def drawable(text: str) -> str:
    """A text as pictures show it: ornaments that the font lacks are left out, any other sign that it lacks has a stand-in."""
    return "".join(sign if ord(sign) in _covered() or sign.isspace() else "" if category(sign) in ORNAMENTS else STAND_IN for sign in text)


def lacking(text: str) -> list[str]:
    """The signs of a text that pictures cannot show, each once."""
    return list(dict.fromkeys(sign for sign in text if drawable(sign) != sign))


@cache
def _covered() -> frozenset[int]:
    """The code points of the font, from the table that is made for all of Unicode: `cmap`, format 12, of OpenType."""
    font = pylopdf_fonts_zh_cn.sans_path().read_bytes()
    tables = (struct.unpack_from(">4s4xL", font, 12 + 16 * number) for number in range(struct.unpack_from(">H", font, 4)[0]))
    cmap = next(at for tag, at in tables if tag == b"cmap")
    maps = (
        cmap + struct.unpack_from(">4xL", font, cmap + 4 + 8 * number)[0] for number in range(struct.unpack_from(">2xH", font, cmap)[0])
    )
    whole = next(at for at in maps if struct.unpack_from(">H", font, at)[0] == 12)
    (groups,) = struct.unpack_from(">12xL", font, whole)
    ranges = (struct.unpack_from(">LL", font, whole + 16 + 12 * number) for number in range(groups))
    return frozenset(code for first, last in ranges for code in range(first, last + 1))
