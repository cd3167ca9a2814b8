"""The self-check (自查) against the targets."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Correction, Fact, Teller
from shared.values import Person, PhaseCode, Text


class SelfCheckAnswered(Fact):
    """A unit answered one target of the checklist (自查); an answer that does not conform enters an issue by itself. B10, G6."""

    teller, kind = Teller.BUREAU, "check"
    zh = "自查"
    target: Annotated[int, Field(ge=1, le=999)]
    conforms: bool
    finding: Text | None = Field(default=None, description="what falls short; needed when it does not conform")
    by: Person


class TargetChecked(Correction):
    """A target counts as checked; a later answer replaces the one before."""

    kind = "check"
    zh = "自查登记"
    target: int
    phase: PhaseCode
    conforms: bool
    replaces: bool | None = Field(default=None, description="whether the answer before conformed; none: this is the first")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"answered": int(self.replaces is None), "findings": int(not self.conforms) - int(self.replaces is False)}


class TargetLifted(Correction):
    """An amendment gave the unit another class or other tags: a target that it answered applies to it no more, and the answer counts nowhere. A7, G7.

    The issue that a finding entered stays on the book like any other. Where the target applies again, it is answered anew.
    """

    kind = "check"
    zh = "免查"
    target: int
    phase: PhaseCode = Field(description="where the answer was counted")
    conforms: bool = Field(description="what the answer was")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"answered": -1, "findings": -int(not self.conforms)}
