"""Reading a plan, and the tree of units it is announced with, from their files."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shared.files import File, FileMistake
from shared.plan import Plan
from shared.plan.values import PlanMistakes
from shared.units import Unit, mistakes

UNITS: TypeAdapter[tuple[Unit, ...]] = TypeAdapter(tuple[Unit, ...])


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML. Raises FileMistake, with all its mistakes at once, each with its line."""
    file = File(path)
    try:
        return Plan.model_validate_json(file.json, extra="forbid")
    except ValidationError as error:
        if isinstance(between := error.errors(include_url=False)[0].get("ctx", {}).get("error"), PlanMistakes):
            raise FileMistake("\n".join(f"{file.at(each.where)}: {each}" for each in between.found)) from None
        raise FileMistake("\n".join(file.wrong(error, Plan.model_json_schema()))) from None


def read_units(path: Path, plan: Plan | None = None) -> tuple[Unit, ...]:
    """Read a tree of units, parents before their units, from YAML or JSON, and compare its classes and lines with a plan's. Raises FileMistake."""
    file = File(path)
    try:
        units = UNITS.validate_json(file.json, extra="forbid")
    except ValidationError as error:
        raise FileMistake("\n".join(file.wrong(error, UNITS.json_schema()))) from None
    found = [f"{file.at([each.place]) if each.place is not None else path}: {each.what}" for each in mistakes(units)]
    if not units:
        found.append(f"{path}: there is no unit; list the root first")
    known = {entry.code for entry in plan.classes} if plan else {unit.unit_class for unit in units}
    for index, unit in enumerate(units):
        if unit.unit_class not in known:
            found.append(f"{file.at([index, 'unit_class'])}: class {unit.unit_class!r} is none of the plan's: {', '.join(sorted(known))}")
    lines = {entry.code for entry in plan.lines} if plan else {line for unit in units for line in unit.superiors}
    found += [
        f"{file.at([index, 'superiors'])}: line {line!r} is none of the plan's: {', '.join(sorted(lines)) or '-'}"
        for index, unit in enumerate(units)
        for line in unit.superiors
        if line not in lines
    ]
    if found:
        raise FileMistake("\n".join(found))
    return units
