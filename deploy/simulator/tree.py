"""A tree of units of any size for any plan: the made-up units that lie beside the plan, and as many copies of their shape as are asked for.

Where more of them would lie directly under the root than any unit may have, each copy is a district: a unit like the root, with as many as fit under it.
"""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from deploy.plans.read import read_units
from deploy.simulator.people import responsible
from shared.plan import Plan
from shared.units import PART, Unit

LEAST = 6
"""Units where a plan has no tree beside it and no number is asked for, at least."""


def example_units(plan: Plan, file: Path) -> tuple[Unit, ...]:
    """The units beside a plan, `units/<campaign>.yaml`; where there are none, its first class above one unit of each other. Raises FileMistake."""
    beside = file.parent / "units" / f"{plan.campaign}.yaml"
    if beside.exists():
        return read_units(beside, plan)
    root, *others = plan.classes
    tags = tuple(
        sorted({tag for target in plan.targets for tag in (*target.needs, *(tag for level in target.levels for tag in level.needs))})
    )
    top = Unit(id=root.code, name=root.name.zh, unit_class=root.code)
    return (top, *(Unit(id=f"{each.code}-1", name=f"{each.name.zh}一", parent=top.id, unit_class=each.code, tags=tags) for each in others))


def grow_tree(units: Sequence[Unit], wanted: int | None = None) -> list[Unit]:
    """So many units in the shape of these, parents before their units; each with a person responsible."""
    wanted, mark = wanted or max(len(units), LEAST), "x"
    while wanted > (most := _most(units)):
        units, mark = _district(list(islice(_copies(units, mark), most)), mark), mark + "x"
    listed = islice(_copies(units, mark), wanted)
    return [unit.model_copy(update={"responsible": responsible(index)}) for index, unit in enumerate(listed)]


def _most(units: Sequence[Unit]) -> int:
    """How many units in the shape of these fit under one root."""
    direct = sum(unit.parent == units[0].id for unit in units)
    return 1 + PART // max(direct, 1) * (len(units) - 1)


def _district(units: Sequence[Unit], mark: str) -> list[Unit]:
    """The same units, one level further down."""
    root = units[0]
    top = root.model_copy(update={"id": _copy(root.id, None, f"{mark}1"), "name": f"{root.name}（1）", "parent": root.id})
    return [root, top, *(unit.model_copy(update={"parent": top.id}) if unit.parent == root.id else unit for unit in units[1:])]


def _copies(units: Sequence[Unit], mark: str) -> Iterator[Unit]:
    """The units, and their shape again and again under the same root; `mark` tells copies from copies of copies."""
    yield from units
    root, inner = units[0].id, units[1:]
    for number in count(2) if inner else ():
        for unit in inner:
            above = {line: _copy(id, root, f"{mark}{number}") for line, id in unit.superiors.items()}
            changed = {
                "id": _copy(unit.id, root, f"{mark}{number}"),
                "name": f"{unit.name}（{number}）",
                "parent": _copy(unit.parent or root, root, f"{mark}{number}"),
            }
            yield unit.model_copy(update=changed | {"superiors": above})


def _copy(id: str, root: str | None, mark: str) -> str:
    return id if id == root else f"{id[:33]}-{mark}"
