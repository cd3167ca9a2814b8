"""What units owe their superiors, and on which dates. H1 to H17, L12, L13."""

from typing import Annotated, Literal

from pydantic import Field

from shared.plan.clock import Clock, Relative, Rest
from shared.values import Code, Day, Named, Person, PhaseCode

Cadence = Literal["once", "daily", "weekly", "monthly", "two-monthly", "even-months", "quarterly", "yearly", "rolling"]
"""How often a return falls due; `rolling` has no dates and is only counted (H5)."""


class Obligation(Named):
    """A return (报送材料) that units of some classes owe their superior. H1 to H17."""

    phase: PhaseCode = Field(description="the phase whose closing needs it; the due date may fall elsewhere (A4)")
    due: Day | Relative | None = Field(default=None, description="for `once`: the last day")
    cadence: Cadence = "once"
    until: PhaseCode | None = Field(
        default=None, description="periods run from the start of `phase` to the end of this one; none: of `phase`"
    )
    days: Annotated[int, Field(ge=0, le=60)] = Field(
        default=0, description="working days after a period's last day at which its return is due"
    )
    rest: Rest = Field(
        default="stay",
        description="where the last day falls on a day of rest; with `before` it stays where no working day lies before it in its period or phase",
    )
    classes: Annotated[tuple[Code, ...], Field(min_length=1)] = Field(description="classes of units that owe it")
    closes: bool = Field(default=True, description="closing the phase waits for it, where it is owed once")
    nil: bool = Field(default=True, description="may be answered by a nil return (零报告)")
    approval: bool = Field(default=False, description="counts as met only once the unit above accepted it (L13)")
    missing_after: Clock | None = Field(
        default=None, description="late until then, missing after; none: missing from the day after the due date (L13)"
    )
    quota: Annotated[int, Field(ge=1, le=1000)] | None = Field(default=None, description="so many returns in each period (L12)")
    kinds: Annotated[int, Field(ge=1, le=20)] | None = Field(default=None, description="of so many different kinds (L12)")
    cumulative: bool = Field(default=False, description="carries the unit's figures to date, frozen as it is filed (H2)")
    form: Code | None = Field(default=None, description="the form that it is filed on")
    contact: Person | None = Field(
        default=None, description="whom to ask (联系人), of the recipient; phone and mailbox stand with the person (H16)"
    )
    recipient: Code | None = Field(default=None, description="to whom, where it is not the unit above")
    met_by_plan: bool = Field(default=False, description="met by the unit's own plan when that is told (A6)")
