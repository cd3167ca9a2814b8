"""Files that people write, in YAML or JSON: read with a bound on what they may hold, and every mistake named with its line."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic_core import ErrorDetails

from shared.file_mistakes import FileMistake, file_mistake, line_of
from shared.values import Wording
from shared.wording import worded
from shared.wording.fields import fitting
from shared.wording.files import FILES, HALF, UNTAGGED, YAML

SIZE = 4 << 20
"""Bytes of a file, at most."""
NODES = 100_000
"""Values that a file may hold, an anchor's counted wherever it is used: a small file can stand for a huge one."""
DEEPEST = 50
"""How deep they may be nested."""
SHOWN = 80
"""Characters of a value that a mistake repeats."""
CERTAIN = ("tab", "anchor", "several", "half", "untagged")
"""Mistakes that no full-width colon beside them explains better."""


class _Loader(yaml.SafeLoader):
    """As YAML 1.2 reads: `no` and `on` are words, `010` and `12:30` are no numbers; and a day is a text, so that a wrong one has its line too.

    It stops at more values than a file may hold.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own way
        first: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] not in ("bool", "int", "timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    composed = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.composed += 1
        if self.composed > 2 * NODES:  # a key and its value
            raise OverflowError
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node. What the library fails on (`!!int many`, half a character) is a mistake of the file, and has its line."""
        try:
            value = super().construct_object(node, deep)
            if isinstance(value, str):
                value.encode()
        except UnicodeEncodeError:
            raise yaml.constructor.ConstructorError(problem=HALF, problem_mark=node.start_mark) from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise yaml.constructor.ConstructorError(problem=UNTAGGED, problem_mark=node.start_mark) from None
        return value


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?(0|[1-9][0-9]{0,30})$"), list("-+0123456789"))


class File:
    """What a file says, and on which line it says it."""

    def __init__(self, path: Path, holds: Literal["plan", "tree", "calendar"]) -> None:
        """Read a file with the fields of a plan or a calendar, or the list of a tree. Raises FileMistake."""
        self.path = path
        text = _text(path)
        try:
            loader = _Loader(text)
            self._root = loader.get_single_node()
            if (size := _size(self._root, {}))[0] > NODES or size[1] > DEEPEST:
                raise file_mistake(str(path), "file-many", limit=NODES, deepest=DEEPEST)
            # Before content is made of it, for that puts what is merged (`<<`) beside the keys that stand over it.
            self.found = list(self._twice(self._root))
            """Mistakes that do not keep the rest from being read."""
            self.content: Any = loader.construct_document(self._root) if self._root else None
            self.json = json.dumps(self.content, ensure_ascii=False, default=str).encode()
        except yaml.MarkedYAMLError as error:
            raise _unread(path, text, error) from None
        except (RecursionError, OverflowError):
            raise file_mistake(str(path), "file-many", limit=NODES, deepest=DEEPEST) from None
        except (yaml.YAMLError, ValueError, TypeError) as error:
            raise error if isinstance(error, FileMistake) else file_mistake(str(path), "yaml", why=error) from None
        if self.content is None:
            raise file_mistake(f"{path}:1", f"{holds}-empty")
        if not isinstance(self.content, list if holds == "tree" else dict):
            raise file_mistake(f"{path}:1", f"{holds}-no-fields")

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

    def line(self, where: Sequence[str | int], what: Wording, place: str | None = None) -> str:
        """One mistake with its line and its place, as people write that."""
        return line_of(self.at(where), ".".join(map(str, where)) if place is None else place, what)

    def wrong(self, errors: Sequence[ErrorDetails], schema: Mapping[str, Any]) -> Iterator[str]:
        """What a model says of the file, a line for each mistake; `schema` is the model's, for the names of its fields."""
        for each in errors:
            where = each["loc"]
            if each["type"] == "too_short" and each["input"]:
                continue  # a list whose only entries are wrong is not told to be short as well
            if each["type"] == "missing":
                yield self.line(where, fitting(each))
                continue
            said = fitting(each)
            if each["type"] == "extra_forbidden":
                said = _no_field(str(where[-1]), _fields(schema, schema, where[:-1]))
            elif each["type"].startswith("model") and (known := _fields(schema, schema, where)):
                hint = worded(FILES["text-key" if re.search(r"\w:\S|：", str(each["input"])) else "fields"], known=", ".join(sorted(known)))
                said = worded(FILES["of-fields"], said=said, hint=hint)
            given = worded(FILES["nothing"]) if each["input"] is None else _given(each["input"])
            yield self.line(where, worded(FILES["given"], said=said, value=given))

    def _twice(self, node: Any) -> Iterator[str]:
        """Keys that stand twice in one mapping, of which YAML would silently take the last."""
        waiting, seen = [node], set[int]()
        while waiting:
            each = waiting.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            if isinstance(each, yaml.MappingNode):
                keys = set[str]()
                for key, value in each.value:
                    if str(key.value) in keys and key.value != "<<":
                        yield line_of(f"{self.path}:{key.start_mark.line + 1}", "", worded(FILES["twice"], key=key.value))
                    keys.add(str(key.value))
                    waiting.append(value)
            elif isinstance(each, yaml.SequenceNode):
                waiting += each.value


def _text(path: Path) -> str:
    """The text of a file. Raises FileMistake."""
    try:
        if (size := path.stat().st_size) > SIZE:
            raise file_mistake(str(path), "file-large", size=size, limit=SIZE)
        raw = path.read_bytes()
    except FileNotFoundError:
        raise file_mistake(str(path), "file-missing") from None
    except IsADirectoryError:
        raise file_mistake(str(path), "file-folder") from None
    except OSError as error:
        raise file_mistake(str(path), "file-unread", why=error.strerror) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise file_mistake(f"{path}:{line}", "file-encoding", found=_encoding(raw)) from None
    if control := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text):
        line = text[: control.start()].count("\n") + 1
        raise file_mistake(f"{path}:{line}", "file-control", code=f"{ord(control[0]):04X}")
    return text


def _encoding(raw: bytes) -> Wording:
    """What a file that is not in UTF-8 seems to be written in."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return worded(("UTF-16（Unicode）", "UTF-16 (Unicode)"))
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return worded(("其他编码", "another encoding"))
    return worded(("GB18030（GBK、ANSI）", "GB18030 (GBK, ANSI)"))


def _unread(path: Path, text: str, error: yaml.MarkedYAMLError) -> FileMistake:
    """What the YAML library says, in words that help: the line, and what would be right there."""
    line = error.problem_mark.line if error.problem_mark else 0
    said = f"{error.context or ''} {error.problem or ''}".strip()
    named = re.search("'(.*)'", said)
    rule = next((rule for pattern, rule in YAML if re.search(pattern, said)), "yaml")
    if rule not in CERTAIN and any("：" in each for each in text.splitlines()[max(line - 1, 0) : line + 1]):
        rule = "full-width"
    return file_mistake(f"{path}:{line + 1}", rule, why=named[0] if named and rule == "anchor" else said)


def _given(value: object) -> str:
    """A value as a file has it, and as much of it as a mistake repeats."""
    return json.dumps(value, ensure_ascii=False, default=str)[:SHOWN]


def _no_field(name: str, known: set[str]) -> Wording:
    near = difflib.get_close_matches(name, known, 1)
    if re.search("[:：]", name):
        return worded(FILES["text-key"])
    hint = worded(FILES["near"], near=near[0]) if near else worded(FILES["fields"], known=", ".join(sorted(known)))
    return worded(FILES["no-such-field"], hint=hint)


def _step(node: Any, step: str | int, line: int) -> tuple[Any, int]:
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):  # of two, the last holds
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


def _size(node: Any, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values a node stands for, and how deep they are nested; one that holds itself has no end."""
    if id(node) not in known:
        known[id(node)] = (NODES + 1, 0)
        inside = node.value if isinstance(node, yaml.CollectionNode) else ()
        inside = [value for _, value in inside] if isinstance(node, yaml.MappingNode) else inside
        sizes = [_size(each, known) for each in inside]
        known[id(node)] = (1 + sum(size for size, _ in sizes), 1 + max((depth for _, depth in sizes), default=0))
    return known[id(node)]
