"""The work on an issue: what its measures must say, its milestones, and its rectification."""

from datetime import date
from itertools import zip_longest

from services.ledger.issue.state import Issue, mark
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Refused
from shared.events.hand_over import MOST_PERSONS
from shared.events.issue import MeasuresPlanned
from shared.plan import Plan
from shared.wording.details import called

AHEAD = ("milestones", "guard", "emergency-plan")
"""Details of the time until an issue is rectified; nothing is left to say of them where that is told in the same breath (边查边改, C17)."""


def require_details(plan: Plan, grade: str | None, measures: MeasuresPlanned, at_once: bool = False) -> None:
    """Measures say all that the plan requires of this grade (责任/措施/资金/时限/预案). Raises Refused."""
    of_grade = next((each.requires for each in plan.grades if each.code == grade), None)
    required = plan.issues.requires if of_grade is None else of_grade
    required = tuple(detail for detail in required if not (at_once and detail in AHEAD))
    missing = [detail for detail in required if getattr(measures, detail.replace("-", "_")) in (None, ())]
    if missing:
        raise Refused("detail-missing", missing=called(missing))


def require_plannable(case: AnyCase, issue: Issue, fact: MeasuresPlanned) -> None:
    """Measures can be planned. Raises Refused."""
    if issue.status in ("rectified", "verified"):
        raise Refused("rectified")
    if issue.owner is None:
        raise Refused("no-owner")
    names = [each.name for each in fact.milestones]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused("milestone-twice", name=twice)
    require_details(case.plan, issue.grade, fact)
    if (put_off := later(awaited(issue, case.day), [(each.name, each.due) for each in fact.milestones])) and fact.by in issue.gainers:
        raise Refused("milestone-own", by=fact.by, due=put_off[0])


def awaited(issue: Issue, day: date = date.min) -> list[tuple[str, date]]:
    """The milestones that are neither reached, nor said to be missed, nor over by a day, by name and last day."""
    return [(name, due) for name, due in issue.milestones if due >= day and mark("milestone", due, name) not in issue.overdue]


def later(before: list[tuple[str, date]], after: list[tuple[str, date]]) -> tuple[date, date | None] | None:
    """The first last day, in their order, where others come later or not at all, and theirs; none where those are watched as early throughout."""
    days, theirs = (sorted(due for _, due in each) for each in (before, after))
    return next(((due, its) for due, its in zip_longest(days, theirs[: len(days)]) if its is None or its > due), None)


def require_milestone(issue: Issue, name: str) -> None:
    """A milestone is left to be reached. Raises Refused."""
    names = [each for each, _ in issue.milestones]
    if name not in names:
        raise Refused("milestone-unknown", name=name, known=", ".join(names) or "–")


def require_rectifiable(issue: Issue, by: str) -> None:
    """It can be rectified, and by them. Raises Refused."""
    refuse_if_standing(issue)
    require_room(issue.fixers, by)
    if issue.status in ("rectified", "verified"):
        raise Refused("rectified")
    if issue.status != "planned":
        raise Refused("no-measures")


def require_room(persons: tuple[str, ...], by: str | None) -> None:
    """There is room for one more among those who go with an issue from book to book. Raises Refused."""
    if by and by not in persons and len(persons) >= MOST_PERSONS:
        raise Refused("persons-many", by=by, limit=MOST_PERSONS)


def refuse_if_standing(issue: Issue) -> None:
    """Without an end it is neither rectified nor struck off. Raises Refused."""
    if issue.standing:
        raise Refused("standing")
