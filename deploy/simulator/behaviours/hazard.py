"""The report of a hazard that was cleared climbs level by level, and is now and then sent back at the first (逐级上报)."""

from datetime import datetime
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import WRONG, later
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled, HazardReportSentBack
from shared.topics import book_id
from shared.units import Unit


def report_cleared_hazard(sim: Simulation, unit: Unit, issue: str, cleared: datetime, rng: Random) -> Behaviour:
    """A unit files its report; each unit above in the line acknowledges it on another day."""
    subject, when, asked = issue.replace("/issue/", "/hazard/", 1), later(cleared, rng, 1, 4), sim.plan.asked.hazard
    form = fill_form(sim.plan, asked, rng, when.date())
    fact = HazardReportFiled(
        point=None if asked else texts.fill(rng, "{place}存在隐患，已整改。"),
        measures=None if asked else texts.fill(rng, rng.choice(texts.MEASURES)),
        loss_avoided_cents=None if asked else rng.randint(1, 200) * 100_000,
        social_impact=None if asked else rng.choice(texts.LOSSES),
        form=form if asked else None,
        by=rng.choice(sim.staff[unit.id]),
    )
    yield when
    if asked and rng.random() < 5 * WRONG:
        yield from sim.tell(unit, when, subject, fact.model_copy(update={"form": spoil_form(sim.plan, asked, form)}), "form-wrong")
    yield from sim.tell(unit, when, subject, fact)
    line = _line(sim, unit)
    for level, above in enumerate(line):
        here = f"{book_id(sim.plan.campaign, above.id)}/hazard/below~{unit.id}~{subject.split('/', 3)[3]}"
        if level == 0 and rng.random() < 0.1:
            when = later(when, rng, 1, 2)
            yield when
            back = HazardReportSentBack(by=sim.staff[above.id][0], reason=rng.choice(texts.SENT_BACK))
            yield from sim.tell(above, when, here, back)
            when = later(when, rng, 1, 3)
            yield when
            yield from sim.tell(unit, when, subject, fact)
        when = later(when, rng, 1, 2 if rng.random() < 0.9 else 6)
        yield when
        yield from sim.tell(above, when, here, HazardReportAcknowledged(by=sim.staff[above.id][0]))


def _line(sim: Simulation, unit: Unit) -> list[Unit]:
    """The units above in the line that hazard reports climb; where that line does not name one, the unit that commands it."""
    line, above = list[Unit](), unit
    while up := above.superiors.get(sim.plan.hazard_line or "", above.parent):
        above = sim.by_id[up]
        line.append(above)
    return line
