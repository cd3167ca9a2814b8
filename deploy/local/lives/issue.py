"""An issue comes in through a channel, and is dealt with."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.local import phrases
from deploy.local.lives.course import Course, at
from deploy.local.lives.simulation import Life, Simulation, applies
from shared.events.issue import IssueReported
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
    target = rng.choice([target for target in it.plan.targets if applies(target, unit)] or [None])
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
    yield from it.tell(unit, when, subject, fact)
    yield from issue(it, unit, subject, rng.random(), when, owner)


def issue(it: Simulation, unit: Unit, subject: str, draw: float, entered: datetime, owner: str | None) -> Life:
    """What is done about an issue on the book."""
    for act in Course(it.plan, it.staff[unit.id], Random(f"course/{draw}"), entered, it.slow(unit)).acts(owner):
        yield act.when
        yield from it.tell(unit, act.when, subject, act.fact, act.breaks)
