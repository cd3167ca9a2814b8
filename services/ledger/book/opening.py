"""How a book (台账) is opened, with the campaign that is passed down to its unit."""

from collections.abc import Sequence

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused
from shared.events.campaign import BookOpened
from shared.plan import Plan
from shared.units import DEEPEST, PART, Unit
from shared.workdays import YearMissing


def calendar_reaches(plan: Plan, levels: int) -> None:
    """Whether the working calendar reaches the grace of every phase; found out late, no book could close it. Raises Refused."""
    for phase in plan.phases:
        try:
            plan.grace_ends(phase, levels - 1)
        except YearMissing as missing:
            raise Refused("year-missing", year=missing.year, phase=phase.code) from None


def placed(unit: Unit, units_below: Sequence[str], level: int, plan: Plan) -> None:
    """Whether a unit can stand where its tree has it. Raises Refused."""
    if unit.unit_class not in {entry.code for entry in plan.classes}:
        raise Refused("class-unknown", unit_class=unit.unit_class)
    if units_below and level >= DEEPEST:
        raise Refused("tree-deep", unit=unit.id, limit=DEEPEST)
    if len(units_below) > PART:
        raise Refused("tree-wide", unit=unit.id, count=len(units_below), limit=PART)


def opened(book: Book, unit: Unit, units_below: Sequence[str], level: int, levels: int, plan: Plan, tree_version: int) -> list[Event]:
    """A book opens for a unit on a level of a tree of so many, and passes the campaign down. Raises Refused."""
    if book.profile.plan_version:
        raise Refused("book-open", book=book.id)
    placed(unit, units_below, level, plan)
    return [
        Event(
            book.id,
            BookOpened(
                name=unit.name,
                unit_class=unit.unit_class,
                tags=unit.tags,
                responsible=unit.responsible,
                plan_version=plan.version,
                tree_version=tree_version,
                levels_below=max(levels - level, 0),  # the seal's word for the tree's depth may be too small
                units_below=tuple(units_below),
                superiors=unit.superiors or None,
                aliases=unit.aliases or None,
            ),
        )
    ]
