"""The periods of what falls due again and again: a return (D1, H1 to H15) or an award (F2, F11)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.plan import Plan
from shared.plan.award import Award
from shared.plan.obligation import Cadence, Obligation
from shared.workdays import add_days, rested

ROLLING = "rolling"


class Period(NamedTuple):
    """One period, cut to the span that it lies in."""

    code: str
    first: date
    last: date


@lru_cache(maxsize=1024)
def periods(cadence: Cadence, first: date, last: date) -> tuple[Period, ...]:
    """The periods of a cadence between two days, both included: one after another, without gap, the first and the last cut short."""
    if cadence in ("once", ROLLING):
        return (Period(cadence, first, last),)
    spans, day = list[Period](), first
    while day <= last:
        code, end = _around(cadence, day, first)
        spans.append(Period(code, day, min(end, last)))
        day = end + timedelta(1)
    return tuple(spans)


FORMS: dict[Cadence, str] = {
    "daily": "YYYY-MM-DD",
    "weekly": "YYYY-Www",
    "monthly": "YYYY-MM",
    "two-monthly": "YYYY-MM",
    "even-months": "YYYY-MM",
    "quarterly": "YYYY-Qn",
    "yearly": "YYYY",
}
"""How the periods of each cadence are written."""
ANY: tuple[Cadence, ...] = ("monthly", "daily", "weekly", "quarterly", "yearly")
"""The cadences in whose periods something is told that has none of its own."""


def told_for(cadence: Cadence) -> tuple[Cadence, ...]:
    """The cadences in whose periods a figure of this cadence is told."""
    return (cadence,) if cadence in FORMS else ANY


@lru_cache(maxsize=4096)
def month_of(period: str, first: date, last: date) -> str:
    """The month of a campaign that a period belongs to: a week to that of its Thursday, as ISO 8601 gives it a year; a quarter or a year to its last.

    The period that the campaign's first or last day cuts short may end in no month of it: then it belongs to the month of that day.
    """
    month, ends = max(_whole(period), first.isoformat()[:7]), last.isoformat()[:7]
    if month > ends and period in {_around(cadence, last, first)[0] for cadence in FORMS}:
        return ends
    return month


def _whole(period: str) -> str:
    """The month that a period belongs to where nothing cuts it short."""
    year, _, rest = period.partition("-")
    match rest[:1]:
        case "":
            return f"{year}-12"
        case "Q":
            return f"{year}-{int(rest[1:]) * 3:02}"
        case "W" if 1 <= int(rest[1:]) <= date(int(year), 12, 28).isocalendar().week:
            return f"{date.fromisocalendar(int(year), int(rest[1:]), 4):%Y-%m}"
    return period[:7]


def _around(cadence: Cadence, day: date, start: date) -> tuple[str, date]:
    """The code and the last day of the period that a day lies in."""
    match cadence:
        case "daily":
            return day.isoformat(), day
        case "weekly":
            year, week, weekday = day.isocalendar()
            return f"{year}-W{week:02}", day + timedelta(7 - weekday)
        case "monthly":
            return f"{day:%Y-%m}", _months(day, 1)[1]
        case "two-monthly":
            first, last = _months(day, 2, start.year * 12 + start.month - 1)
            return f"{first:%Y-%m}", last
        case "even-months":
            last = _months(day, 2)[1]
            return f"{last:%Y-%m}", last
        case "quarterly":
            return f"{day.year}-Q{(day.month + 2) // 3}", _months(day, 3)[1]
    return str(day.year), date(day.year, 12, 31)


def _months(day: date, many: int, since: int = 0) -> tuple[date, date]:
    """The first and the last day of the so many months that a day lies in, counted from a month; months are counted from the year 0."""
    month = day.year * 12 + day.month - 1
    month -= (month - since) % many
    after = month + many
    return date(month // 12, month % 12 + 1, 1), date(after // 12, after % 12 + 1, 1) - timedelta(1)


def periods_of(plan: Plan, owed: Obligation, ends: Mapping[str, date] | None = None) -> tuple[Period, ...]:
    """The periods of a return, from the start of its phase to the end of the last; `ends` are those of phases extended for a unit (L7)."""
    until = plan.phase(owed.until or owed.phase)
    return periods(owed.cadence, plan.begins(plan.phase(owed.phase)), plan.last_day_of(until, ends))


def award_periods(plan: Plan, award: Award) -> tuple[Period, ...]:
    """The periods in which an award takes nominations: those of its phase, or one from the day of issue to the day it closes. Raises YearMissing."""
    if award.closes:
        return periods("once", plan.issued, plan.date_of(award.closes))
    phase = plan.phase(award.phase)
    return periods(award.cadence, plan.begins(phase), phase.end)


def due_after(owed: Obligation, period: Period) -> date:
    """The last day for the return of a period; what is rolling is due when its span ends, but nothing comes of it.

    Never before the period begins. Raises YearMissing.
    """
    return rested(add_days(period.last, owed.days), owed.rest, period.first)


def phase_of(plan: Plan, owed: Obligation, period: Period) -> str:
    """The phase that the return of a period counts in: where its periods run on into later phases, the one in which the period ends."""
    return (owed.until and plan.phase_on(period.last)) or owed.phase
