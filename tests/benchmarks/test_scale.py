"""The queues of the simulation agree with what is known of queues, and nothing gets lost in them."""

import json
from math import exp
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scale import SAMPLE, Place, Stage, books, last_day, longest, of_copies, queue, shares, stages
from benchmarks.scale_page import measured_in, tables
from shared.topics import book_id, partition_of

PLACE = Place("somewhere", 3000, 16)


@given(st.integers(0, 100), st.integers(1, 100), st.integers(1, 50), st.integers(0, 200))
def test_at_a_constant_rate_as_much_waits_as_comes_above_what_is_served_and_is_done_after_as_long(
    comes: int, served: int, steps: int, quiet: int
) -> None:
    waiting = queue([comes] * steps + [0] * quiet, served)
    more = max(0, comes - served)
    assert waiting[:steps] == [more * step for step in range(1, steps + 1)]
    assert waiting[steps:] == [max(0, more * steps - served * step) for step in range(1, quiet + 1)]


def poisson(rng: Random, mean: float) -> int:
    """How many come in a step, where each comes by chance (Knuth)."""
    number, left = 0, rng.random()
    while left > exp(-mean):
        number, left = number + 1, left * rng.random()
    return number


@pytest.mark.parametrize("busy", [0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("seed", [1, 2])
def test_where_each_comes_by_chance_as_many_wait_as_in_an_m_d_1_queue(busy: float, seed: int) -> None:
    rng = Random(seed)
    waiting = queue([poisson(rng, busy) for _ in range(300_000)], 1)
    assert sum(waiting) / len(waiting) == pytest.approx(busy**2 / (2 * (1 - busy)), rel=0.08)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 64), st.floats(0.1, 5000))
def test_what_came_is_passed_on_or_waits(seed: int, copies: int, rate: float) -> None:
    arrivals, stage = last_day(50_000, Random(seed)), Stage("any", rate)
    waits, passed = stage.waits(PLACE, copies, arrivals)
    left = waits[-1] * rate / max(stage.parts(PLACE, copies))
    assert sum(passed) + left == pytest.approx(sum(arrivals))
    assert min(waits) >= 0
    assert min(passed) >= -1e-6


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 1_000_000), st.integers(1, 1000), st.integers(1, 1000))
def test_all_that_is_told_goes_to_some_partition_and_some_copy(units: int, partitions: int, copies: int) -> None:
    parts = shares(units, partitions)
    assert sum(parts) == pytest.approx(1)
    assert sum(of_copies(parts, copies)) == pytest.approx(1)
    assert min(parts) >= -1e-9


def test_the_partition_of_a_book_is_kafkas_own() -> None:
    parts, large = shares(500, 4), books(500)
    for partition, part in enumerate(parts):
        own = [each for number, each in enumerate(large) if partition_of(book_id("campaign", f"u{number}").encode(), 4) == partition]
        assert part == pytest.approx(sum(own), rel=0.01)


@pytest.mark.parametrize("stage", stages(SAMPLE), ids=lambda stage: stage.name)
def test_the_copies_that_are_needed_are_as_few_as_leave_the_busiest_half_idle(stage: Stage) -> None:
    peak = 4 * stage.rate
    needed = stage.copies(PLACE, peak)
    assert max(stage.parts(PLACE, needed)) * peak <= stage.rate / 2 < max(stage.parts(PLACE, needed - 1)) * peak


def test_one_partition_is_served_by_one_copy_however_many_there_are() -> None:
    with pytest.raises(ValueError, match="on 1 partitions"):
        Stage("ledger", 10).copies(Place("alone", 3000, 1), 11)


def test_where_all_keep_up_nothing_waits_and_where_one_does_not_it_waits_there() -> None:
    copies = dict.fromkeys(("intake", "ledger", "reporting"), 2)
    assert set(longest(PLACE, copies, SAMPLE).values()) == {0}
    waits = longest(PLACE, copies, SAMPLE | {"ledger_x1_told_per_s": 2})
    assert waits["ledger"] > 0 == waits["intake"] == waits["reporting"]


def test_the_same_figures_give_the_same_tables_and_a_measured_one_takes_the_place_of_its_sample(tmp_path: Path) -> None:
    file = tmp_path / "performance.json"
    file.write_text(json.dumps({"figures": {"ledger_x1_told_per_s": {"value": 7000}, "recorded_per_told": {"value": None}}}))
    measured = measured_in(file)
    assert measured == {"ledger_x1_told_per_s": 7000}
    assert tables(measured) == tables(measured) != tables(measured_in(tmp_path / "none.json"))
    assert [row for row in tables(measured)["figures"].splitlines() if "assumed" not in row][2:] == [
        "| `ledger_x1_told_per_s` | 7,000 |  |"
    ]
