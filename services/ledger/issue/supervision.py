"""Issues that a superior supervises (挂牌督办) or links to a problem in common, and items without an end (长期坚持), which are reviewed."""

from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.common_problem import IssueLinked
from shared.events.supervision import NextReviewSet
from shared.topics import book_of


def refuse_if_supervised(issue: Issue) -> None:
    """It is listed once. Raises Refused."""
    if issue.supervised:
        raise Refused("supervised")


def require_supervised(issue: Issue) -> None:
    """A listing ends that there is, also after the issue left. Raises Refused."""
    if not issue.supervised:
        raise Refused("not-supervised")


def require_linkable(case: AnyCase, fact: IssueLinked) -> None:
    """A unit above named the problem in common that it is linked to, or its own. Raises Refused."""
    unit = book_of(fact.common).partition("/")[2]
    if unit not in case.book.profile.path:
        raise Refused("not-above", unit=unit)


def reviewed(case: AnyCase, issue: Issue) -> list[Event]:
    """The review clock begins anew. Raises Refused."""
    if not issue.standing:
        raise Refused("not-standing")
    clock = case.plan.clocks.review
    return [case.event(NextReviewSet(due=case.plan.due(clock, case.day)))] if clock else []
