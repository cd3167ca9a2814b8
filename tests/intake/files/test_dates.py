"""The ways in which offices write a day: read where they mean one day alone, else asked about by name."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.files.dates import read_day, read_moment
from services.intake.files.mistakes import NotRead
from services.intake.files.sheet import Cell, Month

DAY = "2026-11-30T00:00:00+08:00"
MORNING = "2026-11-30T08:30:00+08:00"
WRITTEN: dict[Cell, str] = {
    "2026-11-30": DAY,
    "2026/11/30": DAY,
    "2026.11.30": DAY,
    "2026.11.30.": DAY,
    "2026、11、30": DAY,
    "2026 11 30": DAY,
    "20261130": DAY,
    "2026年11月30日": DAY,
    "2026年11月30号": DAY,
    "2026年11月30": DAY,
    "2026 年 11 月 30 日": DAY,
    "　2026年11月30日 ": DAY,
    "２０２６年１１月３０日": DAY,
    "2026－11－30": DAY,
    "2026–11–30": DAY,
    "二〇二六年十一月三十日": DAY,
    "二零二六年十一月三十日": DAY,
    "二○二六年十一月卅日": DAY,
    "2026年十一月三十日": DAY,
    "2026年11月30日（星期一）": DAY,
    "2026年11月30日 週一": DAY,
    "2026-11-30 Monday": DAY,
    "30 Nov 2026": DAY,
    "30-Nov-2026": DAY,
    "Nov 30, 2026": DAY,
    "November 30th, 2026": DAY,
    "Mon, 30 Nov 2026": DAY,
    "2026-11-30 00:00:00": DAY,
    "2026-11-30 08:30": MORNING,
    "2026-11-30T08:30:00+08:00": MORNING,
    "2026/11/30 8:30": MORNING,
    "2026年11月30日8时30分": MORNING,
    "2026年11月30日 8時30分00秒": MORNING,
    "2026年11月30日8点半": MORNING,
    "2026年11月30日上午8:30": MORNING,
    "2026-11-30 8:30 AM": MORNING,
    "20261130083000": MORNING,
    "2026-11-30T00:30:00Z": "2026-11-30T00:30:00+00:00",
    "2026年11月30日下午3点": "2026-11-30T15:00:00+08:00",
    "2026年11月30日下午12点": "2026-11-30T12:00:00+08:00",
    "2026年11月30日下午6点": "2026-11-30T18:00:00+08:00",
    "2026年11月30日下午14:30": "2026-11-30T14:30:00+08:00",
    "2026年11月30日晚上5点": "2026-11-30T17:00:00+08:00",
    "2026年11月30日晚上11点": "2026-11-30T23:00:00+08:00",
    "2026年11月30日晚上20:30": "2026-11-30T20:30:00+08:00",
    "2026年11月30日凌晨2点": "2026-11-30T02:00:00+08:00",
    "2026年11月30日中午12点": "2026-11-30T12:00:00+08:00",
    "2026年11月30日中午1点": "2026-11-30T13:00:00+08:00",
    "2026-11-30 12:30 AM": "2026-11-30T00:30:00+08:00",
    "2026-11-30 3:30 p.m.": "2026-11-30T15:30:00+08:00",
    "2026-11-30 08:30:15.250": "2026-11-30T08:30:15.250000+08:00",
    "2026-1-5": "2026-01-05T00:00:00+08:00",
    "二〇二六年一月五日": "2026-01-05T00:00:00+08:00",
    "二〇二六年十月二十一日": "2026-10-21T00:00:00+08:00",
    "2024-02-29": "2024-02-29T00:00:00+08:00",
    20261130: DAY,
    46356: DAY,
    46356.354166666664: MORNING,
    date(2026, 11, 30): DAY,
    datetime(2026, 11, 30, 8, 30): MORNING,  # noqa: DTZ001  # a cell has no zone
}
ASKED: dict[Cell, str] = {
    "11/30/2026": "date-order",
    "30/11/2026": "date-order",
    "5/6/2026": "date-order",
    "5-6-2026": "date-order",
    "26-11-30": "date-year",
    "26.11.30": "date-year",
    "26年11月30日": "date-year",
    "261130": "date-year",
    "11月30日": "date-year",
    "11-30": "date-year",
    "2026年11月": "date-day",
    "2026-11": "date-day",
    "二〇二六年十一月": "date-day",
    Month("2026-11"): "date-day",
    "2026-02-30": "date-none",
    "2023-02-29": "date-none",
    "2026年13月1日": "date-none",
    "46356": "date-serial",
    "2026年11月30日（星期二）": "date-week",
    "1999-12-31": "date-years",
    datetime(1899, 12, 31, 8, 30): "date-years",  # noqa: DTZ001  # a time without a day
    "2026-11-30 25:00": "time",
    "2026-11-30 上午12:30": "time",
    "2026-11-30 0:30 PM": "time",
    "2026-11-30至2026-12-01": "time",
    "2026-11-30 晚上12点": "time",
    "2026-11-30 晚上2点": "time",
    "2026-11-30 晚上0点": "time",
    "2026-11-30 下午11点": "time",
    "2026-11-30 下午7:30": "time",
    "2026-11-30 凌晨12点": "time",
    "2026-11-30 凌晨9点": "time",
    "2026-11-30 早上1点": "time",
    "2026-11-30 08:30 GMT": "time",
    "2026-11-30 左右": "time",
    "2026-11/30": "date",
    "民国115年11月30日": "date",
    "昨天": "date",
    "长期": "date",
    2026: "date",
    261130: "date",
    45.5: "date",
    True: "date",
    "2026-11-30" + " " * 60: "date",
}


@pytest.mark.parametrize("written", WRITTEN, ids=str)
def test_a_day_is_read_however_it_is_written(written: Cell) -> None:
    assert read_moment(written).isoformat() == WRITTEN[written]
    assert read_day(written) == date.fromisoformat(WRITTEN[written][:10])


@pytest.mark.parametrize("written", ASKED, ids=str)
def test_a_day_that_may_be_another_is_asked_about(written: Cell) -> None:
    with pytest.raises(NotRead) as asked:
        read_moment(written)
    assert asked.value.rule == ASKED[written]
    assert asked.value.detail.zh
    assert asked.value.detail.en


def test_days_of_a_workbook_that_counts_from_1904_are_those_that_it_shows() -> None:
    assert read_day(46356 - 1462, date1904=True) == date(2026, 11, 30)
    assert read_day(46356) == date(2026, 11, 30)


def test_a_time_with_its_offset_is_of_the_day_that_it_is_in_china() -> None:
    assert read_day("2026-11-30T20:00:00Z") == date(2026, 12, 1)


@given(
    st.one_of(
        st.text(max_size=70), st.text("0123456789年月日时分十〇-/.: apmT+Z星期一", max_size=30), st.floats(), st.integers(), st.booleans()
    )
)
def test_whatever_stands_there_is_a_day_or_asked_about(cell: Cell) -> None:
    with suppress(NotRead):
        assert 2000 <= read_moment(cell).year <= 2999


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.booleans())
def test_the_number_of_a_day_is_that_day(day: date, date1904: bool) -> None:
    number = (day - date(1904, 1, 1)).days if date1904 else (day - date(1899, 12, 30)).days
    assert read_day(number, date1904) == day
