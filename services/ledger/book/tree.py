"""The tree of units as it is told to the root's book: in parts, in order, sealed."""

from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.case import AnyCase, Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.world import Needs, World
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.units import DEEPEST, PART, Seal, chain_digest
from shared.wording.details import detailed


class Tree(State, frozen=True):
    """What decisions need of a tree told so far."""

    parts: int
    count: int
    digest: str
    classes: tuple[str, ...] = ()
    """The classes of its units, each once."""
    lines: tuple[str, ...] = ()
    """The further lines of command that its units name, each once."""


def needs(fact: UnitsListed, book: Book) -> Needs:
    """The units that a part must be compared with: its own ids, which must be new, and parents and superiors that stand before it."""
    above = {unit.parent for unit in fact.units if unit.parent}.union(*(unit.superiors.values() for unit in fact.units))
    return Needs(book.unit, fact.version, units={unit.id for unit in fact.units} | above, owner=True)


def decide(case: Case[Tree, UnitsListed]) -> list[Event]:
    """A part fits what came before, or is refused whole. Raises Refused."""
    fact, book = case.fact, case.book
    case.require_subject(str(fact.version))
    require_free(case)
    if fact.version <= book.profile.tree_version:
        raise Refused("tree-seal", detail=detailed([("seal-announced", {"version": fact.version})]))
    expected = case.state.parts + 1 if case.state else 1
    if fact.part != expected:
        raise Refused("tree-part", expected=expected, part=fact.part)
    seen = set(case.world.units)
    for index, unit in enumerate(fact.units):
        said: dict[str, object] = {"place": f"units[{index}]", "unit": unit.id}
        first = fact.part == 1 and index == 0
        if unit.id in seen:
            raise Refused("tree-unit", detail=detailed([("unit-twice", said)]))
        if first and (unit.parent or unit.id != book.unit):
            raise Refused("tree-unit", detail=detailed([("unit-root", {**said, "root": book.unit})]))
        if not first and unit.parent not in seen:
            rule = "unit-parent" if unit.parent else "unit-no-parent"
            raise Refused("tree-unit", detail=detailed([(rule, {**said, "parent": unit.parent})]))
        for line, superior in unit.superiors.items():
            if superior not in seen:
                raise Refused("tree-unit", detail=detailed([("unit-superior", {**said, "line": line, "superior": superior})]))
        seen.add(unit.id)
    return []


def require_free(case: AnyCase) -> None:
    """The campaign belongs to no other root. Raises Refused, and names none: another's campaign is nobody's business."""
    if case.world.owner not in (None, case.book.unit):
        raise Refused("campaign-taken", campaign=case.book.campaign)


def require_sealed(tree: Tree | None, seal: Seal) -> Tree:
    """All of a tree is there. Raises Refused."""
    if tree is None:
        raise Refused("tree-seal", detail=detailed([("seal-untold", {"version": seal.version})]))
    if tree.count != seal.count:
        raise Refused("tree-seal", detail=detailed([("seal-count", {"told": tree.count, "sealed": seal.count})]))
    if tree.digest != seal.digest:
        raise Refused("tree-seal", detail=detailed([("seal-digest", {})]))
    return tree


def require_classes(tree: Tree, plan: Plan) -> None:
    """The plan knows every class of the tree; found out late, a unit's book would never open. Raises Refused."""
    known = {entry.code for entry in plan.classes}
    for unit_class in tree.classes:
        if unit_class not in known:
            raise Refused("class-unknown", unit_class=unit_class)


def require_lines(tree: Tree, plan: Plan) -> None:
    """The plan knows every further line of command of the tree; misspelt, one would lead nowhere. Raises Refused."""
    known = [entry.code for entry in plan.lines]
    for line in tree.lines:
        if line not in known:
            raise Refused("line-unknown", line=line, known=", ".join(known) or "–")


def require_placeable(world: World) -> None:
    """Every unit can stand where the tree has it; found out late, some book would never open. Raises Refused."""
    if at := world.misplaced:
        if at.below > PART:
            raise Refused("tree-wide", unit=at.unit, count=at.below, limit=PART)
        raise Refused("tree-deep", unit=at.unit, limit=DEEPEST)


def evolve(before: Tree | None, event: Event, day: date) -> Tree | None:
    """The tree after an event."""
    match event.fact:
        case UnitsListed(units=units):
            so_far = before or Tree(0, 0, "")
            classes = dict.fromkeys((*so_far.classes, *(unit.unit_class for unit in units)))
            lines = dict.fromkeys((*so_far.lines, *(line for unit in units for line in unit.superiors)))
            return Tree(so_far.parts + 1, so_far.count + len(units), chain_digest(so_far.digest, units), tuple(classes), tuple(lines))
    return before
