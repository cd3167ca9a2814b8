"""The report of a hazard that was cleared climbs level by level, and is now and then sent back at the first (逐级上报)."""

from deploy.simulator import texts
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Actor, Behaviour, Simulation
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled, HazardReportSentBack
from shared.units import Unit


def report_cleared_hazard(actor: Actor, issue: str) -> Behaviour:
    """A unit files its report; each unit above in the line acknowledges it on another day."""
    sim, unit, rng = actor.sim, actor.unit, actor.rng
    subject, when, asked = issue.replace("/issue/", "/hazard/", 1), actor.later(1, 4), sim.plan.asked.hazard
    form = fill_form(sim.plan, asked, rng, when.date())
    fact = HazardReportFiled(
        point=None if asked else texts.fill(rng, "{place}存在隐患，已整改。"),
        measures=None if asked else actor.say(texts.MEASURES),
        loss_avoided_cents=None if asked else rng.randint(1, 200) * 100_000,
        social_impact=None if asked else rng.choice(texts.LOSSES),
        form=form if asked else None,
        by=rng.choice(actor.persons),
    )
    yield when
    if asked:
        yield from actor.tell_wrong(5, subject, fact.model_copy(update={"form": spoil_form(sim.plan, asked, form)}), "form-wrong")
    yield from actor.tell(subject, fact)
    for level, above in enumerate(_line(sim, unit)):
        here, by = f"{sim.book(above)}/hazard/below~{unit.id}~{subject.split('/', 3)[3]}", sim.staff[above.id][0]
        if level == 0 and rng.random() < 0.1:
            yield actor.later(1, 2)
            yield from actor.tell(here, HazardReportSentBack(by=by, reason=rng.choice(texts.SENT_BACK)))
            yield actor.later(1, 3)
            yield from actor.tell(subject, fact)
        yield actor.later(1, 2 if rng.random() < 0.9 else 6)
        yield from actor.tell(here, HazardReportAcknowledged(by=by))


def _line(sim: Simulation, unit: Unit) -> list[Unit]:
    """The units above in the line that hazard reports climb; where that line does not name one, the unit that commands it."""
    line, above = list[Unit](), unit
    while up := above.superiors.get(sim.plan.hazard_line or "", above.parent):
        above = sim.by_id[up]
        line.append(above)
    return line
