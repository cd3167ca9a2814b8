"""What decisions need of an issue, and what its marks and steps are known by."""

from datetime import date
from typing import Any, Literal

from services.ledger.rules.decision import State
from shared.events.hand_over import (
    LastDays,
)
from shared.events.issue import (
    ClockName,
)
from shared.events.lateness import IssueEscalated, IssueNearDue, StepDue


class Asked(State, frozen=True):
    """A request for more time that nobody has decided."""

    by: str
    until: date
    on: date


Nature = Literal["problem", "defect", "hazard"]
Status = Literal[
    "entered", "planned", "rectified", "verified", "struck-off", "merged", "void", "handing-over", "handed-over", "offered", "not-taken"
]
"""Where an issue stands: one fixed set for every plan, which sets guards alone. `verified` waits for its publication to end; what another book hands
over is `offered` before it is entered here, and `not-taken` if it never is."""
GONE: frozenset[Status] = frozenset({"struck-off", "merged", "void", "handed-over"})
"""How an issue leaves the ledger."""


class Issue(State, frozen=True):
    """What decisions need of an issue."""

    number: int
    plan_due: date
    fix_due: date
    category: str
    channel: str
    nature: Nature
    status: Status = "entered"
    owner: str | None = None
    fixers: tuple[str, ...] = ()
    """All who ever rectified it, in any book, or owned or rectified what was merged into it: none of them verifies it."""
    rectified_on: date | None = None
    follow_up_due: date | None = None
    """Set once it is carried over (挂账)."""
    overdue: tuple[str, ...] = ()
    """The clocks that ran out, and the milestones that were missed."""
    overdue_in: tuple[str, date] | None = None
    """The phase in which, and the day on which, the mark of the fix clock was counted last."""
    lane: str | None = None
    first_fix_due: date | None = None
    """The last day of the fix clock before more time was granted."""
    asked: Asked | None = None
    """A request for more time; lapsed once the fix clock has run out."""
    steps: tuple[str, ...] = ()
    """Warnings and escalations that were told, each once."""
    carried_over_after: date | None = None
    """The last day of the campaign for it, where that moved."""
    carried_over: bool = False
    """It was carried over once, also in an earlier cycle."""
    grade: str | None = None
    standing: bool = False
    """Without an end (长期坚持): reviewed, never struck off."""
    cycle: int = 1
    reopened_on: date | None = None
    milestones: tuple[tuple[str, date], ...] = ()
    """Those of the measures that are not reached."""
    verified: tuple[tuple[str, str | None], ...] = ()
    """Who found the present rectification good, and for which unit; none: that of the book."""
    verified_on: date | None = None
    """The day of the check that was enough, where its strike-off was published."""
    verifiers: tuple[str, ...] = ()
    """All who ever verified it, in any book."""
    published_until: date | None = None
    objectors: tuple[str, ...] = ()
    """Who objects to the strike-off that is published, until that is decided."""
    look_back_due: date | None = None
    """Runs once it is struck off; said as that is published."""
    review_due: date | None = None
    listing_due: date | None = None
    supervised: bool = False
    """A superior listed it (挂牌督办) and has not lifted that."""
    merged_into: str | None = None
    merged: tuple[tuple[str, str, date, bool], ...] = ()
    """The issues that were merged into it: which, in which phase and on which day that was counted, and whether it has no end."""
    entered_on: date = date.min
    """The day of its entry; while it is only offered, that of its arrival."""
    text: str = ""
    evidence: tuple[str, ...] | None = None
    """Pictures or papers that show it, as it was found."""
    target: int | None = None
    complaint: bool = False
    """It counts as a complaint in this book."""
    reporter: str | None = None
    answered: bool = False
    origin: str | None = None
    """The issue in the book that handed it over."""
    offers: int = 0
    """How often it was offered to other books."""
    to: str | None = None
    """The unit that it was last offered to."""
    before: Status = "entered"
    """Where it stood before it was offered to another book, merged into another issue, or void."""
    acted_on: date = date.min
    """The day of the last act that others stand on: when it happened, where it can have, else when it was told."""
    since: date = date.min
    """The day since which its clocks run as they do: no step of theirs is taken before."""
    turn: int = 0
    """How often anything changed it. What the clock tells it is named by it: what an act overtook may fall due again, and an id is used once."""
    barred: tuple[str, ...] = ()
    """All whom somebody ever named its owner, in any book; whom the plan has follow up what is carried over is its owner until that."""
    had: tuple[LastDays, ...] = ()
    """Its last days in the books that handed it over in this cycle, and no earlier than more time was granted until since."""

    @property
    def gone(self) -> bool:
        """Whether it left the ledger."""
        return self.status in GONE

    @property
    def gainers(self) -> tuple[str, ...]:
        """Who gains where it is let off: all who ever owned or rectified it, in any book."""
        return with_all(self.fixers, *self.owners)

    @property
    def owners(self) -> tuple[str, ...]:
        """Who owns it, and all whom somebody ever named its owner, in any book."""
        return with_all(self.barred, self.owner) if self.owner else self.barred

    @property
    def earliest(self) -> date:
        """The first day on which an act on it can have happened: no act comes before what it acts on."""
        return max(self.acted_on, self.entered_on, self.reopened_on or date.min)

    @property
    def here(self) -> bool:
        """Whether it is on this book to be dealt with: it did not leave, and is not on its way from or to another."""
        return not self.gone and self.status not in ("handing-over", "offered", "not-taken")

    def content(self) -> dict[str, Any]:
        """What it is about, as events say it: all that goes with it to another book, but for its days."""
        names = ("text", "category", "channel", "nature", "target", "lane", "grade", "standing", "evidence")
        return {name: getattr(self, name) for name in names}

    def grouped_by(self) -> dict[str, Any]:
        """See State."""
        return {"number": self.number, "category": self.category, "channel": self.channel, "nature": self.nature, "owner": self.owner}


def mark(clock: ClockName, due: date, name: str | None) -> str:
    """What a clock is known by among those that ran out: its name, and for a milestone which one."""
    return f"{clock}-{due}-{name}" if name else clock


def step_name(step: StepDue | IssueNearDue | IssueEscalated) -> str:
    """What a step is known by: it is taken once for each clock and last day."""
    if isinstance(step, IssueNearDue):
        return f"{step.clock}-{step.due}-before-{step.step or step.days}"
    side = step.side if isinstance(step, StepDue) else "after"
    return f"{step.clock}-{step.due}-{side}-{step.days}"


def with_all(persons: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Persons and more of them, each once."""
    return tuple(dict.fromkeys((*persons, *more)))
