"""A plan as far as its fields can be read, so that one wrong field does not hide what is wrong between the parts that can."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.plan import Plan
from shared.plan.mistakes import Mistake, PlanMistakes

Loc = tuple[str | int, ...]
ABSENT: Any = object()
ROUNDS = 12
"""What is taken out may leave something out that is needed, so that more must go: at most as often as a plan is deep."""
NAMED = {"code": "x", "name": {"zh": "x", "en": "x"}}
STAND_INS: dict[Loc, Any] = {
    ("campaign",): "x",
    ("name",): NAMED["name"],
    ("issued",): "2019-03-01",
    ("classes",): [NAMED],
    ("categories",): [NAMED],
    ("channels",): [NAMED],
    ("phases",): [NAMED | {"end": "2999-12-31", "start": "2019-03-01"}],
    ("clocks",): {},
    **{("clocks", name): {"days": 1} for name in ("plan", "fix", "follow_up")},
}
"""What stands in for what a plan needs and cannot be read; nothing is told of it."""


def wrong_fields(error: ValidationError) -> list[ErrorDetails]:
    """The mistakes of single fields. Where a date is a day or told by a phase, only the way is told of in which it seems to be meant."""
    found = []
    for each in error.errors(include_url=False):
        loc, kept = each["loc"], True
        for place, step in enumerate(loc):
            if place and loc[place - 1] in ("due", "closes") and step in ("date", "Relative"):
                meant = "Relative" if isinstance(_at(each, loc, place), dict) else "date"
                kept, each["loc"] = step == meant, (*loc[:place], *loc[place + 1 :])
        if kept:
            found.append(each)
    return found


def _at(each: ErrorDetails, loc: Loc, place: int) -> Any:
    """What was given for the date: the value of the mistake itself, or something that has it as a field."""
    return each["input"] if place == len(loc) - 1 else {}


class Partly:
    """What of a file's content can be read as a plan, and what had to be taken out for that."""

    def __init__(self, content: dict[str, Any]) -> None:
        """Take out what is wrong by itself, and look between the parts that are left."""
        self.content = json.loads(json.dumps(content, default=str))
        self.wrong: list[ErrorDetails] = []
        """The mistakes of single fields."""
        self.plan: Plan | None = None
        """The plan, if nothing is wrong."""
        self._touched = set[tuple[str, ...]]()
        self._lost: dict[str, set[str | None]] = defaultdict(set)
        between = list[Mistake]()
        for again in range(ROUNDS):
            try:
                plan = Plan.model_validate_json(json.dumps(self.content), extra="forbid")
            except ValidationError as error:
                found = wrong_fields(error)
                if isinstance(whole := found[0].get("ctx", {}).get("error"), PlanMistakes):
                    between = whole.mistakes
                    break
                self.wrong = self.wrong if again else found
                missing = [each["loc"] for each in found if each["type"] == "missing"]
                wrong = [each["loc"] for each in found if each["type"] != "missing"]
                self._take_out([*wrong, *(loc[:-1] for loc in missing if loc not in STAND_INS)])
                self._stand_in(missing)
            else:
                self.plan = None if self.wrong else plan
                break
        self.between = [each for each in between if self._stands(each)]
        """The mistakes between the parts, but for those that there are only because something was taken out."""

    def codes(self, section: str) -> set[str] | None:
        """The codes of a list of the plan; none where not all can be read."""
        if None in self._lost[section]:
            return None
        return {each["code"] for each in self.content.get(section, ())} | {code for code in self._lost[section] if code}

    def _stands(self, each: Mistake) -> bool:
        rests_on = [self._lost[section] for section in each.rests_on]
        if each.code is not None:
            return not any({None, each.code} & lost for lost in rests_on)
        part = any(touched[0] in each.rests_on for touched in self._touched)
        return not any(rests_on) and not part and not any(each.where[: len(touched)] == touched for touched in self._touched)

    def _take_out(self, locs: Sequence[Loc]) -> None:
        """Take out what stands at these places, the last of a list first, so that the places before it stay."""
        for loc in sorted(set(locs), key=lambda loc: [(step, "") if isinstance(step, int) else (-1, step) for step in loc], reverse=True):
            values = [self.content, *_way(self.content, loc)]
            if loc and len(values) > len(loc):
                self._note(loc, values)
                del values[-2][loc[-1]]

    def _note(self, loc: Loc, values: Sequence[Any]) -> None:
        """Remember what is taken out: an entry by its code, or a field of one."""
        named = tuple(_name(values[place + 1]) if isinstance(step, int) else step for place, step in enumerate(loc))
        entry = next((place + 1 for place, step in enumerate(loc) if isinstance(step, int)), min(len(loc), 2))
        self._touched.add(tuple(str(step) for step in named[:entry]))
        if len(loc) <= entry:
            self._lost[str(loc[0])].add(named[1] if len(loc) == 2 and isinstance(loc[1], int) else None)
        elif loc[-1] == "code":
            self._lost[str(loc[0])].add(None)

    def _stand_in(self, locs: Sequence[Loc]) -> None:
        for loc in locs:
            part = self.content if len(loc) == 1 else self.content.get(loc[0])
            if loc in STAND_INS and isinstance(part, dict):
                part[loc[-1]] = deepcopy(STAND_INS[loc])
                self._touched.add(tuple(map(str, loc)))
                self._lost[str(loc[0])].add(None)


def _way(content: Any, loc: Loc) -> Iterator[Any]:
    """What stands at each step of the way to a place, as far as there is something."""
    for step in loc:
        if isinstance(content, dict):
            content = content.get(step, ABSENT)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return
        if content is ABSENT:
            return
        yield content


def _name(entry: Any) -> str | None:
    code = entry.get("code", entry.get("number")) if isinstance(entry, dict) else None
    return None if code is None else str(code)
