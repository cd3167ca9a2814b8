"""An issue comes in through a channel, and is dealt with."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import Course
from deploy.simulator.behaviours.full_course import FullCourse
from deploy.simulator.behaviours.hand_over import hand_over, id_at_receiver, receiver_of
from deploy.simulator.behaviours.hazard import report_cleared_hazard
from deploy.simulator.behaviours.reporter import answer_reporter, report_twice, with_details
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at
from shared.events.issue import IssueReported, RectificationVerified
from shared.plan.target import SELF_CHECK
from shared.units import Unit
from shared.workdays import BEIJING, is_working_day

PUBLIC = {"complaint", "calls-and-visits", "hotline", "conduct-hotline", "conduct-review", "satisfaction", "patient-follow-up"}
"""Channels that are open on any day, and not in working hours alone."""


def report_issue(sim: Simulation, day: date, rng: Random) -> Behaviour:
    """An issue comes in through a channel: from the public on any day, from inspections and staff in working hours."""
    unit = sim.institutions[bisect(sim.weights, rng.randrange(sim.weights[-1]))]
    codes = [channel.code for channel in sim.plan.channels if channel.code != SELF_CHECK] or [sim.plan.channels[0].code]
    working = is_working_day(day)
    channel = rng.choice([code for code in codes if working or code in PUBLIC] or codes)
    any_hour = datetime.combine(day, time(7), BEIJING) + timedelta(seconds=rng.randrange(15 * 3600))
    when = any_hour if channel in PUBLIC or not working else at(day, rng)
    yield when
    target = rng.choice([target for target in sim.plan.targets if target.applies_to(unit.unit_class, unit.tags)] or [None])
    if target:
        category, text = target.aspect, texts.fault(rng, target.aspect, sim.turn_in_aspect[target.number], target.text.zh)
    else:
        entry = rng.choice(sim.plan.categories)
        category, text = entry.code, texts.fault(rng, entry.code, 0, entry.name.zh)
    sim.reported[unit.id] += 1
    fact = IssueReported(
        owner=rng.choice(sim.staff[unit.id][1:]) if rng.random() < 0.6 else None,
        text=texts.framed(rng, channel, text),
        category=category,
        channel=channel,
        nature=rng.choices(("problem", "defect", "hazard"), (8, 1, 1))[0],
        target=target.number if target and rng.random() < 0.7 else None,
    )
    draw = rng.random()
    more = Random(f"reported/{draw}")
    actor = Actor(sim, unit, more, when)
    subject = actor.subject("issue", sim.clients[unit.id], f"{unit.id}-{sim.reported[unit.id]:04}")
    if not sim.plain:
        fact = with_details(actor, fact)
    yield from actor.tell(subject, fact)
    if channel in sim.plan.complaint_channels or fact.reporter:
        yield answer_reporter(Actor(sim, unit, more, when), subject, fact)
    if not sim.plain and more.random() < 0.015:
        yield report_twice(actor, subject, fact)
    yield from deal_with(sim, unit, subject, fact, when, draw)


def deal_with(sim: Simulation, unit: Unit, subject: str, report: IssueReported, entered: datetime, draw: float) -> Behaviour:
    """What is done about an issue on the book."""
    rng, more = Random(f"course/{draw}"), Random(f"turns/{draw}")
    if sim.plain:
        yield from _follow(Course(sim, unit, rng, entered, report), subject, report.owner, more)
        return
    course = FullCourse(sim, unit, rng, entered, report)
    if taker := receiver_of(sim, unit, report, entered, more):
        giver = Actor(sim, unit, more, entered)
        takes = yield from hand_over(giver, taker, subject)
        if takes:
            there = FullCourse(sim, taker, rng, giver.now, report, taken=True)
            yield from _follow(there, id_at_receiver(sim, unit, taker, subject), None, more)
            return
        course.now = giver.later(1, 2)
    yield from _follow(course, subject, report.owner, more)


def _follow(course: Course, subject: str, owner: str | None, rng: Random) -> Behaviour:
    """An issue takes its course; of a hazard that was cleared a report climbs."""
    reports = course.report.nature == "hazard" and rng.random() < 0.85
    for act in course.acts(owner):
        yield course.now
        yield from course.tell(subject, act.fact, act.breaks, act.by)
        if reports and isinstance(act.fact, RectificationVerified) and not act.breaks:
            reports = False
            yield report_cleared_hazard(Actor(course.sim, course.unit, rng, course.now), subject)
