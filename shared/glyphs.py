"""Texts as they are searched: one glyph for what is written in several ways (臺賬＝台账＝台帐), and small letters. Pure. I7."""

from functools import lru_cache
from unicodedata import normalize

from opencc import OpenCC

from shared.signs import seen

SIMPLIFIED = OpenCC("t2s")
SAME = {"帐": "账"}
"""What simplifying leaves apart, though both are written for the same."""


@lru_cache(maxsize=50_000)
def _glyph(character: str) -> str:
    simple: str = SIMPLIFIED.convert(character)
    return SAME.get(simple, simple)


def plain(text: str) -> str:
    """A text for searching, without signs that nobody sees. Glyph by glyph, so that a part of a text is found in the whole, whatever stands beside it."""
    return "".join(map(_glyph, normalize("NFKC", seen(text)).casefold()))
