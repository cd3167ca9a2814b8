"""The report of a hazard that was cleared climbs level by level, and is now and then sent back at the first (逐级上报)."""

from datetime import datetime
from random import Random

from deploy.simulator import phrases
from deploy.simulator.filled import filled, wrongly
from deploy.simulator.lives.course import WRONG, later
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled, HazardReportSentBack
from shared.topics import book_id
from shared.units import Unit


def climbs(it: Simulation, unit: Unit, issue: str, cleared: datetime, rng: Random) -> Life:
    """A unit files its report; each unit above in the line acknowledges it on another day."""
    subject, when, asked = issue.replace("/issue/", "/hazard/", 1), later(cleared, rng, 1, 4), it.plan.asked.hazard
    form = filled(it.plan, asked, rng, when.date())
    fact = HazardReportFiled(
        point=None if asked else phrases.fill(rng, "{place}存在隐患，已整改。"),
        measures=None if asked else phrases.fill(rng, rng.choice(phrases.MEASURES)),
        loss_avoided_cents=None if asked else rng.randint(1, 200) * 100_000,
        social_impact=None if asked else rng.choice(phrases.LOSSES),
        form=form if asked else None,
        by=rng.choice(it.staff[unit.id]),
    )
    yield when
    if asked and rng.random() < 5 * WRONG:
        yield from it.tell(unit, when, subject, fact.model_copy(update={"form": wrongly(it.plan, asked, form)}), "form-wrong")
    yield from it.tell(unit, when, subject, fact)
    line = _line(it, unit)
    for level, above in enumerate(line):
        here = f"{book_id(it.plan.campaign, above.id)}/hazard/below~{unit.id}~{subject.split('/', 3)[3]}"
        if level == 0 and rng.random() < 0.1:
            when = later(when, rng, 1, 2)
            yield when
            back = HazardReportSentBack(by=it.staff[above.id][0], reason=rng.choice(phrases.SENT_BACK))
            yield from it.tell(above, when, here, back)
            when = later(when, rng, 1, 3)
            yield when
            yield from it.tell(unit, when, subject, fact)
        when = later(when, rng, 1, 2 if rng.random() < 0.9 else 6)
        yield when
        yield from it.tell(above, when, here, HazardReportAcknowledged(by=it.staff[above.id][0]))


def _line(it: Simulation, unit: Unit) -> list[Unit]:
    """The units above in the line that hazard reports climb; where that line does not name one, the unit that commands it."""
    found, above = list[Unit](), unit
    while up := above.superiors.get(it.plan.hazard_line or "", above.parent):
        above = it.by_id[up]
        found.append(above)
    return found
