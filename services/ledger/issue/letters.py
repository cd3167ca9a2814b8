"""What the books between which an issue goes tell one another. See `services.ledger.courier`."""

from collections.abc import Iterator

from services.ledger.issue.hand_over import given_as, taken_as
from shared.events.fact import Fact
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
from shared.events.leaving import IssueMerged, IssueWithdrawn
from shared.events.refusal import Refused
from shared.events.reporter import ReporterAnswered
from shared.events.strike_off import IssueReopened
from shared.kafka.cloudevents import Recorded
from shared.topics import kind_of

TELLING = (HandOverOffered, HandOverCalledBack)
"""The types of recorded events that make it do so."""
OF_TAKEN = (
    HandOverDeclined,
    HandOverLapsed,
    HandOverCompleted,
    HandOverOutcome,
    IssueEntered,
    IssueStruckOff,
    IssueWithdrawn,
    IssueMerged,
    IssueReopened,
    ReporterAnswered,
)
"""Those that do of an issue that another book handed over."""


def tells(cause: Recorded, fact: Fact) -> Iterator[tuple[str, str, Fact]]:
    """To which subject, under which name, and what."""
    at = cause.position
    match fact:
        case HandOverOffered() as offered:
            received = HandOverReceived(**{name: value for name, value in offered if name not in ("to", "offer")})
            yield taken_as(cause.subject, offered.to, offered.offer), f"{at}-offered", received
        case HandOverCalledBack(issue=there, reason=reason):
            yield there, f"{at}-recalled", HandOverRecalled(reason=reason)
    if kind_of(cause.subject) == "issue" and (given := given_as(cause.subject)):
        issue, offer = given
        if settled := _settled(cause, fact, offer):
            yield issue, f"{at}-settled", settled
        if outcome := _outcome(cause, fact):
            yield issue, f"{at}-outcome", outcome


def _settled(cause: Recorded, fact: Fact, offer: int) -> HandOverSettled | None:
    """Whether the issue was taken, for the book that offered it."""
    unit = cause.where.unit
    match fact:
        case IssueEntered(number=number):
            return HandOverSettled(offer=offer, unit=unit, accepted=True, issue=cause.subject, number=number)
        case HandOverDeclined(reason=reason) | HandOverLapsed(reason=reason):
            return HandOverSettled(offer=offer, unit=unit, accepted=False, reason=reason)
        case Refused(type="HandOverReceived", reason=why) if cause.told_source.startswith("xiaohao/"):
            # A book that is not open refuses all, and nothing may be lost between two books; what no book told is none of the giver's.
            return HandOverSettled(offer=offer, unit=unit, accepted=False, reason=why.zh)
    return None


def _outcome(cause: Recorded, fact: Fact) -> HandOverOutcome | None:
    """What became of the issue, for the book that handed it over; that book tells the one before it in turn."""
    unit = cause.where.unit
    match fact:
        case IssueStruckOff(number=number):
            return HandOverOutcome(outcome="struck-off", unit=unit, issue=cause.subject, number=number)
        case HandOverCompleted(number=number):
            return HandOverOutcome(outcome="handed-over", unit=unit, issue=cause.subject, number=number)
        case IssueWithdrawn(number=number):
            return HandOverOutcome(outcome="voided", unit=unit, issue=cause.subject, number=number)
        case IssueMerged(reason=reason):
            return HandOverOutcome(outcome="merged", unit=unit, issue=cause.subject, text=reason)
        case IssueReopened(number=number):
            return HandOverOutcome(outcome="reopened", unit=unit, issue=cause.subject, number=number)
        case ReporterAnswered(text=text):
            return HandOverOutcome(outcome="answered", unit=unit, issue=cause.subject, text=text)
        case HandOverOutcome():
            return fact
    return None
