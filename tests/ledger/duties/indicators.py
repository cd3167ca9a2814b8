"""Surveys, indicators, visits, lights and draws as they are told, in a campaign that measures."""

from datetime import date

from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.events.sample import SampleDrawn
from shared.events.visit import ContactPointNamed, VisitLogged
from shared.plan.activity import Activity
from shared.plan.form import Asked, Form, FormField
from shared.plan.indicator import Light, LightAct, Measure, Survey
from tests.ledger.given import Story, announced
from tests.ledger.sample import FOUND, called, plan_with

MEASURED = plan_with(
    surveys=(Survey(code="patients", name=called("患者满意度"), classes=("clinic",)),),
    measures=(Measure(code="complaints", name=called("投诉"), classes=("clinic",)),),
    activities=(
        Activity(code="contact", name=called("联系点走访"), kind="visit", classes=("clinic",)),
        Activity(code="inspection", name=called("督导检查"), kind="inspection"),
        Activity(code="covert", name=called("暗访"), kind="inspection", covert=True),
        Activity(code="lecture", name=called("讲座")),
    ),
    forms=(
        Form(
            code="visit",
            name=called("走访记录"),
            fields=(
                FormField(code="problems", name=called("问题")),
                FormField(code="help", name=called("帮扶"), required=False),
            ),
        ),
    ),
    asked=Asked(visit="visit"),
    lights=(
        Light(
            code="overdue",
            name=called("超期"),
            of="overdue",
            yellow=1,
            red=3,
            acts=(LightAct(code="talk", name=called("约谈"), colour="yellow", in_a_row=2),),
        ),
    ),
)
DAY = date(2022, 4, 20)
SURVEY = SurveyHeld(survey="patients", on=DAY, asked=100, answered=90, satisfied=81, by="clerk-zhou")
COMPLAINTS = MeasureTold(measure="complaints", period="2022-03", value=12.0, baseline=True, by="clerk-zhou")
VISIT = VisitLogged(activity="contact", on=DAY, form={"problems": "停车难"}, visitor="leader-ma", by="leader-ma", by_unit="bureau")
COVERT = VisitLogged(activity="covert", on=DAY, visitor="p-7f3a9c", covert=True, by="office-1", by_unit="bureau")
CONTACT = ContactPointNamed(leader="leader-ma", unit="bureau", by="office-1", by_unit="bureau")
LIGHT = LightSet(light="overdue", month="2022-04", colour="red", reason="瞒报", by="office-1", by_unit="bureau")
TALKED = LightActTaken(light="overdue", month="2022-04", act="talk", text="约谈院长", by="office-1", by_unit="bureau")
DRAWN = SampleDrawn(sample="clinics", seed="06 11 17", unit_class="clinic", size=2, by="office-1")


def measured(of: str = "e1") -> Story:
    """A unit in P1 of a campaign that measures."""
    return announced(MEASURED, of, FOUND)
