"""Calendars of further years: read from files, loud where they cannot be right."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from deploy.plans.read import read_plan
from shared import workdays
from shared.calendars import CalendarMistake, load_calendars, read_calendars
from shared.file_mistakes import FileMistake
from shared.plan import Plan
from shared.settings import SettingMistake
from shared.workdays import YearMissing, add_days, is_working_day

TENGZHOU = Path(__file__).parents[2] / "deploy/campaigns/tengzhou-2019.yaml"
MADE_UP = """
holidays: [2031-01-01, 2031-05-01, 2031-05-02, 2031-10-01, 2031-10-02, 2031-10-03]
make_up_days: [2031-04-27]
"""
"""Made up: 1 May is a Thursday, 27 April a Sunday."""

pytestmark = pytest.mark.covers("D8")


@pytest.fixture(autouse=True)
def _built_in_after() -> Iterator[None]:
    yield
    workdays.load({})


def folder(tmp_path: Path, **files: str) -> Path:
    """A folder with these files, named by year."""
    for name, text in files.items():
        (tmp_path / name.strip("_").replace("_", ".")).write_text(text, encoding="utf-8")
    return tmp_path


def mistakes(tmp_path: Path, **files: str) -> list[str]:
    with pytest.raises(CalendarMistake) as caught:
        load_calendars(folder(tmp_path, **files))
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_year_that_nobody_loaded_is_loud_and_once_loaded_it_counts(tmp_path: Path) -> None:
    with pytest.raises(YearMissing, match="2031"):
        is_working_day(date(2031, 4, 28))
    load_calendars(folder(tmp_path, _2031_yaml=MADE_UP))
    assert is_working_day(date(2031, 4, 27))
    assert not is_working_day(date(2031, 5, 1))
    assert not is_working_day(date(2031, 5, 3))
    assert add_days(date(2031, 4, 25), 4) == date(2031, 4, 30)
    assert add_days(date(2031, 5, 5), -2) == date(2031, 4, 29)
    with pytest.raises(YearMissing, match="2032"):
        add_days(date(2031, 12, 30), 5)


def test_a_plan_in_a_year_is_accepted_once_its_calendar_is_loaded(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(TENGZHOU.read_text(encoding="utf-8").replace("2019-", "2031-").replace("2018-", "2031-"), encoding="utf-8")
    with pytest.raises(FileMistake, match="the working calendar of 2031 is not loaded"):
        read_plan(plan)
    years = tmp_path / "years"
    years.mkdir()
    load_calendars(folder(years, _2031_yaml=MADE_UP))
    assert isinstance(read_plan(plan), Plan)


def test_a_file_stands_in_the_place_of_a_built_in_year_and_may_be_json(tmp_path: Path) -> None:
    assert is_working_day(date(2022, 4, 24))
    load_calendars(folder(tmp_path, _2022_json='{"holidays": ["2022-01-01", "2022-10-01"]}'))
    assert not is_working_day(date(2022, 4, 24))
    assert is_working_day(date(2022, 5, 2))


def test_without_a_folder_the_built_in_years_stand(tmp_path: Path) -> None:
    load_calendars(folder(tmp_path, _2022_json='{"holidays": ["2022-01-01", "2022-10-01"]}'))
    load_calendars(None)
    assert is_working_day(date(2022, 4, 24))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("holidays: [2031-01-01, 2031-10-01, 2030-12-31]", "holidays.2: 2030-12-31 is no day of 2031"),
        ("holidays: [2031-01-01, 2031-10-01, 2031-10-01]", "holidays: 2031-10-01 stands 2 times"),
        ("holidays: [2031-10-01]", "holidays: 2031-01-01 is missing, a statutory holiday of every year"),
        (
            "holidays: [2031-01-01, 2031-10-01]\nmake_up_days: [2031-04-28]",
            "make_up_days.0: 2031-04-28 is a Monday; people make up on a Saturday or Sunday",
        ),
        (
            "holidays: [2031-01-01, 2031-10-01, 2031-04-27]\nmake_up_days: [2031-04-27]",
            "make_up_days.0: 2031-04-27 is a holiday too; it can be one of the two",
        ),
        ("holidays: []", "holidays: should have at least 1 entries (given: []) / 不得少于 1 条"),
        ("holidays: [2031-01-01, 2031-10-01, 31 May]", "2031.yaml:1: holidays.2: should be a day that exists, written as 2019-03-31"),
        ("holidays:\n- 2031-02-30\nmakeup: []", "2031.yaml:2: holidays.0: should be a day that exists"),
        ("holidays: [2031-01-01, 2031-10-01]\nmakeup: []", "2031.yaml:2: makeup: there is no such field; did you mean 'make_up_days'?"),
        ("2031", "2031.yaml:1: a calendar has fields, such as holidays: [2027-01-01, 2027-10-01]"),
        ("holidays: [2031-01-01", "2031.yaml:1: a bracket is not closed"),
    ],
)
def test_what_cannot_be_right_is_said_with_file_field_and_value(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, _2031_yaml=text)
    assert found[0].startswith("2031.yaml:")
    assert said in "\n".join(found)


def test_every_mistake_of_every_file_is_said_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, next_yaml=MADE_UP, _2031_yaml=MADE_UP, _2031_yml=MADE_UP, _2032_yaml=MADE_UP)
    assert "next.yaml: is named after no year; call it like 2027.yaml" in found
    assert "2031.yml: 2031 has another file in this folder; keep one of the two" in found
    assert "2032.yaml: holidays.0: 2031-01-01 is no day of 2032" in found


def test_a_folder_that_is_not_there_is_a_mistake_of_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingMistake, match="XIAOHAO_CALENDARS"):
        read_calendars(tmp_path / "nowhere")
