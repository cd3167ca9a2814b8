"""Campaigns with other phases than the sample's, and what becomes of them."""

from datetime import date

from shared.events.phase import PhaseClosed, PhaseReopened
from shared.events.strike_off import ReopeningOrdered
from shared.plan import Plan
from shared.plan.phase import Needs, Phase
from tests.ledger.given import Morning, Story, announced, unit
from tests.ledger.sample import FILED, PLAN, called, plan_with

P1, P2, P3 = PLAN.phases
AGAIN = ReopeningOrdered(reason="仍须坚持", by="chief-lin", by_unit="bureau")
REOPENED = PhaseReopened(phase="P1", reason="补录一项", by="e1-head")


def with_phases(*phases: Phase, **changes: object) -> Plan:
    """The sample plan with other phases."""
    return plan_with(phases=phases, **changes)


def needing(needs: Needs, **changes: object) -> Story:
    """A clinic in P1, which needs this; its return is filed."""
    first = P1.model_copy(update={"needs": needs})
    return announced(with_phases(first, P2, P3, **changes)).given(Morning("2022-04-06")).on("2022-04-20").given(FILED)


def closed() -> Story:
    """A clinic whose P1 closed with nothing missing."""
    return unit().given(Morning("2022-04-06")).on("2022-04-20").given(FILED, Morning("2022-05-01")).on("2022-05-05")


def closings(story: Story, phase: str = "P1") -> list[PhaseClosed]:
    """Every closing of a phase in a book's history."""
    return [fact for fact in story.history() if isinstance(fact, PhaseClosed) and fact.phase == phase]


def phases(*dates: tuple[str | None, str]) -> tuple[Phase, ...]:
    """Phases with these first and last days."""
    return tuple(
        Phase(code=f"P{number}", name=called("阶段"), start=date.fromisoformat(start) if start else None, end=date.fromisoformat(end))
        for number, (start, end) in enumerate(dates, 1)
    )


def dated(issued: str, *dates: tuple[str | None, str]) -> Plan:
    """A plan with these phases."""
    clocks = PLAN.clocks.model_copy(update={"fix": PLAN.clocks.plan})
    return plan_with(issued=date.fromisoformat(issued), phases=phases(*dates), obligations=(), clocks=clocks)
