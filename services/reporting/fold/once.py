"""What is said of issues, counted once by issue: however often it was struck off, and through however many books it went. Pure.

Everything else that is counted is an act, once for each time that it happened; `shared.events.figures.Counts` has those.
"""

from collections.abc import Sequence
from typing import Any

from typing_extensions import TypedDict

from services.reporting.fold.rows import GONE, IssueRow, Status

CHANGES_BOOKS = "handover~"
"""How the id of an issue begins in the book of a unit that took it from another; then that unit, the number of the offer, and the id there."""
ONCE = ("entered", "defects", "hazards", "open", "struck_off", "on_time", "overdue", "carried_over")
"""The figures that count issues."""


class Stage(TypedDict):
    """An issue in one book: of its row, what counts."""

    _id: str
    path: list[str]
    phase: str
    category: str
    channel: str
    nature: str
    status: Status
    standing: bool
    entered: str
    struck_off: str | None
    struck_off_phase: str | None
    on_time: bool | None
    late_since: str | None
    overdue_phases: list[str]
    carried_over_phases: list[str]


Life = Sequence[Stage]
"""An issue from the first book that it was in to the last of those that are looked at."""


def stage_of(row: IssueRow) -> Stage:
    """An issue in the book of this row."""
    counted: Any = {name: row[name] for name in Stage.__annotations__}  # type: ignore[literal-required]
    return counted  # type: ignore[no-any-return]


def changes_books(row: IssueRow) -> bool:
    """Whether it came from another book, or another has it or is offered it."""
    return row["origin"] is not None or row["handed_to"] is not None


def first_of(id: str) -> tuple[str, int]:
    """The issue as it was entered first, and how often it changed books since."""
    campaign, unit, _, rest = id.split("/")
    books = 0
    while rest.startswith(CHANGES_BOOKS):
        _, unit, _, rest = rest.split("~", 3)
        books += 1
    return f"{campaign}/{unit}/{rest}", books


def phases_of(life: Life) -> dict[str, set[str]]:
    """The phases in which an issue counts, by figure: that of its first entry, of the strike-off that stands, of each mark that stands."""
    first, entered = life[0], {life[0]["phase"]}
    struck = [row for row in life if row["status"] == "struck-off"]
    still = any(row["status"] not in GONE and not row["standing"] for row in life) and not struck
    return {
        "entered": entered,
        "defects": entered if first["nature"] == "defect" else set(),
        "hazards": entered if first["nature"] == "hazard" else set(),
        "open": entered if still else set(),
        "struck_off": {row["struck_off_phase"] or "" for row in struck},
        "on_time": {row["struck_off_phase"] or "" for row in struck if row["on_time"]},
        "overdue": {phase for row in life for phase in row["overdue_phases"]},
        "carried_over": {phase for row in life for phase in row["carried_over_phases"]},
    }
