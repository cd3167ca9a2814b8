"""The phases of a book: opened, held, closed, opened again, supplemented, extended."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Act, Correction, Fact, Teller
from shared.events.figures import Counts, Head
from shared.units import PART
from shared.values import Code, Count, Date, Day, Percent, Person, PhaseCode, Text, Value


class Share(Value):
    """How much was struck off, against the percent that the plan asks."""

    wanted: Percent = Field(description="percent")
    done: int
    of: Count = Field(description="issues entered so far that did not leave otherwise, but for items without an end")


class Gap(Value):
    """What was missing: of what the unit itself must have done, and of the units under it."""

    returns: tuple[Code, ...] = ()
    units: Annotated[tuple[Code, ...], Field(max_length=PART)] = ()
    verified: Share | None = Field(default=None, description="struck off, where too few were")
    targets: Count = Field(default=0, description="targets that apply and were not answered")
    watches: tuple[Code, ...] = Field(default=(), description="watch topics not answered (C12)")
    activities: tuple[Code, ...] = Field(default=(), description="activities not held in the phase (A11)")


class PhaseDue(Fact):
    """The start, the end or the grace of a phase came, or the morning after it was opened again."""

    teller, kind = Teller.CLOCK, "book"
    zh = "阶段到期"
    phase: PhaseCode
    edge: Literal["start", "end", "grace", "again"] = Field(description="again: the day on which it was opened again is over")


class PhaseOpened(Fact):
    """A phase began in this book; its obligations are opened with it. A5."""

    kind = "book"
    zh = "阶段启动"
    phase: PhaseCode
    start: Date
    end: Date
    returns: tuple[Code, ...] = Field(description="obligations whose return its closing waits for")


class PhaseHeld(Correction):
    """A phase ended, but something that its closing needs is missing; or it was opened again after it had closed."""

    kind = "book"
    zh = "阶段待闭合"
    phase: PhaseCode
    gap: Gap
    takes_back: Literal["complete", "gap"] | None = Field(
        default=None, description="opened again: the closing that no longer counts was complete, or over a gap"
    )

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return (self.phase, {"units": -1, "gaps": -int(self.takes_back == "gap")}) if self.takes_back else None


class GapAccepted(Fact):
    """The unit's owner closed a held phase over the gap, with a reason."""

    teller, kind = Teller.BUREAU, "book"
    zh = "带缺闭合"
    phase: PhaseCode
    reason: Text
    by: Person


class PhaseClosed(Fact):
    """A phase closed, with the frozen statement of the unit itself and of all below it. A5."""

    kind = "book"
    zh = "阶段闭合"
    phase: PhaseCode
    revision: Annotated[int, Field(ge=1)] = Field(default=1, description="above 1: it had been opened again; replaces the statement before")
    own: Counts
    total: Counts = Field(description="own, and those of all below whose statement came")
    gap: Gap | None = Field(default=None, description="what was missing; none: complete")
    head: Head = Field(description="where the book stood before; it covers the heads of the books below, which stand in it")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"units": 1, "gaps": int(self.gap is not None)}


class PhaseReopened(Act):
    """A unit opened a closed phase again, with a reason; it counts facts again and closes with the next revision. A5."""

    kind = "book"
    zh = "阶段重启"
    phase: PhaseCode
    reason: Text


class PhaseExtended(Act):
    """A unit above gave this unit, and no other, more time for a phase (延长). L7."""

    kind = "book"
    zh = "阶段延长"
    phase: PhaseCode
    until: Day = Field(description="the last day now, included")
    reason: Text


class PhaseProlonged(Correction):
    """A phase that had ended is open again, for an amendment ends it later: it closes then with the next revision of its statement. A7."""

    kind = "book"
    zh = "阶段顺延"
    phase: PhaseCode
    end: Day = Field(description="the last day now, included")
    takes_back: Literal["complete", "gap"] | None = Field(
        default=None, description="the closing that no longer counts was complete, or over a gap; none: it had not closed"
    )

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return (self.phase, {"units": -1, "gaps": -int(self.takes_back == "gap")}) if self.takes_back else None


class SupplementDue(Fact):
    """A day passed since something came that belongs to a closed phase."""

    teller, kind = Teller.CLOCK, "book"
    zh = "补报到期"
    phase: PhaseCode
    revision: Count


class PhaseSupplemented(Fact):
    """A closed phase's statement was followed by a revision that replaces it."""

    kind = "book"
    zh = "阶段补报"
    phase: PhaseCode
    revision: Annotated[int, Field(ge=2)]
    own: Counts
    total: Counts
    head: Head
