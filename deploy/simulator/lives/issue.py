"""An issue comes in through a channel, and is dealt with."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.simulator import phrases
from deploy.simulator.lives.course import Course, at, later
from deploy.simulator.lives.hand_over import handed_over, other, taken_as
from deploy.simulator.lives.hazard import climbs
from deploy.simulator.lives.reporter import answered, doubled, in_full
from deploy.simulator.lives.simulation import Life, Simulation
from deploy.simulator.lives.turns import FullCourse
from shared.events.issue import IssueReported, RectificationVerified
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import BEIJING, is_working_day

PUBLIC = {"complaint", "calls-and-visits", "hotline", "conduct-hotline", "conduct-review", "satisfaction", "patient-follow-up"}
"""Channels that are open on any day, and not in working hours alone."""


def reported(it: Simulation, day: date, rng: Random) -> Life:
    """An issue comes in through a channel: from the public on any day, from inspections and staff in working hours."""
    unit = it.institutions[bisect(it.weights, rng.randrange(it.weights[-1]))]
    codes = [channel.code for channel in it.plan.channels if channel.code != "self-check"] or [it.plan.channels[0].code]
    working = is_working_day(day)
    channel = rng.choice([code for code in codes if working or code in PUBLIC] or codes)
    any_hour = datetime.combine(day, time(7), BEIJING) + timedelta(seconds=rng.randrange(15 * 3600))
    when = any_hour if channel in PUBLIC or not working else at(day, rng)
    yield when
    target = rng.choice([target for target in it.plan.targets if target.applies_to(unit.unit_class, unit.tags)] or [None])
    if target:
        category, text = target.aspect, phrases.fault(rng, target.aspect, it.turn_in_aspect[target.number], target.text.zh)
    else:
        entry = rng.choice(it.plan.categories)
        category, text = entry.code, phrases.fault(rng, entry.code, 0, entry.name.zh)
    it.reported[unit.id] += 1
    book, ref = book_id(it.plan.campaign, unit.id), f"{unit.id}-{it.reported[unit.id]:04}"
    subject = subject_id(book, "issue", it.clients[unit.id], ref)
    owner = rng.choice(it.staff[unit.id][1:]) if rng.random() < 0.6 else None
    fact = IssueReported(
        text=phrases.framed(rng, channel, text),
        category=category,
        channel=channel,
        nature=rng.choices(("problem", "defect", "hazard"), (8, 1, 1))[0],
        target=target.number if target and rng.random() < 0.7 else None,
        owner=owner,
    )
    draw = rng.random()
    more = Random(f"reported/{draw}")
    if not it.plain:
        fact = in_full(it, unit, fact, more)
    yield from it.tell(unit, when, subject, fact)
    if channel in it.plan.complaint_channels or fact.reporter:
        yield answered(it, unit, subject, fact, when, more)
    if not it.plain and more.random() < 0.015:
        yield doubled(it, unit, subject, fact, when, more)
    yield from issue(it, unit, subject, draw, when, owner, fact)


def issue(it: Simulation, unit: Unit, subject: str, draw: float, entered: datetime, owner: str | None, report: IssueReported) -> Life:
    """What is done about an issue on the book."""
    rng = Random(f"course/{draw}")
    more = Random(f"turns/{draw}")
    if it.plain:
        yield from _goes(it, unit, subject, Course(it.plan, it.staff[unit.id], rng, entered, it.slow(unit)), owner, report, more)
        return
    course = FullCourse(it, unit, report, rng, entered)
    if taker := other(it, unit, report, entered, more):
        when, takes = yield from handed_over(it, unit, taker, subject, entered, more)
        if takes:
            there = FullCourse(it, taker, report, rng, when, taken=True)
            yield from _goes(it, taker, taken_as(it, unit, taker, subject), there, None, report, more)
            return
        course.now = later(when, more, 1, 2)
    yield from _goes(it, unit, subject, course, owner, report, more)


def _goes(it: Simulation, unit: Unit, subject: str, course: Course, owner: str | None, report: IssueReported, rng: Random) -> Life:
    """An issue takes its course; of a hazard that was cleared a report climbs."""
    reports = report.nature == "hazard" and rng.random() < 0.85
    for act in course.acts(owner):
        yield act.when
        yield from it.tell(unit, act.when, subject, act.fact, act.breaks, act.by)
        if reports and isinstance(act.fact, RectificationVerified) and not act.breaks:
            reports = False
            yield climbs(it, unit, subject, act.when, rng)
