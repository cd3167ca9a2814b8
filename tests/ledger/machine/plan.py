"""A campaign in which everything that may happen to an issue can, announced."""

from datetime import date
from functools import cache
from typing import Literal

from shared.events.campaign import CampaignAnnounced
from shared.plan import Plan
from shared.plan.clock import Clock, Lane, Step
from shared.plan.issue import Grade, HandOver, IssueRules, Verification
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.given import Story
from tests.ledger.in_memory import Ledger
from tests.ledger.sample import LISTED, PLAN, UNITS, called, plan_with

Stops = Literal["done", "verified", "struck-off"]
RUNS: dict[Stops, tuple[str, ...]] = {
    "done": ("entered", "planned"),
    "verified": ("entered", "planned", "done"),
    "struck-off": ("entered", "planned", "done", "published"),
}


def plan(stops: Stops, restarts: bool, lateness: Literal["giver", "taker"]) -> Plan:
    """Two grades, all clocks, holding and telling late: everything that may happen to an issue can."""
    strict = Verification(persons=2, units=2, levels=1, published=True, looked_back=True)
    clocks = {
        "fix_stops": stops,
        "hold": Clock(days=3),
        "publication": Clock(days=2),
        "look_back": Clock(days=10),
        "review": Clock(days=15),
        "receipt": Clock(days=2),
        "extension": Clock(days=2),
        "listing": Clock(days=2),
        "answer": Clock(days=4),
    }
    late = PLAN.phases[0].model_copy(update={"late_facts": "this"})
    return plan_with(
        clocks=PLAN.clocks.model_copy(update=clocks),
        complaint_channels=("complaint",),
        grades=(
            Grade(code="ordinary", name=called("一般")),
            Grade(code="grave", name=called("重大"), listed=True, verification=strict),
        ),
        lanes=(Lane(code="at-once", name=called("立即整改"), grades=("grave",), fix=Clock(days=4)),),
        steps=(Step(clock="fix", before=1), Step(clock="fix", after=2)),
        issues=IssueRules(told_late=3, hand_over=HandOver(restarts=("plan", "fix") if restarts else (), lateness=lateness)),
        phases=(late, *PLAN.phases[1:]),
        obligations=(
            *PLAN.obligations,
            Obligation(code="list", name=called("清单"), phase="P2", due=date(2022, 6, 10), classes=("clinic",), approval=True),
            Obligation(code="monthly", name=called("月报"), phase="P1", until="P3", cadence="monthly", days=2, classes=("township",)),
        ),
    )


@cache
def announced(stops: Stops, restarts: bool, lateness: Literal["giver", "taker"]) -> tuple[Plan, Ledger]:
    """A plan, and the ledger that it was announced to."""
    ledger, found = Ledger(), plan(stops, restarts, lateness)
    Story(ledger, "bureau").given(LISTED, CampaignAnnounced(plan=found, tree=seal(UNITS)))
    return found, ledger
