"""The lists behind what is said of books: what their phases lacked, and how far each was read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

from services.reporting.figures.report import Book, Place
from services.reporting.fold.phases import PhaseRow
from services.reporting.pages.links import Links
from services.reporting.pages.lists import Cell, Field, unit_field
from services.reporting.papers.names import Names
from shared.workdays import BEIJING

Missing = Literal["returns", "units", "verified", "targets", "watches", "activities"]
"""What a phase may have lacked, as the ledger calls it."""
GAP_HEAD = ("phase", "gap-kind", "gap", "found-on")
BOOK_HEAD = ("unit", "records", "last-record", "chain")


def gap_fields(phase: str | None, missing: str | None, place: Place, names: Names) -> list[Field]:
    """What is asked of what phases lacked."""
    return [
        unit_field(place, names),
        Field("phase", names.say("phase"), phase, names.entries("phases")),
        Field("missing", names.say("gap-kind"), missing, [(kind, names.say(f"gap-kind-{kind}")) for kind in get_args(Missing)]),
    ]


def gap_rows(
    rows: Sequence[PhaseRow], phase: str | None, missing: str | None, place: Place, units: Mapping[str, str], names: Names, links: Links
) -> list[list[Cell]]:
    """What phases lacked, one by one, as it was recorded then; each leads to how that stands now."""
    found = {row["phase"]: row for row in rows}
    return [
        [
            Cell(names.of("phases", each.code)),
            Cell(names.say(f"gap-kind-{kind}")),
            cell,
            Cell(row["closed"] or row["held"] or "", style="number"),
        ]
        for each in place.plan.phases
        if phase in (None, each.code) and (row := found.get(each.code))
        for kind in get_args(Missing)
        if missing in (None, kind)
        for cell in _lacked(row, kind, place.unit, units, names, links)
    ]


def _lacked(row: PhaseRow, kind: str, unit: str, units: Mapping[str, str], names: Names, links: Links) -> Iterator[Cell]:
    """What a phase lacked of one kind; of targets and of the rate the number alone was recorded."""
    lacked = (row["gap"] or {}).get(kind)
    if not lacked:
        return
    match kind:
        case "returns":
            yield from (Cell(names.of("obligations", code), links.returns(unit=unit, own=True, obligation=code), "text") for code in lacked)
        case "units":
            yield from (Cell(units.get(code, code), links.unit(code), "text") for code in lacked)
        case "targets":
            yield Cell(names.say("gap-targets", count=lacked), links.checks(unit=unit, own=True), "text")
        case "verified":
            yield Cell(names.gap({kind: lacked})[kind], links.issues(unit=unit, own=True, figure="open"), "text")
        case _:
            yield from (Cell(names.of(kind, code), style="text") for code in lacked)


def book_cells(book: Book, units: Mapping[str, str], links: Links) -> list[Cell]:
    """How far a book was read."""
    return [
        Cell(units.get(book.unit, book.unit), links.unit(book.unit)),
        Cell(str(book.position), style="number"),
        Cell(f"{book.accepted.astimezone(BEIJING):%Y-%m-%d %H:%M}", style="number"),
        Cell(book.chain[:16], style="number"),
    ]
