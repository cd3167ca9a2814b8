"""A unit files the returns that it owes: once or for each period, on their forms, and where the plan asks for it until the unit above accepts them."""

from datetime import datetime
from random import Random
from typing import Any

from deploy.simulator import phrases
from deploy.simulator.filled import filled as filled_in
from deploy.simulator.filled import wrongly
from deploy.simulator.lives.course import WRONG, at, later, working_days
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.returns import ReturnAccepted, ReturnAnswered, ReturnChased, ReturnFiled, ReturnSentBack
from shared.plan.obligation import Obligation
from shared.plan.periods import ROLLING, Period, due_after, periods_of
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days


def owed(it: Simulation, unit: Unit, obligation: Obligation) -> Life:
    """All that a unit files for an obligation."""
    if obligation.cadence == "once":
        yield from _once(it, unit, obligation)
    elif obligation.cadence == ROLLING:
        yield from _whenever(it, unit, obligation)
    else:
        for period in periods_of(it.plan, obligation):
            yield from _for_period(it, unit, obligation, period)


def _once(it: Simulation, unit: Unit, obligation: Obligation) -> Life:
    """A unit files a return in the last days before it is due; some late, some never."""
    plan, phase = it.plan, it.plan.phase(obligation.phase)
    rng = Random(f"return/{it.seed}/{unit.id}/{obligation.code}")
    fate, slow, due = rng.random(), it.slow(unit), plan.due_of(obligation)
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
    more = Random(f"returned/{it.seed}/{unit.id}/{obligation.code}")
    chased = at(add_days(max(due, opens, plan.issued), 2), more)
    if chased.date() < when.date() and not it.plain and it.above(unit) and more.random() < 0.5:
        yield _chased(it, unit, obligation, chased, more)
    yield from _filed(it, unit, obligation, when, rng, nothing=nothing)
    if obligation.approval:
        yield from _judged(it, unit, obligation, when, more, None)


def _whenever(it: Simulation, unit: Unit, obligation: Obligation) -> Life:
    """A unit files what has no date, some times in all."""
    rng = Random(f"return/{it.seed}/{unit.id}/{obligation.code}")
    [period] = periods_of(it.plan, obligation)
    days = working_days(max(period.first, it.plan.issued), period.last)
    for day in sorted(rng.sample(days, min(len(days), rng.randint(0, 3)))):
        yield from _filed(it, unit, obligation, at(day, rng), rng, period=ROLLING)


def _for_period(it: Simulation, unit: Unit, obligation: Obligation, period: Period) -> Life:
    """A unit files a return after each period, most of them in time; so many of so many kinds where the plan asks for that."""
    rng = Random(f"return/{it.seed}/{unit.id}/{obligation.code}/{period.code}")
    due, slow, fate = due_after(obligation, period), it.slow(unit), rng.random()
    if fate < (0.15 if slow else 0.03):
        return
    days = working_days(max(period.first, it.plan.issued), due)
    late = fate < (0.4 if slow else 0.1) or not days
    when = at(add_days(max(due, it.plan.issued), rng.randint(1, 4)) if late else rng.choice(days[-3:]), rng)
    many = obligation.quota or 1
    if obligation.nil and rng.random() < 0.2:
        yield from _filed(it, unit, obligation, when, rng, period=period.code, nil=True)
        many = 0
    for number in range(many):
        kind = f"kind-{number % obligation.kinds + 1}" if obligation.kinds else None
        yield from _filed(it, unit, obligation, when, rng, period=period.code, kind=kind)
        when = later(when, rng, 0, 1)
    if obligation.approval:
        yield from _judged(it, unit, obligation, when, rng, period.code)


def _chased(it: Simulation, unit: Unit, obligation: Obligation, when: datetime, rng: Random) -> Life:
    """The unit above chases a return that is late."""
    yield when
    above = it.above(unit)[0]
    fact = ReturnChased(obligation=obligation.code, text=rng.choice(phrases.CHASES), by=it.staff[above.id][0], by_unit=above.id)
    yield from it.tell(unit, when, _subject(it, unit, obligation), fact, by=above)


def _filed(
    it: Simulation,
    unit: Unit,
    obligation: Obligation,
    when: datetime,
    rng: Random,
    period: str | None = None,
    kind: str | None = None,
    nil: bool = False,
    nothing: bool = False,
) -> Life:
    """One return; now and then its form is wrong first."""
    yield when
    nil = nil or (nothing and not it.open[unit.id])
    form = filled_in(it.plan, obligation.form, Random(f"form/{it.seed}/{unit.id}/{obligation.code}/{when}"), when.date())
    fact = ReturnFiled(
        obligation=obligation.code,
        title=f"{unit.name}{obligation.name.zh}"[:200],
        nil=nil,
        files=(f"{obligation.code}-{unit.id}.docx",),
        by=rng.choice(it.staff[unit.id]),
        period=period,
        form={} if nil else form,
        item_kind=kind,
    )
    subject = _subject(it, unit, obligation, period)
    if form and not nil and rng.random() < 5 * WRONG and obligation.form:
        yield from it.tell(unit, when, subject, fact.model_copy(update={"form": wrongly(it.plan, obligation.form, form)}), "form-wrong")
    elif not obligation.nil and rng.random() < 2 * WRONG:
        yield from it.tell(unit, when, subject, fact.model_copy(update={"nil": True, "form": {}}), "nil-not-taken")
    yield from it.tell(unit, when, subject, fact)


def _judged(it: Simulation, unit: Unit, obligation: Obligation, when: datetime, rng: Random, period: str | None) -> Life:
    """The unit above accepts a return on another day; some it sends back first, and they are filed again."""
    above, subject = (*it.above(unit), unit)[0], _subject(it, unit, obligation, period)
    judge: dict[str, Any] = {"obligation": obligation.code, "period": period, "by": it.staff[above.id][0], "by_unit": above.id}
    if rng.random() < 0.2:
        when = later(when, rng, 1, 3)
        yield when
        yield from it.tell(unit, when, subject, ReturnSentBack(**judge, reason=rng.choice(phrases.SENT_BACK)), by=above)
        when = later(when, rng, 1, 4)
        yield from _filed(it, unit, obligation, when, rng, period=period, kind="kind-1" if obligation.kinds else None)
    if rng.random() < 0.95:
        when = later(when, rng, 1, 4)
        yield when
        yield from it.tell(unit, when, subject, ReturnAccepted(**judge), by=above)
        if rng.random() < 0.3:
            yield from it.tell(unit, when, subject, ReturnAnswered(**judge, text=rng.choice(phrases.REPLIES)), by=above)


def _subject(it: Simulation, unit: Unit, obligation: Obligation, period: str | None = None) -> str:
    return subject_id(book_id(it.plan.campaign, unit.id), "return", obligation.code, *([period] if period else []))
