"""What decisions need of an issue, and how events change it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.ledger.decision import Event
from shared.events.issue import (
    ClockName,
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
)

Status = Literal["entered", "planned", "rectified", "verified", "struck-off", "merged", "void", "handing-over", "handed-over"]
"""Where an issue stands: one fixed set for every plan, which sets guards alone. `verified` waits for its publication to end."""
GONE: frozenset[Status] = frozenset({"struck-off", "merged", "void", "handed-over"})
"""How an issue leaves the ledger."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What decisions need of an issue."""

    number: int
    plan_due: date
    fix_due: date
    category: str
    channel: str
    nature: str
    status: Status = "entered"
    owner: str | None = None
    fixers: tuple[str, ...] = ()
    """All who ever rectified it."""
    answerable: str | None = None
    """Who owned it when it was rectified."""
    rectified_on: date | None = None
    follow_up_due: date | None = None
    """Set once it is carried over (挂账)."""
    overdue: tuple[str, ...] = ()
    """The clocks that ran out."""

    @property
    def gone(self) -> bool:
        """Whether it left the ledger."""
        return self.status in GONE

    def due(self, clock: ClockName) -> date | None:
        """The last day of a clock that still runs; none where an act stopped it or another took its place."""
        match clock:
            case "plan" if self.status == "entered":
                return self.plan_due
            case "fix" if self.status in ("entered", "planned") and not self.follow_up_due:
                return self.fix_due
            case "follow-up" if self.status in ("entered", "planned"):
                return self.follow_up_due
        return None


def evolve(issue: Issue | None, event: Event, day: date) -> Issue | None:
    """The issue after an event of what was accepted on `day`."""
    fact = event.fact
    if isinstance(fact, IssueEntered):
        return Issue(
            number=fact.number,
            plan_due=fact.plan_due,
            fix_due=fact.fix_due,
            category=fact.category,
            channel=fact.channel,
            nature=fact.nature,
        )
    if issue is None:
        return None
    match fact:
        case IssueAssigned(owner=owner):
            return replace(issue, owner=owner)
        case MeasuresPlanned():
            return replace(issue, status="planned")
        case RectificationDone(by=by):
            return replace(
                issue, status="rectified", fixers=tuple(dict.fromkeys((*issue.fixers, by))), answerable=issue.owner, rectified_on=day
            )
        case RectificationReturned():
            return replace(issue, status="planned", rectified_on=None)
        case IssueStruckOff():
            return replace(issue, status="struck-off")
        case IssueOverdue(clock=clock):
            return replace(issue, overdue=(*issue.overdue, clock))
        case IssueCarriedOver(due=due, owner=owner):
            return replace(issue, follow_up_due=due, owner=owner)
        case FollowUpSet(due=due, owner=owner):
            return replace(issue, follow_up_due=due, owner=owner, overdue=tuple(clock for clock in issue.overdue if clock != "follow-up"))
    return issue
