"""Days and times as offices write them: read where they mean one day alone. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from services.intake.files.apart.serials import SHIFT_1904, moment_of
from services.intake.files.mistakes import NotRead
from services.intake.files.reasons import WEEKDAYS
from services.intake.files.sheet import Cell, Month
from shared.glyphs import plain
from shared.wording import worded
from shared.workdays import BEIJING

LONGEST = 60
"""Characters of a day and a time."""
DIGITS = {"〇": 0, "○": 0, "零": 0, "o": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST, LAST = 36526, 73050
"""The numbers of days that are taken for such by themselves: from 2000-01-01 to 2099-12-31."""

WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)([一二三四五六日天])\)?|\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?")
NUMERAL = "[〇○零o一二三四五六七八九十廿卅]"
CHINESE = re.compile(
    rf"([〇○零o一二三四五六七八九]{{4}}|[0-9]{{4}})年({NUMERAL}{{1,3}}|[0-9]{{1,2}})月({NUMERAL}{{1,4}}|[0-9]{{1,2}})[日号]?"
)
PARTED = re.compile(r"([0-9]{4})(?:([-/.、])([0-9]{1,2})\2([0-9]{1,2})\.?| ([0-9]{1,2}) ([0-9]{1,2}))(?![0-9])")
SOLID = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$")
DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -]([0-9]{4})(?![0-9])")
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?![0-9])")
TIME = re.compile(
    r"(上午|下午|中午|凌晨|早上|晚上|[ap]\.?m\.?)? ?([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?|[时点](?:([0-9]{1,2})分(?:([0-9]{1,2})秒)?|整|(半))?)"
    r" ?([ap]\.?m\.?)? ?(z|utc|[+-][0-9]{2}:?[0-9]{2})?$"
)
HALVES = {
    "凌晨": range(7),
    "早上": range(4, 12),
    "上午": range(12),
    "am": range(12),
    "中午": range(11, 14),
    "下午": range(12, 19),
    "晚上": range(17, 24),
    "pm": range(12, 24),
}
"""The hours that are called so: the night's 12 may end a day or begin it."""
OTHERWISE = (
    (re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}\b"), "date-order"),
    (
        re.compile(
            r"[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}\b|'?[0-9]{2}年|[0-9]{1,2}([-/.])[0-9]{1,2}$|[0-9]{1,2}月[0-9]{1,2}[日号]|[0-9]{6}$"
        ),
        "date-year",
    ),
    (re.compile(r"[0-9]{4}(?:[-/.年])[0-9]{1,2}月?$|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月$|[0-9]{6}$"), "date-day"),
    (re.compile(r"[3-7][0-9]{4}(\.[0-9]+)?$"), "date-serial"),
)
"""What is no day for certain, and why."""


def read_day(cell: Cell, date1904: bool = False) -> date:
    """The day that a cell means; of a time with its offset, the day in China. Raises NotRead."""
    found = _read(cell, date1904)
    return found.astimezone(BEIJING).date() if isinstance(found, datetime) else found


def read_moment(cell: Cell, date1904: bool = False) -> datetime:
    """The moment that a cell means: of a day without a time its first, and of a time without an offset that in China. Raises NotRead."""
    found = _read(cell, date1904)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), BEIJING)


def _read(cell: Cell, date1904: bool) -> date | datetime:
    if isinstance(cell, datetime):
        return _within(cell.replace(tzinfo=BEIJING))
    if isinstance(cell, date):
        return _within(cell)
    if isinstance(cell, Month):
        raise NotRead("date-day")
    if isinstance(cell, bool):
        raise NotRead("date")
    if isinstance(cell, int | float):
        if 20000101 <= cell <= 29991231 and cell == int(cell):
            return _text(str(int(cell)))
        if FIRST - (SHIFT_1904 if date1904 else 0) <= cell <= LAST - (SHIFT_1904 if date1904 else 0):
            if (found := moment_of(cell, date1904)) is None:
                raise NotRead("date-none")
            return _read(found, date1904)
        raise NotRead("date")
    if not isinstance(cell, str):
        raise NotRead("date")
    return _text(cell)


def _text(given: str) -> date | datetime:
    if len(given) > LONGEST:
        raise NotRead("date")
    text = re.sub("[‐‑‒–—−﹣]", "-", plain(given))
    weekdays = [found[1] or found[2] for found in WEEKDAY.finditer(text)]
    text = re.sub(r"\s*([-/.、年月日号时点分:])\s*", r"\1", re.sub(r"[\s,]+", " ", WEEKDAY.sub(" ", text))).strip(" .")
    day, rest = _day(text)
    _within(day)
    if len(weekdays) > 1 or any(_weekday(each) != day.weekday() for each in weekdays):
        raise NotRead("date-week", right=worded(WEEKDAYS[day.weekday()]))
    return _within(_moment(day, rest)) if rest else day


def _weekday(said: str) -> int:
    """0 for Monday."""
    return "一二三四五六日".find(said.replace("天", "日")) if len(said) == 1 else [each[:3] for each in ENGLISH_DAYS].index(said[:3])


def _day(text: str) -> tuple[date, str]:
    """The day that a text begins with, and what stands after it. Raises NotRead."""
    if stamp := STAMP.match(text):
        return _made(stamp[1], stamp[2], stamp[3]), f"{stamp[4]}:{stamp[5]}:{stamp[6]}"
    if found := CHINESE.match(text):
        return _made(*map(_numeral, (found[1], found[2], found[3]))), text[found.end() :]
    if found := PARTED.match(text):
        return _made(found[1], found[3] or found[5], found[4] or found[6]), text[found.end() :]
    if found := SOLID.match(text):
        return _made(found[1], found[2], found[3]), text[found.end() :]
    if (found := DAY_FIRST.match(text)) and (month := _month(found[2])):
        return _made(found[3], month, found[1]), text[found.end() :]
    if (found := MONTH_FIRST.match(text)) and (month := _month(found[1])):
        return _made(found[3], month, found[2]), text[found.end() :]
    raise NotRead(next((rule for pattern, rule in OTHERWISE if pattern.match(text)), "date"))


def _made(year: int | str, month: int | str, day: int | str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotRead("date-none") from None


def _month(name: str) -> int:
    """1 to 12; 0 where it is none."""
    return MONTHS.index(name[:3]) + 1 if name in (*MONTHS, *FULL, "sept") else 0


def _numeral(text: str) -> int:
    """A number in digits or Chinese numerals: 二〇二六, 十一, 三十, 廿五. Raises NotRead."""
    if text.isdigit():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        return int("".join(str(DIGITS[each]) for each in text))
    tens, _, ones = text.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1 or tens in ("〇", "○", "零", "o"):
        raise NotRead("date")
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _moment(day: date, rest: str) -> datetime:
    """A day with what stands after it: a time, perhaps with its offset. Raises NotRead."""
    found = TIME.match(rest.lstrip("t "))
    if not found:
        raise NotRead("time")
    before, after = ((found[place] or "").replace(".", "") for place in (1, 9))
    if before and after:
        raise NotRead("time")
    hour = _hour(before or after, int(found[2]))
    minute, second = int(found[3] or found[6] or (30 if found[8] else 0)), int(found[4] or found[7] or 0)
    micros = int((found[5] or "0").ljust(6, "0")[:6])
    offset = found[10]
    zone: timezone = BEIJING
    try:
        if offset in ("z", "utc"):
            zone = UTC
        elif offset:
            minutes = int(offset[1:3]) * 60 + int(offset[-2:])
            zone = timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))
        return datetime.combine(day, time(hour, minute, second, micros), zone)
    except ValueError:
        raise NotRead("time") from None


def _hour(half: str, hour: int) -> int:
    """The hour of a day, of one that is said by the half of the day that it lies in. Raises NotRead where the two do not agree."""
    if not half:
        return hour
    if half == "am" and hour == 12:
        return 0
    for said in (hour, hour + 12 if hour else 0):
        if said in HALVES[half]:
            return said
    raise NotRead("time")


def _within(moment: date | datetime) -> date | datetime:
    if not 2000 <= moment.year <= 2999:
        raise NotRead("date-years")
    return moment
