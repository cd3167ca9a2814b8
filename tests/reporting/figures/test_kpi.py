"""KPIs: what recorded facts make of them."""

from dataclasses import replace

import pytest

from services.reporting.figures.facts import Facts, Sum
from services.reporting.figures.kpi import Standing
from services.reporting.figures.kpi import judged as judge
from shared.plan.indicator import Kpi
from tests.reporting.telling import NAME


def kpi(of: str, **fields: object) -> Kpi:
    """A KPI of the plan."""
    return Kpi.model_validate({"code": "k", "name": NAME, "of": of} | fields)


def judged(of: str, facts: Facts, **fields: object) -> Standing:
    """How it stands."""
    return judge(kpi(of, **fields), facts)


def units(many: int) -> frozenset[str]:
    """So many units."""
    return frozenset(f"t{number}" for number in range(many))


def told(measure: str, baseline: Sum | None = None, **periods: Sum) -> Facts:
    """Figures told, `_2019_03` for a period."""
    indicators = {(measure, period.strip("_").replace("_", "-")): each for period, each in periods.items()}
    return Facts(indicators=indicators, baselines={(measure, "2018"): baseline} if baseline else {})


@pytest.mark.covers("G1", "G5")
def test_satisfaction_is_of_all_answers_to_one_survey() -> None:
    facts = Facts(surveys={("public", "2019-04"): (100, 90), ("public", "2019-05"): (100, 98), ("window", "2019-05"): (50, 0)})
    found = judged("satisfied", facts, code_of="public", at_least=95)
    assert (found.value, found.part, found.whole, found.met) == (94, 188, 200, False)
    assert [(each.period, each.value) for each in found.trend] == [("2019-04", 90), ("2019-05", 98)]
    assert judged("satisfied", facts, code_of="public", at_least=94).met


@pytest.mark.covers("G2")
def test_complaints_answered_are_out_of_all_complaints() -> None:
    found = judged(
        "complaints-answered", Facts(months={"2019-04": {"complaints": 4, "replied": 3}, "2019-05": {"replied": 1}}), at_least=100
    )
    assert (found.value, found.met) == (100, True)


def test_with_nothing_to_judge_by_nothing_is_met_or_missed() -> None:
    for of in ("satisfied", "complaints-answered", "struck-off", "on-time", "answered", "conforming", "measure"):
        found = judged(of, Facts(), code_of="x", at_least=95)
        assert (found.value, found.met) == (None, None)


@pytest.mark.covers("G10", "L14", "C18")
def test_the_share_struck_off_is_of_what_has_an_end_and_is_still_on_the_book_or_is_again() -> None:
    left = {"handed_over": 1, "merged": 1, "voided": 2, "restored": 1, "standing": 3, "standing_left": 1}
    facts = Facts(months={"2019-04": {"entered": 10, "struck_off": 5, "reopened": 2} | left})
    found = judged("struck-off", facts, at_least=50)
    assert (found.part, found.whole) == (4, 5), "ten, less three that left for good and two without an end; one strike-off was undone"


@pytest.mark.covers("G2", "G10")
def test_what_was_done_in_a_month_is_never_more_than_what_came_in_up_to_its_end() -> None:
    months = {"2019-04": {"entered": 4, "complaints": 2}, "2019-05": {"struck_off": 3, "replied": 2, "entered": 1}}
    for of, trend in {"struck-off": [0, 60], "complaints-answered": [0, 100]}.items():
        assert [each.value for each in judged(of, Facts(months=months), at_least=95).trend] == trend
    answered = Facts(months={"2019-04": {"answered": 30}, "2019-05": {"answered": 10}}, targets=40)
    assert [each.value for each in judged("answered", answered, at_least=100).trend] == [75, 100]


@pytest.mark.covers("G4")
def test_what_must_not_happen_is_added_up_over_all_periods() -> None:
    assert judged("measure", told("deaths", _2019_03=Sum(0, units(5)), _2019_04=Sum(0, units(5))), code_of="deaths", at_most=0).met is True
    found = judged("measure", told("deaths", _2019_03=Sum(1, units(5)), _2019_04=Sum(0, units(5))), code_of="deaths", at_most=0)
    assert (found.value, found.met) == (1, False)


@pytest.mark.covers("G3", "G10")
def test_what_must_fall_is_compared_with_the_figure_before_the_campaign() -> None:
    facts = told("complaints", Sum(20, units(2)), _2019_03=Sum(18, units(2)), _2019_04=Sum(14, units(2)))
    found = judged("measure", facts, code_of="complaints", falls=30)
    assert (found.baseline, found.value, found.fell, found.met) == (20, 14, 30, True)
    assert [each.value for each in found.trend] == [18, 14]
    assert judged("measure", facts, code_of="complaints", falls=31).met is False


@pytest.mark.covers("G3")
def test_a_rate_of_several_units_and_months_is_their_mean_and_no_sum() -> None:
    facts = replace(told("rate", Sum(12, units(4)), _2019_03=Sum(10, units(4)), _2019_04=Sum(6, units(4))), rates=frozenset({"rate"}))
    fewer = judged("measure", facts, code_of="rate", falls=50)
    assert (fewer.baseline, fewer.value, fewer.fell, fewer.met) == (3, 1.5, 50, True)
    assert [each.value for each in fewer.trend] == [2.5, 1.5]
    assert judged("measure", facts, code_of="rate", at_most=2).value == 2


@pytest.mark.covers("G3", "G4")
@pytest.mark.parametrize(("before", "now", "falls"), [(0.7, 0.63, 10), (1.1, 0.99, 10), (0.3, 0.24, 20), (0.8, 0.6, 25), (3.3, 2.97, 10)])
def test_what_falls_by_as_much_as_asked_has_met_its_aim_whatever_floats_make_of_it(before: float, now: float, falls: float) -> None:
    found = judged("measure", told("rate", Sum(before, units(1)), _2019_03=Sum(now, units(1))), code_of="rate", falls=falls)
    assert (found.fell, found.met) == (falls, True)


@pytest.mark.covers("G4")
def test_what_adds_up_to_what_is_allowed_is_not_above_it() -> None:
    facts = told("spills", _2019_03=Sum(0.1, units(1)), _2019_04=Sum(0.2, units(1)))
    assert (judged("measure", facts, code_of="spills", at_most=0.3).value, judged("measure", facts, code_of="spills", at_most=0.3).met) == (
        0.3,
        True,
    )
    mean = replace(told("r", _2019_03=Sum(0.1, units(1)), _2019_04=Sum(0.2, units(1)), _2019_05=Sum(0.3, units(1))), rates=frozenset({"r"}))
    assert judged("measure", mean, code_of="r", at_most=0.2).met is True


@pytest.mark.covers("G3")
def test_no_fall_is_claimed_while_other_units_or_fewer_told_one_of_the_two() -> None:
    for others in (units(1), frozenset({"t1", "t2"})):
        facts = told("complaints", Sum(20, units(2)), _2019_04=Sum(5, others))
        assert judged("measure", facts, code_of="complaints", falls=30).met is None
    assert judged("measure", told("complaints", Sum(0, units(2)), _2019_04=Sum(0, units(2))), code_of="complaints", falls=30).met is True


def test_targets_answered_are_out_of_all_that_apply() -> None:
    facts = Facts(months={"2019-03": {"answered": 30, "findings": 3}}, targets=40)
    assert judged("answered", facts, at_least=100).value == 75
    assert judged("conforming", facts, at_least=90).met
