"""A sheet of units as the tree that it tells, in parts: it is told whole, or not at all. Pure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from services.intake.files.filled import Filled, Rows
from services.intake.files.mistakes import CellMistake, NotRead
from services.intake.files.vocabulary import key_of
from shared.units import PART, PART_SIZE

ROOM = 200
"""Bytes that a unit takes in a tree's digest beside what the sheet says of it, at most."""


class Part(NamedTuple):
    """Some units that one event tells, or a row that cannot be told."""

    number: int
    """The row of the first of them."""
    covers: int
    data: dict[str, Any] | None
    mistakes: tuple[CellMistake, ...] = ()


def parts(filled: Rows) -> Iterator[Part]:
    """The parts of a tree, or each of its rows with what keeps it from being told. The sheet is read twice: nothing is told before all of it is right."""
    wrong = dict[int, list[CellMistake]]()
    for row, _, mistakes in _units(filled):
        if mistakes:
            wrong[row.number] = mistakes
    if not wrong:
        yield from _told(filled)
        return
    first = min(wrong)
    for row, _, _ in _units(filled):
        mistakes = wrong.get(row.number) or [filled.mistake("", None, NotRead("tree-not-whole", row=first))]
        yield Part(row.number, 1, None, tuple(mistakes))


def _told(filled: Rows) -> Iterator[Part]:
    number, units, size, version, index = 0, list[dict[str, Any]](), 0, 1, 1
    for row, unit, _ in _units(filled):
        version = row.values.get("data.version", version)
        length = len(orjson.dumps(unit)) + ROOM
        if len(units) == PART or (units and size + length > PART_SIZE):
            yield Part(number, len(units), {"version": version, "part": index, "units": units})
            units, size, index = [], 0, index + 1
        number = number if units else row.number
        units.append(unit)
        size += length
    if units:
        yield Part(number, len(units), {"version": version, "part": index, "units": units})


def _units(filled: Rows) -> Iterator[tuple[Filled, dict[str, Any], list[CellMistake]]]:
    """Each row as a unit, with what is wrong with it beside the others."""
    at, names, first, version = dict[str, int](), dict[str, set[str]](), None, None
    for row in filled:
        mistakes = list(row.mistakes)
        unit = {name.removeprefix("data.units."): value for name, value in row.values.items() if name.startswith("data.units.")}
        id = unit.get("id")
        try:
            if "data.version" in row.values or version is None:
                given = row.values.get("data.version", 1)
                version = version or (given, row.number)
                if given != version[0]:
                    raise NotRead("tree-version", row=version[1], version=version[0])
            if id in at:
                raise NotRead("tree-twice", id=id, row=at[id])
            if "parent" in unit:
                unit["parent"] = _parent(unit["parent"], at, names)
            elif first is not None and not any(each.field == "data.units.parent" for each in mistakes):
                raise NotRead("tree-root", row=first)
            else:
                first = row.number
        except NotRead as error:
            place = {"tree-version": "data.version", "tree-twice": "data.units.id"}.get(error.rule, "data.units.parent")
            mistakes.append(filled.mistake(place, row.cells.get(place), error))
        if id is not None:
            at.setdefault(id, row.number)
            for name in (id, unit.get("name", id), *unit.get("aliases", ())):
                names.setdefault(key_of(name), set()).add(id)
        yield row, unit, mistakes


def _parent(said: str, at: dict[str, int], names: dict[str, set[str]]) -> str:
    """The id of the unit above, which stands before. Raises NotRead."""
    if said in at:
        return said
    found = sorted(names.get(key_of(said), ()))
    if len(found) > 1:
        raise NotRead("tree-several", parent=said[:80], found=", ".join(found[:8]))
    if not found:
        raise NotRead("tree-parent", parent=said[:80])
    return found[0]
