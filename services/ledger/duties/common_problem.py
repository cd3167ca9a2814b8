"""A problem that many units have in common (普遍性问题), as the book of the unit that named it holds it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.ledger.issue import Issue
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed, IssueLinked
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import book_of, subject_id


@dataclass(frozen=True, slots=True)
class Common:
    """What decisions need of a common problem; which issues belong to it stands on them."""

    closed: bool = False


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a common problem needs."""
    return [told.subject]


def decide(told: Told, before: Common | None, plan: Plan) -> list[Event]:
    """What follows for a common problem: nothing but what the courier tells the books of its issues. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, CommonProblemNamed | CommonProblemClosed)
    if told.subject != subject_id(told.book, "common", fact.code):
        raise Refused("wrong-subject", type=told.type, kind=f"common/{fact.code}", subject=told.subject)
    if before and before.closed:
        raise Refused("common-closed", code=fact.code)
    match fact:
        case CommonProblemNamed(category=category, issues=issues):
            if category not in {entry.code for entry in plan.categories}:
                raise Refused("category-unknown", category=category)
            for issue in issues:
                if issue.partition("/")[0] != plan.campaign:
                    raise Refused("common-elsewhere", issue=issue, campaign=plan.campaign)
        case CommonProblemClosed(code=code):
            if before is None:
                raise Refused("common-unknown", code=code)
    return []


def linked(fact: IssueLinked, issue: Issue | None, subject: str, path: tuple[str, ...]) -> list[Event]:
    """An issue of this book is linked by a unit above, or by its own; the link alone is recorded. Raises Refused."""
    if issue is None:
        raise Refused("issue-unknown", subject=subject)
    unit = book_of(fact.common).partition("/")[2]
    if unit not in path:
        raise Refused("not-above", unit=unit)
    return []


def evolve(before: Common | None, event: Event, day: date) -> Common | None:
    """The common problem after an event."""
    match event.fact:
        case CommonProblemNamed():
            return before or Common()
        case CommonProblemClosed() if before:
            return replace(before, closed=True)
    return before


def wakes(common: Common, plan: Plan) -> Iterator[Wake]:
    """The clock tells a common problem nothing."""
    return iter(())
