"""A figure, a light, a survey or a return is told for a period that there is: of its own cadence, in the campaign, begun by now. G3, L8."""

from datetime import date

import pytest

from shared.events.fact import Fact
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.events.refusal import Refused
from shared.events.returns import ReturnFiled
from shared.plan.indicator import Light, LightAct, Measure, Survey
from shared.plan.obligation import Cadence, Obligation
from shared.plan.periods import FORMS, periods
from tests.ledger.given import Morning, Story, announced
from tests.ledger.sample import PLAN, called, plan_with

CADENCES: tuple[Cadence, ...] = (*FORMS, "once", "rolling")
TODAY = "2022-07-14"
FIRST, LAST = date(2022, 4, 6), date(2022, 7, 14)
CODES = {
    "daily": ("2022-04-06", "2022-07-14"),
    "weekly": ("2022-W14", "2022-W28"),
    "monthly": ("2022-04", "2022-07"),
    "two-monthly": ("2022-04", "2022-06"),
    "even-months": ("2022-04", "2022-08"),
    "quarterly": ("2022-Q2", "2022-Q3"),
    "yearly": ("2022",),
}
"""Of each cadence periods that can be told on that day: the first and the one under way."""
NONE = (
    *("2022-06-31", "2022-02-29", "2022-W53", "2022-W00", "2022-03", "2022-Q1", "2021", "2023", "2030-01", "2022-09", "2022-W29"),
    *("2022-07-15", "2022-Q4", "2022-04-05", "2022-W13"),
)
"""What no cadence takes on that day: no day of the calendar, before the campaign, after it, or ahead."""


def told(cadence: Cadence) -> Story:
    """The fourteenth of July, with a measure of a cadence."""
    plan = plan_with(
        measures=(Measure(code="incidents", name=called("事故"), cadence=cadence),),
        surveys=(Survey(code="patients", name=called("患者")),),
        lights=(Light(code="late", name=called("超期"), of="overdue", yellow=1, red=2, acts=(LightAct(code="talk", name=called("约谈"), colour="red", in_a_row=1),)),),
        obligations=(*PLAN.obligations, Obligation(code="list", name=called("清单"), phase="P3", cadence="monthly" if cadence == "once" else cadence, classes=("clinic",))),
    )  # fmt: skip
    return announced(plan, day="2022-04-01").given(Morning(TODAY)).on(TODAY)


def value(period: str, baseline: bool = False) -> MeasureTold:
    """A figure of a period."""
    return MeasureTold(measure="incidents", period=period, value=1, baseline=baseline, by="clerk")


@pytest.mark.covers("G3", "G10")
@pytest.mark.parametrize("cadence", CADENCES)
def test_a_figure_is_told_for_each_period_of_its_own_cadence_that_has_begun_and_for_no_other(cadence: Cadence) -> None:
    own = {cadence} if cadence in FORMS else {"daily", "weekly", "monthly", "quarterly", "yearly"}
    story = told(cadence)
    right = {code for each in own for code in (*CODES[each], *(one.code for one in periods(each, FIRST, LAST)))}
    wrong = {*NONE, *(code for each in CODES.values() for code in each)} - right
    for period in sorted(right):
        story.when(value(period)).then()
    for period in sorted(wrong):
        refused = story.when(value(period)).refuses("period-unfit").recorded()[0]
        assert isinstance(refused, Refused)
        if cadence in FORMS:
            assert FORMS[cadence] in refused.reason.en
            assert CODES[cadence][-1] in refused.reason.zh


@pytest.mark.covers("G4")
def test_what_is_compared_with_is_of_before_the_campaign() -> None:
    story = told("monthly").given(value("2022-03", baseline=True), value("2021", baseline=True), value("2021-04", baseline=True))
    for period in ("2022-04", "2022-Q1", "2022-W10", "2022", "2009-01"):
        story.when(value(period, baseline=True)).refuses("period-unfit")
    told("quarterly").given(value("2022-Q1", baseline=True)).when(value("2022-03", baseline=True)).refuses("period-unfit")


@pytest.mark.covers("L8")
@pytest.mark.parametrize(
    ("month", "takes"), [("2022-04", True), ("2022-07", True), ("2022-08", False), ("2022-03", False), ("2030-01", False)]
)
def test_a_light_is_set_and_acted_on_for_a_month_of_the_campaign_that_has_begun(month: str, takes: bool) -> None:
    said: tuple[Fact, ...] = (
        LightSet(light="late", month=month, colour="red", reason="瞒报", by="chief-lin", by_unit="bureau"),
        LightActTaken(light="late", month=month, act="talk", text="约谈", by="chief-lin", by_unit="bureau"),
    )
    for fact in said:
        story = told("monthly").when(fact)
        _ = story.then() if takes else story.refuses("period-unfit")


@pytest.mark.covers("G1")
def test_a_survey_is_held_in_the_campaign() -> None:
    def held(on: date) -> SurveyHeld:
        return SurveyHeld(survey="patients", on=on, asked=9, answered=9, satisfied=9, by="clerk")

    story = told("monthly").given(Morning("2022-09-05")).on("2022-09-05").given(held(date(2022, 8, 31)))
    for on, rule in ((date(2022, 9, 1), "after-campaign"), (date(2022, 9, 6), "day-ahead"), (date(2022, 3, 1), "before-campaign")):
        story.when(held(on)).refuses(rule)


@pytest.mark.covers("D1", "H16")
@pytest.mark.parametrize("cadence", list(FORMS))
def test_a_return_that_names_no_period_of_its_cadence_is_refused_with_the_form_to_use(cadence: Cadence) -> None:
    right = CODES[cadence][-1] if cadence != "two-monthly" else "2022-07"
    story = told(cadence).given(ReturnFiled(obligation="list", period=right, title="清单", by="clerk"))
    for period in (None, *NONE):
        story.when(ReturnFiled(obligation="list", period=period, title="清单", by="clerk")).refuses("period-unfit")
