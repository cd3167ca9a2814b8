"""Working days of the People's Republic of China."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import BEIJING, YearMissing, add_days, end_of, is_working_day, local_date, rested, start_of

days = st.dates(min_value=date(2005, 1, 1), max_value=date(2025, 12, 31))


@pytest.mark.covers("D7", "L1")
@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2022, 4, 22), 5, date(2022, 4, 28)),
        (date(2022, 4, 22), 10, date(2022, 5, 9)),
        (date(2018, 2, 23), 5, date(2018, 3, 1)),
    ],
)
def test_working_days_are_counted_after_the_start_day_over_holidays_and_make_up_days(start: date, count: int, due: date) -> None:
    assert add_days(start, count) == due


@pytest.mark.covers("D6")
@pytest.mark.parametrize("day", [date(2018, 2, 24), date(2022, 4, 24), date(2019, 4, 28), date(2019, 5, 5)])
def test_people_work_on_a_make_up_day_though_it_is_a_weekend(day: date) -> None:
    assert day.weekday() >= 5
    assert is_working_day(day)


@pytest.mark.covers("D6")
@pytest.mark.parametrize(
    "day",
    [date(2022, 4, 30), date(2022, 7, 31), date(2019, 3, 31), date(2019, 8, 31), date(2018, 6, 30), date(2018, 3, 17), date(2019, 4, 5)],
)
def test_people_rest_on_weekends_and_statutory_holidays(day: date) -> None:
    assert not is_working_day(day)


def test_calendar_days_take_no_notice_of_holidays() -> None:
    assert add_days(date(2022, 4, 22), 10, working=False) == date(2022, 5, 2)


def test_a_year_whose_calendar_is_not_loaded_is_named_and_never_guessed() -> None:
    with pytest.raises(YearMissing, match="working calendar of 2100 is not loaded") as caught:
        is_working_day(date(2100, 1, 4))
    assert caught.value.year == 2100
    with pytest.raises(YearMissing, match="2003"):
        add_days(date(2003, 12, 20), 5)


@given(days, st.integers(1, 60))
def test_exactly_so_many_working_days_lie_after_the_start_and_the_last_is_one(start: date, count: int) -> None:
    due = add_days(start, count)
    between = [start + timedelta(number) for number in range(1, (due - start).days + 1)]
    assert sum(map(is_working_day, between)) == count
    assert is_working_day(due)


@pytest.mark.covers("L1")
@given(days, st.integers(1, 60))
def test_so_many_working_days_back_is_the_last_day_from_which_as_many_lie_ahead(end: date, count: int) -> None:
    start = add_days(end, -count)
    assert is_working_day(start)
    between = [start + timedelta(number) for number in range((end - start).days)]
    assert sum(map(is_working_day, between)) == count
    assert (add_days(start, count) == end) == is_working_day(end)


@pytest.mark.covers("D6", "L1")
@given(days)
def test_a_last_day_of_rest_stays_or_moves_to_the_next_working_day_on_the_side_that_was_asked(day: date) -> None:
    before, after = rested(day, "before"), rested(day, "after")
    assert rested(day, "stay") == day
    assert before <= day <= after
    assert is_working_day(before)
    assert is_working_day(after)
    assert not any(is_working_day(before + timedelta(number)) for number in range(1, (after - before).days))
    assert (before == after) == is_working_day(day)


@pytest.mark.covers("D6", "L1")
@given(days, st.integers(0, 12), st.sampled_from(["stay", "before", "after"]))
def test_no_last_day_is_moved_to_before_its_first_where_people_rest_all_the_time_between_it_stays(day: date, after: int, rest: str) -> None:
    first = day - timedelta(after)
    works = [each for number in range(after + 1) if is_working_day(each := day - timedelta(number))]
    assert rested(day, rest, first) == (rested(day, rest) if works or rest != "before" else day)
    assert rested(day, rest, first) >= first


@given(days)
def test_every_instant_of_a_day_in_china_has_its_date_and_no_other(day: date) -> None:
    assert local_date(start_of(day)) == local_date(end_of(day)) == day
    assert end_of(day) + timedelta(milliseconds=1) == start_of(day + timedelta(1))


@pytest.mark.covers("D5")
def test_the_last_day_lasts_until_midnight_in_china() -> None:
    assert local_date(datetime(2019, 3, 31, 23, 59, 59, tzinfo=BEIJING)) == date(2019, 3, 31)
    assert end_of(date(2019, 3, 31)).isoformat() == "2019-03-31T15:59:59.999000+00:00"
