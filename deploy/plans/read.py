"""Reading a plan, and the tree of units it is announced with, from their files."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from deploy.plans.partly import Partly
from deploy.plans.trees import mistakes
from shared.file_mistakes import FileMistake
from shared.files import File
from shared.plan import Plan
from shared.plan.mistakes import Mistake
from shared.units import Unit
from shared.wording import worded
from shared.wording.files import FILES
from shared.wording.plan import PLAN, SECTIONS, TREE

UNIT: TypeAdapter[Unit] = TypeAdapter(Unit)
UNITS: TypeAdapter[tuple[Unit, ...]] = TypeAdapter(tuple[Unit, ...])
PLACEHOLDER = re.compile(r"\$[a-z_]+")
"""A value that is still to be filled in."""
Known = dict[str, set[str] | None]
"""The codes of a plan that a tree may name, by section; none where it is not known what there is."""


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML. Raises FileMistake, with all its mistakes at once, each with its line."""
    said = _plan(path)
    if said.plan is None or said.found:
        raise FileMistake("\n".join(said.found))
    return said.plan


def read_units(path: Path, plan: Plan | None = None) -> tuple[Unit, ...]:
    """Read a tree of units, parents before their units, from YAML or JSON, and compare its classes and lines with a plan's. Raises FileMistake."""
    units, found, _ = _units(path, {name: {each.code for each in getattr(plan, name)} if plan else None for name in ("classes", "lines")})
    if found:
        raise FileMistake("\n".join(found))
    return units


def read_both(plan: Path, units: Path) -> tuple[Plan, tuple[Unit, ...]]:
    """Read a plan and the tree that it is announced with. Raises FileMistake, with all mistakes of both files at once."""
    said = _plan(plan)
    listed, more, ids = _units(units, said.known)
    found = [*said.found, *_nowhere(said, ids), *more]
    if said.plan is None or found:
        raise FileMistake("\n".join(found))
    return said.plan, listed


class _Said(NamedTuple):
    """What a file says as a plan."""

    plan: Plan | None
    """The plan, if nothing is wrong between its fields."""
    found: list[str]
    """Every mistake."""
    known: Known
    """What a tree may name."""
    file: File | None = None
    recipients: Mapping[str, str] = {}
    """The units that returns go to, where that is not the unit above, by the return's code."""


def _plan(path: Path) -> _Said:
    """The plan of a file, or every mistake."""
    try:
        file = File(path, "plan")
    except FileMistake as mistake:
        return _Said(None, [str(mistake)], {})
    if template := next((name for name, value in file.content.items() if isinstance(value, str) and PLACEHOLDER.fullmatch(value)), None):
        # All else that is wrong with it is wrong because of this.
        return _Said(None, [file.line((template,), worded(FILES["plan-template"], name=file.content[template]))], {})
    part = Partly(file.content)
    found = [*file.found, *file.wrong(part.wrong, Plan.model_json_schema())]
    found += [file.line(each.where, each.what) for each in part.between]
    recipients = {each["code"]: each["recipient"] for each in part.content.get("obligations", ()) if each.get("recipient")}
    return _Said(part.plan, found, {name: part.codes(name) for name in ("classes", "lines")}, file, recipients)


def _nowhere(said: _Said, ids: set[str] | None) -> Iterator[str]:
    """Returns to a unit that the tree does not have: nobody could be asked for them, or accept them."""
    for code, recipient in said.recipients.items():
        if said.file and ids and recipient not in ids:
            yield said.file.line(("obligations", code, "recipient"), worded(TREE["recipient-unknown"], code=recipient))


def _units(path: Path, known: Known) -> tuple[tuple[Unit, ...], list[str], set[str] | None]:
    """The units of a file, every mistake, and the ids of all units; none where not all can be read."""
    try:
        file = File(path, "tree")
    except FileMistake as mistake:
        return (), [str(mistake)], None
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
        return (), [*found, file.line((), worded(TREE["none"]))], None
    for each in (*mistakes(units, lost), *_unknown(units, known)):
        index, field = (*each.where, "parent")[:2]
        if field in wrong.get(index, ()):
            continue  # said already, or there only because of what was said
        unit = units[int(index)]
        place = ".".join(map(str, (unit.id if unit else each.where[0], *each.where[1:])))
        found.append(file.line(each.where, each.what, place))
    ids = {_id(each) for each in file.content}
    return tuple(unit for unit in units if unit), found, None if None in ids else {id for id in ids if id}


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
