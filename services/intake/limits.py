"""How long what is told may be at all, whatever it is: asked before anything else looks at it, so that no text takes long to be looked at."""

from typing import Any

from services.intake.mistakes import SHOWN, EventMistake, NotTaken
from shared.signs import kept
from shared.wording import worded
from shared.wording.fields import FIELDS

LARGEST = 256 << 10
"""Bytes that one event may take: as it is sent, and its data as a record's value, where the ledger refuses what is larger."""
LONGEST = 4000
"""Characters of the longest text that any event has room for; signs that nobody sees do not count."""
MOST = 1000
"""Entries of the longest list that any event has room for."""


def characters(data: dict[str, Any]) -> int:
    """How many characters all texts of an event's data have. Raises NotTaken, which repeats nothing of them, where one or a list is too long for any event."""
    total = 0
    left: list[tuple[tuple[Any, ...], Any]] = [((), data)]
    while left:
        path, value = left.pop()
        if len(value) > MOST:
            raise _too_long(path, "too_long", MOST)
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(each, str):
                total += len(each)
                if len(each) > LONGEST and len(kept(each).strip()) > LONGEST:
                    raise _too_long((*path, name), "string_too_long", LONGEST)
            elif isinstance(each, dict | list):
                left.append(((*path, name), each))
    if total > LARGEST:
        raise NotTaken.by("too-large", "data", None, size=total, limit=LARGEST)
    return total


def _too_long(path: tuple[Any, ...], rule: str, most: int) -> NotTaken:
    field = ".".join(("data", *(str(name)[:SHOWN] for name in path)))
    return NotTaken(EventMistake("invalid", field, None, worded(FIELDS[rule], max_length=most)))
