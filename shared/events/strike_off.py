"""How a strike-off comes to stand, and whether it holds (公示, 回头看, 抽查)."""

from pydantic import Field

from shared.events.fact import Act, Fact, Numbered
from shared.values import Count, Date, Evidence, Text


class IssueReturned(Numbered):
    """A rectification went back to be done again; the fix clock never stopped, and who verified it does not count any more. C10, L4."""

    zh = "退回登记"

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"returned": 1}


class StrikeOffPublished(Fact):
    """Enough persons verified it; the strike-off is published (公示) and stands if nobody objects until its last day is over. L4."""

    zh = "销号公示"
    number: Count
    until: Date
    look_back_due: Date | None = Field(default=None, description="last day for the look-back (回头看, L5), if it stands")


class ObjectionRaised(Act):
    """Somebody objected to a strike-off while it was published (异议): it does not stand until that is decided. L4."""

    zh = "提出异议"
    reason: Text


class ObjectionDecided(Act):
    """The objections to a strike-off were decided. Upheld: the issue goes back to be rectified; else it is published anew. L4."""

    zh = "异议处理"
    upheld: bool
    reason: Text


class LookBackDone(Act):
    """Somebody who had not verified it looked whether a strike-off holds (回头看); if not, the issue is opened again. L3, L5."""

    zh = "回头看"
    holds: bool
    finding: Text
    evidence: Evidence = ()


class IssueSpotChecked(Act):
    """A unit above checked an issue on the spot (抽查); what does not hold goes back or is opened again. E7."""

    zh = "抽查"
    holds: bool
    finding: Text
    evidence: Evidence = ()


class ReopeningOrdered(Act):
    """A unit above had a struck-off or void issue opened again. L5."""

    zh = "责令重开"
    reason: Text


class IssueReopened(Numbered):
    """An issue that had left was opened again under its number, for another cycle with clocks of its own; what was void goes on with its own. A10, L5.

    The strike-off stays in the phase in which it stood; the reopening counts in that of its own day.
    """

    zh = "重新上账"
    cycle: Count = Field(description="1 is the first life of an issue; this is at least the second")
    reason: Text
    plan_due: Date
    fix_due: Date
    standing: bool = Field(default=False, description="an item without an end (L14)")
    was_void: bool = Field(default=False, description="it had left as void, not by a strike-off")
    carries_over_after: Date | None = Field(
        default=None, description="the last day of the campaign for it, where that moved since it was entered (A7, L7)"
    )
    listing_due: Date | None = Field(default=None, description="last day for a superior to list it for supervision, where none did (L2)")
    review_due: Date | None = Field(default=None, description="last day for the next review of an item without an end (L14)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        restored = int(self.was_void)
        return self.phase, {"reopened": 1, "restored": restored, "standing": restored * int(self.standing)}
