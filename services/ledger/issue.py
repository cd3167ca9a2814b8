"""The life of one issue (问题): reported, entered, assigned, planned, rectified, checked, struck off or carried over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from services.ledger.book import Book
from services.ledger.decision import Event, Refused, Wake
from shared.cloudevents import Told
from shared.events import (
    CarryOverDue,
    ClockName,
    DeadlinePassed,
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.plan import Plan
from shared.workdays import end_of, local_date


@dataclass(frozen=True, slots=True)
class Issue:
    """What decisions need of an issue."""

    number: int
    plan_due: date
    fix_due: date
    category: str
    channel: str
    nature: str
    status: Literal["entered", "planned", "rectified", "struck-off"] = "entered"
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


CLOCKS: tuple[ClockName, ...] = ("plan", "fix", "follow-up")


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an issue needs."""
    return [told.subject]


def enter(book: Book, plan: Plan, subject: str, day: date, report: IssueReported) -> list[Event]:
    """An issue goes on the book under the next number, with its clocks. Raises Refused."""
    phase = plan.phase_on(day)
    if phase is None:
        raise Refused("before-campaign")
    if day > plan.ends:
        raise Refused("after-campaign", end=plan.ends)
    if report.category not in {entry.code for entry in plan.categories}:
        raise Refused("category-unknown", category=report.category)
    if report.channel not in {entry.code for entry in plan.channels}:
        raise Refused("channel-unknown", channel=report.channel)
    if report.target is not None and plan.target(report.target) is None:
        raise Refused("target-unknown", target=report.target)
    entered = IssueEntered(
        number=book.entered + 1,
        phase=phase,
        category=report.category,
        channel=report.channel,
        nature=report.nature,
        target=report.target,
        text=report.text,
        plan_due=plan.due(plan.clocks.plan, day),
        fix_due=plan.due(plan.clocks.fix, day),
    )
    return [Event(subject, entered)] + ([Event(subject, IssueAssigned(owner=report.owner))] if report.owner else [])


def decide(told: Told, issue: Issue | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for an issue from what was told. Raises Refused."""
    day, subject, fact = local_date(told.accepted), told.subject, told.fact
    if isinstance(fact, IssueReported):
        if issue is not None:
            raise Refused("already-entered", number=issue.number)
        return enter(book, plan, subject, day, fact)
    if issue is None:
        raise Refused("issue-unknown", subject=subject)
    if isinstance(fact, DeadlinePassed):
        return (
            [_overdue(issue, plan, subject, fact.clock, fact.due)]
            if issue.due(fact.clock) == fact.due and fact.clock not in issue.overdue
            else []
        )
    if isinstance(fact, CarryOverDue):
        return [_carried_over(issue, book, plan, subject, fact.phase)] if issue.status != "struck-off" and not issue.follow_up_due else []
    if issue.status == "struck-off":
        raise Refused("struck-off")
    # The clock looks a margin after midnight; what is told in between finds its clock run out by its own date.
    late = [
        _overdue(issue, plan, subject, clock, due)
        for clock in CLOCKS
        if (due := issue.due(clock)) and day > due and clock not in issue.overdue
    ]
    match fact:
        case IssueAssigned():
            return late
        case MeasuresPlanned():
            if issue.status == "rectified":
                raise Refused("rectified")
            if issue.owner is None:
                raise Refused("no-owner")
            return late
        case RectificationDone():
            if issue.status == "rectified":
                raise Refused("rectified")
            if issue.status != "planned":
                raise Refused("no-measures")
            return late
        case RectificationVerified(by=by):
            _checked_by_another(issue, by)
            on_time = issue.rectified_on is not None and issue.rectified_on <= issue.fix_due
            phase = plan.phase_on(day) or plan.last_phase
            done = IssueStruckOff(number=issue.number, phase=phase, on_time=on_time, carried_over=issue.follow_up_due is not None)
            return [Event(subject, done)]
        case RectificationReturned(by=by):
            _checked_by_another(issue, by)
            # The clocks never stopped, so they may have run out meanwhile; the fix clock also where a carry-over took its place since.
            again = replace(issue, status="planned")
            dues = {clock: again.due(clock) for clock in CLOCKS} | ({"fix": issue.fix_due} if issue.fix_due <= plan.ends else {})
            return [
                _overdue(issue, plan, subject, clock, due)
                for clock, due in dues.items()
                if due and day > due and clock not in issue.overdue
            ]
        case FollowUpSet(due=due):
            if not issue.follow_up_due:
                raise Refused("not-carried-over")
            if due < day:
                raise Refused("follow-up-past", due=due)
            return []
    raise AssertionError(f"{told.type} is not about an issue")


def _checked_by_another(issue: Issue, by: str) -> None:
    if issue.status != "rectified":
        raise Refused("not-rectified")
    if by in issue.fixers:
        raise Refused("verifier-is-fixer", by=by)
    if by in (issue.owner, issue.answerable):
        raise Refused("verifier-is-owner", by=by)


def _overdue(issue: Issue, plan: Plan, subject: str, clock: ClockName, due: date) -> Event:
    phase = plan.phase_on(due) or plan.last_phase  # counted where the last day lay
    return Event(subject, IssueOverdue(number=issue.number, phase=phase, clock=clock, due=due, owner=issue.owner))


def _carried_over(issue: Issue, book: Book, plan: Plan, subject: str, phase: str) -> Event:
    owner = issue.owner if plan.carry_over_owner == "owner" else book.profile.responsible
    due = plan.due(plan.clocks.follow_up, plan.ends)
    return Event(subject, IssueCarriedOver(number=issue.number, phase=phase, due=due, owner=owner or issue.owner))


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


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an issue."""
    for clock in CLOCKS:
        due = issue.due(clock)
        if due and clock not in issue.overdue:
            yield Wake(due + timedelta(1), end_of(due), DeadlinePassed(clock=clock, due=due), f"{clock}-{due}")
    if issue.status != "struck-off" and not issue.follow_up_due:
        yield Wake(plan.ends + timedelta(1), end_of(plan.ends), CarryOverDue(phase=plan.last_phase), "carry-over")
