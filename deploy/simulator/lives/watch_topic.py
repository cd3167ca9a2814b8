"""A unit answers the topics that the plan has it watch (专项排查)."""

from random import Random

from deploy.simulator import phrases
from deploy.simulator.lives.course import WRONG, at, working_days
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.watch_topic import WatchAnswered
from shared.plan.target import Watch
from shared.topics import book_id, subject_id
from shared.units import Unit


def watched(it: Simulation, unit: Unit, watch: Watch) -> Life:
    """A unit answers a topic in its phase: with an issue of its own book, or with how it prevents one; a few never."""
    rng, phase = Random(f"watch/{it.seed}/{unit.id}/{watch.code}"), it.plan.phase(watch.phase)
    days = working_days(max(it.plan.begins(phase), it.plan.issued), phase.end)
    if not days or (phase.grace and rng.random() < 0.04):
        return
    when = at(rng.choice(days), rng)
    yield when
    # One that was told on a day before, so that it surely stands.
    issue = it.latest.get(unit.id) if rng.random() < 0.3 else None
    fact = WatchAnswered(
        watch=watch.code,
        found=issue is not None,
        issue=issue,
        prevention=None if issue else phrases.fill(rng, rng.choice(phrases.PREVENTIONS)),
        by=rng.choice(it.staff[unit.id]),
    )
    subject = subject_id(book_id(it.plan.campaign, unit.id), "watch", watch.code)
    if not issue and rng.random() < 2 * WRONG:
        yield from it.tell(unit, when, subject, fact.model_copy(update={"prevention": None}), "prevention-missing")
    yield from it.tell(unit, when, subject, fact)
