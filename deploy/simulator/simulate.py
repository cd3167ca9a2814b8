"""A campaign's life as units would tell it, day by day: self-checks, issues, rectifications, returns; with the slips that units make.

Everything that acts is a *life*: a generator that yields the moment it next wakes, what it then tells, and lives that begin with it
(`deploy.simulator.lives`). Each draws from a random source of its own, so the same seed tells the same,
and another life that is added changes nothing of the others.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.simulator.lives.activity import active
from deploy.simulator.lives.award import contests
from deploy.simulator.lives.idea import ideas
from deploy.simulator.lives.issue import reported
from deploy.simulator.lives.measured import measured
from deploy.simulator.lives.people import roster
from deploy.simulator.lives.proposal import proposed
from deploy.simulator.lives.returns import owed
from deploy.simulator.lives.self_check import self_check
from deploy.simulator.lives.simulation import CloudEvent, Life, Simulation, event
from deploy.simulator.lives.unit_plan import adopted
from deploy.simulator.lives.watch_topic import watched
from shared.events.campaign import CampaignAnnounced
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.topics import book_id, subject_id
from shared.units import Unit, parts, seal
from shared.workdays import BEIJING, add_days

AFTER = 25
"""Working days that are simulated after the campaign's end."""


def broken_rule(id: str) -> str | None:
    """The rule by which the ledger must refuse the event of this id; none: it is right."""
    return dict(enumerate(id.split("."))).get(2)


def announcement(plan: Plan, units: Sequence[Unit]) -> list[CloudEvent]:
    """The tree in its parts, then the campaign with plan and seal, told by the root at eight in the morning of the day of issue."""
    root, told = units[0].id, datetime.combine(plan.issued, time(8), BEIJING)
    book = book_id(plan.campaign, root)
    mark = seal(units)
    listed = [UnitsListed(version=mark.version, part=number, units=tuple(part)) for number, part in enumerate(parts(units), 1)]
    events = [event(f"tree-part-{fact.part}", root, subject_id(book, "tree", str(mark.version)), told, fact) for fact in listed]
    return [*events, event("campaign", root, book, told, CampaignAnnounced(plan=plan, tree=mark))]


def stream(
    plan: Plan, units: Sequence[Unit], issues: int, seed: int, source: str | None = None, plain: bool = False
) -> Iterator[tuple[date, list[CloudEvent]]]:
    """What is told on each day from the plan's issue until 25 working days after its end, in order, with about `issues` issues entered in all.

    On the day of issue units name who has which role; all else begins on the day after. With a `source`, one client tells it all.
    `plain`: issues take none but the plain course, as in the demo, whose figures are published.
    """
    return _days(Simulation(plan, units, issues, seed, source, plain))


def beside(it: Simulation) -> Iterator[Life]:
    """The lives beside those of issues, self-checks and returns."""
    for unit in it.units:
        yield from active(it, unit)
        yield from measured(it, unit)
        yield from ideas(it, unit)
        if it.plan.asked.proposal:
            yield proposed(it, unit)
        for watch in it.plan.watches:
            if unit.unit_class in (watch.classes or it.plan.checklist_of):
                yield watched(it, unit, watch)
    yield from contests(it)


def _days(it: Simulation) -> Iterator[tuple[date, list[CloudEvent]]]:
    for unit in it.units:
        it.live(roster(it, unit), [])
    for unit in it.checked:
        it.live(self_check(it, unit), [])
    for unit in it.units:
        for obligation in it.plan.obligations:
            if unit.unit_class in obligation.classes:
                it.live(adopted(it, unit, obligation) if obligation.met_by_plan else owed(it, unit, obligation), [])
    for life in beside(it):
        it.live(life, [])
    shares = it.shares()
    day, last, before = it.plan.issued, add_days(it.plan.ends, AFTER), 0
    while day <= last:
        events: list[CloudEvent] = []
        so_far = round(it.to_report * shares.get(day, 1.0 if day > it.plan.ends else 0.0))
        for _ in range(so_far - before):
            it.live(reported(it, day, Random(f"issue/{it.seed}/{next(it.reports)}")), events)
        before = so_far
        midnight = datetime.combine(day + timedelta(1), time(), BEIJING)
        while it.asleep and it.asleep[0][0] < midnight:
            it.wake(events)
        yield day, events
        day += timedelta(1)
