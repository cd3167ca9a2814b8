"""What is done as a clock of an issue runs out, and how a mark is withdrawn that turns out not to hold."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Correction, Fact, Numbered, Teller
from shared.events.issue import ClockName
from shared.values import Code, Count, Date, Person, PhaseCode


class StepDue(Fact):
    """The day of one of the plan's steps came: a warning before the last day of a clock, or an escalation after it. D4."""

    teller = Teller.CLOCK
    zh = "催办升级到期"
    clock: ClockName
    due: Date = Field(description="last day of the clock")
    side: Literal["before", "after"]
    days: Annotated[int, Field(ge=1, le=250)] = Field(description="working days before or after the last day")


class DeadlinePutOff(Fact):
    """The last day of a clock that ends with a phase moved, since the phase lasts longer for this unit (L7) or for all (A7). D3.

    Recorded once the clock or an act comes back to the issue; a mark that was made before stands.
    """

    zh = "期限顺延"

    number: Count
    clock: Literal["plan", "fix"]
    due: Date = Field(description="last day so far")
    until: Date = Field(description="last day from here on")


class IssueNearDue(Numbered):
    """The last day of a clock comes near, and nothing has stopped the clock yet. D4."""

    zh = "临期提醒"
    clock: ClockName
    due: Date
    days: Annotated[int, Field(ge=1, le=100)] = Field(description="working days that were left")
    owner: Person | None = None
    step: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="the working days before the last day at which the plan warns, where fewer were left"
    )


class IssueEscalated(Numbered):
    """A clock ran out and still nothing has stopped it: it is told up the line of command (升级督办). D4."""

    zh = "升级督办"
    clock: ClockName
    due: Date
    days: Annotated[int, Field(ge=1, le=250)] = Field(description="working days since the last day")
    levels: Annotated[int, Field(ge=1, le=11)] = Field(description="how many levels up the plan asks for")
    to: Code = Field(description="the unit that is told: so many levels up the line of command, or the root")
    owner: Person | None = None

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"escalated": 1}


class EscalationReceived(Fact):
    """A unit below escalated an issue to this one. D4."""

    teller, kind = Teller.BOOK, "book"
    zh = "收到督办"
    issue: str
    unit: Code
    number: Count
    clock: ClockName
    due: Date
    owner: Person | None = None


class LateTellingAccepted(Fact):
    """A rectification was told late, but happened in time and within the days that the plan gives: it counts as on time. L15."""

    zh = "补报认定"

    number: Count
    happened: Date = Field(description="the day that counts")
    due: Date


class LateTellingDismissed(Fact):
    """An act was told late, or was held, with a day on which it cannot have happened: before what it acts on. The clock ran on. L15."""

    zh = "补报不予认定"

    number: Count
    happened: Date = Field(description="the day that was told")
    earliest: Date = Field(
        description="the first day on which it can have happened: that of entry, or of what was told last and has to come before"
    )
    due: Date


class OverdueWithdrawn(Correction, Numbered):
    """A clock had been marked as run out, though the act that stops it was in time: the mark is withdrawn, never erased. L15."""

    zh = "超期撤销"
    phase: PhaseCode = Field(description="where the mark was counted")
    clock: ClockName
    due: Date
    reason: Literal["in-time", "told-late", "extended"] = Field(
        description="`in-time`: accepted in time but recorded after the clock looked; `told-late`: happened in time, and the plan lets it be "
        "told so late; `extended`: more time was granted in time"
    )

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return (self.phase, {"overdue": -1}) if self.clock == "fix" else None
