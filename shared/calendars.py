"""Calendars of years that the built-in one lacks or has wrong: a file a year, in the folder that `XIAOHAO_CALENDARS` names. D8.

A file is called `2027.yaml` (or `.yml`, `.json`) and says what the State Council announced that autumn:

    holidays: [2027-01-01, …]       # every day off that is no plain weekend, and those of the weekend if you like
    make_up_days: [2027-02-20, …]   # Saturdays and Sundays on which people work (调休)
"""

import re
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from shared import workdays
from shared.file_mistakes import FileMistake
from shared.files import File
from shared.settings import SettingMistake
from shared.values import Date, Value
from shared.workdays import Year

SUFFIXES = (".yaml", ".yml", ".json")
DAYS = 100
"""Days that a list may hold: no year has had half as many."""


class YearFile(Value):
    """What a file says."""

    holidays: Annotated[tuple[Date, ...], Field(min_length=1, max_length=DAYS)]
    make_up_days: Annotated[tuple[Date, ...], Field(max_length=DAYS)] = ()


class CalendarMistake(SettingMistake):
    """Calendars that cannot be used; the text names every file, field and value."""


def load_calendars(folder: Path | None) -> None:
    """Use the calendars of this folder; none: the built-in ones alone. Raises CalendarMistake, with all mistakes at once."""
    workdays.load(read_calendars(folder) if folder else {})


def read_calendars(folder: Path) -> dict[int, Year]:
    """The years of a folder. Raises CalendarMistake."""
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and not file.name.startswith("."))
    except OSError as error:
        raise CalendarMistake(f"XIAOHAO_CALENDARS: {error}") from None
    years, wrong = dict[int, Year](), list[str]()
    for file in files:
        if not re.fullmatch(r"[12][0-9]{3}", file.stem):
            wrong.append(f"{file}: is named after no year; call it like 2027{file.suffix}")
            continue
        number = int(file.stem)
        if number in years:
            wrong.append(f"{file}: {number} has another file in this folder; keep one of the two")
        try:
            read = File(file, "calendar")
        except FileMistake as mistake:
            wrong.append(str(mistake))
            continue
        wrong += read.found
        try:
            said = YearFile.model_validate_json(read.json, extra="forbid")
        except ValidationError as error:
            wrong += read.wrong(error.errors(include_url=False), YearFile.model_json_schema())
            continue
        wrong += [f"{file}: {mistake}" for mistake in _mistakes(number, said)]
        years[number] = Year(frozenset(said.holidays), frozenset(said.make_up_days))
    if wrong:
        raise CalendarMistake("\n".join(wrong))
    return years


def _mistakes(number: int, said: YearFile) -> Iterator[str]:
    for name, days in (("holidays", said.holidays), ("make_up_days", said.make_up_days)):
        for index, day in enumerate(days):
            if day.year != number:
                yield f"{name}.{index}: {day} is no day of {number}"
        yield from (f"{name}: {day} stands {count} times" for day, count in Tally(days).items() if count > 1)
    for index, day in enumerate(said.make_up_days):
        if day.weekday() < 5:
            yield f"make_up_days.{index}: {day} is a {day:%A}; people make up on a Saturday or Sunday"
        if day in said.holidays:
            yield f"make_up_days.{index}: {day} is a holiday too; it can be one of the two"
    for day in (date(number, 1, 1), date(number, 10, 1)):
        if day not in said.holidays:
            yield f"holidays: {day} is missing, a statutory holiday of every year"
