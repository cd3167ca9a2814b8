"""The phases of a book: opened, held, closed, supplemented."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Count, Fact, Teller, Text
from shared.events.figures import Counts, Head
from shared.plan.values import PhaseCode
from shared.units import PART, Code, Person, Value


class Gap(Value):
    """What was missing: of the unit's own returns, and of the units under it."""

    returns: tuple[Code, ...] = ()
    units: Annotated[tuple[Code, ...], Field(max_length=PART)] = ()


class PhaseDue(Fact):
    """The start, the end or the grace of a phase came."""

    teller, kind = Teller.CLOCK, "book"
    zh = "阶段到期"
    phase: PhaseCode
    edge: Literal["start", "end", "grace"]


class PhaseOpened(Fact):
    """A phase began in this book; its obligations are opened with it. A5."""

    kind = "book"
    zh = "阶段启动"
    phase: PhaseCode
    start: date
    end: date
    returns: tuple[Code, ...] = Field(description="obligations whose return its closing waits for")


class PhaseHeld(Fact):
    """A phase ended, but something that its closing needs is missing."""

    kind = "book"
    zh = "阶段待闭合"
    phase: PhaseCode
    gap: Gap


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
    revision: Literal[1] = 1
    own: Counts
    total: Counts = Field(description="own, and those of all below whose statement came")
    gap: Gap | None = Field(default=None, description="what was missing; none: complete")
    head: Head = Field(description="where the book stood before; it covers the heads of the books below, which stand in it")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"units": 1, "gaps": int(self.gap is not None)}


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
