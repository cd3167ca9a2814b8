"""What decisions need of an issue, and how events change it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.ledger.decision import Event
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.issue import (
    CarryOverPutOff,
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
from shared.events.lateness import IssueEscalated, IssueNearDue, LateTellingAccepted, OverdueWithdrawn, StepDue


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time that nobody has decided."""

    by: str
    until: date
    on: date


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
    lane: str | None = None
    first_fix_due: date | None = None
    """The last day of the fix clock before more time was granted."""
    asked: Asked | None = None
    """A request for more time; lapsed once the fix clock has run out."""
    steps: tuple[str, ...] = ()
    """Warnings and escalations that were told, each once."""
    carried_over_after: date | None = None
    """The last day of the campaign for it, where that moved."""

    @property
    def gone(self) -> bool:
        """Whether it left the ledger."""
        return self.status in GONE


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
            lane=fact.lane,
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
        case CarryOverPutOff(until=until):
            return replace(issue, carried_over_after=until)
        case IssueCarriedOver(due=due, owner=owner):
            return replace(issue, follow_up_due=due, owner=owner)
        case FollowUpSet(due=due, owner=owner):
            return replace(issue, follow_up_due=due, owner=owner, overdue=_without(issue, "follow-up"))
        case LateTellingAccepted(happened=happened):
            return replace(issue, rectified_on=happened)
        case OverdueWithdrawn(clock=clock):
            return replace(issue, overdue=_without(issue, clock))
        case IssueNearDue() | IssueEscalated():
            return replace(issue, steps=(*issue.steps, step_name(fact)))
        case ExtensionRequested(by=by, until=until):
            return replace(issue, asked=Asked(by, until, day), overdue=_without(issue, "extension"))
        case ExtensionGranted(until=granted) if issue.asked:
            first = issue.first_fix_due or issue.fix_due
            return replace(issue, asked=None, first_fix_due=first, fix_due=granted or issue.asked.until)
        case ExtensionDenied():
            return replace(issue, asked=None)
    return issue


def _without(issue: Issue, clock: ClockName) -> tuple[str, ...]:
    return tuple(each for each in issue.overdue if each != clock)


def step_name(step: StepDue | IssueNearDue | IssueEscalated) -> str:
    """What a step is known by: it is taken once for each clock and last day."""
    side = "before" if isinstance(step, IssueNearDue) or (isinstance(step, StepDue) and step.side == "before") else "after"
    return f"{step.clock}-{step.due}-{side}-{step.days}"
