"""Reading a plan from its file."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import yaml
from pydantic import ValidationError

from shared.plan import Plan
from shared.plan.values import PlanMistakes

NODES = 100_000
"""Values that a plan file may hold, an anchor's counted wherever it is used: a small file can stand for a huge one."""


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


class PlanMistake(ValueError):
    """A plan that cannot be used; its text names the file, and every mistake with its field and value."""


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML. Raises PlanMistake, with all its mistakes at once."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if _nodes(content) > NODES:
            raise PlanMistake(f"{path}: more than {NODES:,} values, counting what anchors stand for")
        return Plan.model_validate_json(orjson.dumps(content), extra="forbid")
    except ValidationError as error:
        raise PlanMistake("\n".join(f"{path}: {line}" for line in _lines(error))) from None
    except (yaml.YAMLError, OSError, UnicodeDecodeError, orjson.JSONEncodeError) as error:
        raise PlanMistake(f"{path}: {error}") from None


def _lines(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        if isinstance(between := each.get("ctx", {}).get("error"), PlanMistakes):
            yield from map(str, between.found)  # mistakes between the parts name their field and value themselves
        elif each["type"] != "too_short" or not each["input"]:
            # A list whose only entries are wrong is not told to be short as well.
            yield f"{'.'.join(map(str, each['loc'])) or 'plan'}: {each['msg']} (given: {str(each['input'])[:80]!r})"
