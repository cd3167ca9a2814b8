"""A department files a proposal on the plan's form; the unit above gives its opinion on another day (申报)."""

from random import Random

from deploy.simulator import phrases
from deploy.simulator.filled import filled, wrongly
from deploy.simulator.lives.course import WRONG, at, later, working_days
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalPassedOn
from shared.topics import book_id, subject_id
from shared.units import Unit


def proposed(it: Simulation, unit: Unit) -> Life:
    """One proposal of a unit, judged by the unit above, or passed on by that and judged by the next."""
    rng, plan = Random(f"proposal/{it.seed}/{unit.id}"), it.plan
    days, above = working_days(it.first, plan.ends), it.above(unit)
    if not days or not above or rng.random() < 0.2:
        return
    when = at(rng.choice(days), rng)
    form = filled(plan, plan.asked.proposal, rng, when.date())
    yield when
    subject = subject_id(book_id(plan.campaign, unit.id), "proposal", *it.reference(unit, "p"))
    fact = ProposalFiled(form=form, evidence=("附页.pdf",) if rng.random() < 0.3 else (), by=it.staff[unit.id][0])
    if plan.asked.proposal and rng.random() < 5 * WRONG:
        wrong = fact.model_copy(update={"form": wrongly(plan, plan.asked.proposal, form)})
        yield from it.tell(unit, when, subject, wrong, "form-wrong")
    yield from it.tell(unit, when, subject, fact)
    below = unit
    for level, judge in enumerate(above):
        when = later(when, rng, 1, 6)
        yield when
        subject = f"{book_id(plan.campaign, judge.id)}/proposal/{below.id}~{subject.split('/', 3)[3]}"
        by = it.staff[judge.id][0]
        if level + 1 < len(above) and rng.random() < 0.5:
            yield from it.tell(judge, when, subject, ProposalPassedOn(by=by))
            below = judge
            continue
        accepted = rng.random() < 0.75
        opinion = rng.choice(phrases.OPINIONS if accepted else phrases.OPINIONS_AGAINST)
        yield from it.tell(judge, when, subject, OpinionGiven(opinion=opinion, accepted=accepted, by=by))
        return
