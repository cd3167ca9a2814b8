"""The house is as docs/house.md says; no file imports another that imports it back, by whatever way round, also for types alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]


def circles(graph: grimp.ImportGraph) -> Iterator[list[str]]:
    """The largest groups of modules in which each imports all others, at least by others (Tarjan)."""
    number, lowest, stack = dict[str, int](), dict[str, int](), list[str]()

    def visit(module: str) -> Iterator[list[str]]:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if imported not in number:
                yield from visit(imported)
            if imported in stack:
                lowest[module] = min(lowest[module], lowest[imported])
        if lowest[module] == number[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                yield sorted(group)

    for module in sorted(graph.modules):
        if module not in number:
            yield from visit(module)


def test_no_circle_of_imports() -> None:
    assert list(circles(grimp.build_graph("shared", "services", "deploy", cache_dir=None))) == []


def test_a_circle_is_found_whole() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in ("ab", "bc", "ca", "cd", "de", "fd"):
        graph.add_import(importer=importer, imported=imported)
    assert list(circles(graph)) == [["a", "b", "c"]]


def test_the_walk_of_an_event_names_files_that_there_are_and_at_most_twenty() -> None:
    rows = re.findall(r"^\| (\d+) \| `([\w/.]+)` \|", (ROOT / "docs" / "house.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    assert 15 <= len(rows) <= 20
    assert [name for _, name in rows if not (ROOT / name).exists()] == []


def test_the_rooms_that_the_house_names_are_there() -> None:
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    folders = set(re.findall(r"`((?:shared|services|deploy|tests)/[\w/]*)`", text))
    assert len(folders) > 5
    assert [name for name in sorted(folders) if not (ROOT / name).is_dir()] == []
