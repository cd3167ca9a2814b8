"""A unit adopts a plan of its own (实施方案), by which it meets what the campaign's plan says."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import at, later, working_days
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.unit_plan import Duty, UnitPlanAdopted
from shared.plan.obligation import Obligation
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days


def adopt_plan(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit adopts its plan in time or late, and now and then a second version."""
    rng, plan = Random(f"plan/{sim.seed}/{unit.id}"), sim.plan
    due = plan.due_of(obligation)
    days = working_days(max(plan.begins(plan.phase(obligation.phase)), plan.issued), due)
    late = rng.random() < (0.4 if sim.slow(unit) else 0.08) or not days
    when = at(add_days(max(due, plan.issued), rng.randint(1, 8)) if late else rng.choice(days), rng)
    targets = (
        [target for target in plan.targets if target.applies_to(unit.unit_class, unit.tags)] if unit.unit_class in plan.checklist_of else []
    )
    fact = UnitPlanAdopted(
        version=1,
        title=f"{unit.name}实施方案"[:200],
        measures=texts.fill(rng, rng.choice(texts.UNIT_PLANS)),
        ends={plan.last_phase: plan.phase(plan.last_phase).end},
        duties=tuple(Duty(target=target.number, person=rng.choice(sim.staff[unit.id])) for target in targets),
        files=(f"plan-{unit.id}.docx",),
        by=sim.staff[unit.id][0],
    )
    subject = subject_id(book_id(plan.campaign, unit.id), "plan", "own")
    yield when
    if rng.random() < 0.02:
        yield from sim.tell(unit, when, subject, fact.model_copy(update={"version": 2}), "unit-plan-version")
    yield from sim.tell(unit, when, subject, fact)
    if rng.random() < 0.15:
        when = later(when, rng, 10, 30)
        yield when
        yield from sim.tell(unit, when, subject, fact.model_copy(update={"version": 2}))
