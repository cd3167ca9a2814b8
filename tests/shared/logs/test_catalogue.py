"""Every line that a service logs stands in the catalogue, with its level and its fields."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.logs.catalogue import EVERY, FIELDS, LINES

ROOT = Path(__file__).parents[3]
FILES = [path for folder in ("shared", "services") for path in sorted((ROOT / folder).rglob("*.py"))]
BY_LIBRARIES = {"library"}
WRITING = {"shared/logs/setup.py"}
"""What writes the lines may know how."""


def calls() -> Iterator[tuple[str, ast.Call, ast.Attribute]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "log":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node, node.func


def name_of(call: ast.Call) -> str:
    first = call.args[0]
    assert isinstance(first, ast.Constant), ast.unparse(call)
    return str(first.value)


def test_every_line_is_in_the_catalogue_with_its_level_and_no_other_field() -> None:
    wrong = []
    for place, call, function in calls():
        line = LINES.get(name_of(call))
        strange = {each.arg for each in call.keywords if each.arg} - set(line.fields if line else ())
        if line is None or function.attr != line.level or strange or len(call.args) > 1:
            wrong.append((place, name_of(call), sorted(strange)))
    assert not wrong, wrong


def test_nothing_stands_in_the_catalogue_that_is_never_logged() -> None:
    assert LINES.keys() - {name_of(call) for _, call, _ in calls()} == BY_LIBRARIES
    used = {name for line in LINES.values() for name in line.fields}
    assert FIELDS.keys() - used == {"left_out"}, "which the flood's filter adds"
    assert not used - FIELDS.keys()
    assert not FIELDS.keys() & EVERY.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_writes_to_a_log_by_another_way(path: Path) -> None:
    if str(path.relative_to(ROOT)) in WRITING:
        return
    imported = {name.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Import) for name in node.names}
    assert "logging" not in imported or path.name == "flood.py"
