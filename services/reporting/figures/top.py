"""The top of what somebody may see. Every question carries it, and nothing outside it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.fold.rows import path_left, root_of
from shared.mongo import Document


@dataclass(frozen=True)
class Top:
    """A unit and all below it, in the campaigns of some roots: codes of units are unique under one root alone.

    One that left a campaign lies here for itself and those that left with it, and under no other.
    """

    roots: tuple[str, ...]
    unit: str
    first: str | None = None
    """The first place of its unit's path in the campaign that is asked of; none where that is of several. Who stays has none under it of those that left."""

    @property
    def rows(self) -> Document:
        """As MongoDB asks it: the rows that lie here."""
        return {"path": self.unit, **self._rooted}

    def rows_of(self, unit: str) -> Document:
        """The rows of a unit and all below it that lie here: a unit's place alone opens nothing to a key."""
        # The first of these is what an index is asked for.
        return {"path": {"$all": [unit, self.unit]} if unit != self.unit else unit, **self._rooted}

    def has(self, path: Sequence[str]) -> bool:
        """Whether a row with this path lies here."""
        return self.unit in path and (path[0] == self.first if self.first else root_of(path) in self.roots)

    @property
    def in_line(self) -> Document:
        """The units that stand directly under this one in a further line of command (I1)."""
        return {"superiors": self.unit, **self._rooted}

    @property
    def _rooted(self) -> Document:
        if self.first:
            return {"path.0": self.first}
        return {"path.0": {"$in": [*self.roots, *(path_left(root, ())[0] for root in self.roots)]}}
