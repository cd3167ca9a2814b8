"""Who acts in the county's campaign, and how they tell it."""

from typing import Any

from shared.events.activity import ActivityHeld
from shared.events.issue import IssueAssigned, IssueReported, MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.returns import ReturnAccepted, ReturnFiled
from shared.events.unit_plan import UnitPlanAdopted
from tests.campaigns.story import Story, files

ROOT = "county"
BUREAUS, TOWNSHIPS = ("emergency", "resources", "education"), ("north", "south")
CHEMICAL, MINES, SCHOOLS = ("chem-1", "chem-2", "chem-3"), ("mine-1", "mine-2", "mine-3"), ("school-1", "school-2", "school-3")
SITES = (*CHEMICAL, *MINES, *SCHOOLS)
BELOW = (*BUREAUS, *TOWNSHIPS, *SITES)
LAZY = "mine-3"
"""It makes a plan of its own in October, and then does nothing that it is asked for."""
BUSY = tuple(unit for unit in BELOW if unit != LAZY)
TARGETS = {
    **dict.fromkeys(("chem-1", "chem-3"), (1, 2, 3, 9, 10)),
    "chem-2": (1, 2, 9, 10),
    **dict.fromkeys(("mine-1", "mine-2"), (4, 5, 6, 9, 10)),
    **dict.fromkeys(SCHOOLS, (7, 8, 9, 10)),
}
ABOVE = {unit.id: unit.parent or "" for unit in files("mine-safety-2024")[1]}
PERSONS = {unit.id: (unit.responsible or "").removesuffix("01") for unit in files("mine-safety-2024")[1]}
API = "/api/campaigns/mine-safety-2024"


def who(unit: str, number: int) -> str:
    """A person of a unit: 1 is responsible, 2 owns, 3 rectifies, 8 and 9 are experts who check; what others are, stands where they act."""
    return f"{PERSONS[unit]}{number:02}"


def reported(text: str, category: str, channel: str, **more: Any) -> IssueReported:
    return IssueReported(text=text, category=category, channel=channel, **more)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=who(unit, 2), by=who(unit, 1))


def planned(unit: str, measures: str, **more: Any) -> MeasuresPlanned:
    return MeasuresPlanned(measures=measures, standard="现场复核合格", by=who(unit, 2), **more)


def done(unit: str, result: str) -> RectificationDone:
    return RectificationDone(result=result, evidence=("整改后.jpg",), by=who(unit, 3))


def verified(unit: str, expert: int = 9) -> RectificationVerified:
    return RectificationVerified(effect="经核查已消除", by=who(unit, expert))


def verified_above(unit: str, person: int) -> RectificationVerified:
    return RectificationVerified(effect="经上级核查已消除", by=who(unit, person), by_unit=unit)


def hold_activity(story: Story, unit: str, activity: str, text: str, **more: Any) -> None:
    held = ActivityHeld(activity=activity, on=story.today, text=text, by=who(unit, 1), **more)
    story.tell(unit, held, story.clients[unit], f"{unit}-{activity}")


def own_plan(story: Story, unit: str) -> None:
    story.tell(unit, UnitPlanAdopted(version=1, title="隐患排查整治方案", measures="排查、整治、回头看", by=who(unit, 1)), "own")


def file(story: Story, unit: str, obligation: str, period: str | None = None, **more: Any) -> None:
    filed = ReturnFiled(obligation=obligation, title="报送材料", period=period, by=who(unit, 2 if unit in SITES else 1), **more)
    story.tell(unit, filed, obligation, *([period] if period else []))


def accept(story: Story, unit: str, obligation: str) -> None:
    above = ABOVE[unit]
    story.tell(unit, ReturnAccepted(obligation=obligation, by=who(above, 1), by_unit=above), obligation, by=None if above != ROOT else ROOT)
