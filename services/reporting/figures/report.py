"""What pages, documents and sheets are made of. Shapes alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from services.reporting.figures.kpi import Standing, UnitKpi
from services.reporting.figures.summary import Summary
from services.reporting.figures.view import AsOf, View
from services.reporting.fold.rows import IssueRow
from shared.events.light import Colour
from shared.plan import Plan
from shared.values import Wording


class HistoryEvent(View):
    """One event of an issue's history."""

    position: int
    type: str
    time: datetime | None = None
    accepted: datetime
    told_source: str
    told_id: str
    fact: dict[str, Any]


@dataclass(frozen=True)
class Unheard:
    """Somebody whom a notice did not reach."""

    position: int
    """Of the event that it told of, in the issue's book."""
    recipient: str
    """As `person_id` has it."""
    reason: str
    code: int | None


@dataclass(frozen=True)
class Shown:
    """An attachment that an event of a history names."""

    event: HistoryEvent
    sha256: str
    media: str
    size: int
    preview: bytes | None
    """Of a picture: a small JPEG of it."""
    removed: bool = False
    """By an operator: nobody gets it any more."""


@dataclass(frozen=True)
class History:
    """What happened to an issue, as far as it is listed."""

    events: Sequence[HistoryEvent]
    more: bool
    unheard: Sequence[Unheard] = ()
    attachments: Sequence[Shown] = ()


@dataclass(frozen=True)
class Place:
    """Where in a campaign a page stands."""

    campaign: str
    name: Wording
    unit: str
    unit_name: str
    above: list[tuple[str, str]]
    """Units from the top of what may be seen down to the one above: id and name."""
    below: list[tuple[str, str]]
    """Units directly below."""
    as_of: AsOf
    plan: Plan


@dataclass(frozen=True)
class Book:
    """How far a book was read."""

    unit: str
    position: int
    chain: str
    accepted: datetime


@dataclass(frozen=True)
class Listing:
    """The first issues of a list, and how many stand on it in all."""

    rows: Sequence[IssueRow] = ()
    total: int = 0


class Picture(NamedTuple):
    """A picture of an issue."""

    row: IssueRow
    jpeg: bytes | None
    """None of one that was removed."""


class Kind(NamedTuple):
    """The issues of one category, or of one channel, once each."""

    code: str
    entered: int
    struck_off: int
    open: int


@dataclass
class Report:
    """All that a page or a document shows of a campaign."""

    summary: Summary
    plan: Plan
    progress: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """For `entered` and `struck_off`: days and how many issues, once each."""
    returns: Counter[str] = field(default_factory=Counter)
    """Returns that are owed, or were, by their state."""
    kinds: dict[str, list[Kind]] = field(default_factory=dict)
    """By `category` and by `channel`; most first."""
    overdue: Listing = Listing()
    carried: Listing = Listing()
    attached: Sequence[IssueRow] = ()
    """The newest issues with attachments."""
    pictures: Sequence[Picture] = ()
    """Of the first issues that it lists, and of the newest that have some."""
    unit_names: dict[str, str] = field(default_factory=dict)
    person_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Award:
    """An award that was given, or that a unit heard it won."""

    award: str
    period: str
    title: str
    rewards: tuple[str, ...]
    prize: str | None


@dataclass(frozen=True)
class CommonProblem:
    """A problem that units have in common."""

    text: str
    category: str
    issues: int
    done: str | None


@dataclass(frozen=True)
class Practice:
    """A good practice or a model to follow."""

    unit: str
    title: str
    text: str


@dataclass(frozen=True)
class Achievement:
    """What was achieved (活动成效) of KPIs, lights, awards, common problems and good practice; empty where a plan asks for none."""

    kpis: list[Standing] = field(default_factory=list)
    by_unit: dict[str, list[UnitKpi]] = field(default_factory=dict)
    """The KPIs of each unit directly below."""
    lights: dict[str, Colour] = field(default_factory=dict)
    """The worst light of the latest month, by unit."""
    awards: list[Award] = field(default_factory=list)
    commons: list[CommonProblem] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
