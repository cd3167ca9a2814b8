"""A tree of units of any size for any plan: the made-up units that lie beside the plan, and as many copies of their shape as are asked for."""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from deploy.plans.read import read_units
from deploy.simulator.people import responsible
from shared.plan import Plan
from shared.units import Unit

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
    listed = list(islice(_copies(units), wanted or max(len(units), LEAST)))
    return [unit.model_copy(update={"responsible": responsible(index)}) for index, unit in enumerate(listed)]


def _copies(units: Sequence[Unit]) -> Iterator[Unit]:
    yield from units
    root, inner = units[0].id, units[1:]
    for number in count(2) if inner else ():
        for unit in inner:
            above = {line: _copy(id, root, number) for line, id in unit.superiors.items()}
            changed = {
                "id": _copy(unit.id, root, number),
                "name": f"{unit.name}（{number}）",
                "parent": _copy(unit.parent or root, root, number),
            }
            yield unit.model_copy(update=changed | {"superiors": above})


def _copy(id: str, root: str, number: int) -> str:
    return id if id == root else f"{id[:33]}-x{number}"
