"""What decisions need of an issue, and how events change it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from services.ledger.issue import order
from services.ledger.rules.changed import changed
from services.ledger.rules.decision import Event, State
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.hand_over import (
    HandOverCompleted,
    HandOverDeclined,
    HandOverLapsed,
    HandOverOffered,
    HandOverOutcome,
    HandOverReceived,
    HandOverSettled,
    LastDays,
)
from shared.events.issue import (
    RESTARTED,
    CarryOverPutOff,
    ClockName,
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationVerified,
)
from shared.events.lateness import DeadlinePutOff, IssueEscalated, IssueNearDue, LateTellingAccepted, OverdueWithdrawn, StepDue
from shared.events.leaving import IssueAbsorbed, IssueCameBack, IssueMerged, IssueReleased, IssueWithdrawn
from shared.events.reporter import ReporterAnswered
from shared.events.strike_off import IssueReopened, IssueReturned, LookBackDone, ObjectionRaised, StrikeOffPublished
from shared.events.supervision import NextReviewSet, SupervisionLifted, SupervisionOrdered


@dataclass(frozen=True)
class Asked(State):
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


@dataclass(frozen=True)
class Issue(State):
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
        return _with(self.fixers, *self.owners)

    @property
    def owners(self) -> tuple[str, ...]:
        """Who owns it, and all whom somebody ever named its owner, in any book."""
        return _with(self.barred, self.owner) if self.owner else self.barred

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
        names = ("text", "category", "channel", "nature", "target", "lane", "grade", "standing")
        return {name: getattr(self, name) for name in names}

    def grouped_by(self) -> dict[str, Any]:
        """See State."""
        return {"number": self.number, "category": self.category, "channel": self.channel, "nature": self.nature, "owner": self.owner}


FIELDS = frozenset(field.name for field in fields(Issue))
ANEW = (
    IssueEntered,
    IssueReopened,
    IssueReturned,
    IssueCarriedOver,
    IssueCameBack,
    FollowUpSet,
    DeadlinePutOff,
    ExtensionGranted,
    HandOverSettled,
)
"""What gives clocks of an issue a last day, or lets them run again."""


def _said(fact: IssueEntered | HandOverReceived) -> dict[str, Any]:
    """What a fact says of an issue that it begins: the fields of both have the same names."""
    return {name: value for name, value in fact if name in FIELDS}


def _with(persons: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*persons, *more)))


def _watched(milestones: Iterable[Milestone]) -> tuple[tuple[str, date], ...]:
    return tuple((each.name, each.due) for each in milestones)


def _put(issue: Issue, **changes: object) -> Issue:
    return changed(issue, turn=issue.turn + 1, **changes)


def evolve(issue: Issue | None, event: Event, day: date) -> Issue | None:
    """The issue after an event of what was accepted on `day`."""
    after = _evolved(issue, event, day)
    if after and isinstance(event.fact, ANEW):
        after = changed(after, since=day)
    if after and order.is_acted_on(event.fact, owned=issue is not None and issue.owner is not None):
        return changed(after, acted_on=order.day_of(event, after.earliest, day))
    return after


def _evolved(issue: Issue | None, event: Event, day: date) -> Issue | None:
    fact = event.fact
    if isinstance(fact, IssueEntered):
        new = Issue(**_said(fact) | {"milestones": _watched(fact.milestones)}, entered_on=day)
        if issue is None:
            return new
        late = tuple(clock for clock in issue.overdue if clock == "receipt")
        kept = {name: getattr(issue, name) for name in ("fixers", "verifiers", "barred", "had")}
        return changed(new, overdue=late, turn=issue.turn + 1, **kept)
    if isinstance(fact, HandOverReceived):
        return issue or Issue(**_said(fact), number=0, status="offered", entered_on=day)
    if issue is None:
        return None
    acted = max(day, issue.earliest)  # what was held was taken before what it acts on
    match fact:
        case IssueAssigned(owner=owner):
            return _put(issue, owner=owner, barred=_with(issue.barred, owner))
        case MeasuresPlanned(milestones=milestones):
            return _put(issue, status="planned", milestones=_watched(milestones))
        case MilestoneReached(name=name):
            return _put(issue, milestones=tuple(each for each in issue.milestones if each[0] != name))
        case RectificationDone(by=by):
            return _put(issue, status="rectified", fixers=_with(issue.fixers, by), rectified_on=acted)
        case CarryOverPutOff(until=until):
            return _put(issue, carried_over_after=until)
        case RectificationVerified(by=by, by_unit=by_unit):
            return _put(issue, verified=(*issue.verified, (by, by_unit)), verifiers=_with(issue.verifiers, by))
        case IssueReturned():
            unchecked = _put(issue, status="planned", rectified_on=None, verified=(), verified_on=None, look_back_due=None)
            return changed(unchecked, published_until=None, objectors=())
        case StrikeOffPublished(until=until, look_back_due=due):
            checked = issue.verified_on or acted
            return _put(issue, status="verified", verified_on=checked, published_until=until, objectors=(), look_back_due=due)
        case ObjectionRaised(by=by):
            return _put(issue, objectors=_with(issue.objectors, by))
        case IssueStruckOff(look_back_due=due):
            return _put(issue, status="struck-off", look_back_due=due)
        case LookBackDone():
            return _put(issue, look_back_due=None)
        case IssueReopened():
            return _reopened(issue, fact, acted)
        case IssueWithdrawn():
            return _put(issue, status="void", before=issue.status)
        case IssueMerged(into=into):
            return _put(issue, status="merged", merged_into=into, before=issue.status)
        case IssueCameBack(out_of=into) if issue.status == "merged" and issue.merged_into == into:
            return _put(issue, status=issue.before, merged_into=None)
        case IssueAbsorbed() as fact:
            return _put(
                issue,
                merged=(*issue.merged, (fact.merged, fact.phase, day, fact.standing)),
                fixers=_with(issue.fixers, *fact.barred),
                verifiers=_with(issue.verifiers, *fact.verifiers),
            )
        case IssueReleased(merged=gone):
            return _put(issue, merged=tuple(each for each in issue.merged if each[0] != gone))
        case SupervisionOrdered():
            return _put(issue, supervised=True, listing_due=None)
        case SupervisionLifted():
            return _put(issue, supervised=False)
        case NextReviewSet(due=due):
            return _put(issue, review_due=due, overdue=_without(issue, "review"))
        case IssueOverdue(clock=clock, due=due, name=name, phase=phase):
            counted = (phase, day) if clock == "fix" else issue.overdue_in
            return _put(issue, overdue=(*issue.overdue, mark(clock, due, name)), overdue_in=counted)
        case IssueCarriedOver(due=due, owner=owner):
            return _put(issue, follow_up_due=due, owner=owner, carried_over=True)
        case FollowUpSet(due=due, owner=owner):
            return _put(issue, follow_up_due=due, owner=owner, barred=_with(issue.barred, owner), overdue=_without(issue, "follow-up"))
        case LateTellingAccepted(happened=happened):
            # Of a check, where that stops the clock: nothing was checked yet as the rectification was told.
            return _put(issue, verified_on=happened) if issue.verified else _put(issue, rectified_on=happened)
        case DeadlinePutOff(clock="plan", until=until):
            return _put(issue, plan_due=until)
        case DeadlinePutOff(until=until):
            return _put(issue, fix_due=max(issue.fix_due, until))  # what is granted in the same breath may be later
        case OverdueWithdrawn(clock=clock):
            return _put(issue, overdue=_without(issue, clock))
        case IssueNearDue() | IssueEscalated():
            return _put(issue, steps=(*issue.steps, step_name(fact)))
        case ExtensionRequested(by=by, until=until):
            return _put(issue, asked=Asked(by, until, acted), overdue=_without(issue, "extension"))
        case ExtensionGranted(until=granted) if issue.asked:
            return _granted(issue, granted or issue.asked.until)
        case ExtensionDenied():
            return _put(issue, asked=None)
        case HandOverOffered(to=to, offer=offer):
            return _put(issue, status="handing-over", before=issue.status, offers=offer, to=to)
        case HandOverCompleted():
            return _put(issue, status="handed-over")
        case HandOverSettled(accepted=False, offer=offer) if issue.status == "handing-over" and offer == issue.offers:
            return _put(issue, status=issue.before)
        case HandOverDeclined() | HandOverLapsed():
            return _put(issue, status="not-taken")
        case ReporterAnswered() | HandOverOutcome(outcome="answered"):
            return _put(issue, answered=True)
    return issue


def _granted(issue: Issue, until: date) -> Issue:
    """The issue with more time, also where a book has it back that had it before."""
    had = tuple(each.model_copy(update={"fix_due": max(each.fix_due, until)}) for each in issue.had)
    return _put(issue, asked=None, first_fix_due=issue.first_fix_due or issue.fix_due, fix_due=until, had=had)


def _reopened(issue: Issue, fact: IssueReopened, day: date) -> Issue:
    """The issue in its next cycle: under its number, with its owner, and with all who ever rectified or verified it; what was void had not ended."""
    ended = {
        "reopened_on": day,
        "first_fix_due": None,
        "follow_up_due": None,
        "milestones": (),
        "had": (),
        "overdue": _without(issue, *RESTARTED),
    }
    return _put(
        issue,
        **({} if fact.was_void else ended),
        status="entered",
        cycle=fact.cycle,
        carried_over_after=fact.carries_over_after or issue.carried_over_after,
        plan_due=fact.plan_due,
        fix_due=fact.fix_due,
        asked=None,
        rectified_on=None,
        verified=(),
        verified_on=None,
        published_until=None,
        objectors=(),
        look_back_due=None,
        listing_due=fact.listing_due,
        review_due=fact.review_due,
    )


def mark(clock: ClockName, due: date, name: str | None) -> str:
    """What a clock is known by among those that ran out: its name, and for a milestone which one."""
    return f"{clock}-{due}-{name}" if name else clock


def _without(issue: Issue, *clocks: ClockName) -> tuple[str, ...]:
    return tuple(each for each in issue.overdue if each not in clocks)


def step_name(step: StepDue | IssueNearDue | IssueEscalated) -> str:
    """What a step is known by: it is taken once for each clock and last day."""
    if isinstance(step, IssueNearDue):
        return f"{step.clock}-{step.due}-before-{step.step or step.days}"
    side = step.side if isinstance(step, StepDue) else "after"
    return f"{step.clock}-{step.due}-{side}-{step.days}"
