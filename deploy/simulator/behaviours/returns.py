"""A unit files the returns that it owes: once or for each period, on their forms, and where the plan asks for it until the unit above accepts them."""

from datetime import datetime
from random import Random
from typing import Any

from deploy.simulator import texts
from deploy.simulator.behaviours.course import WRONG, at, later, working_days
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.returns import ReturnAccepted, ReturnAnswered, ReturnChased, ReturnFiled, ReturnSentBack
from shared.plan.obligation import Obligation
from shared.plan.periods import ROLLING, Period, due_after, periods_of
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days


def file_returns(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """All that a unit files for an obligation."""
    if obligation.cadence == "once":
        yield from _once(sim, unit, obligation)
    elif obligation.cadence == ROLLING:
        yield from _whenever(sim, unit, obligation)
    else:
        for period in periods_of(sim.plan, obligation):
            yield from _for_period(sim, unit, obligation, period)


def _once(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit files a return in the last days before it is due; some late, some never."""
    plan, phase = sim.plan, sim.plan.phase(obligation.phase)
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}")
    fate, slow, due = rng.random(), sim.slow(unit), plan.due_of(obligation)
    opens = plan.begins(phase)
    if due < opens:  # it is opened in the phase in which it is due (A4)
        within = plan.phase_on(due)
        opens = plan.begins(plan.phase(within)) if within else plan.issued
    # From the day after it was opened, so that the book has surely opened it.
    days = working_days(max(opens, plan.issued), due)
    if fate < (0.2 if slow else 0.02) and phase.grace:  # without grace the phase of all above would be held for ever
        return
    late = fate < (0.6 if slow else 0.1) or not days
    # One that is owed later in the tree's phase may fall due before the book is open.
    when = at(add_days(max(due, opens, plan.issued), rng.randint(1, 12)) if late else rng.choice(days[-8:]), rng)
    # An institution whose issues are all struck off has nothing to list at the end.
    nothing = obligation.phase == plan.last_phase and unit.unit_class in plan.checklist_of and obligation.nil
    more = Random(f"returned/{sim.seed}/{unit.id}/{obligation.code}")
    chased = at(add_days(max(due, opens, plan.issued), 2), more)
    if chased.date() < when.date() and not sim.plain and sim.above(unit) and more.random() < 0.5:
        yield _chase(sim, unit, obligation, chased, more)
    yield from _file(sim, unit, obligation, when, rng, nothing=nothing)
    if obligation.approval:
        yield from _judge(sim, unit, obligation, when, more, None)


def _whenever(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit files what has no date, some times in all."""
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}")
    [period] = periods_of(sim.plan, obligation)
    days = working_days(max(period.first, sim.plan.issued), period.last)
    for day in sorted(rng.sample(days, min(len(days), rng.randint(0, 3)))):
        yield from _file(sim, unit, obligation, at(day, rng), rng, period=ROLLING)


def _for_period(sim: Simulation, unit: Unit, obligation: Obligation, period: Period) -> Behaviour:
    """A unit files a return after each period, most of them in time; so many of so many kinds where the plan asks for that."""
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}/{period.code}")
    due, slow, fate = due_after(obligation, period), sim.slow(unit), rng.random()
    if fate < (0.15 if slow else 0.03):
        return
    days = working_days(max(period.first, sim.plan.issued), due)
    late = fate < (0.4 if slow else 0.1) or not days
    when = at(add_days(max(due, sim.plan.issued), rng.randint(1, 4)) if late else rng.choice(days[-3:]), rng)
    many = obligation.quota or 1
    if obligation.nil and rng.random() < 0.2:
        yield from _file(sim, unit, obligation, when, rng, period=period.code, nil=True)
        many = 0
    for number in range(many):
        kind = f"kind-{number % obligation.kinds + 1}" if obligation.kinds else None
        yield from _file(sim, unit, obligation, when, rng, period=period.code, kind=kind)
        when = later(when, rng, 0, 1)
    if obligation.approval:
        yield from _judge(sim, unit, obligation, when, rng, period.code)


def _chase(sim: Simulation, unit: Unit, obligation: Obligation, when: datetime, rng: Random) -> Behaviour:
    """The unit above chases a return that is late."""
    yield when
    above = sim.above(unit)[0]
    fact = ReturnChased(obligation=obligation.code, text=rng.choice(texts.CHASES), by=sim.staff[above.id][0], by_unit=above.id)
    yield from sim.tell(unit, when, _subject(sim, unit, obligation), fact, by=above)


def _file(
    sim: Simulation,
    unit: Unit,
    obligation: Obligation,
    when: datetime,
    rng: Random,
    period: str | None = None,
    kind: str | None = None,
    nil: bool = False,
    nothing: bool = False,
) -> Behaviour:
    """One return; now and then its form is wrong first."""
    yield when
    nil = nil or (nothing and not sim.open[unit.id])
    form = fill_form(sim.plan, obligation.form, Random(f"form/{sim.seed}/{unit.id}/{obligation.code}/{when}"), when.date())
    fact = ReturnFiled(
        obligation=obligation.code,
        title=f"{unit.name}{obligation.name.zh}"[:200],
        nil=nil,
        files=(f"{obligation.code}-{unit.id}.docx",),
        by=rng.choice(sim.staff[unit.id]),
        period=period,
        form={} if nil else form,
        item_kind=kind,
    )
    subject = _subject(sim, unit, obligation, period)
    if form and not nil and rng.random() < 5 * WRONG and obligation.form:
        yield from sim.tell(
            unit, when, subject, fact.model_copy(update={"form": spoil_form(sim.plan, obligation.form, form)}), "form-wrong"
        )
    elif not obligation.nil and rng.random() < 2 * WRONG:
        yield from sim.tell(unit, when, subject, fact.model_copy(update={"nil": True, "form": {}}), "nil-not-taken")
    yield from sim.tell(unit, when, subject, fact)


def _judge(sim: Simulation, unit: Unit, obligation: Obligation, when: datetime, rng: Random, period: str | None) -> Behaviour:
    """The unit above accepts a return on another day; some it sends back first, and they are filed again."""
    above, subject = (*sim.above(unit), unit)[0], _subject(sim, unit, obligation, period)
    judge: dict[str, Any] = {"obligation": obligation.code, "period": period, "by": sim.staff[above.id][0], "by_unit": above.id}
    if rng.random() < 0.2:
        when = later(when, rng, 1, 3)
        yield when
        yield from sim.tell(unit, when, subject, ReturnSentBack(**judge, reason=rng.choice(texts.SENT_BACK)), by=above)
        when = later(when, rng, 1, 4)
        yield from _file(sim, unit, obligation, when, rng, period=period, kind="kind-1" if obligation.kinds else None)
    if rng.random() < 0.95:
        when = later(when, rng, 1, 4)
        yield when
        yield from sim.tell(unit, when, subject, ReturnAccepted(**judge), by=above)
        if rng.random() < 0.3:
            yield from sim.tell(unit, when, subject, ReturnAnswered(**judge, text=rng.choice(texts.REPLIES)), by=above)


def _subject(sim: Simulation, unit: Unit, obligation: Obligation, period: str | None = None) -> str:
    return subject_id(book_id(sim.plan.campaign, unit.id), "return", obligation.code, *([period] if period else []))
