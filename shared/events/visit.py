"""Visits, inspections and leaders' contact points (联系点)."""

from pydantic import Field

from shared.events.fact import Act, Fact
from shared.values import Code, Date, Filled, Person, PhaseCode


class VisitLogged(Act):
    """A visit or an inspection (督查, 明察暗访, 随访) of the unit whose book it is. Told again for the same subject, it corrects. B7, B8, B9, E8, J5."""

    kind = "visit"
    zh = "走访督查"
    activity: Code = Field(description="which of the plan's visits and inspections")
    on: Date
    form: Filled = Field(default_factory=dict, description="problems, difficulties, solutions, good practice: the plan's form (J5)")
    visitor: Person | None = Field(
        default=None, description="who visited; of a covert inspection intake puts a pseudonym in the name's place (B7)"
    )
    covert: bool = Field(default=False, description="the visitor stays unnamed to the visited (暗访)")


class VisitCounted(Fact):
    """A visit counts, once, in the phase of its day."""

    kind = "visit"
    zh = "走访登记"
    activity: Code
    phase: PhaseCode

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"visits": 1}


class ContactPointNamed(Act):
    """A leader of this unit or of one above took this unit as contact point (联系点). Told again, it takes the place of the one before. E8."""

    kind = "book"
    zh = "联系点"
    leader: Person
    unit: Code = Field(description="the unit that the leader is of")
