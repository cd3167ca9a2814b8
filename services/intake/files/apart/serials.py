"""Days as workbooks number them."""

from datetime import date, datetime, time, timedelta, timezone

ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a workbook has no zone
CHINA = timezone(timedelta(hours=8))
"""Whose time a workbook has."""
SHIFT_1904 = 1462
"""By so many days the two ways to number them are apart."""


def moment_of(number: float, date1904: bool) -> date | datetime | None:
    """The day of a number, with its time where that is not its first moment, to the second; None where there is no such day."""
    if not 0 <= number < 2_958_466 or (not date1904 and 60 <= number < 61):  # the 29th of February 1900 never was
        return None
    days = number + SHIFT_1904 if date1904 else number + 1 if number < 60 else number
    moment = (ZERO + timedelta(days=days, microseconds=500_000)).replace(microsecond=0)
    return moment.date() if moment.time() == time() else moment
