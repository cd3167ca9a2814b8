"""Signs that nobody sees: those that a text loses as it is read, and those that a search, a mask and the question whether a text is empty look past."""

import re

DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates of the writing direction: with them a text shows in another order than it is read in."""
JOINERS = "\u200c\u200d"
"""They part or join letters of some scripts, and the parts of an emoji."""
SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef\u20e3"
"""They choose among the forms of the sign before: of an emoji, of a rare glyph; and the cap of a key around a digit."""
TAGS = "\U000e0000-\U000e007f"
"""Letters that are not shown; in use only behind the black flag, where they name a region."""
USELESS = (
    "\u00ad\u034f\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # soft hyphens, spaces without width, marks of old
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"  # letters and patterns without ink
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U00013430-\U0001343f"  # of shorthand, music and hieroglyphs
    "\x80-\x84\x86-\x9f\ufffc"  # controls, but for the one that breaks a line; the place of an object
    "\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))  # no characters
)
INVISIBLE = f"{DIRECTIONS}{JOINERS}{SELECTORS}{TAGS}{USELESS}"
"""All of them, as they stand in a class of a regular expression."""

UNSEEN = re.compile(f"[{INVISIBLE}]+")
DROPPED = re.compile(
    f"(?P<flag>\U0001f3f4[{TAGS}]{{1,7}})|(?P<used>(?<=[^\x00-\x7f\\s{INVISIBLE}])[{JOINERS}{SELECTORS}]{{1,3}}"
    f"|(?<=[#*0-9])\ufe0f?\u20e3)|[{INVISIBLE}]"
)


PRINTED = re.compile(f"[{SELECTORS}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\U0001d159]")
"""Those of the invisible ones that Python takes for printable."""
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f]")
"""Control characters that mean nothing in a text; others break a line."""
BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85]")
"""Line breaks of old, which no document can hold."""


def without_controls(text: str) -> str:
    """A text that was taken, or made of what nobody looked at, as documents can hold it: only tabs and common line breaks are left of control characters."""
    return BREAKS.sub(" ", CONTROLS.sub("", text))


def seen(text: str) -> str:
    """What of a text is seen; searches compare by it, and a text of which nothing is left is empty."""
    return text if text.isascii() else UNSEEN.sub("", text)


def kept(text: str) -> str:
    """A text as it is kept: signs that nobody sees stay only where they have a use, in an emoji, a rare glyph or letters that join."""
    if text.isascii() or (text.isprintable() and not PRINTED.search(text)):
        return text
    return DROPPED.sub(lambda found: found[0] if found["flag"] or found["used"] else "", text)
