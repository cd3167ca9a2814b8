"""The phases (阶段) of a plan, and what closing one needs. A1 to A5, L7."""

from typing import Annotated, Literal

from pydantic import Field

from shared.values import Code, Day, Percent, PhaseCode, Value, Wording


class Needs(Value):
    """What a unit must have done for a phase of it to close. A5."""

    returns: bool = Field(default=True, description="every return of the phase that its closing waits for")
    verified: Percent | None = Field(default=None, description="so many percent of the issues entered so far struck off or checked")
    checklist: bool = Field(default=False, description="every target that applies answered")
    watches: bool = Field(default=False, description="every watch topic answered: found, or nothing found with its prevention (C12)")
    activities: tuple[Code, ...] = Field(default=(), description="activities held at least once in the phase (A11)")


class Phase(Value):
    """A phase (阶段) of the campaign. A1 to A5."""

    code: PhaseCode
    name: Wording
    start: Day | None = Field(default=None, description="first day; when missing, the day after the phase before, or the day of issue (A2)")
    end: Day = Field(description="last day, included (D5)")
    grace: Annotated[int, Field(ge=1, le=250)] | None = Field(
        default=None,
        description="working days after the end at which a unit's phase closes over what is missing, once for itself and once more "
        "for each level of units below it; none: it is held until complete, or until its owner accepts the gap",
    )
    needs: Needs = Needs()
    late_facts: Literal["next", "this"] = Field(
        default="next",
        description="where facts between its last day and its closing count: in the phase begun since, or still in this one (L7)",
    )
