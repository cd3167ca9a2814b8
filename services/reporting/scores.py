"""Scores of units: every point a row that names the fact it is made of, and a fact taken back takes its points back by another row. Pure. L9."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pydantic import Field

from services.reporting.views import View
from shared.plan.measure import Score, Scoring

REVERSES = {"OverdueWithdrawn": "IssueOverdue", "ReturnAccepted": "ReturnSentBack"}
"""Facts that take the points of an earlier one about the same subject back."""


class Scored(NamedTuple):
    """A recorded fact that may count."""

    at: str
    """Book and position."""
    type: str
    subject: str
    day: str
    fact: dict[str, Any]
    nature: str | None = None


class Point(View):
    """One row of a score."""

    at: str = Field(description="the recorded fact, as `<book>@<position>`")
    type: str
    subject: str
    day: str
    rule: str = Field(description="the code of the rule in the plan")
    points: float
    veto: bool = Field(default=False, description="while it stands, the whole score is nothing (一票否决)")
    reverses: str | None = Field(default=None, description="the fact whose points it takes back")


def points_of(scoring: Scoring, facts: Iterable[Scored]) -> list[Point]:
    """The rows that facts of one book make, in order."""
    found: list[Point] = []
    clocks: dict[str, Any] = {}
    for each in facts:
        clocks[each.at] = each.fact.get("clock")
        found += [_row(each, rule.code, rule.points, veto=rule.veto) for rule in scoring.rules if _counts(rule, each)]
        if before := REVERSES.get(each.type):
            taken_back = {point.reverses for point in found}
            stands = [
                point
                for point in found
                if (point.type, point.subject) == (before, each.subject)
                and point.at not in taken_back
                and clocks[point.at] == each.fact.get("clock", clocks[point.at])
            ]
            last = stands[-1].at if stands else None
            found += [_row(each, point.rule, -point.points, reverses=point.at) for point in stands if point.at == last]
    return found


def _counts(rule: Score, each: Scored) -> bool:
    asked = ((rule.nature, each.nature), *((getattr(rule, name), each.fact.get(name)) for name in ("clock", "obligation", "nil")))
    return each.type == rule.fact and all(value in (None, found) for value, found in asked)


def _row(each: Scored, rule: str, points: float, *, veto: bool = False, reverses: str | None = None) -> Point:
    return Point(at=each.at, type=each.type, subject=each.subject, day=each.day, rule=rule, points=points, veto=veto, reverses=reverses)


def own_score(scoring: Scoring, rows: Sequence[Point]) -> tuple[float, bool]:
    """The score of a unit by its own book, and whether a veto stands: then it is nothing."""
    taken_back = {row.reverses for row in rows}
    if any(row.veto and row.at not in taken_back for row in rows):
        return 0.0, True
    total = scoring.base
    for rule in scoring.rules:
        added = sum(row.points for row in rows if row.rule == rule.code)
        total += added if rule.most is None else max(-abs(rule.most), min(abs(rule.most), added))
    return max(scoring.floor, total), False


def with_below(scoring: Scoring, score: float, veto: bool, below: Sequence[float]) -> float:
    """The score with the share that the mean of the units directly below has in it."""
    if veto or not below or not scoring.below:
        return score
    return score * (1 - scoring.below / 100) + sum(below) / len(below) * scoring.below / 100
