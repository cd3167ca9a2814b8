"""The clock tells what falls due day by day, however seldom it looks."""

from collections.abc import AsyncIterator, Sequence
from copy import deepcopy
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.clock import Clock
from services.ledger.duties.returns import Return
from services.ledger.store.documents import Stored
from shared.events.returns import ObligationOpened, ReturnMissing
from shared.plan.clock import Step
from shared.topics import INTAKE
from tests.ledger.duties.returns import MONTHLY, PLAIN, owed
from tests.ledger.given import Story, announced
from tests.ledger.in_memory import Ledger, drive, everything, id_of, time_told
from tests.ledger.sample import LIFE, PLANNED, REPORTED, plan_with

STEPS = (Step(clock="fix", before=2), Step(clock="fix", after=3), Step(clock="return", before=2), Step(clock="return", after=1))
BUSY = plan_with(obligations=(owed("news", cadence="daily"), MONTHLY, PLAIN), steps=STEPS)
DAYS = [date(2022, 4, 1) + timedelta(number) for number in range(42)]


def told_once(story: Story, day: str) -> None:
    """The time is told once; what the clock tells because of it, and books tell one another, is handled until all is silent."""
    queue = [time_told(day)]
    while queue:
        batch, queue = queue, []
        out = drive(story.ledger.handler.apply(batch))
        queue += drive(everything(story.ledger.handler.after(batch)))
        queue += [record for record in out if record.topic == INTAKE]


def standing(story: Story) -> tuple[object, ...]:
    """How a book stands: the figures of its phases, and its returns."""
    states = drive(story.ledger.store.load(list(story.ledger.store.subjects)))
    returns = {id: (each.state.due, each.state.met, each.state.missing) for id, each in states.items() if isinstance(each.state, Return)}
    figures = {code: {name: count for name, count in phase.own.items() if count} for code, phase in story.book.phases.items()}
    return figures, {code: phase.status for code, phase in story.book.phases.items()}, returns, story.book.opened


@pytest.mark.covers("D1")
def test_one_time_told_opens_and_misses_all_that_fell_due_since_in_the_order_of_its_days() -> None:
    story = announced(BUSY)
    told_once(story, "2022-04-13")
    opened = [fact.period for fact in story.history() if isinstance(fact, ObligationOpened) and fact.obligation == "news"]
    assert opened == [f"2022-04-{day:02}" for day in range(6, 14)]
    missing = [fact.period for fact in story.history() if isinstance(fact, ReturnMissing)]
    assert missing == [f"2022-04-{day:02}" for day in range(6, 13)]


def test_a_day_told_to_several_partitions_is_looked_at_once_for_all_and_then_again_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    story, asked = announced(BUSY), list[tuple[Sequence[int], date]]()
    due = story.ledger.store.due

    def noted(partitions: Sequence[int], today: date) -> AsyncIterator[Stored]:
        asked.append((partitions, today))
        return due(partitions, today)

    monkeypatch.setattr(story.ledger.store, "due", noted)
    mornings = [time_told("2022-04-13", partition) for partition in range(4)]
    drive(story.ledger.handler.apply(mornings))
    told = drive(everything(story.ledger.handler.after(mornings)))
    assert asked == [([0, 1, 2, 3], date(2022, 4, 13))]
    assert [record.partition for record in told if id_of(record).startswith(b"again-")] == [0, 1, 2, 3]


@pytest.mark.covers("A4")
@settings(max_examples=4, deadline=None)
@given(looks=st.sets(st.sampled_from(DAYS[6:]), max_size=3), fixed=st.booleans())
def test_all_stands_the_same_whether_the_clock_looked_each_day_or_now_and_then(looks: set[date], fixed: bool) -> None:
    daily = announced(BUSY)
    told_once(daily, "2022-04-06")
    daily.on("2022-04-06").given(*(LIFE if fixed else (REPORTED, PLANNED)))
    seldom = Story(Ledger(deepcopy(daily.ledger.store)), "e1", daily.day)
    for day in DAYS[6:]:
        told_once(daily, day.isoformat())
    for day in sorted({*looks, DAYS[-1]}):
        told_once(seldom, day.isoformat())
    assert standing(daily) == standing(seldom)


def test_what_is_set_aside_holds_up_no_other_day() -> None:
    story = announced(BUSY)
    story.ledger.store.asides[story.id] = "a bug"
    told_once(story, "2022-04-13")
    east = [fact for fact in story.at("east").history() if type(fact).__name__ == "PhaseOpened"]
    assert len(east) == 1


def test_the_wall_clock_tells_once_what_is_under_way_and_goes_on_when_it_is_recorded() -> None:
    story, day, looks = announced(BUSY), date(2022, 4, 13), 0
    clock = Clock(story.ledger.store)
    while told := drive(everything(clock.look(day, [0]))):
        assert not drive(everything(clock.look(day, [0]))), "it is under way, and told once"
        story.ledger.tell(*told)
        looks += 1
    assert looks >= 8
    assert [fact.period for fact in story.history() if isinstance(fact, ReturnMissing)] == [f"2022-04-{day:02}" for day in range(6, 13)]
