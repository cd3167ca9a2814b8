"""Units nominate teams and persons for an award; the unit that gives it has them judged round by round, and decides."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from deploy.simulator.behaviours.course import WRONG, at, later, working_days
from deploy.simulator.forms import fill_form
from deploy.simulator.simulation import Behaviour, Nominated, Simulation
from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import NominationFiled, NominationPassedOn, RecommendedUpward, ScoreGiven
from shared.plan.award import Award, Round
from shared.plan.periods import Period, periods
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days

MOST = 12
"""Nominations of an award and period that are told for one unit that gives it, at most."""
JUDGES = 5
"""Persons of the unit that gives an award who can judge, beside the one responsible."""


def run_awards(sim: Simulation) -> Iterator[Behaviour]:
    """Every award in every period: the nominations, then what the unit that gives it makes of them."""
    for award in sim.plan.awards:
        if max(each.judges for each in award.rounds) > JUDGES:
            continue
        for giver in (unit for unit in sim.units if unit.unit_class in award.given_by):
            for period in _periods(sim, award):
                yield _judge(sim, award, giver, period)
    if any(not award.for_ideas for award in sim.plan.awards):
        yield from (behaviour for unit in sim.units for behaviour in _nominations(sim, unit))


def _periods(sim: Simulation, award: Award) -> tuple[Period, ...]:
    """The periods of an award, with their first and last day for nominations."""
    phase = sim.plan.phase(award.phase)
    if award.closes:
        return periods("once", sim.plan.issued, sim.plan.date_of(award.closes))
    return periods(award.cadence, sim.plan.begins(phase), phase.end)


def _giver_of(sim: Simulation, unit: Unit, award: Award) -> tuple[Unit, list[Unit]] | None:
    """The first unit above that gives an award, and those on the way to it; none where no unit above does."""
    above = sim.above(unit)
    if unit.unit_class in award.given_by or (award.classes and unit.unit_class not in award.classes):
        return None
    for number, each in enumerate(above):
        if each.unit_class in award.given_by:
            return each, above[:number]
    return None


def _nominations(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """What a unit nominates, so that about as many as are told come in over the whole tree."""
    for award in sim.plan.awards:
        if award.for_ideas or max(each.judges for each in award.rounds) > JUDGES or _giver_of(sim, unit, award) is None:
            continue
        for period in _periods(sim, award):
            rng = Random(f"nominate/{sim.seed}/{award.code}/{period.code}/{unit.id}")
            if rng.random() < min(1.0, MOST / len(sim.units)):
                yield _nominate(sim, unit, award, period, rng)


def _nominate(sim: Simulation, unit: Unit, award: Award, period: Period, rng: Random) -> Behaviour:
    days = working_days(max(period.first, sim.plan.issued), period.last)[:-8]
    if days:
        yield from _file(sim, unit, award, period, at(rng.choice(days[-20:]), rng), rng, f"{unit.name}“{award.name.zh}”申报材料", None)


def nominate_idea(sim: Simulation, unit: Unit, idea: str, when: datetime, title: str, rng: Random) -> Behaviour:
    """An idea that was adopted is nominated for an award that honours ideas."""
    award = next((award for award in sim.plan.awards if award.for_ideas), None)
    if award is None or max(each.judges for each in award.rounds) > JUDGES or _giver_of(sim, unit, award) is None:
        return
    for period in _periods(sim, award):
        if period.first < when.date() and when.date() <= add_days(period.last, -8):
            yield _file(sim, unit, award, period, when, rng, title[:200], idea)


def _file(
    sim: Simulation, unit: Unit, award: Award, period: Period, when: datetime, rng: Random, title: str, idea: str | None
) -> Behaviour:
    """A nomination is filed, and passed on by each unit on its way, each on another day."""
    rng = Random(f"nomination/{rng.random()}")
    giving = _giver_of(sim, unit, award)
    assert giving
    giver, way = giving
    yield when
    candidates = sim.nominated.setdefault((giver.id, award.code, period.code), [])
    if len(candidates) >= MOST:
        return
    nominee = rng.choice(award.nominees)
    person = rng.choice(sim.staff[unit.id][1:]) if nominee == "person" else None
    source, reference = sim.reference(unit, "n")
    subject = subject_id(book_id(sim.plan.campaign, unit.id), "nomination", award.code, period.code, source, reference)
    climbed = f"{award.code}~{period.code}~{unit.id}~{source}~{reference}"
    candidates.append(Nominated(climbed, unit.id, person))
    fact = NominationFiled(
        award=award.code,
        period=period.code,
        nominee=nominee,
        person=person,
        title=title[:200],
        form=fill_form(sim.plan, award.form, rng, when.date()),
        evidence=("申报材料.docx",),
        idea=idea,
        by=sim.staff[unit.id][0],
    )
    yield from sim.tell(unit, when, subject, fact)
    for above in way:
        when = later(when, rng, 1, 1)
        yield when
        there = f"{book_id(sim.plan.campaign, above.id)}/nomination/{climbed}"
        yield from sim.tell(above, when, there, NominationPassedOn(by=sim.staff[above.id][0]))


def _judge(sim: Simulation, award: Award, giver: Unit, period: Period) -> Behaviour:
    """Once nominations are closed, as many judges as the plan asks for score each in every round; the best go on, and win."""
    rng = Random(f"award/{sim.seed}/{award.code}/{period.code}/{giver.id}")
    book, persons = book_id(sim.plan.campaign, giver.id), sim.staff[giver.id]
    when = at(add_days(max(period.last, sim.plan.issued), rng.randint(1, 3)), rng)
    yield when
    left = sim.nominated.pop((giver.id, award.code, period.code), [])
    if not left:
        return
    subject, points = subject_id(book, "award", award.code, period.code), dict[str, float]()
    for round in award.rounds:
        for candidate in left:
            points[candidate.id] = 0
            for judge in rng.sample(persons[1:], round.judges):
                score = _score(award, giver, round, judge, rng)
                there = f"{book}/nomination/{candidate.id}"
                if rng.random() < WRONG:
                    yield from sim.tell(giver, when, there, score.model_copy(update={"judge_unit": candidate.unit}), "judge-own-unit")
                yield from sim.tell(giver, when, there, score)
                points[candidate.id] += sum(score.points.values()) or rng.random()
        when = later(when, rng, 1, 3)
        yield when
        left = sorted(left, key=lambda each: -points[each.id])[: round.pass_on]
        passes = tuple(each.id for each in left) if round.pass_on else ()
        yield from sim.tell(
            giver, when, subject, RoundClosed(award=award.code, period=period.code, round=round.code, passes=passes, by=persons[0])
        )
    when = later(when, rng, 1, 4)
    yield when
    winners = left[: min(award.places or MOST, max(1, len(left) * 2 // 3))]
    decided = AwardDecided(
        award=award.code,
        period=period.code,
        winners=tuple(each.id for each in winners),
        notice="经研究决定，予以通报表彰。",
        prize="荣誉证书",
        by=persons[0],
    )
    yield from sim.tell(giver, when, subject, decided)
    if award.recommends and sim.above(giver):
        yield from sim.tell(
            giver, when, f"{book}/nomination/{winners[0].id}", RecommendedUpward(reason="成绩突出，择优推荐。", by=persons[0])
        )


def _score(award: Award, giver: Unit, round: Round, judge: str, rng: Random) -> ScoreGiven:
    points = {each.code: float(rng.randint(int(each.most * 0.6), int(each.most))) for each in award.criteria}
    return ScoreGiven(judge_unit=giver.id, round=round.code, points=points, by=judge)
