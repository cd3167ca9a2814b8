"""What every event is: a fact in the past tense, and where a recorded one belongs."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from shared.values import Code, Count, Date, Person, PhaseCode, Value

IssueId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}/issue/[A-Za-z0-9._~%-]{1,300}$", max_length=400)
]
"""The id of an issue: `<campaign>/<unit>/issue/<source>~<reference>`."""


class Teller(StrEnum):
    """Who says a fact first."""

    BUREAU = "bureau"
    """a unit or its bureau, through intake"""
    CLOCK = "clock"
    """the clock: something fell due"""
    BOOK = "book"
    """one book to another"""
    LEDGER = "ledger"
    """the ledger itself, as a consequence; never told"""


class Fact(Value):
    """What happened: the data of an event."""

    teller: ClassVar[Teller] = Teller.LEDGER
    kind: ClassVar[str] = "issue"
    """The kind of subject it belongs to: `book`, `issue`, `return` …, or one of `OUTSIDE_BOOKS` of the catalogue."""
    zh: ClassVar[str] = ""
    """Its name in the bureaus' own words."""

    def said(self, field: str) -> Any:
        """What it says in a field; none where facts of its type have no such field."""
        # Asked of a model that lacks it, `getattr` looks for a private one and raises first: ten times as long.
        return getattr(self, field) if field in fields_of(type(self)) else None

    def counts(self) -> "tuple[str, dict[str, int]] | None":
        """The phase whose figures it changes, and by how much; none where it counts nothing. See `shared.events.figures.Counts`."""
        return None

    def fulfils(self) -> "tuple[str, str] | None":
        """The phase, and what its closing may wait for that this fact shows: `activity/<code>` or `watch/<code>` (A5)."""
        return None


@cache
def fields_of(fact: type[Fact]) -> frozenset[str]:
    """The names of the fields of a type of facts."""
    return frozenset(fact.model_fields)


class Correction(Fact):
    """What may take back something that was counted before: that part goes where it was counted, for the figures of a month as for those of a phase."""

    counted_on: Date | None = Field(default=None, description="the day on which what it corrects was counted; none: it corrects nothing")

    def corrects(self) -> Mapping[str, int]:
        """The part of what it counts that belongs to the day on which the other was counted."""
        added = self.counts()
        return added[1] if added and self.counted_on else {}


class Act(Fact):
    """What somebody did, in their own unit or as a unit above it."""

    teller = Teller.BUREAU
    by: Person
    by_unit: Code | None = Field(default=None, description="the unit that they act for; none: the unit whose book it is")


class Numbered(Fact):
    """What is recorded of something that has a number in its book, and the phase that it belongs to."""

    number: Count
    phase: PhaseCode


class Where(Value):
    """Where a recorded event belongs: all that a reader groups by, so that none looks anything up."""

    campaign: Code
    unit: Code
    path: tuple[Code, ...] = Field(
        default=(), description="the units from the root to this one, this one included; empty before the book opened"
    )
    unit_class: Code | None = None
    phase: PhaseCode | None = Field(default=None, description="the phase in force when intake took what was told")
    number: int | None = Field(default=None, description="of the issue")
    category: Code | None = None
    channel: Code | None = None
    nature: str | None = None
    owner: Person | None = None
