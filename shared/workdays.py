"""Working days of the People's Republic of China, with statutory holidays and make-up days (调休). D6, D7, D8."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

import chinese_calendar

AHEAD = timedelta(hours=8)
BEIJING = timezone(AHEAD, "Asia/Shanghai")
"""China has one zone and no summer time, so a fixed offset is exact and needs no zone file on the machine."""


@dataclass(frozen=True, slots=True)
class Year:
    """The calendar of a year, as the State Council announced it."""

    holidays: frozenset[date]
    make_up_days: frozenset[date]
    """Days of a weekend on which people work (调休)."""


_loaded: dict[int, Year] = {}


def load(years: Mapping[int, Year]) -> None:
    """Set, once at start, the years that add to the built-in calendar or stand in its place; see `shared.calendars` (D8)."""
    _loaded.clear()
    _loaded.update(years)
    for reckoned in (is_working_day, add_days, rested):
        reckoned.cache_clear()


class YearMissing(ValueError):
    """The calendar of a year is not loaded. Never guessed: holidays are announced by the State Council each autumn (D8)."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working calendar of {year} is not loaded")
        self.year = year


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether people work on `day`. Raises YearMissing."""
    if year := _loaded.get(day.year):
        return day in year.make_up_days or (day.weekday() < 5 and day not in year.holidays)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise YearMissing(day.year) from None


@lru_cache(maxsize=4096)
def add_days(start: date, days: int, working: bool = True) -> date:
    """The day that lies `days` working (or calendar) days after `start`, or before it where below 0; the start day is not counted (D7).

    Raises YearMissing.
    """
    if not working:
        return start + timedelta(days)
    step, day = (1 if days > 0 else -1), start
    while days:
        day += timedelta(step)
        days -= step * is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def rested(day: date, rest: str, first: date = date.min) -> date:
    """A last day where people rest: as it `stay`s, or the working day `before` or `after` in its place (L1). Raises YearMissing.

    Where no working day lies before it from `first` on, the day of its cause or of its period's beginning, it stays.
    """
    step = {"stay": 0, "before": -1, "after": 1}[rest]
    moved = day
    while step and not is_working_day(moved):
        moved += timedelta(step)
        if moved < first:
            return day
    return moved


def days_left(day: date, last: date) -> int:
    """The working days that are left after `day`, of which the last day is one whether or not people work on it; 0 from that day on.

    Raises YearMissing.
    """
    between = (day + timedelta(number) for number in range(1, (last - day).days))
    return sum(map(is_working_day, between)) + 1 if day < last else 0


def local_date(instant: datetime) -> date:
    """The date in China at an instant."""
    # Nearly all come as UTC: the time is added in a third of what a zone takes.
    return (instant + AHEAD).date() if instant.tzinfo is UTC else instant.astimezone(BEIJING).date()


def start_of(day: date) -> datetime:
    """The first instant of a day in China, in UTC."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last millisecond of a day in China, in UTC: 「前」 includes the day (D5)."""
    return start_of(day + timedelta(1)) - timedelta(milliseconds=1)
