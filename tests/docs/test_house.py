"""No file imports another that imports it back, by whatever way round, also for types alone."""

from collections.abc import Iterator

import grimp


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
