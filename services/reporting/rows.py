"""The rows that people read, as MongoDB keeps them. `position` is that of the last event that changed a row."""

from datetime import datetime
from typing import Literal, NotRequired

from typing_extensions import TypedDict

Status = Literal["entered", "planned", "rectified", "verified", "struck-off", "merged", "void", "handing-over", "handed-over"]
GONE = ["struck-off", "merged", "void", "handed-over"]
"""In which states an issue is open in this book no more."""


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
    status: Status
    owner: str | None
    plan_due: str
    fix_due: str
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
    on_time: bool | None
    overdue: list[str]
    """The clocks that ran out, such as `plan`, `fix`, `follow-up`, each once."""
    overdue_phase: str | None
    """The phase in which the fix clock ran out."""
    handed_to: NotRequired[str | None]
    """The unit that it is being handed over to, or was."""
    origin: NotRequired[str | None]
    """The issue in the book that handed it over."""
    late_since: str | None
    """The last day of the clock that has run out and still waits for a rectification."""
    carried_over: str | None
    carried_over_phase: str | None
    asked_until: NotRequired[str | None]
    """The last day of a request for more time that waits to be decided."""


class ReturnRow(TypedDict):
    """One return (报送材料) that a unit owes."""

    _id: str
    position: int
    campaign: str
    book: str
    unit: str
    path: list[str]
    obligation: str
    phase: str
    due: str
    state: Literal["open", "filed", "late", "missing"]
    title: str | None
    nil: bool
    filed: str | None


class UnitRow(TypedDict):
    """One unit (单位) of a campaign, as its own book opened."""

    _id: str
    position: int
    campaign: str
    unit: str
    name: str
    parent: str | None
    path: list[str]
    unit_class: str
    tags: list[str]
    tree: int


class CampaignRow(TypedDict):
    """A campaign with its plan, as JSON."""

    _id: str
    position: int
    root: str
    version: int
    plan: str
    announced: datetime


class RefusedRow(TypedDict):
    """Something told that was refused."""

    _id: str
    position: int
    campaign: str
    unit: str
    path: list[str]
    subject: str
    type: str
    rule: str
    reason: dict[str, str]
    accepted: datetime
    told_source: str
    told_id: str
