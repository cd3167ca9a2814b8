"""A unit checks itself against the targets (自查)."""

from datetime import datetime, time, timedelta
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.issue import deal_with
from deploy.simulator.simulation import WRONG, Actor, Behaviour, Simulation, working_days
from shared.events.issue import IssueReported
from shared.events.self_check import SelfCheckAnswered
from shared.plan.target import SELF_CHECK
from shared.units import Unit
from shared.workdays import BEIJING, add_days


def self_check(sim: Simulation, unit: Unit) -> Behaviour:
    """A unit answers every target that applies to it, in one to four sittings of the first phase."""
    rng = Random(f"check/{sim.seed}/{unit.id}")
    days = working_days(sim.first - timedelta(1), sim.plan.phases[0].end) or [add_days(sim.first, 1)]
    sittings = sorted(rng.sample(days, min(len(days), rng.randint(1, 4))))
    asked = [target for target in sim.plan.targets if target.applies_to(unit.unit_class, unit.tags)]
    others = [target for target in sim.plan.targets if not set(target.needs) <= set(unit.tags)]
    slip = rng.choice(others) if others and rng.random() < 10 * WRONG else None
    by = rng.choice(sim.staff[unit.id][1:])
    for number, day in enumerate(sittings):
        begins = datetime.combine(day, time(8, 30), BEIJING) + timedelta(seconds=rng.randrange(4 * 3600))
        actor = Actor(sim, unit, rng, begins)
        for target in asked[number :: len(sittings)]:
            actor.now += timedelta(seconds=rng.randint(30, 240))
            yield actor.now
            short = rng.random() < sim.falls_short and not target.optional
            asked_for = target.asks(unit.tags)[-1].zh
            finding = texts.fault(rng, target.aspect, sim.turn_in_aspect[target.number], asked_for) if short else None
            answer = SelfCheckAnswered(target=target.number, conforms=not short, finding=finding, by=by)
            yield from actor.tell(actor.subject("check", str(target.number)), answer)
            if short:
                report = IssueReported(text=finding or "-", category=target.aspect, channel=SELF_CHECK, target=target.number)
                yield deal_with(sim, unit, actor.subject("issue", SELF_CHECK, str(target.number)), report, actor.now, rng.random())
        if slip and number == 0:
            answer = SelfCheckAnswered(target=slip.number, conforms=True, by=by)
            yield from actor.tell(actor.subject("check", str(slip.number)), answer, "target-not-applicable")
