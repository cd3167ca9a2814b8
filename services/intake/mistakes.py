"""What is wrong with an event, so that whoever sent it can mend it: the field, its value, and what would be right, in both languages."""

import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.intake.reasons import INTAKE
from shared.plan.mistakes import PlanMistakes
from shared.values import Wording
from shared.wording import worded
from shared.wording.fields import fitting

SHOWN = 80
"""Characters of a value that an answer repeats."""
MOST = 20
"""Mistakes of one event's data that are named."""
ENOUGH = 1000
"""Mistakes of one event's data past which none is named: to write them all down takes longer than to find them."""
FORBIDDEN = frozenset({"may-not", "not-root", "campaign-not-allowed", "not-yours", "person-not-yours"})
"""Rules about what the key may do, not about the event."""
BRIEF = reprlib.Repr()
"""Writes a list or an object down to a few levels, however deep or long it is."""
BRIEF.maxlevel, BRIEF.maxstring, BRIEF.maxother = 4, SHOWN, SHOWN


@dataclass(frozen=True, slots=True)
class EventMistake:
    """One mistake of one event."""

    rule: str
    field: str
    value: Any
    detail: Wording

    @staticmethod
    def by(rule: str, field: str, value: Any, **values: object) -> "EventMistake":
        """By a rule of the catalogue, in its words."""
        return EventMistake(rule, field, shown(value), worded(INTAKE[rule], **values))

    def at(self, index: int) -> dict[str, Any]:
        """As a problem lists it; `index` is the event's place in the request, from 0."""
        return {
            "index": index,
            "field": self.field,
            "value": self.value,
            "rule": self.rule,
            "detail": self.detail.en,
            "detail_zh": self.detail.zh,
        }


class NotTaken(Exception):
    """An event that cannot be told on."""

    def __init__(self, *mistakes: EventMistake) -> None:
        super().__init__(mistakes[0].detail.en)
        self.mistakes = mistakes

    @staticmethod
    def by(rule: str, field: str, value: Any, **values: object) -> "NotTaken":
        """By one mistake."""
        return NotTaken(EventMistake.by(rule, field, value, **values))


def shown(value: Any) -> Any:
    """As much of a value as an answer repeats."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return (value if isinstance(value, str) else BRIEF.repr(value))[:SHOWN]


def data_mistakes(error: ValidationError, fields: Iterable[str]) -> Iterator[EventMistake]:
    """The mistakes that a model with these fields found in an event's data."""
    if (found := error.error_count()) > ENOUGH:
        yield EventMistake.by("mistakes", "data", None, found=found, type=error.title)
        return
    for each in error.errors(include_url=False)[:MOST]:
        path = ("data", *each["loc"])
        field = ".".join(str(name)[:SHOWN] for name in path)
        if isinstance(between := each.get("ctx", {}).get("error"), PlanMistakes):
            for mistake in between.mistakes:
                yield EventMistake.by("invalid", ".".join(map(str, (*path, *mistake.where))), mistake.code, detail=mistake.what)
        elif each["type"] == "extra_forbidden":
            yield EventMistake.by("no-such-field", field, each["input"], known=f"; {', '.join(fields)}" if len(path) == 2 else "")
        elif each["type"] == "missing":
            yield EventMistake.by("field-missing", field, None)
        else:
            yield EventMistake.by("invalid", field, each["input"], detail=fitting(each))
