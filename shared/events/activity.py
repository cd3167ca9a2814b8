"""Activities, training, publicity and box openings that units hold and record, with the good practice that they share."""

from typing import Literal

from pydantic import Field

from shared.events.fact import Act, Correction
from shared.values import Code, Count, Date, Evidence, Filled, Line, Person, PhaseCode, Text


class ActivityHeld(Act):
    """A unit held an activity, a training, a box opening; or published something. Told again for the same subject, it corrects. A11, A12, B3, J4, K5."""

    kind = "activity"
    zh = "开展活动"
    activity: Code
    on: Date
    text: Text
    attendance: Count | None = None
    tested: Count | None = Field(default=None, description="of a training: who sat its test (A12)")
    passed: Count | None = Field(default=None, description="of these, who passed")
    slips: Count | None = Field(default=None, description="of a box: how many slips lay in it (B3)")
    witness: Person | None = Field(default=None, description="of a box: the second person who was there as it was opened")
    media: Evidence = ()
    form: Filled = Field(default_factory=dict, description="the form that the plan asks for (J4)")


class ActivityCounted(Correction):
    """An activity counts, in the phase of the day on which it was held; a correction counts the difference, openly, in the same phase."""

    kind = "activity"
    zh = "活动登记"
    activity: Code
    phase: PhaseCode
    trained: Count
    passed: Count
    first: bool = Field(description="it is no correction")
    trained_before: Count = Field(default=0, description="what a correction replaces")
    passed_before: Count = Field(default=0, description="what a correction replaces")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        more = {"trained": self.trained - self.trained_before, "passed": self.passed - self.passed_before}
        return self.phase, {"activities": int(self.first)} | more

    def fulfils(self) -> tuple[str, str] | None:
        return self.phase, f"activity/{self.activity}"


class PracticeShared(Act):
    """A unit shared a good practice, a model to follow or a promise to the public. Told again for the same subject, it takes its place. K1, K3, K4."""

    kind = "practice"
    zh = "经验交流"
    sort: Literal["practice", "model", "promise"] = Field(
        default="practice", description="好做法, 先进典型, or 服务承诺, which is on display to the public"
    )
    title: Line
    text: Text
    evidence: Evidence = ()
    visibility: Literal["unit", "campaign", "public"] = Field(default="campaign", description="who may read it")
