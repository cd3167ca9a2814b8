"""An issue goes to another book (转办): it stays with the giver until the taker acknowledges it, so that exactly one of both has it open.

The taker's book settles: whatever the giver withdraws meanwhile, what was acknowledged there is gone here. In the taker's book the issue's id is
`handover~<giver>~<how often the giver offered it>~<its id there>`, so that every offer has a life of its own and leads back to where it came from.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from services.ledger.book.phases import last_day, phase_for
from services.ledger.book.state import Book
from services.ledger.issue import clocks, reporter
from services.ledger.issue.entry import enter
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.hand_over import (
    HandOverAcknowledged,
    HandOverCalledBack,
    HandOverCompleted,
    HandOverDeclined,
    HandOverLapsed,
    HandOverOffered,
    HandOverOutcome,
    HandOverRecalled,
    HandOverSettled,
    HandOverWithdrawn,
    IssueHandedOver,
)
from shared.events.issue import DeadlinePassed, IssueEntered, IssueReported
from shared.plan import Plan
from shared.topics import LONGEST_ID, book_id
from shared.workdays import end_of

Fact = HandOverWithdrawn | HandOverRecalled | HandOverAcknowledged | HandOverDeclined | HandOverSettled | HandOverOutcome
FACTS = get_args(Fact)
"""What an issue on its way takes, wherever it stands."""


def taken_as(subject: str, to: str, offer: int) -> str:
    """The id of an issue in the book of the unit that it is offered to."""
    campaign, giver, _, id = subject.split("/")
    return f"{book_id(campaign, to)}/issue/handover~{giver}~{offer}~{id}"


def given_as(subject: str) -> tuple[str, int] | None:
    """The id in the giver's book, and the number of the offer; none for an issue that was not handed over."""
    campaign, _, _, id = subject.split("/")
    if not id.startswith("handover~"):
        return None
    _, giver, offer, rest = id.split("~", 3)
    return f"{book_id(campaign, giver)}/issue/{rest}", int(offer)


def is_here(issue: Issue) -> None:
    """Whether this book may deal with an issue. Raises Refused."""
    match issue.status:
        case "handing-over":
            raise Refused("handing-over", to=issue.to)
        case "handed-over":
            raise Refused("handed-over", to=issue.to)
        case "offered":
            raise Refused("not-acknowledged")
        case "not-taken":
            raise Refused("not-offered")


def decide(fact: Fact, issue: Issue, book: Book, plan: Plan, subject: str, day: date) -> list[Event]:
    """What follows for an issue on its way between two books. Raises Refused."""
    match fact:
        case HandOverWithdrawn(reason=reason):
            if issue.status != "handing-over" or issue.to is None:
                raise Refused("not-handing-over")
            return [Event(subject, HandOverCalledBack(issue=taken_as(subject, issue.to, issue.offers), reason=reason))]
        case HandOverSettled() if issue.status == "handing-over" and fact.offer == issue.offers and fact.accepted and fact.issue:
            phase = phase_for(book, plan, day) or plan.last_phase
            left = HandOverCompleted(number=issue.number, phase=phase, to=fact.unit, moved_to=fact.issue, standing=issue.standing)
            return [Event(subject, left)]
        case HandOverSettled():
            return []  # back with the giver, or the word on an offer that was settled before
        case HandOverOutcome(outcome=outcome):
            return reporter.replied(issue, book, plan, subject, day) if outcome == "answered" else []
        case HandOverRecalled(reason=reason):
            return [Event(subject, HandOverLapsed(reason=reason))] if issue.status == "offered" else []
        case HandOverAcknowledged(owner=owner):
            _waits(issue)
            return [*receipt_run_out(issue, plan, subject, day), *_entered(issue, owner, book, plan, subject, day)]
        case HandOverDeclined():
            _waits(issue)
            return receipt_run_out(issue, plan, subject, day)


def offered(fact: IssueHandedOver, issue: Issue, book: Book, plan: Plan, subject: str, day: date) -> Event:
    """An open issue is offered to another book. Raises Refused."""
    if issue.status not in ("entered", "planned"):
        raise Refused("rectified")
    if fact.to == book.unit:
        raise Refused("hand-over-self", unit=book.unit)
    if day > (end := last_day(book, plan)):
        raise Refused("after-campaign", end=end)
    there = taken_as(subject, fact.to, issue.offers + 1).split("/")[3]
    if len(there) > LONGEST_ID:
        raise Refused("subject-long", subject=there, limit=LONGEST_ID)
    content = HandOverOffered(
        to=fact.to,
        offer=issue.offers + 1,
        origin=subject,
        reason=fact.reason,
        text=issue.text,
        category=issue.category,
        channel=issue.channel,
        nature=issue.nature,
        target=issue.target,
        lane=issue.lane,
        grade=issue.grade,
        standing=issue.standing,
        plan_due=issue.plan_due,
        fix_due=issue.fix_due,
    )
    return Event(subject, content)


def _waits(issue: Issue) -> None:
    """Whether a hand-over waits here for this unit's word. Raises Refused."""
    if issue.status == "not-taken" or not issue.origin:
        raise Refused("not-offered")
    if issue.status != "offered":
        raise Refused("already-entered", number=issue.number)


def _entered(issue: Issue, owner: str | None, book: Book, plan: Plan, subject: str, day: date) -> list[Event]:
    """What was handed over goes on the book under a number of its own; clocks that do not begin anew keep the giver's last day."""
    report = IssueReported(
        text=issue.text,
        category=issue.category,
        channel=issue.channel,
        nature=issue.nature,
        target=issue.target,
        lane=issue.lane if issue.lane in {each.code for each in plan.lanes} else None,
        grade=issue.grade if issue.grade in {each.code for each in plan.grades} else None,
        standing=issue.standing,
        owner=owner,
    )
    # What was offered before the campaign's end may be taken after it, and is then carried over.
    first, *rest = enter(book, plan, subject, min(day, last_day(book, plan)), report, handed_over=True)
    assert isinstance(first.fact, IssueEntered)
    restarts = plan.issues.hand_over.restarts
    kept = {} if "plan" in restarts else {"plan_due": issue.plan_due}
    kept |= {} if "fix" in restarts else {"fix_due": issue.fix_due}
    return [Event(subject, first.fact.model_copy(update=kept | {"origin": issue.origin, "complaint": False})), *rest]


def receipt_due(issue: Issue, plan: Plan) -> date | None:
    """The last day for acknowledging what was handed over; none where it does not wait, or was missed already."""
    if issue.status != "offered" or plan.clocks.receipt is None or "receipt" in issue.overdue:
        return None
    return plan.due(plan.clocks.receipt, issue.entered_on)


def receipt_run_out(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The receipt is late on this day."""
    last = receipt_due(issue, plan)
    return [clocks.overdue(issue, plan, subject, "receipt", last)] if last and day > last else []


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """The clock tells that a receipt is late."""
    if last := receipt_due(issue, plan):
        yield Wake(last + timedelta(1), end_of(last), DeadlinePassed(clock="receipt", due=last), f"receipt-{last}")
