"""What the books between which an issue goes tell one another, and the unit that an issue is escalated to."""

from collections.abc import Iterator

from services.ledger.issue.hand_over import given_as, taken_as
from services.ledger.rules.letter import INTERNAL, letter
from shared.events.hand_over import (
    HandOverCalledBack,
    HandOverCompleted,
    HandOverDeclined,
    HandOverLapsed,
    HandOverOffered,
    HandOverOutcome,
    HandOverRecalled,
    HandOverReceived,
    HandOverSettled,
)
from shared.events.issue import IssueEntered, IssueStruckOff
from shared.events.lateness import EscalationReceived, IssueEscalated
from shared.events.leaving import IssueCameBack, IssueMerged, IssueReleased, IssueWithdrawn
from shared.events.refusal import Refused
from shared.events.reporter import ReporterAnswered
from shared.events.strike_off import IssueReopened
from shared.kafka.records import Recorded, Told
from shared.topics import book_id

Settling = IssueEntered | HandOverDeclined | HandOverLapsed | Refused
"""Whether an issue was taken, of which the book hears that offered it."""
Outcome = (
    IssueStruckOff | HandOverCompleted | IssueWithdrawn | IssueMerged | IssueCameBack | IssueReopened | ReporterAnswered | HandOverOutcome
)
"""What became of an issue, of which the book hears that handed it over."""


def tells(
    cause: Recorded, fact: HandOverOffered | HandOverCalledBack | IssueEscalated | IssueReleased | Settling | Outcome
) -> Iterator[Told]:
    """An issue is offered or called back, or escalated; of one that was handed over the giver hears whether it was taken and what became of it."""
    where, at = cause.where, cause.position
    match fact:
        case HandOverOffered(to=to, offer=offer):
            received = HandOverReceived(**{name: value for name, value in fact if name not in ("to", "offer")})
            yield letter(cause, f"{at}-offered", taken_as(cause.subject, to, offer), received)
        case HandOverCalledBack(issue=there, reason=reason):
            yield letter(cause, f"{at}-recalled", there, HandOverRecalled(reason=reason))
        case IssueReleased(merged=merged):
            yield letter(cause, f"{at}-back", merged, IssueCameBack(out_of=cause.subject))
        case IssueEscalated(to=unit) if unit != where.unit:
            escalation = EscalationReceived(
                issue=cause.subject, unit=where.unit, number=fact.number, clock=fact.clock, due=fact.due, owner=fact.owner
            )
            yield letter(cause, f"escalated-{at}", book_id(where.campaign, unit), escalation)
        case _ if given := given_as(cause.subject):
            issue, offer = given
            if settled := _settled(cause, offer):
                yield letter(cause, f"{at}-settled", issue, settled)
            if outcome := _outcome(cause):
                yield letter(cause, f"{at}-outcome", issue, outcome)


def _settled(cause: Recorded, offer: int) -> HandOverSettled | None:
    """Whether the issue was taken, for the book that offered it."""
    unit = cause.where.unit
    match cause.fact:
        case IssueEntered(number=number):
            return HandOverSettled(offer=offer, unit=unit, accepted=True, issue=cause.subject, number=number)
        case HandOverDeclined(reason=reason) | HandOverLapsed(reason=reason):
            return HandOverSettled(offer=offer, unit=unit, accepted=False, reason=reason)
        case Refused(type="HandOverReceived", reason=why) if cause.told_source.startswith(INTERNAL):
            # A book that is not open refuses all, and nothing may be lost between two books; what no book told is none of the giver's.
            return HandOverSettled(offer=offer, unit=unit, accepted=False, reason=why.zh)
    return None


def _outcome(cause: Recorded) -> HandOverOutcome | None:
    """What became of the issue, for the book that handed it over; that book tells the one before it in turn."""
    unit = cause.where.unit
    match cause.fact:
        case IssueStruckOff(number=number):
            return HandOverOutcome(outcome="struck-off", unit=unit, issue=cause.subject, number=number)
        case HandOverCompleted(number=number):
            return HandOverOutcome(outcome="handed-over", unit=unit, issue=cause.subject, number=number)
        case IssueWithdrawn(number=number):
            return HandOverOutcome(outcome="voided", unit=unit, issue=cause.subject, number=number)
        case IssueMerged(reason=reason):
            return HandOverOutcome(outcome="merged", unit=unit, issue=cause.subject, text=reason)
        case IssueCameBack():
            return HandOverOutcome(outcome="reopened", unit=unit, issue=cause.subject)
        case IssueReopened(number=number):
            return HandOverOutcome(outcome="reopened", unit=unit, issue=cause.subject, number=number)
        case ReporterAnswered(text=text):
            return HandOverOutcome(outcome="answered", unit=unit, issue=cause.subject, text=text)
        case HandOverOutcome() as outcome:
            return outcome
    return None
