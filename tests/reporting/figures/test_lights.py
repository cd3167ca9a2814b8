"""Lights: their course over months, and the acts that follow from it."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from services.reporting.figures.facts import Facts, Sum
from services.reporting.figures.lights import LightCourse, course, months_between
from shared.events.light import LightActTaken, LightSet
from shared.plan.indicator import Light, LightAct
from shared.topics import subject_id
from tests.reporting.given import BOOK, rows
from tests.reporting.telling import NAME, PLAN

OVERDUE = Light(
    code="overdue",
    name=NAME,
    of="overdue",
    yellow=1,
    red=3,
    acts=(LightAct(code="talk", name=NAME, colour="yellow", in_a_row=2), LightAct(code="report", name=NAME, colour="red", in_a_row=3)),
)
MONTHS = list(months_between(date(2018, 11, 30), date(2019, 4, 1)))


def lit(*overdue: int, said: Mapping[str, Mapping[str, object]] | None = None) -> LightCourse:
    """The lights of months with so many overdue issues."""
    facts = Facts(months={month: {"overdue": count} for month, count in zip(MONTHS, overdue, strict=False)})
    return course(OVERDUE, PLAN, facts, said or {}, MONTHS)


def test_months_go_over_new_year() -> None:
    assert MONTHS == ["2018-11", "2018-12", "2019-01", "2019-02", "2019-03", "2019-04"]


@pytest.mark.covers("L8")
def test_a_light_is_by_rule_and_a_month_without_facts_is_green() -> None:
    assert [each.colour for each in lit(0, 1, 2, 3).months] == ["green", "yellow", "yellow", "red", "green", "green"]


@pytest.mark.covers("L8")
def test_acts_follow_from_the_second_yellow_and_the_third_red_in_a_row_once() -> None:
    assert [(each.act, each.month, each.taken) for each in lit(1, 1, 1, 0, 1, 1).acts] == [("talk", "2018-12", []), ("talk", "2019-04", [])]
    assert [(each.act, each.month) for each in lit(3, 3, 1, 3, 3, 3).acts] == [("report", "2019-04")]


@pytest.mark.covers("L8")
def test_a_light_that_a_person_set_stands_with_its_reason_and_counts_in_the_row() -> None:
    said = {"2018-12": {"colour": "green", "reason": "停电", "by_unit": "bureau"}}
    found = lit(1, 1, 1, said=said)
    set_by = found.months[1]
    assert (set_by.by_rule, set_by.colour, set_by.reason, set_by.set_by) == ("yellow", "green", "停电", "bureau")
    assert found.acts == []


@pytest.mark.covers("L8")
def test_an_act_that_was_taken_is_no_longer_due() -> None:
    subject = subject_id(BOOK, "light", "overdue", "2018-12")
    done = LightActTaken(light="overdue", month="2018-12", act="talk", text="约谈", by="p1", by_unit="root")
    row = rows(
        (subject, LightSet(light="overdue", month="2018-12", colour="yellow", reason="瞒报", by="p1", by_unit="root")), (subject, done)
    )
    said = {"2018-12": row["lights", subject]}
    [act] = lit(1, 0, said=said).acts
    assert [(each["at"], each["text"]) for each in act.taken] == [(f"{BOOK}@2", "约谈")]


def test_a_share_is_red_below_its_bound_and_green_where_there_is_nothing_to_share() -> None:
    light = Light(code="on-time", name=NAME, of="on-time-share", yellow=90, red=60)
    facts = Facts(struck_off={"2018-11": (10, 5), "2018-12": (10, 8)})
    assert [each.colour for each in course(light, PLAN, facts, {}, MONTHS).months][:3] == ["red", "yellow", "green"]


@pytest.mark.covers("L8")
def test_the_light_of_the_share_struck_off_looks_at_all_that_was_to_be_by_then_and_not_at_what_is_void() -> None:
    light = Light(code="done", name=NAME, of="struck-off-share", yellow=90, red=60)
    facts = Facts(
        months={
            "2018-11": {"entered": 10, "struck_off": 5},
            "2018-12": {"struck_off": 4},
            "2019-01": {"entered": 1, "voided": 1, "struck_off": 1},
            "2019-02": {"reopened": 2},
        }
    )
    found = course(light, PLAN, facts, {}, MONTHS).months
    assert [(each.figure, each.colour) for each in found][:4] == [(50, "red"), (90, "green"), (100, "green"), (80, "yellow")]


def test_lights_of_incidents_and_of_kpis_missed() -> None:
    facts = Facts(indicators={("incidents", "2018-11"): Sum(2, frozenset({"t1"}))}, months={"2018-12": {"answered": 10, "findings": 1}})
    incidents = Light(code="i", name=NAME, of="incidents", yellow=1, red=2)
    assert [each.colour for each in course(incidents, PLAN, facts, {}, MONTHS).months][:2] == ["red", "green"]
    missed = Light(code="k", name=NAME, of="kpi-missed", yellow=1, red=9)
    assert [each.colour for each in course(missed, PLAN, facts, {}, MONTHS).months][:3] == ["green", "yellow", "green"]


@pytest.mark.covers("L8")
@pytest.mark.parametrize(
    ("periods", "november", "december"),
    [
        (("2018-11-30", "2018-12-01"), 1, 1),
        (("2018-W48", "2018-W49", "2018-W50"), 1, 2),  # 26 November to 2 December: its Thursday is the 29th
        (("2018-W44", "2018-W01"), 1, 0),  # 29 October to 4 November
        (("2018-11", "2018-12"), 1, 1),
        (("2018-Q4", "2018-Q3"), 0, 1),
        (("2018-W99",), 0, 0),  # told before periods were looked at
    ],
)
def test_a_period_counts_in_the_month_that_it_belongs_to(periods: tuple[str, ...], november: int, december: int) -> None:
    facts = Facts(indicators={("incidents", period): Sum(1, frozenset({"t1"})) for period in periods})
    light = Light(code="i", name=NAME, of="incidents", yellow=1, red=2)
    assert [each.figure for each in course(light, PLAN, facts, {}, ("2018-11", "2018-12")).months] == [november, december]


@pytest.mark.covers("L8")
@pytest.mark.parametrize(
    ("first", "last", "told", "lit"),
    [
        (date(2024, 3, 1), date(2024, 7, 31), "2024-W09", "2024-03"),  # Friday of a week whose Thursday is 29 February
        (date(2024, 3, 1), date(2024, 7, 31), "2024-W10", "2024-03"),
        (date(2024, 3, 1), date(2024, 7, 31), "2024-W31", "2024-07"),  # Wednesday of a week whose Thursday is 1 August
        (date(2021, 1, 1), date(2021, 12, 31), "2020-W53", "2021-01"),
        (date(2020, 1, 6), date(2020, 12, 29), "2020-W53", "2020-12"),
        (date(2024, 3, 1), date(2024, 7, 31), "2024-W32", "2024-08"),  # told where a phase was extended for this unit
        (date(2024, 3, 1), date(2024, 11, 30), "2024-Q4", "2024-11"),
        (date(2024, 3, 1), date(2024, 11, 30), "2024-Q3", "2024-09"),
        (date(2024, 8, 1), date(2025, 6, 30), "2024", "2024-12"),
        (date(2024, 8, 1), date(2025, 6, 30), "2025", "2025-06"),
    ],
)
def test_a_period_that_the_campaign_cuts_short_counts_in_a_month_of_it(first: date, last: date, told: str, lit: str) -> None:
    facts = Facts(indicators={("incidents", told): Sum(1, frozenset({"t1"}))}, span=(first, last))
    light = Light(code="i", name=NAME, of="incidents", yellow=1, red=2)
    found = course(light, PLAN, facts, {}, list(months_between(first, last + timedelta(31))))
    assert [each.month for each in found.months if each.figure] == [lit]
