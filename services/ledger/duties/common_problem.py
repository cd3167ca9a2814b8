"""A problem that many units have in common (普遍性问题), as the book of the unit that named it holds it."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.letter import letter
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed, IssueLinked
from shared.kafka.records import Recorded, Told


class CommonProblem(State, frozen=True):
    """What decisions need of a common problem; which issues belong to it stands on them."""

    closed: bool = False


Facts = CommonProblemNamed | CommonProblemClosed


def decide(case: Case[CommonProblem, Facts]) -> list[Event]:
    """What follows for a common problem: nothing but what its book tells those of its issues. Raises Refused."""
    fact, plan, before = case.fact, case.plan, case.state
    case.require_subject(fact.code)
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
        case _:
            assert_never(fact)
    return []


def evolve(before: CommonProblem | None, event: Event, day: date) -> CommonProblem | None:
    """The common problem after an event."""
    match event.fact:
        case CommonProblemNamed():
            return before or CommonProblem()
        case CommonProblemClosed() if before:
            return CommonProblem(closed=True)
    return before


def tells(cause: Recorded, fact: CommonProblemNamed) -> Iterator[Told]:
    """Issues hear that they belong to a common problem."""
    # Each once: the name is that of the cause, and an id is used for one thing in a book.
    for number, issue in enumerate(dict.fromkeys(fact.issues)):
        yield letter(cause, f"{cause.position}.{number}", issue, IssueLinked(common=cause.subject))
