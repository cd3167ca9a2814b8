"""The small values that events, plans and units are made of: texts, codes, days, names in two languages, mistakes."""

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""A code in ids and keys: small letters, digits and hyphens, at most 40."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f\ufffe\uffff]*$")]
"""A short text on one line, 1 to 200 characters, none of them a control character."""
Person = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""The opaque id of a person; names and mailboxes are kept apart, on `campaign.people`."""
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]*$"),
]
"""A free text of 1 to 4,000 characters, none of them one that no document can hold."""
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Evidence = Annotated[tuple[Line, ...], Field(max_length=20)]
"""References to pictures, videos or papers that show it (C9), at most 20."""
Day = Annotated[date, Field(le=date(2999, 12, 31))]
"""A day that somebody may name: not so far that no day comes after it."""
PhaseCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
Percent = Annotated[float, Field(ge=0, le=100)]
Points = Annotated[float, Field(ge=-1000, le=1000)]


class Value(BaseModel):
    """A frozen value, strict on input: no text is taken for a number, no number for a text, and a number is finite."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False, ser_json_timedelta="iso8601")


class Wording(Value):
    """One text in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Named(Value):
    """One entry of a list of the plan: its code in events, and its name for readers."""

    code: Code
    name: Wording


class Mistake(NamedTuple):
    """A mistake between the parts of a plan or of a tree of units."""

    where: tuple[str | int, ...]
    """The way to it in the file: a section, then the code or number of an entry (in a tree its place), then a field, as far as it goes."""
    what: Wording
    """What is wrong, and what would be right."""
    code: str | None = None
    """What is named there, and does not exist."""
    rests_on: tuple[str, ...] = ()
    """Sections without which nobody could say so; what is said of an entry rests on that entry besides."""

    @property
    def place(self) -> str:
        """Where it is, as people write it: `phases.P3.1.end`."""
        return ".".join(map(str, self.where))

    def __str__(self) -> str:
        return f"{self.place}: {self.what.en}"


class PlanMistakes(ValueError):
    """Every mistake between the parts of a plan, at once."""

    def __init__(self, found: list[Mistake]) -> None:
        self.found = found
        super().__init__("; ".join(map(str, found)))

    def said(self) -> Wording:
        """All of them in one text, in Chinese and English, as far as it may be long."""
        zh, en = ("；".join(f"{each.place}：{each.what.zh}" for each in self.found), str(self))
        return Wording(zh=zh[:900], en=en[:1900])
