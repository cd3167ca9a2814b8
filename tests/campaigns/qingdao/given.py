"""Who acts in the city union's campaign, and how they tell it."""

from datetime import date
from typing import Any

from shared.events.activity import ActivityHeld
from shared.events.hazard import HazardReportFiled
from shared.events.issue import IssueAssigned, IssueReported, MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.nomination import NominationFiled
from shared.events.returns import ReturnFiled
from shared.events.visit import VisitLogged
from tests.campaigns.story import files

ROOT = "city-union"
PLAN, UNITS = files("qingdao-2023")
RECIPIENTS = ("organ", "east", "west", "first", "second", "stationed", "works", "private-1", "private-2")
"""The four kinds of recipients: district bureaus, institutions of the commission, those stationed or of enterprises or private, the commission's organ."""
PACK = {"course": "各科室轮流换位体验", "practice": "门诊陪检服务", "shown-by": "pictures"}
HOSPITALS = ("east-1", "east-2")


def person(unit: str, number: int) -> str:
    """A made-up person of a unit: 1 leads, 2 owns, 3 rectifies, 9 checks."""
    return f"{unit}-{number:02}"


def reported(text: str, category: str, channel: str, nature: Any = "problem", visit: str | None = None) -> IssueReported:
    return IssueReported(text=text, category=category, channel=channel, nature=nature, visit=visit)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=person(unit, 2), by=person(unit, 1))


def planned(unit: str, measures: str = "明确责任科室与完成时间") -> MeasuresPlanned:
    return MeasuresPlanned(measures=measures, by=person(unit, 2))


def done(unit: str, result: str = "已整改") -> RectificationDone:
    return RectificationDone(result=result, evidence=("整改后.jpg",), by=person(unit, 3))


def verified(unit: str) -> RectificationVerified:
    return RectificationVerified(effect="再次体验，已见效", by=person(unit, 9))


def experience(unit: str, on: date, scene: str, visitor: str, visited: str, **more: Any) -> VisitLogged:
    """Somebody took the patient's place."""
    form = {"scene": scene, "visitor": visitor, "visited": visited, "seen": "标识不清，等候过久"}
    values: dict[str, Any] = {"activity": "experience", "on": on, "form": form, "by": person(unit, 5)}
    return VisitLogged(**values | more)


def filed(unit: str, obligation: str, title: str, **more: Any) -> ReturnFiled:
    return ReturnFiled(obligation=obligation, title=title, by=person(unit, 1), **more)


def hazard_report(point: str) -> HazardReportFiled:
    """The four fields of a report on a hazard cleared."""
    form = {"hazard": point, "measures": "停用并更换", "loss-avoided": "约三万元", "social-impact": "避免患者受伤"}
    return HazardReportFiled(form=form, by="e-hospital-03")


def held(unit: str, activity: str, on: date, **more: Any) -> ActivityHeld:
    return ActivityHeld(activity=activity, on=on, text="按方案开展", attendance=30, by=person(unit, 1), **more)


def nominated(unit: str, award: str, title: str, nominee: Any = "team", /, **more: Any) -> NominationFiled:
    return NominationFiled(award=award, period="once", nominee=nominee, title=title, by=person(unit, 1), **more)
