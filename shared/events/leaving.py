"""How an issue leaves the ledger other than by a strike-off: void, or merged into another. Nothing is deleted (C18)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.events.fact import Act, Fact, Numbered
from shared.values import Count, PhaseCode, Text

SubjectId = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9._~%/-]+$")]


class IssueVoided(Act):
    """An issue turned out to be none (作废): by somebody who neither owned nor rectified it, with the reason. C18."""

    zh = "作废"
    reason: Text


class IssueWithdrawn(Numbered):
    """A void issue left the ledger; its number and its history stay. C18."""

    zh = "作废登记"
    standing: bool = Field(default=False, description="it was an item without an end (L14)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"voided": 1, "standing_left": int(self.standing)}


class IssueMerged(Act):
    """An issue is the same as another of this book and left the ledger into it (并案); told at the one that goes. C18."""

    zh = "并案"
    into: SubjectId = Field(description="the subject of the issue that stays")
    reason: Text


class IssueAbsorbed(Fact):
    """An issue took in another of its book, told at the one that stays. C18."""

    zh = "并入"
    merged: SubjectId = Field(description="the subject of the issue that went")
    number: Count = Field(description="of the issue that went")
    phase: PhaseCode
    standing: bool = Field(default=False, description="the one that went was an item without an end (L14)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"merged": 1, "standing_left": int(self.standing)}
