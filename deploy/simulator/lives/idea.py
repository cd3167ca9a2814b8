"""A golden idea (金点子) is offered, adopted or not, applied, followed up; its norm goes to the unit above, and it may be nominated."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from deploy.simulator import phrases
from deploy.simulator.lives.award import for_idea
from deploy.simulator.lives.course import WRONG, at, later, working_days
from deploy.simulator.lives.simulation import Life, Simulation
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


def ideas(it: Simulation, unit: Unit) -> Iterator[Life]:
    """None, one or two ideas of a unit; more where the plan rewards them."""
    rng = Random(f"ideas/{it.seed}/{unit.id}")
    wanted = any(award.for_ideas for award in it.plan.awards)
    days = working_days(it.first, it.plan.ends)
    for number in range(rng.choice((1, 2, 3) if wanted else (0, 0, 1))):
        if days:
            yield offered(it, unit, Random(f"idea/{it.seed}/{unit.id}/{number}"))


def offered(it: Simulation, unit: Unit, rng: Random) -> Life:
    """One idea, from its offer on."""
    plan, persons = it.plan, it.staff[unit.id]
    codes = [channel.code for channel in plan.channels]
    boxes = [code for code in codes if "idea" in code or "box" in code] or [code for code in codes if code != SELF_CHECK] or codes
    when = at(rng.choice(working_days(it.first, plan.ends)), rng)
    yield when
    id = it.reference(unit, "i")
    subject, anonymous = subject_id(book_id(plan.campaign, unit.id), "idea", *id), rng.random() < 0.2
    offer = IdeaOffered(
        text=phrases.fill(rng, rng.choice(phrases.IDEAS)),
        category=rng.choice(plan.categories).code,
        channel=rng.choice(boxes),
        offered_by=None if anonymous else rng.choice(persons),
        anonymous=anonymous,
    )
    yield from it.tell(unit, when, subject, offer)
    fate, when = rng.random(), later(when, rng, 2, 10)
    if fate < 0.15:
        return
    yield when
    if fate < 0.4:
        yield from it.tell(unit, when, subject, IdeaDeclined(reason=rng.choice(phrases.IDEA_DECLINES), by=persons[0]))
        return
    owner, looker = rng.sample(persons[1:], 2)
    measure = phrases.fill(rng, rng.choice(phrases.IDEA_MEASURES))
    yield from it.tell(unit, when, subject, IdeaAdopted(measure=measure, owner=owner, by=persons[0]))
    yield from for_idea(it, unit, subject, later(when, rng, 1, 3), offer.text, rng)
    when = later(when, rng, 5, 20)
    yield when
    yield from it.tell(unit, when, subject, IdeaApplied(result=phrases.fill(rng, rng.choice(phrases.IDEA_RESULTS)), by=owner))
    when = later(when, rng, 10, 45)
    yield when
    done = FollowThroughDone(holds=True, effect=phrases.fill(rng, rng.choice(phrases.HOLDS)), by=looker)
    if rng.random() < 5 * WRONG:
        yield from it.tell(unit, when, subject, done.model_copy(update={"by": owner}), "follow-through-own")
    yield from it.tell(unit, when, subject, done)
    yield from _spread(it, unit, subject, id, when, rng, offer.text)


def _spread(it: Simulation, unit: Unit, idea: str, id: tuple[str, str], when: datetime, rng: Random, text: str) -> Life:
    """What proved good is shared, and some of it is proposed to the unit above as its norm."""
    book, persons = book_id(it.plan.campaign, unit.id), it.staff[unit.id]
    if rng.random() < 0.5:
        when = later(when, rng, 1, 5)
        yield when
        practice = PracticeShared(title=f"{unit.name}经验做法"[:200], text=text, by=persons[0])
        yield from it.tell(unit, when, subject_id(book, "practice", *it.reference(unit, "g")), practice)
    above = next(iter(it.above(unit)), None)
    if above is None or rng.random() < 0.5:
        return
    when = later(when, rng, 1, 5)
    yield when
    yield from it.tell(unit, when, idea, NormProposed(text=phrases.fill(rng, rng.choice(phrases.NORMS)), by=persons[0]))
    when, by = later(when, rng, 1, 5), it.staff[above.id][0]
    yield when
    there = f"{book_id(it.plan.campaign, above.id)}/norm/{unit.id}~{idea.split('/', 3)[3]}"
    word = NormPromoted(by=by) if rng.random() < 0.7 else NormDeclined(reason=rng.choice(phrases.IDEA_DECLINES), by=by)
    yield from it.tell(above, when, there, word)
