"""A department files a proposal on the plan's form; the unit above gives its opinion on another day (申报)."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at, working_days
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalPassedOn
from shared.units import Unit


def propose(sim: Simulation, unit: Unit) -> Behaviour:
    """One proposal of a unit, judged by the unit above, or passed on by that and judged by the next."""
    rng, asked = Random(f"proposal/{sim.seed}/{unit.id}"), sim.plan.asked.proposal
    days, above = working_days(sim.first, sim.plan.ends), sim.above(unit)
    if not days or not above or rng.random() < 0.2:
        return
    actor = Actor(sim, unit, rng, at(rng.choice(days), rng))
    form = fill_form(sim.plan, asked, rng, actor.now.date())
    yield actor.now
    subject = actor.subject("proposal", *sim.reference(unit, "p"))
    fact = ProposalFiled(form=form, evidence=("附页.pdf",) if rng.random() < 0.3 else (), by=actor.persons[0])
    if asked:
        yield from actor.tell_wrong(5, subject, fact.model_copy(update={"form": spoil_form(sim.plan, asked, form)}), "form-wrong")
    yield from actor.tell(subject, fact)
    below = unit
    for level, judge in enumerate(above, 1):
        yield actor.later(1, 6)
        subject, by = f"{sim.book(judge)}/proposal/{below.id}~{subject.split('/', 3)[3]}", sim.staff[judge.id][0]
        if level < len(above) and rng.random() < 0.5:
            yield from actor.tell(subject, ProposalPassedOn(by=by))
            below = judge
            continue
        accepted = rng.random() < 0.75
        opinion = rng.choice(texts.OPINIONS if accepted else texts.OPINIONS_AGAINST)
        yield from actor.tell(subject, OpinionGiven(opinion=opinion, accepted=accepted, by=by))
        return
