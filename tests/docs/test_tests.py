"""Each test file stands alone: what several tests need lies in a file of facts, and their fixtures in a conftest."""

import ast
from collections.abc import Iterator
from pathlib import Path

from deploy.docs import ROOT


def imported(file: Path) -> Iterator[str]:
    """The names of all that a file imports: modules, and what it takes from them."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module, names):
                yield from (f"{module}.{each.name}" for each in names)


def is_of_a_test(name: str) -> bool:
    """Whether a name leads into a test file or a conftest."""
    package, *parts = name.split(".")
    return package == "tests" and any(part == "conftest" or part.startswith("test_") for part in parts)


def test_no_file_imports_from_a_test_or_a_conftest() -> None:
    files = [file for file in ROOT.glob("tests/**/*.py") if any(map(is_of_a_test, imported(file)))]
    assert [str(file.relative_to(ROOT)) for file in sorted(files)] == []


def test_a_test_is_known_by_its_name_wherever_it_stands_in_what_is_imported() -> None:
    assert all(map(is_of_a_test, ("tests.ledger.test_handler.tell", "tests.ledger.test_handler", "tests.intake.conftest.door")))
    assert not any(map(is_of_a_test, ("tests.ledger.given.unit", "deploy.test_bench.run", "pytest")))
