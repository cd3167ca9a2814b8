"""The rows that people read, as MongoDB keeps them. `position` is that of the last event that changed a row."""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from typing_extensions import TypedDict

from shared.events.figures import Counts
from shared.kafka.records import Recorded
from shared.workdays import local_date

Place = tuple[str, str]
"""A collection and the id of a row in it."""
Rows = MutableMapping[Place, Any]
"""Rows by their place. Every row has `_id`, and as `position` that of the event that last changed it."""
Figures = dict[str, int]
Counted = tuple[str, dict[str, int]]
"""What an event counts: the phase, and by how much it changes which figures (`Fact.counts`)."""
FIGURES = tuple(Counts.model_fields)
"""The names of the figures, as statements have them."""
Status = Literal["entered", "planned", "rectified", "verified", "struck-off", "merged", "void", "handing-over", "handed-over"]
ReturnState = Literal["open", "waiting", "sent-back", "filed", "late", "missing", "lifted", "rolling"]
"""`waiting` to be accepted; `sent-back` and owed again; `lifted`: an amendment took it away; `rolling`: filed whenever there is something."""
GONE = ["struck-off", "merged", "void", "handed-over"]
"""In which states an issue is open in this book no more."""
LEFT_OTHERWISE = GONE[1:]
"""In which of these it left without being struck off."""


LEFT = "~left"
"""What the first place of a path ends with where the unit left the campaign: it lies under no unit that stays, so that no figure of those has it."""


def root_of(path: Sequence[str]) -> str:
    """The root of the unit with this path, also of one that left."""
    return path[0].removesuffix(LEFT)


def path_left(root: str, together: Sequence[str]) -> list[str]:
    """Where a unit lies that left, with those above it that left with it."""
    return [f"{root}{LEFT}", *together]


class Row(TypedDict):
    """What every row of a unit begins with."""

    _id: str
    position: int
    campaign: str
    unit: str
    path: list[str]


class BookRow(TypedDict):
    """What every row of something on a book begins with."""

    _id: str
    position: int
    campaign: str
    book: str
    unit: str
    path: list[str]


class IssueRow(TypedDict):
    """One issue (问题) as it stands. Dates are days in China, taken from when intake accepted what was told."""

    _id: str
    position: int
    place: str
    """Book and number: what lists are ordered by, since it never changes."""
    campaign: str
    book: str
    unit: str
    path: list[str]
    unit_class: str | None
    number: int
    phase: str
    category: str
    channel: str
    nature: str
    target: int | None
    text: str
    folded: str
    """The text as it is searched."""
    label: str | None
    grade: str | None
    lane: str | None
    priority: int | None
    subjective: bool
    standing: bool
    complaint: bool
    carried_in: str | None
    """The earlier campaign that it was carried in from."""
    cycle: int
    """Above 1: it was opened again."""
    status: Status
    owner: str | None
    plan_due: str
    fix_due: str
    first_fix_due: str | None
    """The last day of the fix clock before more time was granted."""
    asked_until: str | None
    """The last day of a request for more time that waits to be decided."""
    follow_up_due: str | None
    entered: str
    planned: str | None
    measures: str | None
    rectified: str | None
    rectified_by: str | None
    result: str | None
    evidence: list[str]
    returned: int
    """How often a rectification was sent back (退回)."""
    verified_by: str | None
    effect: str | None
    struck_off: str | None
    struck_off_phase: str | None
    """The phase of the strike-off that stands."""
    strikes: list[dict[str, Any]]
    """Every strike-off, with its day, its phase and whether it was on time, also those that a reopening undid."""
    on_time: bool | None
    overdue: list[str]
    """The clocks that ran out, such as `plan`, `fix`, `follow-up`, each once."""
    overdue_phases: list[str]
    """The phases in whose figures it is overdue: one for each cycle in which the fix clock ran out."""
    published_until: str | None
    """The last day of the publication (公示) under way."""
    near_due: list[str]
    """The clocks that were warned of and still run."""
    handed_to: str | None
    """The unit that it is being handed over to, or was."""
    moved_to: str | None
    """The issue in the book that took it."""
    origin: str | None
    """The issue in the book that handed it over."""
    merged_into: str | None
    supervised: str | None
    """The day on which a superior listed it (挂牌督办), until that is lifted."""
    escalated_to: str | None
    """The unit that it was escalated to last (升级督办)."""
    late_since: str | None
    """The last day of the clock that has run out and still waits for a rectification."""
    carried_over: str | None
    carried_over_phases: list[str]
    carried_due: str | None
    """The last day of whoever it was carried over to, or of the fix clock that runs anew, until it leaves the book."""
    attached: str | None
    """The last day on which it was entered or rectified with attachments."""


class ReturnRow(BookRow):
    """One return (报送材料) that a unit owes."""

    obligation: str
    phase: str
    due: str
    period: str | None
    state: ReturnState
    title: str | None
    nil: bool
    missing: bool
    """Whether it counts as missing: it fell due, and nothing came in since; what was recorded before events said so, was missing until accepted."""
    filed: str | None
    contact: str | None
    times: int
    """How often something was filed for it."""
    chased: int
    """How often it was chased (催报)."""


class CheckRow(BookRow):
    """The latest answer of a unit to one target of the self-check (自查)."""

    target: int
    phase: str
    """The phase in which it counts: that of the first answer."""
    conforms: bool
    day: str
    lifted: str | None
    """The day on which an amendment made the unit one to which the target does not apply: the answer counts nowhere."""


class UnitRow(TypedDict):
    """One unit (单位) of a campaign, as its own book opened."""

    _id: str
    position: int
    campaign: str
    unit: str
    name: str
    aliases: list[str]
    superiors: list[str]
    """The units above it in further lines of command."""
    known_as: list[str]
    """Name and aliases as they are searched."""
    parent: str | None
    path: list[str]
    unit_class: str
    tags: list[str]
    tree: int
    left: str | None
    """The day on which it left the campaign by an amendment."""
    open_left: int
    """Issues that were open in its book then."""


class CampaignRow(TypedDict):
    """A campaign with its plan, as JSON."""

    _id: str
    position: int
    root: str
    version: int
    plan: str
    announced: datetime


class RefusedRow(Row):
    """Something told that was refused."""

    subject: str
    type: str
    rule: str
    reason: dict[str, str]
    accepted: datetime
    told_source: str
    told_id: str


def day_of(event: Recorded) -> str:
    """The day in China on which intake accepted it."""
    return _day(event.accepted)


@lru_cache(maxsize=4096)
def _day(moment: datetime) -> str:
    return local_date(moment).isoformat()


def row_of(event: Recorded, id: str) -> Row:
    """What a row that an event changes begins with."""
    where = event.where
    return {"_id": id, "position": event.position, "campaign": where.campaign, "unit": where.unit, "path": list(where.path)}


def with_counts(figures: Figures, added: Mapping[str, int]) -> Figures:
    """Figures, and what is added to them."""
    return {**figures, **{name: figures[name] + change for name, change in added.items()}}
