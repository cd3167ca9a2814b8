"""The figures of each phase of each book, counted again from events: reporting's own sum, to stand beside the ledger's statements."""

from typing import Any, Literal

from services.reporting.fold.rows import FIGURES, BookRow, Counted, Figures, day_of, row_of, with_counts
from shared.events.phase import GapAccepted, PhaseClosed, PhaseExtended, PhaseHeld, PhaseOpened, PhaseProlonged, PhaseSupplemented
from shared.kafka.records import Recorded


class PhaseRow(BookRow):
    """One phase of one book."""

    phase: str
    status: Literal["ahead", "open", "held", "closed"]
    start: str | None
    end: str | None
    opened: str | None
    held: str | None
    closed: str | None
    gap: dict[str, Any] | None
    """Returns and units that were missing when it was held, or closed."""
    accepted_gap: str | None
    """The reason for which the owner closed it over the gap."""
    figures: Figures
    statement: dict[str, Any] | None
    """The ledger's own latest statement (revision, own, total), for comparison; never the source of a figure."""


def phase_row_id(book: str, phase: str) -> str:
    return f"{book}#{phase}"


def phase_of(event: Recorded, counts: Counted | None) -> str | None:
    """The phase whose row an event changes that counts this."""
    if isinstance(event.fact, PhaseOpened | PhaseHeld | GapAccepted | PhaseExtended | PhaseProlonged | PhaseSupplemented):
        return event.fact.phase
    return counts[0] if counts else None


def phase_after(row: PhaseRow | None, event: Recorded, phase: str, counts: Counted | None) -> PhaseRow:
    """The row of a phase after an event that counts this."""
    before: PhaseRow = row or {
        **row_of(event, phase_row_id(event.book, phase)),
        "book": event.book,
        "phase": phase,
        "status": "ahead",
        "start": None,
        "end": None,
        "opened": None,
        "held": None,
        "closed": None,
        "gap": None,
        "accepted_gap": None,
        "figures": dict.fromkeys(FIGURES, 0),
        "statement": None,
    }
    figures = with_counts(before["figures"], counts[1]) if counts else before["figures"]
    after: PhaseRow = {**before, "position": event.position, "path": list(event.where.path), "figures": figures}
    day = day_of(event)
    match event.fact:
        case PhaseOpened(start=start, end=end):
            after["status"], after["opened"], after["start"], after["end"] = "open", day, start.isoformat(), end.isoformat()
        case PhaseExtended(until=until):
            after["end"] = until.isoformat()
            after["status"] = "open" if before["status"] == "held" else before["status"]
        case PhaseProlonged(end=end):
            after["status"], after["end"], after["closed"], after["gap"] = "open", end.isoformat(), None, None
        case PhaseHeld(gap=missing):
            after["status"], after["held"], after["closed"] = "held", day, None
            after["gap"] = missing.model_dump(mode="json")
        case GapAccepted(reason=reason):
            after["accepted_gap"] = reason
        case PhaseClosed(revision=revision, gap=gap, own=own, total=total):
            after["status"], after["closed"], after["gap"] = "closed", day, gap.model_dump(mode="json") if gap else None
            after["statement"] = {"revision": revision, "own": own.model_dump(), "total": total.model_dump()}
        case PhaseSupplemented(revision=revision, own=own, total=total):
            after["statement"] = {"revision": revision, "own": own.model_dump(), "total": total.model_dump()}
    return after
