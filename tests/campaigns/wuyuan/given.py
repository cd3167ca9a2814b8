"""Who acts in the hospital's campaign, and how they tell it."""

from datetime import date

from shared.events.activity import ActivityHeld
from shared.events.fact import Fact
from shared.events.indicator import SurveyHeld
from shared.events.issue import (
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationVerified,
)
from shared.events.returns import ReturnFiled
from shared.events.unit_plan import UnitPlanAdopted
from shared.events.visit import VisitLogged
from shared.events.watch_topic import WatchAnswered
from tests.campaigns.story import Story, files

CAMPAIGN = "wuyuan-2018"
PLAN, EVERY = files(CAMPAIGN)
DEPARTMENTS = ("obstetrics", "paediatrics", "newborn", "laboratory", "pharmacy", "registration")
"""Four departments and two windows."""
UNITS = tuple(unit for unit in EVERY if unit.id in ("hospital", "office", *DEPARTMENTS))
ROOT = "hospital"
RESPONSIBLE = {unit.id: unit.responsible or "?" for unit in UNITS}
COVERT = "o-07"
"""Who came unannounced."""
CHECKER = "h-05"
TOPICS = [watch.code for watch in PLAN.watches]


class Wuyuan(Story):
    """The story, and what is told in it often. One client tells for all, so all is in order."""

    def filed(self, unit: str, obligation: str, nil: bool = False, filed_as: str = "both") -> None:
        """A return is filed, with the contact person of the department."""
        reports = obligation.startswith("phase-")
        filled = {"activities": "讲座、演讲、自查", "contact": f"{unit}联系人", "filed-as": filed_as} if reports else {}
        contact, by = f"{unit}-contact", RESPONSIBLE[unit]
        fact = ReturnFiled(obligation=obligation, title="报送院办", nil=nil, form=filled, contact=contact, by=by)
        self.tell(unit, fact, obligation)

    def planned(self, unit: str, version: int = 1) -> None:
        """A department adopts its own plan."""
        self.tell(unit, UnitPlanAdopted(version=version, title="科室整改方案", measures="逐项查改", by=RESPONSIBLE[unit]), "own")

    def held(self, unit: str, activity: str, reference: str, attendance: int | None = None, slips: int | None = None) -> None:
        """An activity was held today."""
        witness = "h-09" if slips is not None else None
        by = RESPONSIBLE[unit]
        fact = ActivityHeld(activity=activity, on=self.today, text="开展活动", attendance=attendance, slips=slips, witness=witness, by=by)
        self.tell(unit, fact, self.clients[unit], reference)

    def watched(self, unit: str, watch: str, issue: str | None = None, found: bool | None = None, prevention: str | None = None) -> None:
        """A topic is answered: with the issue that was found, or with what prevents one."""
        found = issue is not None if found is None else found
        fact = WatchAnswered(watch=watch, found=found, issue=issue, prevention=prevention, by=RESPONSIBLE[unit])
        self.tell(unit, fact, watch)

    def idea(self, unit: str, *facts: Fact) -> None:
        """Facts of a unit's idea."""
        for fact in facts:
            self.tell(unit, fact, self.clients[unit], f"{unit}-idea")

    def surveyed(self, survey: str, reference: str, asked: int, answered: int, satisfied: int) -> None:
        """The hospital held a survey that ended today."""
        fact = SurveyHeld(survey=survey, on=self.today, asked=asked, answered=answered, satisfied=satisfied, by="h-02")
        self.tell(ROOT, fact, survey, reference)

    def visited(self, unit: str, activity: str, reference: str, covert: bool = False) -> str:
        """The hospital's office came."""
        fact = VisitLogged(activity=activity, on=self.today, visitor=COVERT if covert else "o-02", covert=covert, by="o-01", by_unit=ROOT)
        return self.tell(unit, fact, ROOT, reference, by=ROOT)


def reported(text: str, category: str, channel: str) -> IssueReported:
    return IssueReported(text=text, category=category, channel=channel)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=f"{unit}-owner", by=RESPONSIBLE[unit])


def measures(unit: str, *milestones: tuple[str, str]) -> MeasuresPlanned:
    """Measures, each with its time limit."""
    limits = tuple(Milestone(name=name, due=date.fromisoformat(due)) for name, due in milestones)
    return MeasuresPlanned(measures="逐一制定措施", milestones=limits, by=f"{unit}-owner")


def reached(unit: str, name: str) -> MilestoneReached:
    return MilestoneReached(name=name, by=f"{unit}-owner")


def done(unit: str) -> RectificationDone:
    return RectificationDone(result="已整改", evidence=("整改后照片.jpg",), by=f"{unit}-staff")


def verified(by: str = CHECKER) -> RectificationVerified:
    return RectificationVerified(effect="回访满意", by=by, by_unit=ROOT)
