"""The points that judges (评委) give a nomination in one round."""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from services.ledger.rules.decision import Refused
from shared.events.nomination import NominationReceived, ScoreCounted, ScoreGiven
from shared.plan.award import Award
from shared.plan.form import FieldMistake
from shared.wording.details import detailed


class Scores(Struct, frozen=True, omit_defaults=True):
    """What the judges of one round gave: who they are, and the sum of their points by criterion."""

    judges: tuple[str, ...] = ()
    points: dict[str, float] = field(default_factory=dict)

    def plus(self, score: ScoreGiven) -> "Scores":
        """With one judge more."""
        return Scores((*self.judges, score.by), {code: self.points.get(code, 0) + given for code, given in score.points.items()})

    def counted(self, said: NominationReceived, round_code: str) -> ScoreCounted:
        """The means that they make of a nomination in a round."""
        count = len(self.judges)
        means = {code: round(points / count, 4) for code, points in self.points.items()}
        mean = round(sum(self.points.values()) / count, 4)
        return ScoreCounted(award=said.award, period=said.period, round=round_code, judges=count, mean=mean, means=means)


def require_points(award: Award, points: Mapping[str, float]) -> None:
    """Points are given for every criterion of the award, and within its range. Raises Refused."""
    if mistakes := list(_mistakes(award, points)):
        raise Refused("points-wrong", detail=detailed(mistakes))


def _mistakes(award: Award, points: Mapping[str, float]) -> Iterator[FieldMistake]:
    most = {each.code: each.most for each in award.criteria}
    for code, given in points.items():
        if code not in most:
            yield "criterion-unknown", {"field": code, "award": award.code}
        elif not 0 <= given <= most[code]:
            yield "criterion-range", {"field": code, "given": f"{given:g}", "most": f"{most[code]:g}"}
    for code, highest in most.items():
        if code not in points:
            yield "criterion-missing", {"field": code, "most": f"{highest:g}"}
