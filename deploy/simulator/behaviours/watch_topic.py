"""A unit answers the topics that the plan has it watch (专项排查)."""

from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import WRONG, at, working_days
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.watch_topic import WatchAnswered
from shared.plan.target import Watch
from shared.topics import book_id, subject_id
from shared.units import Unit


def answer_watch_topic(sim: Simulation, unit: Unit, watch: Watch) -> Behaviour:
    """A unit answers a topic in its phase: with an issue of its own book, or with how it prevents one; a few never."""
    rng, phase = Random(f"watch/{sim.seed}/{unit.id}/{watch.code}"), sim.plan.phase(watch.phase)
    days = working_days(max(sim.plan.begins(phase), sim.plan.issued), phase.end)
    if not days or (phase.grace and rng.random() < 0.04):
        return
    when = at(rng.choice(days), rng)
    yield when
    # One that was told on a day before, so that it surely stands.
    issue = sim.latest.get(unit.id) if rng.random() < 0.3 else None
    fact = WatchAnswered(
        watch=watch.code,
        found=issue is not None,
        issue=issue,
        prevention=None if issue else texts.fill(rng, rng.choice(texts.PREVENTIONS)),
        by=rng.choice(sim.staff[unit.id]),
    )
    subject = subject_id(book_id(sim.plan.campaign, unit.id), "watch", watch.code)
    if not issue and rng.random() < 2 * WRONG:
        yield from sim.tell(unit, when, subject, fact.model_copy(update={"prevention": None}), "prevention-missing")
    yield from sim.tell(unit, when, subject, fact)
