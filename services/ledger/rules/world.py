"""What stands outside a book: plans and trees. A subject says what it needs of them, the handler fetches it, and rules see it as a `World`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from shared.events.campaign import CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.units import Seal, Unit


@dataclass(frozen=True, slots=True)
class Announced:
    """A version of a plan, and the seal of the tree that it was announced with."""

    plan: Plan
    seal: Seal


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A unit with too many units directly under it, or too deep in its tree to have any."""

    unit: str
    below: int
    """Units directly under it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a decision needs from outside its book."""

    root: str
    """The unit at the top of the tree that is asked."""
    tree: int
    """The version of that tree."""
    units: Collection[str] = ()
    """Units to look up, by id."""
    below: bool = False
    """The units directly under that of the book."""
    owner: bool = False
    """The root that the campaign belongs to."""
    whole: bool = False
    """Whether every unit of the tree can stand where it does: all of it is read, level by level."""
    frame: str | None = None
    """All units below that of the book that are of this class."""
    coming: int | None = None
    """A version of the plan that is passed down: waited for until it can be read, and the unit of the book in the tree, if that is asked for."""
    earlier: int = 0
    """All plans before this version."""


class World(Struct, frozen=True, gc=False):
    """What stands outside a book, as far as a decision needs it."""

    in_force: Announced | None = None
    """What the book goes by; none before it is open."""
    coming: Announced | None = None
    """What is passed down, where the book does not go by it or a later version already."""
    units: Mapping[str, Unit] = field(default_factory=dict)
    units_below: tuple[str, ...] = ()
    owner: str | None = None
    """The root that the campaign belongs to: whose announcement was recorded first. A tree that is told reserves nothing."""
    misplaced: Misplaced | None = None
    frame: tuple[str, ...] = ()
    earlier: tuple[Plan, ...] = ()
    """The plans that the campaign had before the one in force, in order."""


def announced_by(fact: Fact) -> Announced | None:
    """The version of a plan that everybody can read once a fact is recorded."""
    # The kind is asked first, here and below: of nearly all facts it says no, in a tenth of the time.
    return Announced(fact.plan, fact.tree) if fact.kind == "book" and isinstance(fact, CampaignAnnounced | CampaignAmended) else None


def listed_by(fact: Fact) -> tuple[int, tuple[Unit, ...]]:
    """The units that everybody can look up once a fact is recorded, and the version of their tree."""
    return (fact.version, fact.units) if fact.kind == "tree" and isinstance(fact, UnitsListed) else (0, ())
