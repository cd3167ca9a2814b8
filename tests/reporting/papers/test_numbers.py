"""Numbers as people read them: rounded, and still true."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.wording.texts import change, figure, rate


@pytest.mark.covers("G10")
@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "—"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (2999, 3000, "99.97%"),
        (9996, 10000, "99.96%"),
        (999_999, 1_000_000, "99.9999%"),
        (1, 3000, "0.03%"),
        (1, 99_999, "0.001%"),
    ],
)
def test_a_share_is_said_to_be_all_or_nothing_only_where_it_is(part: int, whole: int, said: str) -> None:
    assert rate(part, whole) == said


@given(whole=st.integers(1, 10**7), missing=st.integers(0, 50))
def test_no_share_of_issues_is_rounded_to_all_or_to_nothing(whole: int, missing: int) -> None:
    for part in (max(whole - missing, 0), min(missing, whole)):
        said = Fraction(rate(part, whole).removesuffix("%"))
        assert (said == 100, said == 0) == (part == whole, part == 0)
        assert abs(said - Fraction(100 * part, whole)) <= Fraction(1, 20)


@pytest.mark.covers("G1", "G3")
@pytest.mark.parametrize(
    ("value", "bounds", "said"),
    [
        (0, (), "0"),
        (12.5, (), "12.5"),
        (66.66666666, (), "66.67"),
        (123456, (), "123456"),  # it was 1.235e+05
        (1e15, (), "1000000000000000"),
        (12345.6, (), "12346"),
        (0.000012345, (), "0.00001234"),
        (94.996, (95,), "94.996"),  # it was 95, and not met
        (95.004, (95,), "95.004"),
        (95.0, (95,), "95"),
        (99.9999, (0, 100), "99.9999"),
        (1234567.25, (1234567.25,), "1234567.25"),  # an aim is said as it is
    ],
)
def test_a_figure_has_all_its_digits_and_never_reaches_an_aim_by_rounding(value: float, bounds: tuple[float, ...], said: str) -> None:
    assert figure(value, *bounds) == said


@pytest.mark.covers("G3")
@pytest.mark.parametrize(
    ("percent", "aim", "said"),
    [(-9.96, -10, "-9.96%"), (-10.0, -10, "-10.0%"), (-33.333333, -10, "-33.3%"), (20, -10, "+20.0%"), (-0.0, 0, "+0.0%")],
)
def test_a_fall_is_never_rounded_to_what_was_asked(percent: float, aim: float, said: str) -> None:
    assert change(percent, aim) == said
