"""The plans of all campaigns, and how a test asks one for what its notice says."""

from datetime import date
from pathlib import Path

from deploy.client.announcement import announcement
from deploy.client.sinks import record
from deploy.plans.read import read_plan, read_units
from shared.events.fact import Fact
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.topics import book_id
from shared.units import Unit
from shared.values import Code
from tests.ledger.given import facts
from tests.ledger.in_memory import Ledger

CAMPAIGNS = Path(__file__).parents[3] / "deploy/campaigns"
TENGZHOU = read_plan(CAMPAIGNS / "tengzhou-2019.yaml")
QINGDAO = read_plan(CAMPAIGNS / "qingdao-2023.yaml")
QINGDAO_AMENDED = read_plan(CAMPAIGNS / "qingdao-2023-v2.yaml")
DONGLI = read_plan(CAMPAIGNS / "dongli-2022.yaml")
YANGPU = read_plan(CAMPAIGNS / "yangpu-2013.yaml")
WUYUAN = read_plan(CAMPAIGNS / "wuyuan-2018.yaml")
SAFETY = read_plan(CAMPAIGNS / "mine-safety-2024.yaml")
RIVERS = read_plan(CAMPAIGNS / "clean-rivers-2023.yaml")


def announced(plan: Plan, tree: tuple[Unit, ...]) -> Ledger:
    """All books of a campaign, open."""
    ledger = Ledger()
    ledger.tell(*map(record, announcement(plan, tree)))
    return ledger


def recorded(ledger: Ledger, plan: Plan, unit: Unit) -> list[Fact]:
    """What stands in a unit's book."""
    return facts(ledger.groups(book_id(plan.campaign, unit.id)))


def units(campaign: str) -> tuple[Unit, ...]:
    """The made-up units beside a plan."""
    return read_units(CAMPAIGNS / f"units/{campaign}.yaml")


def phases(plan: Plan) -> list[tuple[str, str, date, date]]:
    """Code, name, first and last day of every phase."""
    return [(phase.code, phase.name.zh, plan.begins(phase), phase.end) for phase in plan.phases]


def codes(plan: Plan, section: str) -> list[Code]:
    """The codes of a list of the plan, in its order."""
    return [entry.code for entry in getattr(plan, section)]


def names(plan: Plan, section: str) -> list[str]:
    """The Chinese names of a list of the plan, in its order."""
    return [entry.name.zh for entry in getattr(plan, section)]


def obligation(plan: Plan, code: str) -> Obligation:
    """One return that the plan asks for."""
    return next(each for each in plan.obligations if each.code == code)


def activities(plan: Plan, kind: str) -> set[Code]:
    """The activities of a kind."""
    return {each.code for each in plan.activities if each.kind == kind}
