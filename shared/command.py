"""Lines of command: who stands at, above or below whom."""

from typing import NamedTuple


class Place(NamedTuple):
    """Where a unit stands in a campaign."""

    path: tuple[str, ...]
    """The units from the root to itself."""
    superiors: tuple[str, ...] = ()
    """The units above it in further lines of command (I1)."""


def in_line(unit: str, place: Place | None, of: Place) -> bool:
    """Whether a unit stands at, above or below another; its own place is none where it has no book in the campaign, so that nobody knows what is above it."""
    above = place and (*place.path, *place.superiors)
    return unit in (*of.path, *of.superiors) or of.path[-1] in (above or ())
