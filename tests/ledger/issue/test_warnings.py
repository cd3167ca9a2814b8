"""Nobody is warned before what they are warned of was there, and the days in a warning are those that are left."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.issue import IssueEntered
from shared.events.lateness import IssueEscalated, IssueNearDue
from shared.events.returns import ObligationOpened, ReturnNearDue
from shared.events.strike_off import ReopeningOrdered
from shared.kafka.cloudevents import ENVELOPES
from shared.plan.clock import Clock, Step
from shared.plan.obligation import Obligation
from shared.plan.phase import Phase
from shared.workdays import days_left, is_working_day, local_date
from tests.ledger.given import Morning, Story, announced
from tests.ledger.issue.clocks import under
from tests.ledger.like import Like
from tests.ledger.sample import DONE, LIFE, PLANNED, REPORTED, RETURNED, called, plan_with

WARNS = tuple(Step(clock="fix", before=days) for days in (5, 2))


def told(
    story: Story, kind: type[IssueNearDue | IssueEscalated | ReturnNearDue]
) -> list[tuple[date, IssueNearDue | IssueEscalated | ReturnNearDue]]:
    """The warnings of a book, each with the day that it is of."""
    groups = [(group, type, value) for group in story.ledger.groups(story.id) for type, _, _, value in group.events]
    facts = [(group, ENVELOPES[type].model_validate_json(value).fact) for group, type, value in groups if type == kind.__name__]
    return [(local_date(group.accepted), fact) for group, fact in facts if isinstance(fact, kind)]


def mornings(first: date, last: date) -> Iterator[Morning]:
    """The clock looks each morning."""
    return (Morning(day.isoformat()) for day in takewhile(lambda day: day <= last, (first + timedelta(number) for number in count())))


def short(days: int, *steps: Step) -> Story:
    """An issue of a clinic that is to be fixed in so many working days, from Friday 22 April 2022."""
    return under(clocks={"fix": Clock(days=days)}, steps=steps or WARNS)


@pytest.mark.covers("D4")
def test_a_warning_whose_day_lies_before_the_entry_is_told_at_entry_with_the_days_that_are_left() -> None:
    story = short(2, Step(clock="fix", before=5)).given(REPORTED)  # to be fixed by Monday the 25th; people work on Sunday the 24th
    story.when(Morning("2022-04-22")).then(Like(IssueNearDue, days=2, due=date(2022, 4, 25), step=5))
    story.when(Morning("2022-04-25")).then()


@pytest.mark.covers("D4")
def test_of_warnings_that_come_too_late_the_nearest_is_told_once_and_the_others_come_on_their_days() -> None:
    story = short(4).given(REPORTED)  # to be fixed by the 27th
    story.when(Morning("2022-04-22")).then(Like(IssueNearDue, days=4, step=5)).when(Morning("2022-04-24")).then()
    story.when(Morning("2022-04-25")).then(Like(IssueNearDue, days=2, step=None)).when(Morning("2022-04-27")).then()
    short(1).given(REPORTED).when(Morning("2022-04-22")).then(Like(IssueNearDue, days=1, step=2)).when(Morning("2022-04-24")).then()


@pytest.mark.covers("D4", "L1")
def test_nobody_is_warned_of_a_last_day_that_is_the_day_of_entry() -> None:
    fix = Clock(days=1, start_day=True)
    under(clocks={"fix": fix}, steps=WARNS).given(REPORTED).when(Morning("2022-04-22")).then()


@pytest.mark.covers("D4", "C10")
def test_what_is_sent_back_past_the_day_of_its_warning_is_warned_of_on_that_day_and_escalated_no_earlier() -> None:
    steps = (Step(clock="fix", before=3), Step(clock="fix", after=1, levels=1))
    story = under(steps=steps).given(REPORTED, PLANNED, DONE)  # to be fixed by 9 May
    story.given(Morning("2022-05-06")).on("2022-05-07").given(RETURNED).when(Morning("2022-05-07")).then(Like(IssueNearDue, days=1, step=3))
    assert [day for day, _ in told(story, IssueNearDue)] == [date(2022, 5, 7)]
    story = under(steps=steps).given(REPORTED, PLANNED, DONE, Morning("2022-05-11")).on("2022-05-12").given(RETURNED, Morning("2022-05-13"))
    assert [day for day, _ in told(story, IssueEscalated)] == [date(2022, 5, 12)]


@pytest.mark.covers("D4", "L6")
def test_more_time_and_a_new_cycle_are_warned_of_from_their_own_day() -> None:
    asked = ExtensionRequested(until=date(2022, 4, 29), reason="座椅到货延误", by="owner-li")
    story = short(4).given(REPORTED, Morning("2022-04-25")).on("2022-04-27").given(asked, ExtensionGranted(by="head-zhao", by_unit="east"))
    story.when(Morning("2022-04-27")).then(Like(IssueNearDue, days=2, due=date(2022, 4, 29)))
    again = ReopeningOrdered(reason="又损坏", by="chief-lin", by_unit="bureau")
    story = short(4).given(*LIFE).on("2022-05-20").given(again)
    story.when(Morning("2022-05-20")).then(Like(IssueNearDue, days=4, due=date(2022, 5, 26), step=5))


@settings(max_examples=60, deadline=None)
@given(
    day=st.dates(date(2022, 4, 6), date(2022, 6, 20)),
    days=st.integers(1, 7),
    working=st.booleans(),
    steps=st.sets(st.integers(1, 8), min_size=1, max_size=4),
    sent_back=st.one_of(st.none(), st.integers(0, 7)),
)
def test_every_warning_is_of_a_day_on_which_its_clock_ran_and_says_the_days_that_are_left(
    day: date, days: int, working: bool, steps: set[int], sent_back: int | None
) -> None:
    clocks = {"fix": Clock(days=days, working=working), "plan": Clock(days=7)}
    story = under(day=day.isoformat(), clocks=clocks, steps=tuple(Step(clock="fix", before=each) for each in sorted(steps)))
    story.given(REPORTED)
    due = next(fact.fix_due for fact in story.recorded() if isinstance(fact, IssueEntered))
    since = day
    if sent_back is not None:
        since = day + timedelta(sent_back)
        story.given(PLANNED, DONE, *mornings(day, since - timedelta(1))).on(since.isoformat()).given(RETURNED)
    since = since if not told(story, IssueNearDue) else day  # what was warned of before it was sent back is not warned of again
    story.given(*mornings(since, due))
    found = told(story, IssueNearDue)
    assert all(since <= of < due for of, _ in found)
    assert all(isinstance(fact, IssueNearDue) and fact.days == days_left(of, due) for of, fact in found)
    assert len({of for of, _ in found}) == len(found)
    assert bool(found) == any(days_left(of, due) <= max(steps) for of in [since + timedelta(each) for each in range((due - since).days)])


@pytest.mark.covers("H17", "D1")
@settings(max_examples=30, deadline=None)
@given(
    first=st.dates(date(2022, 4, 6), date(2022, 4, 30)), days=st.integers(0, 3), steps=st.sets(st.integers(1, 6), min_size=1, max_size=3)
)
def test_nobody_is_warned_of_a_return_before_it_is_owed(first: date, days: int, steps: set[int]) -> None:
    daily = Obligation(code="news", name=called("日报"), phase="P1", cadence="daily", days=days, classes=("clinic",))
    phases = (Phase(code="P1", name=called("自查"), start=first, end=first + timedelta(6)), *plan_with().phases[1:])
    plan = plan_with(phases=phases, obligations=(daily,), steps=tuple(Step(clock="return", before=each) for each in sorted(steps)))
    story = announced(plan, about="return").given(*mornings(first, first + timedelta(8)))
    opened = {fact.period: fact for fact in story.history() if isinstance(fact, ObligationOpened)}
    assert len(opened) == 7
    warned = [(of, fact) for of, fact in told(story, ReturnNearDue) if isinstance(fact, ReturnNearDue) and fact.period]
    for period, owed in opened.items():
        mine = [of for of, fact in warned if fact.period == period]
        assert all(date.fromisoformat(str(period)) <= of < owed.due for of in mine)
        assert len(set(mine)) == len(mine)
    assert not days or warned


@given(day=st.dates(date(2005, 1, 1), date(2025, 11, 1)), after=st.integers(-5, 40))
def test_the_days_left_are_the_working_days_to_come_and_the_last_day_itself(day: date, after: int) -> None:
    last = day + timedelta(after)
    ahead = [day + timedelta(number) for number in range(1, after + 1)]
    assert days_left(day, last) == sum(map(is_working_day, ahead)) + (1 if ahead and not is_working_day(last) else 0)
