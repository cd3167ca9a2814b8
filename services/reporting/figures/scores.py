"""Scores of units: every point a row that names the fact it is made of, and a fact taken back takes its points back by another row. Pure. L9."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pydantic import Field

from services.reporting.figures.view import Answer, View
from shared.plan.indicator import Score, Scoring

REVERSES = {
    "OverdueWithdrawn": ("IssueOverdue",),
    "ObligationMet": ("ReturnMissing",),
    "ApprovalAwaited": ("ReturnMissing",),
    "PhaseHeld": ("PhaseClosed",),
    "PhaseProlonged": ("PhaseClosed",),
    "ReturnAccepted": ("ReturnSentBack",),
    "TargetLifted": ("TargetChecked",),
    "IssueReopened": ("IssueStruckOff", "IssueWithdrawn"),
    "IssueWithdrawn": ("IssueEntered",),
    "IssueMerged": ("IssueEntered",),
    "IssueCameBack": ("IssueMerged",),
    "IssueReleased": ("IssueAbsorbed",),
    **{
        type: (type,)
        for type in (
            *("ActivityHeld", "ActivityCounted", "LightSet", "MeasureTold", "PracticeShared", "SurveyHeld", "SurveyCounted"),
            *("TargetChecked", "UnitPlanAdopted", "VisitLogged", "WatchAnswered", "WatchCounted"),
        )
    },
}
"""Facts that take the points of an earlier one about the same subject back: what it said holds no more, or is said again in its place.

Every `Correction` is one of them, so that a score and the figures take back the same.
"""


class Scored(NamedTuple):
    """A recorded fact that may count."""

    at: str
    """Book and position."""
    type: str
    subject: str
    day: str
    fact: dict[str, Any]
    nature: str | None = None


class ScorePoint(View):
    """One row of a score."""

    at: str = Field(description="the recorded fact, as `<book>@<position>`")
    type: str
    subject: str
    day: str
    rule: str = Field(description="the code of the rule in the plan")
    points: float
    veto: bool = Field(default=False, description="while it stands, the whole score is nothing (一票否决)")
    reverses: str | None = Field(default=None, description="the fact whose points it takes back")


class UnitScore(View):
    """The score of a unit directly below."""

    unit: str
    name: str
    score: float
    veto: bool


class Scores(Answer):
    """The score of a unit, with the rows it is made of."""

    base: float | None = Field(description="none: the plan scores nothing")
    own: float | None = Field(description="by the unit's own book")
    veto: bool = Field(description="one fact makes the whole score nothing (一票否决)")
    share_of_below: float = Field(description="percent that the mean of the units directly below has in the score")
    score: float | None
    points: list[ScorePoint]
    more: bool = Field(description="whether there are more rows than are listed")
    units: list[UnitScore]


def points_of(scoring: Scoring, facts: Iterable[Scored]) -> list[ScorePoint]:
    """The rows that facts of one book make, in order."""
    points: list[ScorePoint] = []
    types, clocks = dict[str, str](), dict[str, Any]()
    by_subject: dict[tuple[str, str | None], list[ScorePoint]] = {}
    """Of a book by phase: one that is held takes nothing back of another that closed."""
    for each in facts:
        types[each.at], clocks[each.at] = each.type, each.fact.get("clock")
        its = by_subject.setdefault((each.subject, each.fact.get("phase") if each.type.startswith("Phase") else None), [])
        taken_back, before = _taken_back(its), REVERSES.get(each.type, ())
        stands = [
            point
            for point in its
            if point.type in before
            and point.at not in taken_back
            and not (point.reverses and types[point.reverses] == point.type)  # what was said before stays replaced
            and clocks[point.at] == each.fact.get("clock", clocks[point.at])
        ]
        last = stands[-1].at if stands else None
        rows = [_row(each, rule.code, rule.points, veto=rule.veto) for rule in scoring.rules if _counts(rule, each)]
        rows += [_row(each, point.rule, -point.points, reverses=point.at) for point in stands if point.at == last]
        its += rows
        points += rows
    return points


def looks_at(scoring: Scoring) -> set[str]:
    """The types of the facts that count, and of those that take one back."""
    types = {rule.fact for rule in scoring.rules}
    while more := {type for type, before in REVERSES.items() if types.intersection(before)} - types:
        types |= more
    return types


def _taken_back(rows: Sequence[ScorePoint]) -> set[str]:
    """The facts whose points were taken back, unless what took them back was undone; one that is said again undoes nothing."""
    taken_back, undone, types = set[str](), set[str](), {row.at: row.type for row in rows}
    for row in reversed(rows):
        if row.reverses and types[row.reverses] == row.type:
            taken_back.add(row.reverses)
        elif row.reverses and row.at not in undone:
            taken_back.add(row.reverses)
            undone.add(row.reverses)
    return taken_back


def _counts(rule: Score, each: Scored) -> bool:
    asked = ((rule.nature, each.nature), *((getattr(rule, name), each.fact.get(name)) for name in ("clock", "obligation", "nil", "late")))
    return each.type == rule.fact and all(value in (None, told) for value, told in asked)


def _row(each: Scored, rule: str, points: float, *, veto: bool = False, reverses: str | None = None) -> ScorePoint:
    return ScorePoint(
        at=each.at, type=each.type, subject=each.subject, day=each.day, rule=rule, points=points, veto=veto, reverses=reverses
    )


def own_score(scoring: Scoring, rows: Sequence[ScorePoint]) -> tuple[float, bool]:
    """The score of a unit by its own book, and whether a veto stands: then it is nothing."""
    taken_back = _taken_back(rows)
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
