"""Whether a notice still holds as it is sent, and what it then says: an outage may lie between its event and the mail, or a week without mailbox. Pure."""

from datetime import date

from services.notify.memory import Known, Values
from services.notify.policy import Template
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverCompleted, HandOverDeclined, HandOverLapsed, HandOverReceived
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
)
from shared.events.lateness import IssueNearDue
from shared.events.leaving import IssueCameBack, IssueMerged, IssueWithdrawn
from shared.events.returns import ApprovalAwaited, ObligationLifted, ObligationMet, ObligationOpened, ObligationReopened, ReturnSentBack
from shared.events.strike_off import IssueReopened, IssueReturned
from shared.events.supervision import SupervisionLifted, SupervisionOrdered
from shared.kafka.records import Recorded
from shared.topics import book_of
from shared.workdays import YearMissing, days_left

DONE = ("check", "nothing")
"""What an issue waits for once its owner has nothing to do."""
PLANNED = ("fix", *DONE)
"""… once its measures are planned."""
TAKEN = ("plan", *PLANNED)
"""… once the unit that it was handed to has answered."""
TO_OWNER = (
    *("assigned", "overdue-plan", "overdue-fix", "overdue-follow-up", "returned", "reopened", "came-back", "unmerged", "carried-over"),
    *("follow-up", "supervised", "near-due", "escalated", "extension-granted", "extension-denied"),
)
WARNS = ("near-due", "return-near-due")
"""Templates that speak of a day to come."""
RENEWED = ("name", "plan_due", "fix_due")
"""What a notice says as it is when it is sent."""
DUES = {"plan": "plan_due", "fix": "fix_due", "follow-up": "fix_due", "return": "due"}
"""By clock: under what its last day is remembered."""
STANDS: tuple[type[Fact], ...] = (
    *(
        IssueEntered,
        IssueReopened,
        IssueAssigned,
        MeasuresPlanned,
        IssueReturned,
        IssueMerged,
        IssueCameBack,
        IssueCarriedOver,
        FollowUpSet,
    ),
    *(RectificationDone, ApprovalAwaited, HandOverReceived),
    *(IssueStruckOff, IssueWithdrawn, HandOverCompleted, HandOverDeclined, HandOverLapsed),
    *(ObligationMet, ObligationLifted, ObligationOpened, ObligationReopened, ReturnSentBack),
    *(ExtensionRequested, ExtensionGranted, ExtensionDenied, SupervisionOrdered, SupervisionLifted, IssueNearDue),
)
"""The facts that may change what a subject waits for, or who owns it."""


def stands(event: Recorded, said: Values | None = None) -> Values:
    """What this event's subject waits for from here on, and who owns it, as far as the event changes that; `said` is what was remembered so far."""
    match event.fact:
        case IssueEntered() | IssueReopened():
            return {"waits": "plan", "asked": ""} | ({"owner": owner} if (owner := event.where.owner) else {})
        case IssueAssigned(owner=owner):
            return {"owner": owner}
        case MeasuresPlanned() | IssueReturned():
            return {"waits": "fix"}
        case IssueMerged():
            return {"waits": "nothing", "before": (said or {}).get("waits", "fix")}
        case IssueCameBack():
            return {"waits": (said or {}).get("before", "fix")}
        case IssueCarriedOver(owner=owner) | FollowUpSet(owner=owner):
            return {"owner": owner, "asked": ""} if owner else {"asked": ""}
        case RectificationDone() | ApprovalAwaited():
            return {"waits": "check"}
        case HandOverReceived():
            return {"waits": "receipt"}
        case IssueStruckOff() | IssueWithdrawn() | HandOverCompleted() | HandOverDeclined() | HandOverLapsed():
            return {"waits": "nothing"}
        case ObligationMet() | ObligationLifted():
            return {"waits": "nothing"}
        case ObligationOpened() | ObligationReopened() | ReturnSentBack():
            return {"waits": "return"}
        case ExtensionRequested(until=until):
            return {"asked": until.isoformat()}
        case ExtensionGranted() | ExtensionDenied():
            return {"asked": ""}
        case SupervisionOrdered():
            return {"supervised": "yes"}
        case SupervisionLifted():
            return {"supervised": "no"}
        case IssueNearDue(clock=clock, due=due, days=days):
            return {f"warned_{clock}": f"{due} {days}"}
    return {}


def looked_up(subject: str, then: Values) -> set[str]:
    """Of what it matters what is remembered as a notice is sent."""
    return {about(subject, then), book_of(about(subject, then)), then.get("as", subject)}


def about(subject: str, then: Values) -> str:
    """The issue or return that a notice of this subject speaks of."""
    return then.get("about", subject)


def responsible(then: Values, known: Known) -> str | None:
    """Who is responsible by now, where a notice goes to whoever that is: empty where nobody is; none where it goes to somebody else, or nobody knows."""
    return (known.get(then.get("as", "")) or {}).get("responsible")


def as_it_stands(template: Template, recipient: str, then: Values, known: Known, subject: str, today: date) -> Values | None:
    """What a notice says when it is sent today; none where it does not hold any more.

    `then` is what it was to say when its event happened, `known` what is remembered by now of `looked_up`. `recipient` is a person's bare id.
    What is not known changes nothing.
    """
    now, unit = (known.get(each) or {} for each in (about(subject, then), book_of(about(subject, then))))
    over = TAKEN if template == "handed-over" else PLANNED if then.get("clock") == "plan" else DONE
    if now.get("waits") != then.get("waits") and now.get("waits") in over:
        return None
    if template == "supervised" and now.get("supervised") == "no":
        return None
    if template in TO_OWNER and now.get("owner", recipient) != recipient:
        return None
    if responsible(then, known) not in (None, recipient):
        return None
    if template == "extension-asked" and now.get("asked", then.get("until")) != then.get("until"):
        return None
    clock, due = then.get("clock", "return"), then.get("due")
    if "clock" in then or template in WARNS:
        if due and now.get(DUES.get(clock, ""), due) != due:
            return None  # it was given another last day
        warned = f"warned_{clock}"
        if template in WARNS and ((due and today > date.fromisoformat(due)) or now.get(warned) != then.get(warned)):
            return None  # it is over, or was warned of once more
    renewed = {name: said[name] for said in (unit, now) for name in RENEWED if name in said and name in then}
    return {**then, **renewed, **_left(then, today)}


def _left(then: Values, today: date) -> Values:
    """The working days that are left, where a notice speaks of them and the calendar of the year is there."""
    if "days" not in then or "due" not in then:
        return {}
    try:
        return {"days": str(days_left(today, date.fromisoformat(then["due"])))}
    except YearMissing:
        return {}
