"""Reading a plan, and the tree of units it is announced with, from their files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.files import File, FileMistake
from shared.plan import Plan
from shared.plan.partly import Partly
from shared.plan.tree import mistakes
from shared.plan.values import Mistake
from shared.units import Unit
from shared.wording import worded
from shared.wording.plan import PLAN, SECTIONS, TREE

UNIT: TypeAdapter[Unit] = TypeAdapter(Unit)
UNITS: TypeAdapter[tuple[Unit, ...]] = TypeAdapter(tuple[Unit, ...])
Known = dict[str, set[str] | None]
"""The codes of a plan that a tree may name, by section; none where it is not known what there is."""


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML. Raises FileMistake, with all its mistakes at once, each with its line."""
    plan, found, _ = _plan(path)
    if plan is None or found:
        raise FileMistake("\n".join(found))
    return plan


def read_units(path: Path, plan: Plan | None = None) -> tuple[Unit, ...]:
    """Read a tree of units, parents before their units, from YAML or JSON, and compare its classes and lines with a plan's. Raises FileMistake."""
    units, found = _units(path, {name: {each.code for each in getattr(plan, name)} if plan else None for name in ("classes", "lines")})
    if found:
        raise FileMistake("\n".join(found))
    return units


def read_both(plan: Path, units: Path) -> tuple[Plan, tuple[Unit, ...]]:
    """Read a plan and the tree that it is announced with. Raises FileMistake, with all mistakes of both files at once."""
    said, found, known = _plan(plan)
    listed, more = _units(units, known)
    if said is None or found or more:
        raise FileMistake("\n".join([*found, *more]))
    return said, listed


def _plan(path: Path) -> tuple[Plan | None, list[str], Known]:
    """The plan of a file if nothing is wrong, else every mistake; and what a tree may name."""
    try:
        file = File(path, "plan")
    except FileMistake as mistake:
        return None, [str(mistake)], {}
    part = Partly(file.content)
    found = [*file.found, *file.wrong(part.wrong, Plan.model_json_schema())]
    found += [file.line(each.where, each.what) for each in part.between]
    return part.plan, found, {name: part.codes(name) for name in ("classes", "lines")}


def _units(path: Path, known: Known) -> tuple[tuple[Unit, ...], list[str]]:
    """The units of a file, and every mistake."""
    try:
        file = File(path, "tree")
    except FileMistake as mistake:
        return (), [str(mistake)]
    found, wrong, lost = file.found, set[Any](), set[str | None]()
    units: tuple[Unit | None, ...]
    try:
        units = UNITS.validate_json(file.json, extra="forbid")
    except ValidationError as error:
        errors = error.errors(include_url=False)
        wrong = {each["loc"][0] for each in errors if each["loc"]}
        found = [*found, *file.wrong(errors, UNITS.json_schema())]
        units = tuple(None if index in wrong else UNIT.validate_json(json.dumps(each)) for index, each in enumerate(file.content))
        lost = {each.get("id") if isinstance(each := file.content[index], dict) else None for index in wrong}
    if not units:
        return (), [*found, file.line((), worded(TREE["none"]))]
    for each in (*mistakes(units, lost), *_unknown(units, known)):
        unit = units[int(each.where[0])]
        place = ".".join(map(str, (unit.id if unit else each.where[0], *each.where[1:])))
        found = [*found, file.line(each.where, each.what, place)]
    return tuple(unit for unit in units if unit), found


def _unknown(units: tuple[Unit | None, ...], known: Known) -> Iterator[Mistake]:
    """Classes and lines of command that the plan does not have; misspelt, one would lead nowhere."""
    for index, unit in enumerate(units):
        if unit is None:
            continue
        named: list[tuple[str, str, str]] = [("classes", "unit_class", unit.unit_class)]
        named += [("lines", "superiors", line) for line in unit.superiors]
        for section, field, code in named:
            if (there := known.get(section)) is not None and code not in there:
                listed = ", ".join(sorted(there)) or "–"
                yield Mistake((index, field), worded(PLAN["unknown"], code=code, what=worded(SECTIONS[section]), known=listed), code)
