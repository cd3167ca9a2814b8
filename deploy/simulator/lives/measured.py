"""A unit asks how satisfied people are, and tells the plan's figures for each period, after a baseline from before."""

from collections.abc import Iterator
from datetime import date, datetime
from random import Random

from deploy.simulator.lives.course import WRONG, at, later, working_days
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.plan.indicator import Measure, Survey
from shared.plan.obligation import Cadence
from shared.plan.periods import ROLLING, Period, periods
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days

LEVEL = 12
"""A unit's figure before the campaign, at most."""
MOST = 24
"""Periods that a unit tells of, at most: for what is told daily, the last."""


def measured(it: Simulation, unit: Unit) -> Iterator[Life]:
    """Every survey and every figure of a unit, each a life of its own."""
    for survey in it.plan.surveys:
        if not survey.classes or unit.unit_class in survey.classes:
            yield surveyed(it, unit, survey)
    for measure in it.plan.measures:
        if not measure.classes or unit.unit_class in measure.classes:
            yield figures(it, unit, measure)


def _periods(it: Simulation, cadence: Cadence) -> tuple[Period, ...]:
    return periods(cadence, it.first, it.plan.ends)[-MOST:]


def surveyed(it: Simulation, unit: Unit, survey: Survey) -> Life:
    """A survey in most of its periods, or once or twice where it has none; one in ten is corrected."""
    rng = Random(f"survey/{it.seed}/{unit.id}/{survey.code}")
    on = list[date]()
    for period in _periods(it, survey.cadence):
        days, one = working_days(period.first, period.last), survey.cadence not in ("once", ROLLING)
        on += sorted(rng.sample(days, min(len(days), 1 if one else rng.randint(0, 2))))
    for number, day in enumerate(on, 1):
        when = at(day, rng)
        yield when
        asked = rng.randint(30, 200)
        answered = rng.randint(asked * 7 // 10, asked)
        fact = SurveyHeld(
            survey=survey.code,
            on=day,
            asked=asked,
            answered=answered,
            satisfied=round(answered * rng.uniform(0.82, 1)),
            by=it.staff[unit.id][0],
        )
        subject = subject_id(book_id(it.plan.campaign, unit.id), "survey", survey.code, f"{number:02}")
        if rng.random() < WRONG:
            yield from it.tell(unit, when, subject, fact.model_copy(update={"asked": answered - 1}), "survey-counts")
        yield from it.tell(unit, when, subject, fact)
        if rng.random() < 0.1:
            when = later(when, rng, 1, 3)
            yield when
            yield from it.tell(unit, when, subject, fact.model_copy(update={"satisfied": max(fact.satisfied - 1, 0)}))


def figures(it: Simulation, unit: Unit, measure: Measure) -> Life:
    """A figure before the campaign, then one in the days after each period, mostly falling; what the plan wants none of is rare."""
    rare = any(each.of == "measure" and each.code_of == measure.code and each.at_most == 0 for each in it.plan.kpis)
    rng = Random(f"measure/{it.seed}/{unit.id}/{measure.code}")
    book, by = book_id(it.plan.campaign, unit.id), it.staff[unit.id][0]
    level = rng.randint(0, LEVEL)
    when = at(add_days(it.first, rng.randint(1, 3)), rng)
    before = str(it.plan.issued.year - 1)

    def told(period: str, *, baseline: bool = False) -> MeasureTold:
        value = int(level >= LEVEL) if rare else level
        return MeasureTold(measure=measure.code, period=period, value=float(value), baseline=baseline, by=by)

    yield when
    yield from _told(it, unit, book, told(before, baseline=True), when)
    for period in _periods(it, measure.cadence):
        code = str(period.last.year) if measure.cadence in ("once", ROLLING) else period.code
        level = max(0, level + rng.choice((-2, -1, -1, 0, 0, 1)))
        if rng.random() < 0.05:
            continue
        when = at(add_days(max(period.last, when.date()), rng.randint(1, 4)), rng)
        yield when
        yield from _told(it, unit, book, told(code), when)


def _told(it: Simulation, unit: Unit, book: str, fact: MeasureTold, when: datetime) -> Life:
    yield from it.tell(unit, when, subject_id(book, "measure", fact.measure, fact.period), fact)
