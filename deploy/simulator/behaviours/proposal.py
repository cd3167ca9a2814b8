"""A department files a proposal on the plan's form; the unit above gives its opinion on another day (申报)."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import WRONG, at, later, working_days
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalPassedOn
from shared.topics import book_id, subject_id
from shared.units import Unit


def propose(sim: Simulation, unit: Unit) -> Behaviour:
    """One proposal of a unit, judged by the unit above, or passed on by that and judged by the next."""
    rng, plan = Random(f"proposal/{sim.seed}/{unit.id}"), sim.plan
    days, above = working_days(sim.first, plan.ends), sim.above(unit)
    if not days or not above or rng.random() < 0.2:
        return
    when = at(rng.choice(days), rng)
    form = fill_form(plan, plan.asked.proposal, rng, when.date())
    yield when
    subject = subject_id(book_id(plan.campaign, unit.id), "proposal", *sim.reference(unit, "p"))
    fact = ProposalFiled(form=form, evidence=("附页.pdf",) if rng.random() < 0.3 else (), by=sim.staff[unit.id][0])
    if plan.asked.proposal and rng.random() < 5 * WRONG:
        wrong = fact.model_copy(update={"form": spoil_form(plan, plan.asked.proposal, form)})
        yield from sim.tell(unit, when, subject, wrong, "form-wrong")
    yield from sim.tell(unit, when, subject, fact)
    below = unit
    for level, judge in enumerate(above):
        when = later(when, rng, 1, 6)
        yield when
        subject = f"{book_id(plan.campaign, judge.id)}/proposal/{below.id}~{subject.split('/', 3)[3]}"
        by = sim.staff[judge.id][0]
        if level + 1 < len(above) and rng.random() < 0.5:
            yield from sim.tell(judge, when, subject, ProposalPassedOn(by=by))
            below = judge
            continue
        accepted = rng.random() < 0.75
        opinion = rng.choice(texts.OPINIONS if accepted else texts.OPINIONS_AGAINST)
        yield from sim.tell(judge, when, subject, OpinionGiven(opinion=opinion, accepted=accepted, by=by))
        return
