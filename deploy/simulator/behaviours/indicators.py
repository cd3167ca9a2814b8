"""A unit asks how satisfied people are, and tells the plan's figures for each period, after a baseline from before."""

from collections.abc import Iterator
from datetime import date
from random import Random

from deploy.simulator.simulation import Actor, Behaviour, Simulation, at, working_days
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.plan.indicator import Measure, Survey
from shared.plan.obligation import Cadence
from shared.plan.periods import ROLLING, Period, periods
from shared.units import Unit
from shared.workdays import add_days

LEVEL = 12
"""A unit's figure before the campaign, at most."""
MOST = 24
"""Periods that a unit tells of, at most: for what is told daily, the last."""


def tell_indicators(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """Every survey and every figure of a unit, each a behaviour of its own."""
    for survey in sim.plan.surveys:
        if not survey.classes or unit.unit_class in survey.classes:
            yield _hold_surveys(sim, unit, survey)
    for measure in sim.plan.measures:
        if not measure.classes or unit.unit_class in measure.classes:
            yield _tell_figures(sim, unit, measure)


def _periods(sim: Simulation, cadence: Cadence) -> tuple[Period, ...]:
    return periods(cadence, sim.first, sim.plan.ends)[-MOST:]


def _hold_surveys(sim: Simulation, unit: Unit, survey: Survey) -> Behaviour:
    """A survey in most of its periods, or once or twice where it has none; one in ten is corrected."""
    rng = Random(f"survey/{sim.seed}/{unit.id}/{survey.code}")
    on = list[date]()
    for period in _periods(sim, survey.cadence):
        days, one = working_days(period.first, period.last), survey.cadence not in ("once", ROLLING)
        on += sorted(rng.sample(days, min(len(days), 1 if one else rng.randint(0, 2))))
    for number, day in enumerate(on, 1):
        actor = Actor(sim, unit, rng, at(day, rng))
        yield actor.now
        asked = rng.randint(30, 200)
        answered = rng.randint(asked * 7 // 10, asked)
        fact = SurveyHeld(
            survey=survey.code,
            on=day,
            asked=asked,
            answered=answered,
            satisfied=round(answered * rng.uniform(0.82, 1)),
            by=actor.persons[0],
        )
        subject = actor.subject("survey", survey.code, f"{number:02}")
        yield from actor.tell_wrong(1, subject, fact.model_copy(update={"asked": answered - 1}), "survey-counts")
        yield from actor.tell(subject, fact)
        if rng.random() < 0.1:
            yield actor.later(1, 3)
            yield from actor.tell(subject, fact.model_copy(update={"satisfied": max(fact.satisfied - 1, 0)}))


def _tell_figures(sim: Simulation, unit: Unit, measure: Measure) -> Behaviour:
    """A figure before the campaign, then one in the days after each period, mostly falling; what the plan wants none of is rare."""
    rare = any(each.of == "measure" and each.code_of == measure.code and each.at_most == 0 for each in sim.plan.kpis)
    rng = Random(f"measure/{sim.seed}/{unit.id}/{measure.code}")
    level = rng.randint(0, LEVEL)
    actor = Actor(sim, unit, rng, at(add_days(sim.first, rng.randint(1, 3)), rng))

    def tell(period: str, *, baseline: bool = False) -> Behaviour:
        yield actor.now
        value = float(level >= LEVEL if rare else level)
        fact = MeasureTold(measure=measure.code, period=period, value=value, baseline=baseline, by=actor.persons[0])
        yield from actor.tell(actor.subject("measure", measure.code, period), fact)

    yield from tell(str(sim.plan.issued.year - 1), baseline=True)
    for period in _periods(sim, measure.cadence):
        level = max(0, level + rng.choice((-2, -1, -1, 0, 0, 1)))
        if rng.random() < 0.05:
            continue
        actor.now = at(add_days(max(period.last, actor.now.date()), rng.randint(1, 4)), rng)
        yield from tell(str(period.last.year) if measure.cadence in ("once", ROLLING) else period.code)
