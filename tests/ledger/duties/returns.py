"""Returns as they are told, and campaigns in which clinics owe them."""

from datetime import date

from shared.events.fact import Fact
from shared.events.returns import ReturnAccepted, ReturnChased, ReturnFiled, ReturnSentBack
from shared.plan.clock import Step
from shared.plan.form import Form, FormField
from shared.plan.obligation import Obligation
from tests.ledger.given import Morning, Story, announced
from tests.ledger.sample import called, plan_with

BEGUN = "2022-04-06"


def owed(code: str, phase: str = "P1", **fields: object) -> Obligation:
    """An obligation of clinics."""
    return Obligation(code=code, name=called(code), phase=phase, classes=("clinic",), **fields)  # type: ignore[arg-type]


def under(*obligations: Obligation, **fields: object) -> Story:
    """A clinic, on the day on which a campaign with these obligations was announced."""
    return announced(plan_with(obligations=obligations, **fields))


def begun(*obligations: Obligation, **fields: object) -> Story:
    """The same on the first morning of P1."""
    return under(*obligations, **fields).given(Morning(BEGUN)).on("2022-04-20")


def filed(obligation: str, period: str | None = None, **fields: object) -> ReturnFiled:
    """A return."""
    return ReturnFiled(obligation=obligation, period=period, title="材料", by="clerk-zhou", **fields)  # type: ignore[arg-type]


def of(story: Story, *types: type[Fact]) -> list[Fact]:
    """What was recorded now, of some types."""
    return [fact for fact in story.recorded() if isinstance(fact, types)]


def figures(story: Story, phase: str) -> dict[str, int]:
    """The figures of a phase that are not 0."""
    return {name: count for name, count in story.book.phase(phase).own.items() if count}


# ── periods ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

MONTHLY = owed("dispatch", cadence="monthly", until="P3", days=3)

# ── due before its phase ────────────────────────────────────────────────────────────────────────────────────────────────────


# ── filing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

SHEET = Form(code="sheet", name=called("情况表"), fields=(FormField(code="people", name=called("人数"), kind="number"),))
ON_FORM = owed("own-plan", due=date(2022, 4, 25), form="sheet")

QUOTA = owed("cases", cadence="quarterly", until="P3", quota=3, kinds=2)

# ── accepted, sent back, answered ───────────────────────────────────────────────────────────────────────────────────────────

APPROVED = owed("own-plan", due=date(2022, 4, 25), approval=True)
ACCEPTED = ReturnAccepted(obligation="own-plan", by="east-chen", by_unit="east")
SENT_BACK = ReturnSentBack(obligation="own-plan", reason="没有责任人", by="east-chen", by_unit="east")

# ── warned and chased ───────────────────────────────────────────────────────────────────────────────────────────────────────

STEPS = (Step(clock="return", before=2), Step(clock="return", after=3, levels=2), Step(clock="fix", after=5))
PLAIN = owed("own-plan", due=date(2022, 4, 25))
CHASED = ReturnChased(obligation="own-plan", text="请尽快报送", by="east-chen", by_unit="east")
