"""What is wrong with an event, so that whoever sent it can mend it: the field, its value, and what would be right, in both languages."""

import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.intake.reasons import intake_reason
from shared.plan.mistakes import PlanMistakes
from shared.values import Wording
from shared.wording.fields import fitting

SHOWN = 80
"""Characters of a value that an answer repeats."""
MOST = 20
"""Mistakes of one event's data that are named."""
FORBIDDEN = frozenset({"may-not", "not-root", "not-yours", "person-not-yours"})
"""Rules about what the key may do, not about the event."""
BRIEF = reprlib.Repr()
"""Writes a list or an object down to a few levels, however deep or long it is."""
BRIEF.maxlevel, BRIEF.maxstring, BRIEF.maxother = 4, SHOWN, SHOWN


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of one event."""

    rule: str
    field: str
    value: Any
    detail: Wording

    @staticmethod
    def of(rule: str, field: str, value: Any, **values: object) -> "Mistake":
        """In the words of the catalogue."""
        return Mistake(rule, field, shown(value), intake_reason(rule, **values))

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


class Wrong(Exception):
    """An event that cannot be told on."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(mistakes[0].detail.en)
        self.mistakes = mistakes


def wrong(rule: str, field: str, value: Any, **values: object) -> Wrong:
    """One mistake, to be raised."""
    return Wrong(Mistake.of(rule, field, value, **values))


def shown(value: Any) -> Any:
    """As much of a value as an answer repeats."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return (value if isinstance(value, str) else BRIEF.repr(value))[:SHOWN]


def invalid(error: ValidationError, fields: Iterable[str]) -> Wrong:
    """The mistakes that a model with these fields found in an event's data."""
    return Wrong(*(mistake for each in error.errors(include_url=False)[:MOST] for mistake in _mistakes(each, fields)))


def _mistakes(each: ErrorDetails, fields: Iterable[str]) -> Iterator[Mistake]:
    path = ("data", *each["loc"])
    if isinstance(between := each.get("ctx", {}).get("error"), PlanMistakes):
        for found in between.found:
            yield Mistake.of("invalid", ".".join(map(str, (*path, *found.where))), found.code, detail=found.what)
        return
    field = ".".join(map(str, path))
    if each["type"] == "extra_forbidden":
        yield Mistake.of("no-such-field", field, each["input"], known=f"; {', '.join(fields)}" if len(path) == 2 else "")
    elif each["type"] == "missing":
        yield Mistake.of("field-missing", field, None)
    else:
        yield Mistake.of("invalid", field, each["input"], detail=fitting(each))
