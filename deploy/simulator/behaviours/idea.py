"""A golden idea (金点子) is offered, adopted or not, applied, followed up; its norm goes to the unit above, and it may be nominated."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.award import nominate_idea
from deploy.simulator.behaviours.course import WRONG, at, later, working_days
from deploy.simulator.simulation import Behaviour, Simulation
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
from shared.topics import book_id, subject_id
from shared.units import Unit


def offer_ideas(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """None, one or two ideas of a unit; more where the plan rewards them."""
    rng = Random(f"ideas/{sim.seed}/{unit.id}")
    wanted = any(award.for_ideas for award in sim.plan.awards)
    days = working_days(sim.first, sim.plan.ends)
    for number in range(rng.choice((1, 2, 3) if wanted else (0, 0, 1))):
        if days:
            yield _offer(sim, unit, Random(f"idea/{sim.seed}/{unit.id}/{number}"))


def _offer(sim: Simulation, unit: Unit, rng: Random) -> Behaviour:
    """One idea, from its offer on."""
    plan, persons = sim.plan, sim.staff[unit.id]
    codes = [channel.code for channel in plan.channels]
    boxes = [code for code in codes if "idea" in code or "box" in code] or [code for code in codes if code != SELF_CHECK] or codes
    when = at(rng.choice(working_days(sim.first, plan.ends)), rng)
    yield when
    id = sim.reference(unit, "i")
    subject, anonymous = subject_id(book_id(plan.campaign, unit.id), "idea", *id), rng.random() < 0.2
    offer = IdeaOffered(
        text=texts.fill(rng, rng.choice(texts.IDEAS)),
        category=rng.choice(plan.categories).code,
        channel=rng.choice(boxes),
        offered_by=None if anonymous else rng.choice(persons),
        anonymous=anonymous,
    )
    yield from sim.tell(unit, when, subject, offer)
    fate, when = rng.random(), later(when, rng, 2, 10)
    if fate < 0.15:
        return
    yield when
    if fate < 0.4:
        yield from sim.tell(unit, when, subject, IdeaDeclined(reason=rng.choice(texts.IDEA_DECLINES), by=persons[0]))
        return
    owner, looker = rng.sample(persons[1:], 2)
    measure = texts.fill(rng, rng.choice(texts.IDEA_MEASURES))
    yield from sim.tell(unit, when, subject, IdeaAdopted(measure=measure, owner=owner, by=persons[0]))
    yield from nominate_idea(sim, unit, subject, later(when, rng, 1, 3), offer.text, rng)
    when = later(when, rng, 5, 20)
    yield when
    yield from sim.tell(unit, when, subject, IdeaApplied(result=texts.fill(rng, rng.choice(texts.IDEA_RESULTS)), by=owner))
    when = later(when, rng, 10, 45)
    yield when
    done = FollowThroughDone(holds=True, effect=texts.fill(rng, rng.choice(texts.HOLDS)), by=looker)
    if rng.random() < 5 * WRONG:
        yield from sim.tell(unit, when, subject, done.model_copy(update={"by": owner}), "follow-through-own")
    yield from sim.tell(unit, when, subject, done)
    yield from _spread(sim, unit, subject, id, when, rng, offer.text)


def _spread(sim: Simulation, unit: Unit, idea: str, id: tuple[str, str], when: datetime, rng: Random, text: str) -> Behaviour:
    """What proved good is shared, and some of it is proposed to the unit above as its norm."""
    book, persons = book_id(sim.plan.campaign, unit.id), sim.staff[unit.id]
    if rng.random() < 0.5:
        when = later(when, rng, 1, 5)
        yield when
        practice = PracticeShared(title=f"{unit.name}经验做法"[:200], text=text, by=persons[0])
        yield from sim.tell(unit, when, subject_id(book, "practice", *sim.reference(unit, "g")), practice)
    above = next(iter(sim.above(unit)), None)
    if above is None or rng.random() < 0.5:
        return
    when = later(when, rng, 1, 5)
    yield when
    yield from sim.tell(unit, when, idea, NormProposed(text=texts.fill(rng, rng.choice(texts.NORMS)), by=persons[0]))
    when, by = later(when, rng, 1, 5), sim.staff[above.id][0]
    yield when
    there = f"{book_id(sim.plan.campaign, above.id)}/norm/{unit.id}~{idea.split('/', 3)[3]}"
    word = NormPromoted(by=by) if rng.random() < 0.7 else NormDeclined(reason=rng.choice(texts.IDEA_DECLINES), by=by)
    yield from sim.tell(above, when, there, word)
