"""What is counted over rows, as sums that the fold keeps for each unit, so that no page counts rows: which cells a row adds to, and to whose sums. Pure.

A unit has two sums: of its own book, and of what lies below it. For every unit, both together are what is counted over the rows whose path begins with its
own, each issue once by `once.phases_of`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from services.reporting.fold.once import Life, changes_books, phases_of, stage_of
from services.reporting.fold.rows import GONE

Path = tuple[str, ...]
Cell = tuple[str, str]
"""One number: the part of the sums that it is in, and its name there, `/` between what that is made of."""
Cells = Counter[Cell]
ALL = "*"
"""Every phase, in the name of a cell."""
PARTS = {
    "acts": "phase/figure",
    "months": "month/figure",
    "once": "phase/figure",
    "days": "figure/day",
    "struck": "month/figure",
    "kinds": "category or channel/code/phase/figure",
    "listed": "late or carried/phase",
    "rows": "field/value",
    "returns": "obligation/phase/state",
    "filed": "obligation",
}
"""The parts of the sums, and what the name of a cell in each is made of."""
CELLS = 2
"""Counted up where a cell of the same name comes to count something else, or a new one is added: a database with the old ones asks for a rebuild."""
OF_KINDS = ("entered", "struck_off", "open")
"""The figures by category and channel."""


class Sum(NamedTuple):
    """Whose sums: of the unit with this path the own book, or what books of a partition of the ledger's topic, which one copy alone reads, add below it."""

    campaign: str
    path: Path
    partition: int | None = None
    """None: of its own book."""

    @property
    def of(self) -> str:
        """The unit, as the rows of its sums are found."""
        return unit_key(self.campaign, self.path)

    @property
    def id(self) -> str:
        return f"{self.of}:{'own' if self.partition is None else self.partition}"


Added = dict[Sum, Cells]
"""What is added to sums."""


def unit_key(campaign: str, path: Path) -> str:
    """A unit where it stands."""
    return f"{campaign}:{'/'.join(path)}"


def cells_of(collection: str, row: Mapping[str, Any]) -> Cells:
    """What a row adds by itself: of an issue that changes books, `cells_of_life` has what is counted once."""
    match collection:
        case "issues":
            alone: Any = row
            return Cells(_of_issue(alone)) + (Cells() if changes_books(alone) else cells_of_life([stage_of(alone)]))
        case "phases":
            return Cells({("acts", f"{row['phase']}/{figure}"): n for figure, n in row["figures"].items() if n})
        case "months":
            return Cells({("months", f"{row['month']}/{figure}"): n for figure, n in row["figures"].items() if n})
        case "returns":
            of = {("returns", f"{row['obligation']}/{row['phase']}/{row['state']}"): 1}
            return Cells(of | ({("filed", row["obligation"]): row["times"]} if row["times"] else {}))
    return Cells()


def _of_issue(row: Mapping[str, Any]) -> dict[Cell, int]:
    """What is counted of the rows of issues, under every number that an issue has."""
    names = {name: f"{name}/{row[name]}" for name in ("phase", "category", "channel", "status")}
    cells = {("rows", name): 1 for name in ("all", *names.values(), *(f"clock/{clock}" for clock in row["overdue"]))}
    flags = {
        "late": row["late_since"],
        "carried": row["carried_over"],
        "standing": row["standing"],
        "struck": row["strikes"],
        "carried-open": row["carried_over_phases"] and row["status"] not in GONE,
        "hazard-open": row["nature"] == "hazard" and row["status"] not in GONE and not row["standing"],
    }
    cells |= {("rows", name): 1 for name, holds in flags.items() if holds}
    return cells | ({("rows", "strikes"): len(row["strikes"])} if row["strikes"] else {})


def cells_of_life(life: Life) -> Cells:
    """What an issue adds that is counted once, as it stands in these books; nothing where it is in none."""
    if not life:
        return Cells()
    first, last, cells = life[0], life[-1], Cells()
    of = phases_of(life)
    for figure, phases in of.items():
        cells.update(("once", f"{phase}/{figure}") for phase in [*phases, *([ALL] if phases else [])])
    cells["days", f"entered/{first['entered']}"] += 1
    for stage in life:
        if stage["status"] == "struck-off" and stage["struck_off"]:
            cells["days", f"struck_off/{stage['struck_off']}"] += 1
            cells.update(
                ("struck", f"{stage['struck_off'][:7]}/{figure}") for figure in ("struck_off", *(["on_time"] if stage["on_time"] else []))
            )
    for kind, code in (("category", first["category"]), ("channel", first["channel"])):
        cells.update(("kinds", f"{kind}/{code}/{first['phase']}/{figure}") for figure in OF_KINDS if of[figure])
    if last["late_since"] and of["overdue"]:
        cells.update(("listed", f"late/{phase}") for phase in [*of["overdue"], ALL])
    if last["status"] not in GONE and of["carried_over"]:
        cells.update(("listed", f"carried/{phase}") for phase in [*of["carried_over"], ALL])
    return cells


def spread(campaign: str, path: Path, cells: Cells, partition: int) -> Iterator[tuple[Sum, Cells]]:
    """What a book adds by itself, to whose sums: its own, and those of all above it."""
    yield Sum(campaign, path), cells
    for depth in range(1, len(path)):
        yield Sum(campaign, path[:depth], partition), cells


def spread_life(campaign: str, life: Life, partition: int) -> Iterator[tuple[Sum, Cells]]:
    """What an issue that changes books adds that is counted once, to whose sums: each unit has of it the books that it was in there."""
    for path in {tuple(stage["path"][:depth]) for stage in life for depth in range(1, len(stage["path"]) + 1)}:
        own = cells_of_life([stage for stage in life if tuple(stage["path"]) == path])
        under = cells_of_life([stage for stage in life if tuple(stage["path"][: len(path)]) == path])
        under.subtract(own)
        yield Sum(campaign, path), own
        yield Sum(campaign, path, partition), under


def add(to: Added, added: Iterator[tuple[Sum, Cells]], times: int = 1) -> None:
    """Add to sums, or take from them."""
    for key, cells in added:
        into = to[key]
        for cell, n in cells.items():
            into[cell] += times * n


def nothing_added() -> Added:
    return defaultdict(Cells)
