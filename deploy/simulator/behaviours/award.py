"""Units nominate teams and persons for an award; the unit that gives it has them judged round by round, and decides."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from deploy.simulator.forms import fill_form
from deploy.simulator.simulation import Actor, Behaviour, Nominated, Simulation, at, working_days
from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import NominationFiled, NominationPassedOn, RecommendedUpward, ScoreGiven
from shared.plan.award import Award
from shared.plan.periods import Period, award_periods
from shared.units import Unit
from shared.workdays import add_days

MOST = 12
"""Nominations of an award and period that are told for one unit that gives it, at most."""
JUDGES = 5
"""Persons of the unit that gives an award who can judge, beside the one responsible."""


def run_awards(sim: Simulation) -> Iterator[Behaviour]:
    """Every award in every period: the nominations, then what the unit that gives it makes of them."""
    for award in sim.plan.awards:
        if _can_be_judged(award):
            for giver in (unit for unit in sim.units if unit.unit_class in award.given_by):
                for period in award_periods(sim.plan, award):
                    yield _judge(sim, award, giver, period)
    for unit in sim.units:
        yield from _nominate(sim, unit)


def _can_be_judged(award: Award) -> bool:
    return max(each.judges for each in award.rounds) <= JUDGES


def _giver_of(sim: Simulation, unit: Unit, award: Award) -> tuple[Unit, list[Unit]] | None:
    """The first unit above that gives an award, and those on the way to it; none where no unit above does."""
    if unit.unit_class in award.given_by or (award.classes and unit.unit_class not in award.classes):
        return None
    above = sim.above(unit)
    for number, each in enumerate(above):
        if each.unit_class in award.given_by:
            return each, above[:number]
    return None


def _nominate(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """What a unit nominates, so that about as many as are told come in over the whole tree."""
    for award in sim.plan.awards:
        if award.for_ideas or not _can_be_judged(award) or _giver_of(sim, unit, award) is None:
            continue
        for period in award_periods(sim.plan, award):
            rng = Random(f"nominate/{sim.seed}/{award.code}/{period.code}/{unit.id}")
            if rng.random() >= min(1.0, MOST / len(sim.units)):
                continue
            if days := working_days(max(period.first, sim.plan.issued), period.last)[:-8]:
                when = at(rng.choice(days[-20:]), rng)
                yield _file(_nominating(sim, unit, rng, when), award, period, f"{unit.name}“{award.name.zh}”申报材料")


def nominate_idea(sim: Simulation, unit: Unit, idea: str, when: datetime, title: str, rng: Random) -> Behaviour:
    """An idea that was adopted is nominated for an award that honours ideas."""
    award = next((award for award in sim.plan.awards if award.for_ideas), None)
    if award is None or not _can_be_judged(award) or _giver_of(sim, unit, award) is None:
        return
    for period in award_periods(sim.plan, award):
        if period.first < when.date() <= add_days(period.last, -8):
            yield _file(_nominating(sim, unit, rng, when), award, period, title, idea)


def _nominating(sim: Simulation, unit: Unit, rng: Random, when: datetime) -> Actor:
    return Actor(sim, unit, Random(f"nomination/{rng.random()}"), when)


def _file(actor: Actor, award: Award, period: Period, title: str, idea: str | None = None) -> Behaviour:
    """A nomination is filed, and passed on by each unit on its way, each on another day."""
    sim, unit, rng = actor.sim, actor.unit, actor.rng
    giving = _giver_of(sim, unit, award)
    assert giving
    giver, way = giving
    yield actor.now
    candidates = sim.nominated.setdefault((giver.id, award.code, period.code), [])
    if len(candidates) >= MOST:
        return
    nominee = rng.choice(award.nominees)
    person = rng.choice(actor.persons[1:]) if nominee == "person" else None
    source, reference = sim.reference(unit, "n")
    climbed = f"{award.code}~{period.code}~{unit.id}~{source}~{reference}"
    candidates.append(Nominated(climbed, unit.id, person))
    fact = NominationFiled(
        award=award.code,
        period=period.code,
        nominee=nominee,
        person=person,
        title=title[:200],
        form=fill_form(sim.plan, award.form, rng, actor.now.date()),
        evidence=("申报材料.docx",),
        idea=idea,
        by=actor.persons[0],
    )
    yield from actor.tell(actor.subject("nomination", award.code, period.code, source, reference), fact)
    for above in way:
        yield actor.later(1, 1)
        yield from actor.tell(f"{sim.book(above)}/nomination/{climbed}", NominationPassedOn(by=sim.staff[above.id][0]))


def _judge(sim: Simulation, award: Award, giver: Unit, period: Period) -> Behaviour:
    """Once nominations are closed, as many judges as the plan asks for score each in every round; the best go on, and win."""
    rng = Random(f"award/{sim.seed}/{award.code}/{period.code}/{giver.id}")
    actor = Actor(sim, giver, rng, at(add_days(max(period.last, sim.plan.issued), rng.randint(1, 3)), rng))
    yield actor.now
    left = sim.nominated.pop((giver.id, award.code, period.code), [])
    if not left:
        return
    subject, nomination, by = actor.subject("award", award.code, period.code), f"{sim.book(giver)}/nomination", actor.persons[0]
    for round in award.rounds:
        sums = dict.fromkeys((candidate.id for candidate in left), 0.0)
        for candidate in left:
            for judge in rng.sample(actor.persons[1:], round.judges):
                points = {each.code: float(rng.randint(int(each.most * 0.6), int(each.most))) for each in award.criteria}
                score, there = ScoreGiven(judge_unit=giver.id, round=round.code, points=points, by=judge), f"{nomination}/{candidate.id}"
                yield from actor.tell_wrong(1, there, score.model_copy(update={"judge_unit": candidate.unit}), "judge-own-unit")
                yield from actor.tell(there, score)
                sums[candidate.id] += sum(points.values()) or rng.random()
        yield actor.later(1, 3)
        left = sorted(left, key=lambda each: -sums[each.id])[: round.pass_on]
        passes = tuple(each.id for each in left) if round.pass_on else ()
        yield from actor.tell(subject, RoundClosed(award=award.code, period=period.code, round=round.code, passes=passes, by=by))
    yield actor.later(1, 4)
    winners = left[: min(award.places or MOST, max(1, len(left) * 2 // 3))]
    decided = AwardDecided(
        award=award.code,
        period=period.code,
        winners=tuple(each.id for each in winners),
        notice="经研究决定，予以通报表彰。",
        rewards=tuple(each.code for each in award.rewards),
        prize="荣誉证书",
        by=by,
    )
    yield from actor.tell(subject, decided)
    if award.recommends and sim.above(giver):
        yield from actor.tell(f"{nomination}/{winners[0].id}", RecommendedUpward(reason="成绩突出，择优推荐。", by=by))
