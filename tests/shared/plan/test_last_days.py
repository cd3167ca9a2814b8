"""No last day that a plan gives lies before what it is the last day of."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plan.clock import Clock, Clocks, Relative
from shared.plan.obligation import Cadence, Obligation
from shared.plan.periods import due_after, periods, periods_of
from shared.plan.phase import Phase
from shared.workdays import is_working_day
from tests.ledger.sample import called, plan_with

NINE = Clock(days=9)
Rest = Literal["stay", "before", "after"]
DAYS = st.dates(date(2005, 1, 1), date(2025, 11, 1))
RESTS = st.sampled_from(["stay", "before", "after"])
CADENCES: tuple[Cadence, ...] = ("daily", "weekly", "monthly", "two-monthly", "even-months", "quarterly", "yearly")


def owed(cadence: Cadence, days: int = 0, rest: Rest = "stay", due: date | Relative | None = None) -> Obligation:
    """A return of the clinics in the only phase."""
    return Obligation(code="report", name=called("报表"), phase="P1", cadence=cadence, days=days, rest=rest, due=due, classes=("clinic",))


@pytest.mark.covers("D1", "L1")
@given(cause=DAYS, days=st.integers(1, 30), working=st.booleans(), start_day=st.booleans(), rest=RESTS, ends=st.integers(0, 40))
def test_no_clock_runs_out_before_its_cause(cause: date, days: int, working: bool, start_day: bool, rest: Rest, ends: int) -> None:
    phase = Phase(code="P1", name=called("整改"), start=cause, end=cause + timedelta(ends))
    plan = plan_with(
        issued=cause,
        phases=(phase,),
        obligations=(),
        clocks=plan_with().clocks.model_copy(update={"fix": Clock(days=9), "plan": Clock(days=9)}),
    )
    for cap in (None, "P1"):
        assert plan.due(Clock(days=days, working=working, start_day=start_day, rest=rest, cap=cap), cause) >= cause


@pytest.mark.covers("D3", "L1")
@given(cause=DAYS, days=st.integers(1, 90), working=st.booleans(), start_day=st.booleans(), ends=st.integers(0, 40))
def test_a_clock_that_ends_with_a_phase_ends_on_the_working_day_before_where_the_plan_says_so(
    cause: date, days: int, working: bool, start_day: bool, ends: int
) -> None:
    phase = Phase(code="P1", name=called("整改"), start=cause, end=cause + timedelta(ends))
    plan = plan_with(issued=cause, phases=(phase,), obligations=(), clocks=Clocks(plan=NINE, fix=NINE, follow_up=NINE))
    before, after = (
        plan.due(Clock(days=days, working=working, start_day=start_day, rest=rest, cap="P1"), cause) for rest in ("before", "after")
    )
    assert before <= after <= phase.end
    between = [cause + timedelta(number) for number in range((before - cause).days + 1)]
    assert is_working_day(before) or not any(map(is_working_day, between))


@pytest.mark.covers("D1", "L1")
@given(cadence=st.sampled_from(CADENCES), first=DAYS, lasts=st.integers(0, 60), days=st.integers(0, 10), rest=RESTS)
def test_no_return_is_due_before_its_period_begins(cadence: Cadence, first: date, lasts: int, days: int, rest: Rest) -> None:
    for period in periods(cadence, first, first + timedelta(lasts)):
        assert due_after(owed(cadence, days, rest), period) >= period.first


@pytest.mark.covers("D1", "L1")
def test_the_return_of_a_week_of_holidays_is_due_on_its_last_day() -> None:
    # The Spring Festival of 2020 lasted from 24 January to 2 February.
    [week] = [each for each in periods("weekly", date(2020, 1, 1), date(2020, 3, 1)) if each.code == "2020-W05"]
    assert due_after(owed("weekly", rest="before"), week) == date(2020, 2, 2)


@pytest.mark.covers("L1")
@given(
    first=DAYS,
    lasts=st.integers(0, 40),
    edge=st.sampled_from(["start", "end"]),
    days=st.integers(0, 10),
    working=st.booleans(),
    rests=st.tuples(RESTS, RESTS),
)
def test_no_return_that_is_owed_once_is_due_before_the_phase_that_it_is_told_by(
    first: date, lasts: int, edge: Literal["start", "end"], days: int, working: bool, rests: tuple[Rest, Rest]
) -> None:
    due = Relative(phase="P1", edge=edge, days=days, working=working, rest=rests[0])
    phase = Phase(code="P1", name=called("整改"), start=first, end=first + timedelta(lasts))
    clocks = plan_with().clocks.model_copy(update={"fix": Clock(days=9)})
    plan = plan_with(issued=first, phases=(phase,), clocks=clocks, obligations=(owed("once", rest=rests[1], due=due),))
    assert plan.due_of(plan.obligations[0]) >= first
    assert periods_of(plan, plan.obligations[0])[0].first == first


@pytest.mark.covers("L1")
def test_a_return_that_is_due_before_its_phase_is_not_due_before_the_campaign() -> None:
    campaign = (Phase(code="P1", name=called("自查"), start=date(2024, 10, 8), end=date(2024, 12, 31)),)
    clocks = plan_with().clocks.model_copy(update={"fix": Clock(days=9)})
    plan = plan_with(
        issued=date(2024, 10, 2), phases=campaign, clocks=clocks, obligations=(owed("once", rest="before", due=date(2024, 10, 5)),)
    )
    assert plan.due_of(plan.obligations[0]) == date(2024, 10, 5)
