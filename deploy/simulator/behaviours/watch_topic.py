"""A unit answers the topics that the plan has it watch (专项排查)."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at
from shared.events.watch_topic import WatchAnswered
from shared.plan.target import Watch
from shared.units import Unit


def answer_watch_topic(sim: Simulation, unit: Unit, watch: Watch) -> Behaviour:
    """A unit answers a topic in its phase: with an issue of its own book, or with how it prevents one; a few never."""
    rng, phase = Random(f"watch/{sim.seed}/{unit.id}/{watch.code}"), sim.plan.phase(watch.phase)
    days = sim.working_days_of(phase)
    if not days or (phase.grace and rng.random() < 0.04):
        return
    actor = Actor(sim, unit, rng, at(rng.choice(days), rng))
    yield actor.now
    # One that was told on a day before, so that it surely stands.
    issue = sim.latest.get(unit.id) if rng.random() < 0.3 else None
    prevention = None if issue else actor.say(texts.PREVENTIONS)
    by = rng.choice(actor.persons)
    fact = WatchAnswered(watch=watch.code, found=issue is not None, issue=issue, prevention=prevention, by=by)
    subject = actor.subject("watch", watch.code)
    if not issue:
        yield from actor.tell_wrong(2, subject, fact.model_copy(update={"prevention": None}), "prevention-missing")
    yield from actor.tell(subject, fact)
