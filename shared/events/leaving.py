"""How an issue leaves the ledger other than by a strike-off: void, or merged into another. Nothing is deleted (C18)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.events.fact import Act, Correction, Fact, Numbered, Teller
from shared.events.hand_over import Persons
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


MOST_MERGED = 100
"""Issues that may be merged into one, at most."""


class IssueAbsorbed(Fact):
    """An issue took in another of its book, told at the one that stays; it is at least as grave and due no later. C18."""

    zh = "并入"
    merged: SubjectId = Field(description="the subject of the issue that went")
    number: Count = Field(description="of the issue that went")
    phase: PhaseCode
    standing: bool = Field(default=False, description="the one that went was an item without an end (L14)")
    barred: Persons = Field(
        default=(), description="who owned or ever rectified the one that went: none of them verifies this one (C10, I4)"
    )
    verifiers: Persons = Field(default=(), description="all who ever verified the one that went (L3)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"merged": 1, "standing_left": int(self.standing)}


class IssueReleased(Correction):
    """An issue left other than by a strike-off: one that was merged into it comes back, and is not counted as merged any more. C18."""

    zh = "并案解除"
    merged: SubjectId = Field(description="the subject of the issue that comes back")
    phase: PhaseCode = Field(description="where it was counted as merged")
    standing: bool = Field(default=False, description="the one that comes back is an item without an end (L14)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"merged": -1, "standing_left": -int(self.standing)}


class IssueCameBack(Fact):
    """An issue is on the ledger again, where it stood and with its own clocks, since the one that it was merged into left. C18."""

    teller = Teller.BOOK
    zh = "并案恢复"
    out_of: SubjectId = Field(description="the issue that it was merged into")
