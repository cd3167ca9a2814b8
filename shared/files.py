"""Files that people write, in YAML or JSON: read with a bound on what they may hold, and every mistake named with its line."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

NODES = 100_000
"""Values that a file may hold, an anchor's counted wherever it is used: a small file can stand for a huge one."""


class FileMistake(ValueError):
    """A file that cannot be used; its text names the file, and every mistake with its line, field and value."""


class File:
    """What a file says, and on which line it says it."""

    def __init__(self, path: Path) -> None:
        """Read a file. Raises FileMistake."""
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.content: Any = yaml.safe_load(text)
            if _nodes(self.content) > NODES:
                raise FileMistake(f"{path}: more than {NODES:,} values, counting what anchors stand for")
            self.json = orjson.dumps(self.content)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise FileMistake(f"{path}:{line}: {error.context or 'reading'}: {error.problem}") from None
        except (yaml.YAMLError, OSError, UnicodeDecodeError, orjson.JSONEncodeError, ValueError) as error:
            raise FileMistake(f"{path}: {error}" if not isinstance(error, FileMistake) else str(error)) from None
        if twice := list(self._twice(self._root)):
            raise FileMistake("\n".join(twice))

    def at(self, where: Sequence[str | int]) -> str:
        """The file and the line that a place in it stands on, as far as the file has it: `plan.yaml:12`.

        A name in a list is the entry with this code, number or id.
        """
        node = self._root
        line = node.start_mark.line if node else 0
        for step in where:
            node, line = _step(node, step, line)
            if node is None:
                break
        return f"{self.path}:{line + 1}"

    def wrong(self, error: ValidationError, schema: Mapping[str, Any]) -> Iterator[str]:
        """What a model says of the file, a line for each mistake; `schema` is the model's, for the names of its fields."""
        for each in error.errors(include_url=False):
            where = each["loc"]
            if each["type"] == "too_short" and each["input"]:
                continue  # a list whose only entries are wrong is not told to be short as well
            said = f"{each['msg']} (given: {str(each['input'])[:80]!r})"
            if each["type"] == "extra_forbidden":
                known = _fields(schema, schema, where[:-1])
                near = difflib.get_close_matches(str(where[-1]), known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
                said = f"there is no such field; {hint} (given: {str(each['input'])[:80]!r})"
            elif each["type"] == "missing":
                said = "this field is needed"
            yield f"{self.at(where)}: {'.'.join(map(str, where)) or 'file'}: {said}"

    def _twice(self, node: Any) -> Iterator[str]:
        """Keys that stand twice in one mapping, of which YAML would silently take the last."""
        waiting, seen = [node], set[int]()
        while waiting:
            each = waiting.pop()
            if each is None or id(each) in seen:
                continue
            seen.add(id(each))
            if isinstance(each, yaml.MappingNode):
                keys = set[str]()
                for key, value in each.value:
                    if key.value in keys and key.value != "<<":
                        yield f"{self.path}:{key.start_mark.line + 1}: {key.value!r} stands twice; keep one"
                    keys.add(str(key.value))
                    waiting.append(value)
            elif isinstance(each, yaml.SequenceNode):
                waiting += each.value


def _step(node: Any, step: str | int, line: int) -> tuple[Any, int]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line
    elif isinstance(node, yaml.SequenceNode):
        for index, entry in enumerate(node.value):
            if index == step or (isinstance(entry, yaml.MappingNode) and _named(entry, str(step))):
                return entry, entry.start_mark.line
    return None, line


def _named(entry: Any, name: str) -> bool:
    return any(key.value in ("code", "number", "id") and value.value == name for key, value in entry.value)


def _fields(schema: Mapping[str, Any], part: Any, where: Sequence[str | int]) -> set[str]:
    """The fields that a JSON Schema has at a place."""
    if "$ref" in part:
        return _fields(schema, schema["$defs"][part["$ref"].rpartition("/")[2]], where)
    if "anyOf" in part:
        return {name for each in part["anyOf"] for name in _fields(schema, each, where)}
    if not where:
        return set(part.get("properties", {}))
    step, rest = where[0], where[1:]
    if isinstance(step, int):
        return _fields(schema, part["items"], rest) if "items" in part else set()
    return _fields(schema, part["properties"][step], rest) if step in part.get("properties", {}) else _fields(schema, part, rest)


def _nodes(content: object) -> int:
    """How many values a file holds; stops counting past NODES."""
    waiting, count = [content], 0
    while waiting and count <= NODES:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return count
