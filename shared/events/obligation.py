"""What units owe their superiors, and the returns they file (报送)."""

from datetime import date

from shared.events.fact import Evidence, Fact, Teller
from shared.plan.values import PhaseCode
from shared.units import Code, Line, Person


class ObligationOpened(Fact):
    """A unit owes a return (报送任务). H1 to H17."""

    kind = "return"
    zh = "报送任务"
    obligation: Code
    phase: PhaseCode
    due: date


class ObligationDue(Fact):
    """The last day for a return is over."""

    teller, kind = Teller.CLOCK, "return"
    zh = "报送到期"
    obligation: Code
    due: date


class ReturnFiled(Fact):
    """A unit filed a return (报送材料), or a nil return (零报告)."""

    teller, kind = Teller.BUREAU, "return"
    zh = "报送材料"
    obligation: Code
    title: Line
    nil: bool = False
    files: Evidence = ()
    by: Person


class ObligationMet(Fact):
    """A return was the first for its obligation: met, on time or late."""

    kind = "return"
    zh = "完成报送"
    obligation: Code
    phase: PhaseCode
    late: bool
    was_missing: bool

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"filed": int(not self.late), "late": int(self.late), "missing": -int(self.was_missing)}


class ReturnMissing(Fact):
    """An obligation fell due with no return (H17)."""

    kind = "return"
    zh = "缺报"
    obligation: Code
    phase: PhaseCode
    due: date

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"missing": 1}
