"""Surveys of satisfaction, and figures that units tell for each period."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.events.fact import Act, Correction
from shared.values import Code, Count, Date, PhaseCode

Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|-Q[1-4]|-W[0-5][0-9])?$")]
"""A year, month, day, quarter or week: 2019, 2019-05, 2019-05-01, 2019-Q2, 2019-W18."""


class SurveyHeld(Act):
    """A unit asked patients or the public how satisfied they are (满意度调查). Told again for the same subject, it corrects. B4, B5, G1, G5."""

    kind = "survey"
    zh = "满意度调查"
    survey: Code
    on: Date = Field(description="its last day")
    asked: Count = Field(description="persons asked, or sheets handed out")
    answered: Count = Field(description="of these, who answered")
    satisfied: Count = Field(description="of these, who are satisfied")


class SurveyCounted(Correction):
    """A survey counts, in the phase of its day; a correction counts the difference, openly, in the same phase."""

    kind = "survey"
    zh = "满意度登记"
    survey: Code
    phase: PhaseCode
    answered: Count
    satisfied: Count
    answered_before: Count = Field(default=0, description="what a correction replaces")
    satisfied_before: Count = Field(default=0, description="what a correction replaces")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"surveyed": self.answered - self.answered_before, "satisfied": self.satisfied - self.satisfied_before}


class MeasureTold(Act):
    """A unit told a figure of the plan for a period, such as complaints or incidents. Told again for the same subject, it corrects. G3, G4, G10."""

    kind = "measure"
    zh = "指标填报"
    measure: Code
    period: Period
    value: Annotated[float, Field(ge=0, le=1e15)]
    baseline: bool = Field(default=False, description="the figure before the campaign, which later ones are compared with")
