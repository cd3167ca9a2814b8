"""The clocks of a plan: how long something may take, and how each clock counts. D1 to D8, L1, L6."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.values import Code, Named, PhaseCode, Value

Rest = Literal["stay", "before", "after"]
"""What becomes of a last day on which nobody works: it stays, or the working day before or after takes its place.

Where none lies before it since its cause, or since its period or phase began, it stays.
"""


class Clock(Value):
    """How long something may take, counted from the day after its cause (L1, D7)."""

    days: Annotated[int, Field(ge=1, le=1000)]
    working: bool = Field(default=True, description="working days, else calendar days")
    start_day: bool = Field(default=False, description="the day of the cause counts as the first")
    cap: PhaseCode | None = Field(default=None, description="never later than the end of this phase, for causes up to its end (D3)")
    rest: Rest = Field(
        default="stay",
        description="where the last day falls on a day of rest; with `before` it stays where no working day lies between it and its cause",
    )


class Clocks(Value):
    """How long each thing may take. What has no clock is not watched."""

    plan: Clock = Field(description="from entry to measures planned (拿出措施时限)")
    fix: Clock = Field(description="from entry to rectification (整改时限)")
    fix_stops: Literal["done", "verified", "struck-off"] = Field(default="done", description="the act that stops the fix clock")
    follow_up: Clock = Field(description="from the campaign's end, for what is carried over (挂账)")
    publication: Clock | None = Field(default=None, description="how long a strike-off is published before it stands (公示, L4)")
    look_back: Clock | None = Field(default=None, description="from the strike-off to a look-back (回头看, L5)")
    review: Clock | None = Field(default=None, description="between two reviews of an item without an end (长期坚持, L14)")
    receipt: Clock | None = Field(default=None, description="from a hand-over to its acknowledgement (E2, L6)")
    extension: Clock | None = Field(default=None, description="from a request for more time to its decision (L6)")
    listing: Clock | None = Field(
        default=None, description="from the entry of a grade that is listed to the order of supervision (挂牌督办, L2)"
    )
    answer: Clock | None = Field(default=None, description="from entry to the answer to whoever reported (L11, B12)")
    acknowledgement: Clock | None = Field(default=None, description="from the arrival of a hazard report to its acknowledgement (E3)")
    follow_through: Clock | None = Field(default=None, description="from the use of an idea to the look at what became of it (F13)")
    hold: Clock | None = Field(
        default=None, description="how long a fact that came before what it stands on is held; none: it is refused at once"
    )


class Lane(Named):
    """Issues that have clocks of their own: immediate (立即整改), time-limited (限时整改), hazards. The first lane that fits is taken. D2, E4."""

    natures: tuple[Literal["problem", "defect", "hazard"], ...] = ()
    categories: tuple[Code, ...] = ()
    channels: tuple[Code, ...] = ()
    grades: tuple[Code, ...] = ()
    plan: Clock | None = Field(default=None, description="instead of clocks.plan")
    fix: Clock | None = Field(default=None, description="instead of clocks.fix")
    priority: Annotated[int, Field(ge=0, le=9)] = Field(default=0, description="the higher, the sooner it is shown and told of")


class Step(Value):
    """What is done as a clock runs out: a warning before, or an escalation up the line of command after. D4, H17."""

    clock: Literal["plan", "fix", "follow-up", "return"]
    before: Annotated[int, Field(ge=1, le=100)] | None = Field(default=None, description="working days before the last day: near due")
    after: Annotated[int, Field(ge=1, le=250)] | None = Field(default=None, description="working days after the last day: escalated")
    levels: Annotated[int, Field(ge=1, le=11)] = Field(
        default=1, description="how many levels up the line of command it is told (升级督办)"
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.before is None) == (self.after is None):
            raise PydanticCustomError("step_sides", "a step lies either before or after the last day; give one of the two")
        return self


class Relative(Value):
    """A date told by another that may itself move: so many days before or after a phase's start or end. L1."""

    phase: PhaseCode
    edge: Literal["start", "end"] = "end"
    days: Annotated[int, Field(ge=-1000, le=1000)] = Field(default=0, description="below 0: before")
    working: bool = True
    rest: Rest = Field(
        default="stay",
        description="where it falls on a day of rest; with `before` it stays where no working day lies before it in the phase",
    )
