"""Which tests show which requirement: `docs/requirements.md`, from `docs/requirements.yaml` and the marks of the tests."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "docs" / "requirements.yaml"
HEAD = """# Requirements

Made from [requirements.yaml](requirements.yaml) and the marks of the tests by `make docs`; do not edit by hand.

What Xiaohao must carry out, and the tests that show it: each cites its ids by `@pytest.mark.covers("C8")`. `make check` fails where an id has neither a test
nor a reason why software does not carry it.

| id | what | shown by |
|---|---|---|"""


def requirements() -> dict[str, tuple[str, str]]:
    """What each id asks, and, where software does not carry it, why; else an empty text."""
    found: dict[str, str] = yaml.safe_load(SOURCE.read_text("utf-8"))
    return {id: (what.strip(), why.strip()) for id, (what, _, why) in ((id, text.partition("||")) for id, text in found.items())}


def citations() -> dict[str, list[str]]:
    """The tests that cite each id, as `tests/ledger/test_issue.py::test_…`."""
    cited: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test, ids in _marks(ast.parse(path.read_text("utf-8"))):
            for id in ids:
                cited[id].append(f"{path.relative_to(ROOT)}::{test}")
    return cited


def document() -> str:
    """`docs/requirements.md`."""
    cited = citations()
    return "\n".join([HEAD, *(_row(id, what, why, cited.get(id, [])) for id, (what, why) in requirements().items())]) + "\n"


def uncovered(asked: Mapping[str, tuple[str, str]], cited: Mapping[str, Sequence[str]]) -> list[str]:
    """Ids that neither a test nor a reason stands for, and cited ids that nobody asks."""
    without = [
        f"{id}: no test cites it, and no reason says why software does not carry it"
        for id, (_, why) in asked.items()
        if not (why or cited.get(id))
    ]
    return without + [f"{id}: cited by {tests[0]}, but there is no such id" for id, tests in cited.items() if id not in asked]


def _row(id: str, what: str, why: str, tests: Sequence[str]) -> str:
    shown = "<br>".join(f"[{test.partition('::')[2]}](../{test.partition('::')[0]})" for test in tests)
    return f"| {id} | {what} | {shown or (f'not by software: {why}' if why else 'nothing yet')} |"


def _marks(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Each test with the ids that its own mark, or that of its whole file, cites."""
    whole = [id for node in tree.body if isinstance(node, ast.Assign) and _assigns(node, "pytestmark") for id in _ids(node.value)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            ids = [*whole, *(id for decorator in node.decorator_list for id in _ids(decorator))]
            if ids:
                yield node.name, ids


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _ids(node: ast.expr) -> Iterator[str]:
    """The texts in every `covers(…)` inside an expression: also in the marks of `pytest.param`."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "covers":
            yield from (part.value for part in each.args if isinstance(part, ast.Constant) and isinstance(part.value, str))
