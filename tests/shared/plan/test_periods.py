"""The periods of what falls due again and again."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plan.obligation import Cadence
from shared.plan.periods import Period, periods

CADENCES: tuple[Cadence, ...] = ("once", "daily", "weekly", "monthly", "two-monthly", "even-months", "quarterly", "yearly", "rolling")
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


def codes(cadence: Cadence, first: date, last: date) -> list[str]:
    """The codes of the periods between two days."""
    return [period.code for period in periods(cadence, first, last)]


@pytest.mark.covers("D1")
@given(st.sampled_from(CADENCES), DAYS, st.integers(0, 800))
def test_periods_are_contiguous_never_overlap_and_cover_their_span(cadence: Cadence, first: date, length: int) -> None:
    last = first + timedelta(length)
    found = periods(cadence, first, last)
    assert (found[0].first, found[-1].last) == (first, last)
    assert all(before.last + timedelta(1) == after.first for before, after in pairwise(found))
    assert all(period.first <= period.last for period in found)
    assert len({period.code for period in found}) == len(found)


@pytest.mark.covers("D1", "H5")
def test_the_periods_of_a_campaign_from_march_to_november_are_cut_to_it() -> None:
    first, last = date(2023, 3, 15), date(2023, 11, 30)
    assert codes("monthly", first, last) == [f"2023-{month:02}" for month in range(3, 12)]
    assert periods("monthly", first, last)[0] == Period("2023-03", first, date(2023, 3, 31))
    assert codes("quarterly", first, last) == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]
    assert codes("weekly", first, date(2023, 3, 27)) == ["2023-W11", "2023-W12", "2023-W13"]
    assert codes("daily", date(2023, 12, 31), date(2024, 1, 1)) == ["2023-12-31", "2024-01-01"]
    assert codes("yearly", date(2023, 12, 31), date(2024, 1, 1)) == ["2023", "2024"]
    assert codes("rolling", first, last) == ["rolling"]


@pytest.mark.covers("D1", "F11")
def test_every_two_months_counts_from_the_start_while_even_months_are_those_of_the_calendar() -> None:
    first, last = date(2013, 4, 10), date(2013, 10, 31)
    assert [(each.code, each.last) for each in periods("two-monthly", first, last)] == [
        ("2013-04", date(2013, 5, 31)),
        ("2013-06", date(2013, 7, 31)),
        ("2013-08", date(2013, 9, 30)),
        ("2013-10", last),
    ]
    assert [(each.code, each.last) for each in periods("even-months", first, last)] == [
        ("2013-04", date(2013, 4, 30)),
        ("2013-06", date(2013, 6, 30)),
        ("2013-08", date(2013, 8, 31)),
        ("2013-10", last),
    ]
