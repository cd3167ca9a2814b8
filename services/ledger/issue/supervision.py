"""Issues that a superior supervises (挂牌督办), and items without an end (长期坚持), which are reviewed."""

from datetime import date

from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.supervision import NextReviewSet
from shared.plan import Plan


def ordered(issue: Issue) -> list[Event]:
    """It is listed, once. Raises Refused."""
    if issue.supervised:
        raise Refused("supervised")
    return []


def lifted(issue: Issue) -> list[Event]:
    """The listing ends, also after the issue left. Raises Refused."""
    if not issue.supervised:
        raise Refused("not-supervised")
    return []


def reviewed(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The review clock begins anew. Raises Refused."""
    if not issue.standing:
        raise Refused("not-standing")
    return [Event(subject, NextReviewSet(due=plan.due(plan.clocks.review, day)))] if plan.clocks.review else []
