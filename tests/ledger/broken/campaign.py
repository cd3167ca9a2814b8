"""The rules of amendments and of phases, each broken once."""

from collections.abc import Callable
from datetime import date

from shared.events.campaign import CampaignAmended
from shared.events.unit_plan import UnitPlanAdopted
from shared.units import seal
from tests.ledger.book.phases import REOPENED
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.sample import ANNOUNCED, EXTENDED, LISTED, UNITS, plan_with

UNFIT = CampaignAmended(plan=plan_with(version=3), tree=seal(UNITS), by="bureau-head")
IN_LINE = (*UNITS[:-1], UNITS[-1].model_copy(update={"superiors": {"unoin": "bureau"}}))
OWN = "yz2022/e1/plan/own"
ADOPTED = UnitPlanAdopted(version=1, title="本院实施方案", measures="逐项对照整改", by="e1-head")


def closed() -> Story:
    """P1 closed over the gap."""
    return unit().given(Morning("2022-04-06"), Morning("2022-05-01"), Morning("2022-05-07")).on("2022-05-08")


BROKEN: dict[str, Callable[[], Story]] = {
    "amendment-unfit": lambda: unit("bureau").when(UNFIT),
    "line-unknown": lambda: (
        nowhere().given(LISTED.model_copy(update={"units": IN_LINE})).when(ANNOUNCED.model_copy(update={"tree": seal(IN_LINE)}))
    ),
    "phase-not-closed": lambda: unit().when(REOPENED),
    "phase-not-yours": lambda: closed().when(REOPENED.model_copy(update={"by_unit": "bureau"})),
    "phase-closed": lambda: closed().when(EXTENDED),
    "extension-not-above": lambda: unit().when(EXTENDED.model_copy(update={"by_unit": None})),
    "extension-short": lambda: unit().when(EXTENDED.model_copy(update={"until": date(2022, 4, 30)})),
    "unit-plan-version": lambda: unit().when(Said(ADOPTED.model_copy(update={"version": 2}), subject=OWN)),
    "unit-plan-outside": lambda: unit().when(Said(ADOPTED.model_copy(update={"ends": {"P1": date(2022, 5, 1)}}), subject=OWN)),
}
