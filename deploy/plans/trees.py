"""What must fit in a whole tree of units, before it is told. Every mistake is found at once; none means that it can be told."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from shared.plan.mistakes import Mistake
from shared.units import DEEPEST, PART, Unit
from shared.values import Wording
from shared.wording import worded
from shared.wording.plan import TREE


def mistakes(units: Sequence[Unit | None], lost: Collection[str | None] = ()) -> Iterator[Mistake]:
    """Every mistake of a whole tree.

    An entry that cannot be read is none, and its id is `lost`, or none where that cannot be read either: whatever names it may be right.
    """
    parents = {unit.id: unit.parent for unit in units if unit}
    seen, level, below = set(lost), dict[str | None, int](), dict[str, int]()
    for index, unit in enumerate(units):
        if unit is None:
            continue
        if unit.id in seen:
            yield Mistake((index, "id"), _said("twice", code=unit.id))
        if index == 0 and unit.parent is not None:
            yield Mistake((index, "parent"), _said("root-parent", parent=unit.parent))
        elif index > 0 and unit.parent is None:
            yield Mistake((index,), _said("parent-missing"))
        elif unit.parent and unit.parent not in seen:
            yield from _parent(index, unit, unit.parent, parents, lost)
        for line, superior in unit.superiors.items():
            where = (index, "superiors", line)
            if superior in parents and superior not in seen:
                yield Mistake(where, _said("superior-later", line=line, superior=superior))
            elif superior not in seen and None not in lost:
                yield Mistake(where, _said("superior-unknown", line=line, code=superior))
        level[unit.id] = level.get(unit.parent, 0) + 1
        if level[unit.id] == DEEPEST + 1:
            yield Mistake((index,), _said("deep", unit=unit.id, level=level[unit.id], limit=DEEPEST))
        if unit.parent:
            below[unit.parent] = below.get(unit.parent, 0) + 1
            if below[unit.parent] == PART + 1:
                count = sum(each == unit.parent for each in parents.values())
                yield Mistake((index,), _said("wide", unit=unit.parent, count=count, limit=PART))
        seen.add(unit.id)


def _parent(index: int, unit: Unit, parent: str, parents: Mapping[str, str | None], lost: Collection[str | None]) -> Iterator[Mistake]:
    """What is wrong with a parent that does not stand before its unit: a circle is said once, at its first unit."""
    way = [unit.id, parent]
    while (above := parents.get(way[-1])) and above not in way:
        way.append(above)
    where = (index, "parent")
    if parent not in parents:
        if None not in lost:
            yield Mistake(where, _said("parent-unknown", code=parent))
    elif unit.id in (parent, above):
        yield Mistake(where, _said("cycle", way=" → ".join([unit.id, parent] if parent == unit.id else [*way, unit.id])))
    else:
        yield Mistake(where, _said("parent-later", parent=parent))


def _said(rule: str, **values: object) -> Wording:
    return worded(TREE[rule], **values)
