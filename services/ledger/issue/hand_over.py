"""An issue goes to another book (转办): it stays with the giver until the taker acknowledges it, so that exactly one of both has it open.

The taker's book settles: whatever the giver withdraws meanwhile, what was acknowledged there is gone here. In the taker's book the issue's id is
`handover~<giver>~<how often the giver offered it>~<its id there>`, so that every offer has a life of its own and leads back to where it came from.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.ledger.book.state import Book
from services.ledger.issue import reporter
from services.ledger.issue.entry import enter
from services.ledger.issue.leaving import released
from services.ledger.issue.state import Issue
from services.ledger.issue.work import awaited, require_room
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused, Wake, once_over
from shared.events.hand_over import (
    MOST_PERSONS,
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
    LastDays,
)
from shared.events.issue import DeadlinePassed, IssueReported, Milestone
from shared.plan import Plan
from shared.topics import LONGEST_ID, book_id

Facts = HandOverWithdrawn | HandOverRecalled | HandOverAcknowledged | HandOverDeclined | HandOverSettled | HandOverOutcome
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


def require_here(issue: Issue) -> None:
    """This book may deal with an issue. Raises Refused, by where it is."""
    match issue.status:
        case "handing-over":
            raise Refused("handing-over", to=issue.to)
        case "handed-over":
            raise Refused("handed-over", to=issue.to)
        case "offered":
            raise Refused("not-acknowledged")
        case "not-taken":
            raise Refused("not-offered")


def moved(case: AnyCase, issue: Issue, fact: Facts) -> list[Event]:
    """What follows for an issue on its way between two books. Raises Refused."""
    match fact:
        case HandOverWithdrawn(reason=reason):
            if issue.status != "handing-over" or issue.to is None:
                raise Refused("not-handing-over")
            return [case.event(HandOverCalledBack(issue=taken_as(case.subject, issue.to, issue.offers), reason=reason))]
        case HandOverSettled() if issue.status == "handing-over" and fact.offer == issue.offers and fact.accepted and fact.issue:
            left = HandOverCompleted(number=issue.number, phase=case.phase, to=fact.unit, moved_to=fact.issue, standing=issue.standing)
            return [case.event(left), *released(case, issue)]
        case HandOverSettled():
            return []  # back with the giver, or the word on an offer that was settled before
        case HandOverOutcome(outcome=outcome):
            return reporter.replied(case, issue) if outcome == "answered" else []
        case HandOverRecalled(reason=reason):
            return [case.event(HandOverLapsed(reason=reason))] if issue.status == "offered" else []
        case HandOverAcknowledged(owner=owner):
            _require_offered(issue)
            require_room(issue.owners, owner)
            return _entered(case, issue, owner)
        case HandOverDeclined():
            _require_offered(issue)
            return []


def offered(case: AnyCase, issue: Issue, fact: IssueHandedOver) -> Event:
    """An open issue is offered to another book. Raises Refused, YearMissing."""
    if issue.status not in ("entered", "planned"):
        raise Refused("rectified")
    if len(issue.owners) > MOST_PERSONS:
        raise Refused("persons-many", by=issue.owner, limit=MOST_PERSONS)
    if fact.to == case.book.unit:
        raise Refused("hand-over-self", unit=fact.to)
    if fact.to not in case.world.units:
        raise Refused("hand-over-nowhere", unit=fact.to)
    if case.day > (end := case.book.last_day(case.plan)):
        raise Refused("after-campaign", end=end)
    if receipt := case.plan.clocks.receipt:
        case.plan.due(receipt, case.day)  # refused here where no calendar reaches it: the other book could not refuse
    there = taken_as(case.subject, fact.to, issue.offers + 1).split("/")[3]
    if len(there) > LONGEST_ID:
        raise Refused("subject-long", subject=there, limit=LONGEST_ID)
    offer = HandOverOffered(
        **issue.content(),
        to=fact.to,
        offer=issue.offers + 1,
        origin=case.subject,
        reason=fact.reason,
        plan_due=issue.plan_due,
        fix_due=issue.fix_due,
        fixers=issue.fixers,
        verifiers=issue.verifiers,
        barred=issue.owners,
        supervised=issue.supervised,
        listing_due=issue.listing_due,
        review_due=issue.review_due,
        had=(*(each for each in issue.had if each.unit != case.book.unit), _last_days(case, issue)),
    )
    return case.event(offer)


def _last_days(case: AnyCase, issue: Issue) -> LastDays:
    """Its last days in this book; another life in the same book takes the place of the one before."""
    milestones = tuple(Milestone(name=name, due=due) for name, due in awaited(issue, case.day))
    return LastDays(
        unit=case.book.unit, plan_due=issue.plan_due if issue.status == "entered" else None, fix_due=issue.fix_due, milestones=milestones
    )


def require_takes_part(book: Book) -> None:
    """A unit that left the campaign takes nothing over: what is offered to it goes back. Raises Refused."""
    if book.profile.left_by:
        raise Refused("unit-left", unit=book.unit)


def gives_back(issue: Issue, why: str) -> HandOverRecalled | None:
    """What is on offer to a unit that left goes back to its giver."""
    return HandOverRecalled(reason=why) if issue.status == "offered" else None


def _require_offered(issue: Issue) -> None:
    """A hand-over waits here for this unit's word. Raises Refused."""
    if issue.status == "not-taken" or not issue.origin:
        raise Refused("not-offered")
    if issue.status != "offered":
        raise Refused("already-entered", number=issue.number)


def _entered(case: AnyCase, issue: Issue, owner: str | None) -> list[Event]:
    """What was handed over goes on the book under a number of its own; clocks that do not begin anew keep the giver's last day.

    In a book that had it before they go on as there: nobody gains days by handing it over and having it back, nor loses those that were granted. What a
    superior and the reviews are due runs on everywhere. Raises YearMissing.
    """
    plan = case.plan
    lane = issue.lane if issue.lane in {each.code for each in plan.lanes} else None
    grade = issue.grade if issue.grade in {each.code for each in plan.grades} else None
    report = IssueReported(**issue.content() | {"lane": lane, "grade": grade}, owner=owner)
    restarts = plan.issues.hand_over.restarts
    kept = {} if "plan" in restarts else {"plan_due": issue.plan_due}
    kept |= {} if "fix" in restarts else {"fix_due": issue.fix_due}
    if case.day > case.book.last_day(plan):
        plan.due(
            plan.clocks.follow_up, case.day
        )  # refused here where no calendar reaches it: the clock, which carries it over, could not refuse
    entered, *rest = enter(case, case.subject, report, handed_over=True)
    days = {name: getattr(entered.fact, name) for name in ("plan_due", "fix_due", "review_due")} | kept
    here = next((each for each in issue.had if each.unit == case.book.unit), None)
    if here:
        days |= {
            "plan_due": min(days["plan_due"], here.plan_due or days["plan_due"]),
            "fix_due": min(kept.get("fix_due", here.fix_due), here.fix_due),
        }
    goes_on = {
        "origin": issue.origin,
        "complaint": False,
        "supervised": issue.supervised,
        "listing_due": issue.listing_due,
        "review_due": issue.review_due or days["review_due"],
        "milestones": here.milestones if here else (),
    }
    return [case.event(entered.fact.model_copy(update=days | goes_on)), *rest]


def receipt_due(issue: Issue, plan: Plan) -> date | None:
    """The last day for acknowledging what was handed over; none where it does not wait, or was missed already."""
    if issue.status != "offered" or plan.clocks.receipt is None or "receipt" in issue.overdue:
        return None
    return plan.due(plan.clocks.receipt, issue.entered_on)


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """The clock tells that a receipt is late."""
    if last := receipt_due(issue, plan):
        yield once_over(last, partial(DeadlinePassed, clock="receipt", due=last), f"receipt-{last}")
