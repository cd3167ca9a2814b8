"""Amendments of the sample's campaign, told while it runs."""

from shared.events.campaign import CampaignAmended
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.units import Seal, Unit, seal
from tests.ledger.given import Morning, Story, unit
from tests.ledger.sample import FILED, UNITS, plan_with

RUNNING = "2022-05-20"


def version(number: int = 2, **changes: object) -> Plan:
    """The sample plan, amended."""
    return plan_with(version=number, **changes)


def tells(plan: Plan, tree: Seal | None = None) -> CampaignAmended:
    """What the bureau tells."""
    return CampaignAmended(plan=plan, tree=tree or seal(UNITS), by="bureau-head")


def running(of: str = "bureau") -> Story:
    """P1 closed everywhere over nothing missing, and P2 runs."""
    story = unit(of).given(Morning("2022-04-06")).on("2022-04-20")
    for each in ("e1", "e2", "w1", "w2"):
        story.at(each).given(FILED)
    return story.given(Morning("2022-05-01")).on(RUNNING)


MOVED = tuple(each.model_copy(update={"parent": "west"}) if each.id == "e2" else each for each in UNITS)
"""e2 stands under the west now."""
GROWN = (*UNITS, Unit(id="e3", name="东三院", parent="east", unit_class="clinic", responsible="e3-head"))
SHRUNK = tuple(each for each in UNITS if each.id != "e2")


def told_tree(story: Story, units: tuple[Unit, ...]) -> Story:
    """A second version of the tree is told to the root."""
    return story.given(UnitsListed(version=2, part=1, units=units))
