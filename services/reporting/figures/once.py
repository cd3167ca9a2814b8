"""What is said of issues, counted once by issue: however often it was struck off, and through however many books it went. Pure.

Everything else that is counted is an act, once for each time that it happened; `shared.events.figures.Counts` has those.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.reporting.fold.rows import GONE
from shared.mongo import Document

CHANGES_BOOKS = "handover~"
"""How the id of an issue begins in the book of a unit that took it from another; then that unit, the number of the offer, and the id there."""
HANDED: Document = {"$or": [{"origin": {"$ne": None}}, {"handed_to": {"$ne": None}}]}
"""Rows of issues that came from another book, or that another has or is offered."""
COUNTED_BY: Document = {
    "id": {"$cond": [{"$or": [{"$ne": ["$origin", None]}, {"$ne": ["$handed_to", None]}]}, "$_id", None]},
    **{name: f"${name}" for name in ("phase", "nature", "status", "standing", "struck_off_phase", "on_time")},
    **{name: f"${name}" for name in ("overdue_phases", "carried_over_phases")},
}
"""What rows are alike in that count alike, as MongoDB groups them; a row of an issue that changes books has its `id` and stands alone."""
Alike = Mapping[str, Any]
"""Rows of issues that are alike, or one row, and as `n` how many they are."""


def lives(rows: Iterable[Alike]) -> Iterator[Sequence[Alike]]:
    """Every issue as its rows, from the first book that it was in to the last; issues that are alike, and in one book alone, together."""
    changed_books: dict[str, list[tuple[int, Alike]]] = defaultdict(list)
    for row in rows:
        if row["id"] is None:
            yield [row]
        else:
            first, books = _first(row["id"])
            changed_books[first].append((books, row))
    for its in changed_books.values():
        yield [row for _, row in sorted(its, key=lambda each: each[0])]


def _first(id: str) -> tuple[str, int]:
    """The issue as it was entered first, and how often it changed books since."""
    campaign, unit, _, rest = id.split("/")
    books = 0
    while rest.startswith(CHANGES_BOOKS):
        _, unit, _, rest = rest.split("~", 3)
        books += 1
    return f"{campaign}/{unit}/{rest}", books


def phases_of(life: Sequence[Alike]) -> dict[str, set[str]]:
    """The phases in which an issue counts, by figure: that of its first entry, of the strike-off that stands, of each mark that stands."""
    first, entered = life[0], {life[0]["phase"]}
    struck = [row for row in life if row["status"] == "struck-off"]
    still = any(row["status"] not in GONE and not row["standing"] for row in life) and not struck
    return {
        "entered": entered,
        "defects": entered if first["nature"] == "defect" else set(),
        "hazards": entered if first["nature"] == "hazard" else set(),
        "open": entered if still else set(),
        "struck_off": {row["struck_off_phase"] for row in struck},
        "on_time": {row["struck_off_phase"] for row in struck if row["on_time"]},
        "overdue": {phase for row in life for phase in row["overdue_phases"]},
        "carried_over": {phase for row in life for phase in row["carried_over_phases"]},
    }


ONCE = ("entered", "defects", "hazards", "open", "struck_off", "on_time", "overdue", "carried_over")
"""The figures that count issues."""


def counted(rows: Iterable[Alike]) -> dict[str | None, Counter[str]]:
    """The figures of each phase, and under None those of all: who counts in several phases counts in all of them once."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for life in lives(rows):
        for figure, phases in phases_of(life).items():
            for phase in [*phases, *([None] if phases else [])]:
                counts[phase][figure] += life[0]["n"]
    return counts
