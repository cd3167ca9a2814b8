"""Reading a plan, and the tree of units it is announced with, from their files."""

import json
from collections import defaultdict
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
    found, lost, wrong = file.found, set[str | None](), defaultdict[int | str, set[int | str]](set)
    units: tuple[Unit | None, ...]
    try:
        units = UNITS.validate_json(file.json, extra="forbid")
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for error_at in errors:
            # A field that there is none of may be a misspelt `parent`.
            may_be = {"parent"} if error_at["type"] == "extra_forbidden" else set()
            wrong[error_at["loc"][0]] |= {*error_at["loc"][1:2], *may_be}
        found += file.wrong(errors, UNITS.json_schema())
        units = tuple(_readable(each, wrong.get(index, set())) for index, each in enumerate(file.content))
        lost = {_id(each) for each, unit in zip(file.content, units, strict=True) if unit is None}
    if not units:
        return (), [*found, file.line((), worded(TREE["none"]))]
    for each in (*mistakes(units, lost), *_unknown(units, known)):
        index, field = (*each.where, "parent")[:2]
        if field in wrong.get(index, ()):
            continue  # said already, or there only because of what was said
        unit = units[int(index)]
        place = ".".join(map(str, (unit.id if unit else each.where[0], *each.where[1:])))
        found.append(file.line(each.where, each.what, place))
    return tuple(unit for unit in units if unit), found


def _id(content: Any) -> str | None:
    """The id of a unit that cannot be read, if it says one."""
    named = content.get("id") if isinstance(content, dict) else None
    return named if isinstance(named, str) else None


def _readable(content: Any, wrong: set[int | str]) -> Unit | None:
    """A unit without its wrong fields, so that they do not hide what else is wrong with it; none where nobody could say which it is."""
    if not isinstance(content, dict) or "id" in wrong:
        return None
    stand_ins = {"name": "x", "unit_class": "x"}
    kept = {name: value for name, value in content.items() if name in Unit.model_fields and name not in wrong}
    return UNIT.validate_json(json.dumps(stand_ins | kept))


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
