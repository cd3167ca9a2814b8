"""Whether a strike-off holds (回头看, 抽查), and how an issue that left is opened again under its number."""

from services.ledger.issue import hand_over, verification
from services.ledger.issue.lanes import clocks_in
from services.ledger.issue.leaving import refuse_if_left
from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.strike_off import IssueReopened, IssueSpotChecked, LookBackDone, ReopeningOrdered

Facts = LookBackDone | IssueSpotChecked | ReopeningOrdered
"""What is told of an issue that may have left."""


def looked_at(case: AnyCase, issue: Issue, fact: Facts) -> list[Event]:
    """What follows from a look at an issue that left, or from a superior's word. Raises Refused."""
    match fact:
        case LookBackDone(by=by):
            if issue.status != "struck-off":
                raise Refused("not-struck-off")
            verification.require_another(issue, by)
            if by in issue.verifiers:
                raise Refused("looked-back-by-verifier", by=by)
            return [] if fact.holds else reopened(case, case.subject, issue, fact.finding)
        case IssueSpotChecked(by=by):
            if issue.status != "struck-off":
                _require_here(issue)
            verification.require_another(issue, by)
            return [] if fact.holds else _fell_short(case, issue, fact.finding)
        case ReopeningOrdered(reason=reason, by=by):
            if not may_reopen(issue):
                _require_here(issue)
                raise Refused("not-gone")
            verification.require_another(issue, by)
            return reopened(case, case.subject, issue, reason)


def _require_here(issue: Issue) -> None:
    """It is on this ledger. Raises Refused, by where it is."""
    refuse_if_left(issue)
    hand_over.require_here(issue)


def _fell_short(case: AnyCase, issue: Issue, finding: str) -> list[Event]:
    match issue.status:
        case "struck-off":
            return reopened(case, case.subject, issue, finding)
        case "rectified" | "verified":
            return verification.returned(case, issue)
    return []  # it is being worked on


def may_reopen(issue: Issue) -> bool:
    """Whether it can be opened again here: what went to another issue or book lives on there."""
    return issue.status in ("struck-off", "void")


def reopened(case: AnyCase, subject: str, issue: Issue, reason: str) -> list[Event]:
    """An issue that left goes on the ledger again, in its next cycle and with clocks of its own; what was void goes on with those that it had."""
    book, plan, day = case.book, case.plan, case.day
    plan_clock, fix_clock = clocks_in(plan, issue.lane)
    last = book.last_day(plan)
    moved = day <= last != (issue.carried_over_after or plan.ends)
    was_void = issue.status == "void"
    planned = issue.before != "entered" and "plan" not in issue.overdue
    again = IssueReopened(
        number=issue.number,
        phase=case.phase,
        cycle=issue.cycle + 1,
        reason=reason,
        plan_due=plan.due(plan_clock, day, book.ends) if planned or not was_void else issue.plan_due,
        fix_due=issue.fix_due if was_void else plan.due(fix_clock, day, book.ends),
        standing=issue.standing,
        was_void=was_void,
        carries_over_after=last if moved else None,
        listing_due=issue.listing_due
        if was_void
        else plan.due(plan.clocks.listing, day)
        if issue.listing_due and plan.clocks.listing
        else None,
        review_due=issue.review_due if was_void else plan.due(plan.clocks.review, day) if issue.standing and plan.clocks.review else None,
    )
    return [Event(subject, again)]
