"""How a campaign is announced at its root, and how a book (台账) opens with it as it is passed down. A1, A2."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.ledger.book import tree
from services.ledger.book.periods import over_at_joining
from services.ledger.book.state import Book
from services.ledger.book.tree import Tree
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from services.ledger.rules.world import Announced, World
from shared.events.campaign import AmendmentPassedDown, BookOpened, CampaignAnnounced, CampaignPassedDown
from shared.events.fact import Fact
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.topics import subject_id
from shared.units import Unit
from shared.workdays import YearMissing

FACTS: frozenset[type[Fact]] = frozenset({UnitsListed, CampaignAnnounced, CampaignPassedDown, AmendmentPassedDown})
"""What a book that is not open may be told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tree has a unit."""

    unit: Unit
    above: tuple[str, ...]
    """The units above it, from the root."""
    below: tuple[str, ...]
    """The units directly under it."""

    @property
    def path(self) -> tuple[str, ...]:
        """The units from the root to this one, this one included."""
        return (*self.above, self.unit.id)

    def said_of_book(self, by: Announced) -> dict[str, Any]:
        """What `BookOpened` and `BookAmended` both say, of a book that goes by this from now on."""
        said = self.unit.model_dump(include={"name", "unit_class", "tags", "responsible"})
        return said | {
            "plan_version": by.plan.version,
            "tree_version": by.seal.version,
            "levels_below": max(by.seal.levels - len(self.path), 0),  # the seal's word for the tree's depth may be too small
            "units_below": self.below,
            "superiors": self.unit.superiors or None,
            "aliases": self.unit.aliases or None,
        }


def place(world: World, unit: str, above: tuple[str, ...] = ()) -> Place:
    """Where the tree that a decision asked for has the unit of the book."""
    return Place(world.units[unit], above, world.units_below)


def missing(world: World, units: Iterable[str]) -> tuple[str, ...]:
    """Which of some units that a decision asked for the tree does not have."""
    return tuple(each for each in units if each not in world.units)


def announced(case: AnyCase, fact: CampaignAnnounced) -> list[Event]:
    """The campaign begins at its root, whole. Raises Refused."""
    book, plan, seal = case.book, fact.plan, fact.tree
    tree.require_free(case)
    if book.is_open:
        raise Refused("book-open", book=book.id)
    told_tree = tree.require_sealed(case.beside(tree_of(book, seal.version), Tree), seal)
    if plan.campaign != book.campaign:
        raise Refused("wrong-campaign", campaign=plan.campaign, book=book.id)
    _require_calendar(plan, seal.levels)
    tree.require_classes(told_tree, plan)
    tree.require_lines(told_tree, plan)
    tree.require_placeable(case.world)
    return opened(book, place(case.world, book.unit), Announced(plan, seal))


def tree_of(book: Book, version: int) -> str:
    """The subject that a tree is told of."""
    return subject_id(book.id, "tree", str(version))


def _require_calendar(plan: Plan, levels: int) -> None:
    """The working calendar reaches the grace of every phase; found out late, no book could close it. Raises Refused."""
    for phase in plan.phases:
        try:
            plan.grace_ends(phase, levels - 1)
        except YearMissing as missing:
            raise Refused("year-missing", year=missing.year, phase=phase.code) from None


def opened(book: Book, at: Place, new: Announced, joins: date | None = None) -> list[Event]:
    """A book opens for a unit, and passes the campaign down; one that joins a running campaign owes nothing that it can only have missed."""
    over = over_at_joining(at.unit.unit_class, new.plan, joins) if joins else {}
    return [Event(book.id, BookOpened(**at.said_of_book(new), over=over))]
