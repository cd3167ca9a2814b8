"""A golden idea (金点子) is offered, adopted or not, applied, followed up; its norm goes to the unit above, and it may be nominated."""

from collections.abc import Iterator
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.award import nominate_idea
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at, later, working_days
from shared.events.activity import PracticeShared
from shared.events.idea import (
    FollowThroughDone,
    IdeaAdopted,
    IdeaApplied,
    IdeaDeclined,
    IdeaOffered,
    NormDeclined,
    NormPromoted,
    NormProposed,
)
from shared.plan.target import SELF_CHECK
from shared.units import Unit


def offer_ideas(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """None, one or two ideas of a unit; more where the plan rewards them."""
    rng = Random(f"ideas/{sim.seed}/{unit.id}")
    wanted = any(award.for_ideas for award in sim.plan.awards)
    days = working_days(sim.first, sim.plan.ends)
    for number in range(rng.choice((1, 2, 3) if wanted else (0, 0, 1))):
        if days:
            idea = Random(f"idea/{sim.seed}/{unit.id}/{number}")
            yield _offer(Actor(sim, unit, idea, at(idea.choice(days), idea)))


def _offer(actor: Actor) -> Behaviour:
    """One idea, from its offer on."""
    sim, unit, rng, persons = actor.sim, actor.unit, actor.rng, actor.persons
    codes = [channel.code for channel in sim.plan.channels]
    boxes = [code for code in codes if "idea" in code or "box" in code] or [code for code in codes if code != SELF_CHECK] or codes
    yield actor.now
    subject, anonymous = actor.subject("idea", *sim.reference(unit, "i")), rng.random() < 0.2
    offer = IdeaOffered(
        text=actor.say(texts.IDEAS),
        category=rng.choice(sim.plan.categories).code,
        channel=rng.choice(boxes),
        offered_by=None if anonymous else rng.choice(persons),
        anonymous=anonymous,
    )
    yield from actor.tell(subject, offer)
    fate, when = rng.random(), actor.later(2, 10)
    if fate < 0.15:
        return
    yield when
    if fate < 0.4:
        yield from actor.tell(subject, IdeaDeclined(reason=rng.choice(texts.IDEA_DECLINES), by=persons[0]))
        return
    owner, looker = rng.sample(persons[1:], 2)
    yield from actor.tell(subject, IdeaAdopted(measure=actor.say(texts.IDEA_MEASURES), owner=owner, by=persons[0]))
    yield from nominate_idea(sim, unit, subject, later(when, rng, 1, 3), offer.text, rng)
    yield actor.later(5, 20)
    yield from actor.tell(subject, IdeaApplied(result=actor.say(texts.IDEA_RESULTS), by=owner))
    yield actor.later(10, 45)
    done = FollowThroughDone(holds=True, effect=actor.say(texts.HOLDS), by=looker)
    yield from actor.tell_wrong(5, subject, done.model_copy(update={"by": owner}), "follow-through-own")
    yield from actor.tell(subject, done)
    yield from _spread(actor, subject, offer.text)


def _spread(actor: Actor, idea: str, text: str) -> Behaviour:
    """What proved good is shared, and some of it is proposed to the unit above as its norm."""
    sim, unit, rng = actor.sim, actor.unit, actor.rng
    if rng.random() < 0.5:
        yield actor.later(1, 5)
        practice = PracticeShared(title=f"{unit.name}经验做法"[:200], text=text, by=actor.persons[0])
        yield from actor.tell(actor.subject("practice", *sim.reference(unit, "g")), practice)
    above = next(iter(sim.above(unit)), None)
    if above is None or rng.random() < 0.5:
        return
    yield actor.later(1, 5)
    yield from actor.tell(idea, NormProposed(text=actor.say(texts.NORMS), by=actor.persons[0]))
    yield actor.later(1, 5)
    there, by = f"{sim.book(above)}/norm/{unit.id}~{idea.split('/', 3)[3]}", sim.staff[above.id][0]
    word = NormPromoted(by=by) if rng.random() < 0.7 else NormDeclined(reason=rng.choice(texts.IDEA_DECLINES), by=by)
    yield from actor.tell(there, word)
