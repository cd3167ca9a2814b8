"""A unit files the returns that it owes: once or for each period, on their forms, and where the plan asks for it until the unit above accepts them."""

from datetime import datetime
from random import Random
from typing import Any

from deploy.simulator import texts
from deploy.simulator.forms import fill_form, spoil_form
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at, working_days
from shared.events.returns import ReturnAccepted, ReturnAnswered, ReturnChased, ReturnFiled, ReturnSentBack
from shared.plan.obligation import Obligation
from shared.plan.periods import ROLLING, Period, due_after, periods_of
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


class Filing(Actor):
    """A unit at one return that it owes: for a period, where it owes one for each."""

    def __init__(self, sim: Simulation, unit: Unit, rng: Random, now: datetime, obligation: Obligation, period: str | None = None) -> None:
        super().__init__(sim, unit, rng, now)
        self.obligation, self.period = obligation, period
        self.id = self.subject("return", obligation.code, *([period] if period else []))

    def file(self, kind: str | None = None, nil: bool = False, nil_if_none_open: bool = False) -> Behaviour:
        """File it; now and then its form is wrong first."""
        yield self.now
        sim, unit, obligation = self.sim, self.unit, self.obligation
        nil = nil or (nil_if_none_open and not sim.open[unit.id])
        form = fill_form(sim.plan, obligation.form, Random(f"form/{sim.seed}/{unit.id}/{obligation.code}/{self.now}"), self.now.date())
        fact = ReturnFiled(
            obligation=obligation.code,
            title=f"{unit.name}{obligation.name.zh}"[:200],
            nil=nil,
            files=(f"{obligation.code}-{unit.id}.docx",),
            by=self.rng.choice(self.persons),
            period=self.period,
            form={} if nil else form,
            item_kind=kind,
        )
        if form and not nil and self.slips(5) and obligation.form:
            yield from self.tell(self.id, fact.model_copy(update={"form": spoil_form(sim.plan, obligation.form, form)}), "form-wrong")
        elif not obligation.nil:
            yield from self.tell_wrong(2, self.id, fact.model_copy(update={"nil": True, "form": {}}), "nil-not-taken")
        yield from self.tell(self.id, fact)

    def chase(self) -> Behaviour:
        """The unit above chases it, since it is late."""
        yield self.now
        above = self.sim.above(self.unit)[0]
        text, by = self.rng.choice(texts.CHASES), self.sim.staff[above.id][0]
        yield from self.tell(self.id, ReturnChased(obligation=self.obligation.code, text=text, by=by, by_unit=above.id), by=above)

    def judge(self) -> Behaviour:
        """The unit above accepts it on another day; some it sends back first, and they are filed again."""
        above, rng = (*self.sim.above(self.unit), self.unit)[0], self.rng
        by = self.sim.staff[above.id][0]
        judge: dict[str, Any] = {"obligation": self.obligation.code, "period": self.period, "by": by, "by_unit": above.id}
        if rng.random() < 0.2:
            yield self.later(1, 3)
            yield from self.tell(self.id, ReturnSentBack(**judge, reason=rng.choice(texts.SENT_BACK)), by=above)
            self.later(1, 4)
            yield from self.file("kind-1" if self.obligation.kinds else None)
        if rng.random() < 0.95:
            yield self.later(1, 4)
            yield from self.tell(self.id, ReturnAccepted(**judge), by=above)
            if rng.random() < 0.3:
                yield from self.tell(self.id, ReturnAnswered(**judge, text=rng.choice(texts.REPLIES)), by=above)


def _once(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit files a return in the last days before it is due; some late, some never."""
    plan, phase = sim.plan, sim.plan.phase(obligation.phase)
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}")
    fate, slow, due = rng.random(), sim.slow(unit), plan.due_of(obligation)
    opens = plan.begins(phase)
    if due < opens:  # it is opened in the phase in which it is due (A4)
        within = plan.phase_on(due)
        opens = plan.begins(plan.phase(within)) if within else plan.issued
    opens = max(opens, plan.issued)
    # From the day after it was opened, so that the book has surely opened it.
    days = working_days(opens, due)
    if fate < (0.2 if slow else 0.02) and phase.grace:  # without grace the phase of all above would be held for ever
        return
    late = fate < (0.6 if slow else 0.1) or not days
    # One that is owed later in the tree's phase may fall due before the book is open.
    when = at(add_days(max(due, opens), rng.randint(1, 12)) if late else rng.choice(days[-8:]), rng)
    # An institution whose issues are all struck off has nothing to list at the end.
    nothing = obligation.phase == plan.last_phase and unit.unit_class in plan.checklist_of and obligation.nil
    more = Random(f"returned/{sim.seed}/{unit.id}/{obligation.code}")
    chased = at(add_days(max(due, opens), 2), more)
    if chased.date() < when.date() and not sim.plain and sim.above(unit) and more.random() < 0.5:
        yield Filing(sim, unit, more, chased, obligation).chase()
    yield from Filing(sim, unit, rng, when, obligation).file(nil_if_none_open=nothing)
    if obligation.approval:
        yield from Filing(sim, unit, more, when, obligation).judge()


def _whenever(sim: Simulation, unit: Unit, obligation: Obligation) -> Behaviour:
    """A unit files what has no date, some times in all."""
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}")
    [period] = periods_of(sim.plan, obligation)
    days = working_days(max(period.first, sim.plan.issued), period.last)
    for day in sorted(rng.sample(days, min(len(days), rng.randint(0, 3)))):
        yield from Filing(sim, unit, rng, at(day, rng), obligation, ROLLING).file()


def _for_period(sim: Simulation, unit: Unit, obligation: Obligation, period: Period) -> Behaviour:
    """A unit files a return after each period, most of them in time; so many of so many kinds where the plan asks for that."""
    rng = Random(f"return/{sim.seed}/{unit.id}/{obligation.code}/{period.code}")
    due, slow, fate = due_after(obligation, period), sim.slow(unit), rng.random()
    if fate < (0.15 if slow else 0.03):
        return
    days = working_days(max(period.first, sim.plan.issued), due)
    late = fate < (0.4 if slow else 0.1) or not days
    when = at(add_days(max(due, sim.plan.issued), rng.randint(1, 4)) if late else rng.choice(days[-3:]), rng)
    filing = Filing(sim, unit, rng, when, obligation, period.code)
    if obligation.nil and rng.random() < 0.2:
        yield from filing.file(nil=True)
    else:
        for number in range(obligation.quota or 1):
            yield from filing.file(f"kind-{number % obligation.kinds + 1}" if obligation.kinds else None)
            filing.later(0, 1)
    if obligation.approval:
        yield from filing.judge()
