"""The work on an issue: what its measures must say, its milestones, and its rectification."""

from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Refused
from shared.events.issue import MeasuresPlanned
from shared.plan import Plan
from shared.wording.details import called

AHEAD = ("milestones", "guard", "emergency-plan")
"""Details of the time until an issue is rectified; nothing is left to say of them where that is told in the same breath (边查边改, C17)."""


def details(plan: Plan, grade: str | None, measures: MeasuresPlanned, at_once: bool = False) -> None:
    """Whether measures say all that the plan requires of this grade (责任/措施/资金/时限/预案). Raises Refused."""
    found = next((each for each in plan.grades if each.code == grade), None)
    required = plan.issues.requires if found is None or found.requires is None else found.requires
    required = tuple(detail for detail in required if not (at_once and detail in AHEAD))
    missing = [detail for detail in required if getattr(measures, detail.replace("-", "_")) in (None, ())]
    if missing:
        raise Refused("detail-missing", missing=called(missing))


def planned(issue: Issue, plan: Plan, fact: MeasuresPlanned) -> None:
    """Whether measures can be planned. Raises Refused."""
    if issue.status in ("rectified", "verified"):
        raise Refused("rectified")
    if issue.owner is None:
        raise Refused("no-owner")
    names = [each.name for each in fact.milestones]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused("milestone-twice", name=twice)
    details(plan, issue.grade, fact)


def reached(issue: Issue, name: str) -> None:
    """Whether a milestone can be reached. Raises Refused."""
    names = [each for each, _ in issue.milestones]
    if name not in names:
        raise Refused("milestone-unknown", name=name, known=", ".join(names) or "–")


def rectified(issue: Issue) -> None:
    """Whether it can be rectified. Raises Refused."""
    with_an_end(issue)
    if issue.status in ("rectified", "verified"):
        raise Refused("rectified")
    if issue.status != "planned":
        raise Refused("no-measures")


def with_an_end(issue: Issue) -> None:
    """Whether it can be rectified and struck off at all. Raises Refused."""
    if issue.standing:
        raise Refused("standing")
