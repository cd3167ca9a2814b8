"""A campaign plan (活动方案) as data: phases, targets, clocks, obligations, awards, measures, roles, forms."""

from typing import Self

from pydantic import model_validator

from shared.plan import checks
from shared.plan.mistakes import PlanMistakes
from shared.plan.parts import PlanParts


class Plan(PlanParts):
    """A campaign plan, immutable once announced; an amendment is a further version (A7)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if mistakes := list(checks.mistakes(self)):
            raise PlanMistakes(mistakes)
        return self
