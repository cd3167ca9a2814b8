"""An issue comes in through a channel, and is dealt with."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import Course, at, later
from deploy.simulator.behaviours.full_course import FullCourse
from deploy.simulator.behaviours.hand_over import hand_over, id_at_receiver, receiver_of
from deploy.simulator.behaviours.hazard import report_cleared_hazard
from deploy.simulator.behaviours.reporter import answer_reporter, report_twice, with_details
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.issue import IssueReported, RectificationVerified
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import BEIJING, is_working_day

PUBLIC = {"complaint", "calls-and-visits", "hotline", "conduct-hotline", "conduct-review", "satisfaction", "patient-follow-up"}
"""Channels that are open on any day, and not in working hours alone."""


def report_issue(sim: Simulation, day: date, rng: Random) -> Behaviour:
    """An issue comes in through a channel: from the public on any day, from inspections and staff in working hours."""
    unit = sim.institutions[bisect(sim.weights, rng.randrange(sim.weights[-1]))]
    codes = [channel.code for channel in sim.plan.channels if channel.code != "self-check"] or [sim.plan.channels[0].code]
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
    book, ref = book_id(sim.plan.campaign, unit.id), f"{unit.id}-{sim.reported[unit.id]:04}"
    subject = subject_id(book, "issue", sim.clients[unit.id], ref)
    owner = rng.choice(sim.staff[unit.id][1:]) if rng.random() < 0.6 else None
    fact = IssueReported(
        text=texts.framed(rng, channel, text),
        category=category,
        channel=channel,
        nature=rng.choices(("problem", "defect", "hazard"), (8, 1, 1))[0],
        target=target.number if target and rng.random() < 0.7 else None,
        owner=owner,
    )
    draw = rng.random()
    more = Random(f"reported/{draw}")
    if not sim.plain:
        fact = with_details(sim, unit, fact, more)
    yield from sim.tell(unit, when, subject, fact)
    if channel in sim.plan.complaint_channels or fact.reporter:
        yield answer_reporter(sim, unit, subject, fact, when, more)
    if not sim.plain and more.random() < 0.015:
        yield report_twice(sim, unit, subject, fact, when, more)
    yield from deal_with(sim, unit, subject, draw, when, owner, fact)


def deal_with(
    sim: Simulation, unit: Unit, subject: str, draw: float, entered: datetime, owner: str | None, report: IssueReported
) -> Behaviour:
    """What is done about an issue on the book."""
    rng = Random(f"course/{draw}")
    more = Random(f"turns/{draw}")
    if sim.plain:
        yield from _follow(sim, unit, subject, Course(sim.plan, sim.staff[unit.id], rng, entered, sim.slow(unit)), owner, report, more)
        return
    course = FullCourse(sim, unit, report, rng, entered)
    if taker := receiver_of(sim, unit, report, entered, more):
        when, takes = yield from hand_over(sim, unit, taker, subject, entered, more)
        if takes:
            there = FullCourse(sim, taker, report, rng, when, taken=True)
            yield from _follow(sim, taker, id_at_receiver(sim, unit, taker, subject), there, None, report, more)
            return
        course.now = later(when, more, 1, 2)
    yield from _follow(sim, unit, subject, course, owner, report, more)


def _follow(sim: Simulation, unit: Unit, subject: str, course: Course, owner: str | None, report: IssueReported, rng: Random) -> Behaviour:
    """An issue takes its course; of a hazard that was cleared a report climbs."""
    reports = report.nature == "hazard" and rng.random() < 0.85
    for act in course.acts(owner):
        yield act.when
        yield from sim.tell(unit, act.when, subject, act.fact, act.breaks, act.by)
        if reports and isinstance(act.fact, RectificationVerified) and not act.breaks:
            reports = False
            yield report_cleared_hazard(sim, unit, subject, act.when, rng)
