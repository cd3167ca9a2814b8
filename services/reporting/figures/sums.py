"""What the fold keeps summed up for units, read: a page adds up the few sums of the units that it shows, however many issues they are of."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.reporting.fold.sums import unit_key
from services.reporting.store import SLOW
from services.reporting.summing import DOT
from shared.mongo import Document, Mongo, Session

Names = Counter[str]
"""The numbers of one part, by name."""
NONE = Names()


@dataclass
class Summed:
    """The sums of a unit, by part: see `services.reporting.fold.sums.PARTS`."""

    own: dict[str, Names] = field(default_factory=dict)
    """Of its own book."""
    whole: dict[str, Names] = field(default_factory=dict)
    """With all below it."""

    def add(self, numbers: Mapping[str, Mapping[str, int]], *, own: bool) -> None:
        """Add a row of sums."""
        for part, encoded in numbers.items():
            names = {name.replace(DOT, "."): n for name, n in encoded.items()}
            for into in (self.own, self.whole) if own else (self.whole,):
                into.setdefault(part, Names()).update(names)


def split(names: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """Numbers that are not 0, with what their names are made of."""
    return ((name.split("/"), n) for name, n in names.items() if n)


def by_name(part: Mapping[str, int]) -> dict[str, Names]:
    """Figures by what stands before them: a phase, `ALL` phases, or a month."""
    found: dict[str, Names] = {}
    for (name, figure), n in split(part):
        if name not in found:
            found[name] = Names()
        found[name][figure] = n
    return found


class Sums:
    def __init__(self, mongo: Mongo) -> None:
        self._sums = mongo["sums"]

    async def of(self, campaign: str, paths: Collection[Sequence[str]], session: Session | None, parts: Sequence[str]) -> list[Summed]:
        """These parts of the sums of units, by where they stand."""
        keys = [unit_key(campaign, tuple(path)) for path in paths]
        found = {key: Summed() for key in keys}
        shown: Document = {"of": 1, "own": 1} | {f"n.{part}": 1 for part in parts}
        rows = self._sums.find({"of": {"$in": keys}}, shown, session=session).max_time_ms(SLOW)
        for row in await rows.to_list(None):  # at once: one by one takes Motor several times as long
            found[row["of"]].add(row["n"], own=row["own"])
        return [found[key] for key in keys]
