"""Whether a strike-off holds (回头看, 抽查), and how an issue that left is opened again under its number."""

from datetime import date

from services.ledger.book.phases import last_day, phase_for
from services.ledger.book.state import Book
from services.ledger.issue import hand_over, verification
from services.ledger.issue.lanes import clocks_in
from services.ledger.issue.leaving import left
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.strike_off import IssueReopened, IssueSpotChecked, LookBackDone, ReopeningOrdered
from shared.plan import Plan


def decide(
    fact: LookBackDone | IssueSpotChecked | ReopeningOrdered, issue: Issue, book: Book, plan: Plan, subject: str, day: date
) -> list[Event]:
    """What follows from a look at an issue that left, or from a superior's word. Raises Refused."""
    match fact:
        case LookBackDone(by=by):
            if issue.status != "struck-off":
                raise Refused("not-struck-off")
            verification.by_another(issue, by)
            if by in issue.verifiers:
                raise Refused("looked-back-by-verifier", by=by)
            return [] if fact.holds else reopened(issue, book, plan, subject, day, fact.finding)
        case IssueSpotChecked(by=by):
            if issue.status != "struck-off":
                _is_here(issue)
            verification.by_another(issue, by)
            return [] if fact.holds else _fell_short(issue, book, plan, subject, day, fact.finding)
        case ReopeningOrdered(reason=reason):
            if not may_reopen(issue):
                _is_here(issue)
                raise Refused("not-gone")
            return reopened(issue, book, plan, subject, day, reason)


def _is_here(issue: Issue) -> None:
    """Whether it is on this ledger. Raises Refused, by where it is."""
    left(issue)
    hand_over.is_here(issue)


def _fell_short(issue: Issue, book: Book, plan: Plan, subject: str, day: date, finding: str) -> list[Event]:
    match issue.status:
        case "struck-off":
            return reopened(issue, book, plan, subject, day, finding)
        case "rectified" | "verified":
            return verification.returned(issue, book, plan, subject, day)
    return []  # it is being worked on


def may_reopen(issue: Issue) -> bool:
    """Whether it can be opened again here: what went to another issue or book lives on there."""
    return issue.status in ("struck-off", "void")


def reopened(issue: Issue, book: Book, plan: Plan, subject: str, day: date, reason: str) -> list[Event]:
    """An issue that left goes on the ledger again, in its next cycle and with clocks of its own."""
    plan_clock, fix_clock = clocks_in(plan, issue.lane)
    last = last_day(book, plan)
    moved = day <= last != (issue.carried_over_after or plan.ends)
    again = IssueReopened(
        number=issue.number,
        phase=phase_for(book, plan, day) or plan.last_phase,
        cycle=issue.cycle + 1,
        reason=reason,
        plan_due=plan.due(plan_clock, day, book.ends),
        fix_due=plan.due(fix_clock, day, book.ends),
        standing=issue.standing,
        was_void=issue.status == "void",
        carries_over_after=last if moved else None,
        listing_due=plan.due(plan.clocks.listing, day) if issue.listing_due and plan.clocks.listing else None,
        review_due=plan.due(plan.clocks.review, day) if issue.standing and plan.clocks.review else None,
    )
    return [Event(subject, again)]
