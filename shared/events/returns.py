"""What units owe their superiors, and the returns they file (报送)."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.events.fact import Act, Correction, Fact, Teller
from shared.events.figures import Counts, Head
from shared.values import Code, Date, Evidence, Filled, Line, PeriodCode, Person, PhaseCode, Text

Period = Annotated[
    PeriodCode | None, Field(description="the period that it is for; none: it is owed once. `rolling`: whenever there is something")
]


class PeriodBegun(Fact):
    """A period of a return began, or the day came on which one that is due before its phase is opened (A4)."""

    teller, kind = Teller.CLOCK, "book"
    zh = "报送期开始"
    obligation: Code
    period: Period = None


class _OfObligation(Fact):
    kind = "return"
    obligation: Code
    phase: PhaseCode


class ObligationOpened(_OfObligation):
    """A unit owes a return (报送任务). H1 to H17."""

    zh = "报送任务"
    due: Date = Field(description="the last day; a rolling return has none, and this is the day on which its span ends")
    period: Period = None
    recipient: Code | None = Field(default=None, description="to whom, where it is not the unit above")
    contact: Person | None = Field(default=None, description="whom to ask (联系人); phone and mailbox stand with the person (H16)")


class ObligationDue(Fact):
    """The last day for a return is over."""

    teller, kind = Teller.CLOCK, "return"
    zh = "报送到期"
    obligation: Code
    due: Date


class ReturnStepDue(Fact):
    """A day came on which a return that is not in is warned of, or chased."""

    teller, kind = Teller.CLOCK, "return"
    zh = "催报到期"
    obligation: Code
    due: Date
    step: Annotated[str, Field(pattern=r"^(before|after)-[0-9]{1,3}$", description="working days before or after the last day")]


class ReturnFiled(Fact):
    """A unit filed a return (报送材料), or a nil return (零报告). H1 to H15, L12."""

    teller, kind = Teller.BUREAU, "return"
    zh = "报送材料"
    obligation: Code
    title: Line
    nil: bool = False
    files: Evidence = ()
    by: Person
    period: Period = None
    form: Filled = Field(default_factory=dict, description="the form that the plan asks for, filled in")
    contact: Person | None = Field(default=None, description="whom to ask about it (联系人, H9, H16)")
    item_kind: Code | None = Field(default=None, description="of which kind it is, where the plan asks for returns of several kinds (L12)")


class ObligationMet(Correction, _OfObligation):
    """An obligation is met, on time or late: by its first return, by the last of so many, or by the one that was accepted."""

    zh = "完成报送"
    late: bool = Field(description="by the day on which it was filed, whenever it was accepted (L13)")
    was_missing: bool
    period: Period = None
    nil: bool = Field(default=False, description="by a nil return (零报告)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"filed": int(not self.late), "late": int(self.late), "missing": -int(self.was_missing)}

    def corrects(self) -> Mapping[str, int]:
        """Only the mark as missing; that it is met counts on its own day."""
        return {"missing": -int(self.was_missing)} if self.counted_on else {}


class ReturnMissing(_OfObligation):
    """An obligation fell due with no return (H17)."""

    zh = "缺报"
    due: Date
    period: Period = None

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"missing": 1}


class ObligationMoved(_OfObligation):
    """The last day of a return that is told by another date lies later now, since that date moved. L1, L7."""

    zh = "报送期限顺延"
    due: Date = Field(description="the last day now")
    was: Date
    period: Period = None


class ObligationLifted(_OfObligation):
    """A return is owed no longer when it falls due: an amendment dropped it, or made the unit one of a class that does not owe it. A7."""

    zh = "免报"
    period: Period = None


class RollingReturnCounted(_OfObligation):
    """A return that has no date counts in the phase in which it was filed. H5."""

    zh = "日常报送登记"

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"rolling": 1}


class PackFrozen(Fact):
    """The unit's figures to date, over all phases, frozen as a return was filed that carries them. H2."""

    kind = "return"
    zh = "数据定格"
    obligation: Code
    period: Period = None
    own: Counts
    total: Counts = Field(description="own, and those of all below whose statement came")
    head: Head = Field(description="where the book stood before the return")


class ApprovalAwaited(Correction, _OfObligation):
    """A return is in and waits to be accepted; neither late nor missing meanwhile. L13."""

    zh = "报送待审核"
    period: Period = None
    nil: bool = False
    was_missing: bool = Field(default=False, description="it was missing until now, and is again from the day after it is sent back")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return (self.phase, {"missing": -1}) if self.was_missing else None


class _Reply(Act):
    kind = "return"
    obligation: Code
    period: Period = None


class ReturnAccepted(_Reply):
    """Somebody else than who filed it accepted a return that needs approval, for a unit above or within the unit. L13."""

    zh = "报送审核通过"


class ReturnSentBack(_Reply):
    """A return that needs approval was sent back (退回), and is owed again; refiled after its last day it is late. L13."""

    zh = "报送退回"
    reason: Text


class ObligationReopened(_OfObligation):
    """A return is owed again, since it was sent back. L13."""

    zh = "重新报送"
    due: Date
    period: Period = None

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"sent_back": 1}


class ReturnAnswered(_Reply):
    """Whoever received a return answered it; one return after another is answered by itself (逐件批复). L13."""

    zh = "报送批复"
    text: Text


class ReturnNearDue(_OfObligation):
    """The last day of a return that is not in comes near. H17."""

    zh = "报送临期"
    due: Date
    period: Period = None


class ReturnChased(Fact):
    """A return that is not in was chased (催报): by a step of the plan, or by a person. H17."""

    teller, kind = Teller.BUREAU, "return"
    zh = "催报"
    obligation: Code
    period: Period = None
    levels: Annotated[int, Field(ge=1, le=11)] = Field(default=1, description="how many levels up the line of command it is told")
    text: Text | None = None
    by: Person | None = Field(default=None, description="who chased it; none: the plan did, by a step")
    by_unit: Code | None = Field(default=None, description="the unit that they act for; none: the unit whose book it is")
