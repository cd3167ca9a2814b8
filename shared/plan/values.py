"""The words that plans are written in: names in two languages, codes, mistakes."""

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import Field

from shared.units import Code, Value

Day = Annotated[date, Field(le=date(2999, 12, 31))]
"""A day that somebody may name: not so far that no day comes after it."""
PhaseCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
Percent = Annotated[float, Field(ge=0, le=100)]
Points = Annotated[float, Field(ge=-1000, le=1000)]


class Wording(Value):
    """One text in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Named(Value):
    """One entry of a list of the plan: its code in events, and its name for readers."""

    code: Code
    name: Wording


class Mistake(NamedTuple):
    """A mistake between the parts of a plan."""

    where: tuple[str, ...]
    """The way to it in the file: a section, then the code or number of an entry, then a field, as far as it goes."""
    what: str
    """What is wrong, and what would be right."""

    def __str__(self) -> str:
        return f"{'.'.join(self.where)}: {self.what}"


class PlanMistakes(ValueError):
    """Every mistake between the parts of a plan, at once."""

    def __init__(self, found: list[Mistake]) -> None:
        self.found = found
        super().__init__("; ".join(map(str, found)))
