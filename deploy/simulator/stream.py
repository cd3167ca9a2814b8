"""A campaign as units would tell it, day by day: self-checks, issues, rectifications, returns; with the slips that units make.

Everything that acts is a *behaviour*: a generator that yields the moment it next wakes, what it then tells, and behaviours that begin with it
(`deploy.simulator.behaviours`). Each draws from a random source of its own, so the same seed tells the same,
and another behaviour that is added changes nothing of the others.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from random import Random

from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent
from deploy.simulator.behaviours.activity import hold_activities
from deploy.simulator.behaviours.award import run_awards
from deploy.simulator.behaviours.idea import offer_ideas
from deploy.simulator.behaviours.indicators import tell_indicators
from deploy.simulator.behaviours.issue import report_issue
from deploy.simulator.behaviours.proposal import propose
from deploy.simulator.behaviours.returns import file_returns
from deploy.simulator.behaviours.roles import give_roles
from deploy.simulator.behaviours.self_check import self_check
from deploy.simulator.behaviours.unit_plan import adopt_plan
from deploy.simulator.behaviours.watch_topic import answer_watch_topic
from deploy.simulator.people import people
from deploy.simulator.simulation import Behaviour, Simulation
from shared.plan import Plan
from shared.units import Unit
from shared.workdays import BEIJING, add_days

AFTER = 25
"""Working days that are simulated after the campaign's end."""


def broken_rule(id: str) -> str | None:
    """The rule by which the ledger must refuse the event of this id; none: it is right."""
    return dict(enumerate(id.split("."))).get(2)


def stream(
    plan: Plan, units: Sequence[Unit], issues: int, seed: int, source: str | None = None, plain: bool = False
) -> Iterator[tuple[date, list[CloudEvent]]]:
    """What is told on each day from the plan's issue until 25 working days after its end, in order, with about `issues` issues entered in all.

    On the day of issue units name who has which role; all else begins on the day after. With a `source`, one client tells it all.
    `plain`: issues take none but the plain course, as in the demo, whose figures are published.
    """
    sim = Simulation(plan, units, issues, seed, source, plain)
    for behaviour in _behaviours(sim):
        sim.run(behaviour, [])
    shares = sim.shares()
    day, last, before = sim.plan.issued, add_days(sim.plan.ends, AFTER), 0
    while day <= last:
        events: list[CloudEvent] = []
        so_far = round(sim.to_report * shares.get(day, 1.0 if day > sim.plan.ends else 0.0))
        for _ in range(so_far - before):
            sim.run(report_issue(sim, day, Random(f"issue/{sim.seed}/{next(sim.reports)}")), events)
        before = so_far
        sim.wake_before(datetime.combine(day + timedelta(1), time(), BEIJING), events)
        yield day, events
        day += timedelta(1)


def campaign_events(plan: Plan, units: Sequence[Unit], issues: int, seed: int, source: str | None = None) -> Iterator[CloudEvent]:
    """The announcement, the names of all people, then every day's events in order; with a `source`, told by one client."""
    opening = [*announcement(plan, units), *naming(plan, units[0].id, people(units, seed))]
    told = (event | {"source": source} if source else event for event in opening)
    return chain(told, (event for _, events in stream(plan, units, issues, seed, source) for event in events))


def _behaviours(sim: Simulation) -> Iterator[Behaviour]:
    """All that units do, but for the issues that come in from day to day."""
    for unit in sim.units:
        yield give_roles(sim, unit)
    for unit in sim.checked:
        yield self_check(sim, unit)
    for unit in sim.units:
        for obligation in sim.plan.obligations:
            if unit.unit_class in obligation.classes:
                yield adopt_plan(sim, unit, obligation) if obligation.met_by_plan else file_returns(sim, unit, obligation)
    for unit in sim.units:
        yield from hold_activities(sim, unit)
        yield from tell_indicators(sim, unit)
        yield from offer_ideas(sim, unit)
        if sim.plan.asked.proposal:
            yield propose(sim, unit)
        for watch in sim.plan.watches:
            if unit.unit_class in (watch.classes or sim.plan.checklist_of):
                yield answer_watch_topic(sim, unit, watch)
    yield from run_awards(sim)
