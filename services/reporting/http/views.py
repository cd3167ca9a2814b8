"""What the API answers, as data."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.fold.rows import Status
from shared.events.figures import Counts
from shared.values import Wording

State = Literal["recorded", "held", "refused", "not-yet-recorded"]


class View(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(frozen=True)


class AsOf(View):
    """What figures were made from: T, and a digest of the positions of the books used."""

    time: datetime | None = Field(description="T: the latest time at which intake accepted something that is counted; none: nothing is")
    books: int
    digest: str = Field(description="SHA-256 (hex) over the lines `<book> <position> <chain>\\n` of the books, in order of their ids")


class Issue(View):
    """One issue (问题) as it stands."""

    id: str
    campaign: str
    unit: str
    unit_name: str | None
    path: list[str] = Field(description="units from the top of the key's subtree to this one")
    number: int
    phase: str
    category: str
    channel: str
    nature: str
    target: int | None
    text: str
    label: str | None = Field(default=None, description="its number as people read it (L14)")
    grade: str | None = None
    lane: str | None = None
    priority: int | None = Field(default=None, description="of the lane: the higher, the sooner")
    subjective: bool = False
    standing: bool = Field(default=False, description="without an end: reviewed, never struck off")
    complaint: bool = False
    carried_in: str | None = Field(default=None, description="the earlier campaign that it was carried in from")
    cycle: int = Field(default=1, description="above 1: it was opened again")
    status: Status
    owner: str | None
    owner_name: str | None
    plan_due: date
    fix_due: date
    first_fix_due: date | None = Field(default=None, description="the last day of the fix clock before more time was granted")
    asked_until: date | None = Field(default=None, description="the last day of a request for more time that waits to be decided")
    published_until: date | None = Field(default=None, description="the last day of the publication under way")
    follow_up_due: date | None
    entered: date
    planned: date | None
    measures: str | None
    rectified: date | None
    rectified_by: str | None
    result: str | None
    evidence: list[str]
    returned: int
    verified_by: str | None
    effect: str | None
    struck_off: date | None
    on_time: bool | None
    near_due: list[str] = Field(default=[], description="clocks that were warned of and still run")
    overdue: list[str]
    supervised: date | None = Field(default=None, description="when a superior listed it, until that is lifted")
    escalated_to: str | None = Field(default=None, description="the unit that it was escalated to last")
    late_since: date | None
    handed_to: str | None = Field(default=None, description="the unit that it is being handed over to, or was")
    moved_to: str | None = Field(default=None, description="the issue in the book that took it")
    merged_into: str | None = None
    origin: str | None = Field(default=None, description="the issue in the book that handed it over")
    carried_over: date | None
    href: str


class IssueList(View):
    """A page of issues, by book and number."""

    items: list[Issue]
    next: str | None = Field(description="pass it as `cursor` for the issues after these; none: these are the last")


class HistoryEvent(View):
    """One event of an issue's history."""

    position: int
    type: str
    time: datetime | None = None
    accepted: datetime
    told_source: str
    told_id: str
    fact: dict[str, Any]


class IssueHistory(View):
    """An issue and all that was recorded of it."""

    issue: Issue
    history: list[HistoryEvent]
    more: bool = Field(description="whether the history is longer than what is listed")


class CampaignPhase(View):
    """A phase as the plan has it."""

    code: str
    name: Wording
    start: date
    end: date


class CampaignView(View):
    """A campaign, as a key's holder sees it."""

    id: str
    name: Wording
    issued: date
    unit: str = Field(description="the unit at the top of what the key may see")
    unit_name: str
    phases: list[CampaignPhase]


class Statement(View):
    """The ledger's own latest statement, for comparison."""

    revision: int
    own: Counts
    total: Counts


class PhaseSummary(View):
    """A phase, with the figures of the unit and all below it."""

    code: str
    name: Wording
    start: date
    end: date
    status: Literal["ahead", "open", "held", "closed"]
    opened: date | None
    held: date | None
    closed: date | None
    gap: dict[str, Any] | None
    figures: Counts
    statement: Statement | None


class UnitSummary(View):
    """A unit directly below, with the figures of itself and all below it."""

    unit: str
    name: str
    unit_class: str
    below: int = Field(description="units directly under it")
    total: Counts
    phases: dict[str, Counts]


class ObligationSummary(View):
    """What became of one return among the units that owe it."""

    code: str
    name: Wording
    phase: str
    due: date | None = Field(description="none: it falls due again and again")
    owed: int
    filed: int
    late: int
    missing: int
    open: int
    waiting: int = Field(default=0, description="filed, and waiting to be accepted")
    sent_back: int = Field(default=0, description="sent back, and owed again")
    rolling: int = Field(default=0, description="filed, of a return that has no dates")


class Summary(View):
    """The figures of a campaign for a unit and all below it. Made by counting events, not from statements."""

    campaign: str
    name: Wording
    unit: str
    unit_name: str
    unit_class: str
    above: list[tuple[str, str]] = Field(description="units from the top of the key's subtree down to the one above: id and name")
    as_of: AsOf
    on_time_rule: Wording
    phases: list[PhaseSummary]
    total: Counts
    own: Counts = Field(description="of the unit's own book")
    late_now: int = Field(description="issues whose clock ran out and that are not rectified")
    carried_open: int = Field(description="issues carried over and not struck off")
    units: list[UnitSummary]
    in_line: list[tuple[str, str]] = Field(
        default=[], description="units under the key's own in further lines of command (I1): id and name; ask for each by its id"
    )
    obligations: list[ObligationSummary]


class Told(View):
    """What became of one told event in one book."""

    state: Literal["recorded", "held", "refused"]
    book: str
    source: str
    events: list[dict[str, Any]] = Field(description="position, type and subject of each event recorded so far because of it")
    rule: str | None = None
    reason: Wording | None = None
    until: date | None = Field(default=None, description="the last day on which it is held, waiting for what it stands on")


class ToldAnswer(View):
    """What became of a told event."""

    id: str
    state: State
    answers: list[Told]
    behind: dict[str, int] | None = Field(
        default=None, description="while nothing is recorded: records that the ledger, and reporting behind it, have yet to handle"
    )
    detail: Wording | None = None


class SettledAnswer(View):
    """Whether nothing is under way."""

    settled: bool
    behind: dict[str, int]
