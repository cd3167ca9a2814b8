"""The plan that a unit derives from the campaign's (实施方案, 整改方案)."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Act, Fact, Teller
from shared.values import Code, Date, Evidence, Line, Person, PhaseCode, Text, Value


class Duty(Value):
    """Who answers for a target of the checklist."""

    target: Annotated[int, Field(ge=1, le=999)]
    person: Person


class UnitPlanAdopted(Act):
    """A unit adopted a plan of its own (实施方案), or the next version of it, within the campaign's. A6, H1, H8, H11, H12."""

    kind = "plan"
    zh = "制定本单位方案"
    version: Annotated[int, Field(ge=1, le=10_000)] = Field(description="1, 2, 3 … each in the place of the one before")
    title: Line
    measures: Text
    ends: dict[PhaseCode, Date] = Field(default={}, description="the unit's own last day of a phase, within the campaign's")
    duties: Annotated[tuple[Duty, ...], Field(max_length=500)] = Field(default=(), description="who answers for which target (C4)")
    files: Evidence = ()


class UnitPlanCounted(Fact):
    """A unit's own plan stands; returns that the plan says are met by it are met. A6."""

    kind = "plan"
    zh = "本单位方案登记"
    version: int
    meets: tuple[Code, ...] = Field(description="obligations that are met by it, where they are owed")


class ReturnMetByPlan(Fact):
    """A unit's own plan meets a return that it owes. A6."""

    teller, kind = Teller.BOOK, "return"
    zh = "方案抵充报送"
    obligation: Code
