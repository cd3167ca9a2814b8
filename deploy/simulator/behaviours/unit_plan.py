"""A unit adopts a plan of its own (实施方案), by which it meets what the campaign's plan says."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at
from shared.events.unit_plan import Duty, UnitPlanAdopted
from shared.plan.obligation import Obligation
from shared.units import Unit
from shared.workdays import add_days


def adopt_plan(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit adopts its plan in time or late, and now and then a second version; some never do."""
    rng, plan = Random(f"plan/{sim.seed}/{unit.id}"), sim.plan
    if plan.phase(obligation.phase).grace and rng.random() < (0.2 if sim.slow(unit) else 0.02):
        return  # without grace the phase of all above would be held for ever
    due = plan.due_of(obligation)
    days = sim.working_days_of(plan.phase(obligation.phase), due)
    late = rng.random() < (0.4 if sim.slow(unit) else 0.08) or not days
    actor = Actor(sim, unit, rng, at(add_days(max(due, plan.issued), rng.randint(1, 8)) if late else rng.choice(days), rng))
    asked = plan.targets if unit.unit_class in plan.checklist_of else ()
    targets = [target.number for target in asked if target.applies_to(unit.unit_class, unit.tags)]
    fact = UnitPlanAdopted(
        version=1,
        title=f"{unit.name}实施方案"[:200],
        measures=actor.say(texts.UNIT_PLANS),
        ends={plan.last_phase: plan.phase(plan.last_phase).end},
        duties=tuple(Duty(target=number, person=rng.choice(actor.persons)) for number in targets),
        files=(f"plan-{unit.id}.docx",),
        by=actor.persons[0],
    )
    subject, second = actor.subject("plan", "own"), fact.model_copy(update={"version": 2})
    yield actor.now
    yield from actor.tell_wrong(5, subject, second, "unit-plan-version")
    yield from actor.tell(subject, fact)
    if rng.random() < 0.15:
        yield actor.later(10, 30)
        yield from actor.tell(subject, second)
