"""How events change an issue."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec.structs import replace

from services.ledger.issue import order
from services.ledger.issue.state import Asked, Issue, mark, step_name, with_all
from services.ledger.rules.decision import Event
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.hand_over import (
    HandOverCompleted,
    HandOverDeclined,
    HandOverLapsed,
    HandOverOffered,
    HandOverOutcome,
    HandOverReceived,
    HandOverSettled,
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
from shared.events.lateness import DeadlinePutOff, IssueEscalated, IssueNearDue, LateTellingAccepted, OverdueWithdrawn
from shared.events.leaving import IssueAbsorbed, IssueCameBack, IssueMerged, IssueReleased, IssueWithdrawn
from shared.events.reporter import ReporterAnswered
from shared.events.strike_off import IssueReopened, IssueReturned, LookBackDone, ObjectionRaised, StrikeOffPublished
from shared.events.supervision import NextReviewSet, SupervisionLifted, SupervisionOrdered

FIELDS = frozenset(Issue.__struct_fields__)
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


def _watched(milestones: Iterable[Milestone]) -> tuple[tuple[str, date], ...]:
    return tuple((each.name, each.due) for each in milestones)


def _put(issue: Issue, **changes: object) -> Issue:
    return replace(issue, turn=issue.turn + 1, **changes)


def evolve(issue: Issue | None, event: Event, day: date) -> Issue | None:
    """The issue after an event of what was accepted on `day`."""
    after = _evolved(issue, event, day)
    if after and isinstance(event.fact, ANEW):
        after = replace(after, since=day)
    if after and order.is_acted_on(event.fact, owned=issue is not None and issue.owner is not None):
        return replace(after, acted_on=order.day_of(event, after.earliest, day))
    return after


def _evolved(issue: Issue | None, event: Event, day: date) -> Issue | None:
    fact = event.fact
    if isinstance(fact, IssueEntered):
        new = Issue(**_said(fact) | {"milestones": _watched(fact.milestones)}, entered_on=day)
        if issue is None:
            return new
        late = tuple(clock for clock in issue.overdue if clock == "receipt")
        kept = {name: getattr(issue, name) for name in ("fixers", "verifiers", "barred", "had")}
        return replace(new, overdue=late, turn=issue.turn + 1, **kept)
    if isinstance(fact, HandOverReceived):
        return issue or Issue(**_said(fact), number=0, status="offered", entered_on=day)
    if issue is None:
        return None
    acted = max(day, issue.earliest)  # what was held was taken before what it acts on
    match fact:
        case IssueAssigned(owner=owner):
            return _put(issue, owner=owner, barred=with_all(issue.barred, owner))
        case MeasuresPlanned(milestones=milestones):
            return _put(issue, status="planned", milestones=_watched(milestones))
        case MilestoneReached(name=name):
            return _put(issue, milestones=tuple(each for each in issue.milestones if each[0] != name))
        case RectificationDone(by=by):
            return _put(issue, status="rectified", fixers=with_all(issue.fixers, by), rectified_on=acted)
        case CarryOverPutOff(until=until):
            return _put(issue, carried_over_after=until)
        case RectificationVerified(by=by, by_unit=by_unit):
            return _put(issue, verified=(*issue.verified, (by, by_unit)), verifiers=with_all(issue.verifiers, by))
        case IssueReturned():
            unchecked = _put(issue, status="planned", rectified_on=None, verified=(), verified_on=None, look_back_due=None)
            return replace(unchecked, published_until=None, objectors=())
        case StrikeOffPublished(until=until, look_back_due=due):
            checked = issue.verified_on or acted
            return _put(issue, status="verified", verified_on=checked, published_until=until, objectors=(), look_back_due=due)
        case ObjectionRaised(by=by):
            return _put(issue, objectors=with_all(issue.objectors, by))
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
                fixers=with_all(issue.fixers, *fact.barred),
                verifiers=with_all(issue.verifiers, *fact.verifiers),
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
            return _put(issue, follow_up_due=due, owner=owner, barred=with_all(issue.barred, owner), overdue=_without(issue, "follow-up"))
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


def _without(issue: Issue, *clocks: ClockName) -> tuple[str, ...]:
    return tuple(each for each in issue.overdue if each not in clocks)
