"""A line that comes again and again does not fill the disk, and hides no other."""

import logging
from typing import Any

import pytest

from shared.logs.flood import KINDS, LINES, Flood


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def flood(clock: Clock) -> Flood:
    return Flood(clock)


def line(flood: Flood, event: str = "retry", **fields: Any) -> dict[str, Any] | None:
    """The line as it is written, if it is."""
    said: dict[str, Any] = {"event": event, **fields}
    record = logging.LogRecord("xiaohao", logging.WARNING, "", 0, said, None, None)
    return said if flood.filter(record) else None


def test_of_a_loop_a_minute_has_some_lines_and_the_next_says_how_many_were_left_out(flood: Flood, clock: Clock) -> None:
    for minute in range(3):
        clock.now = minute * 60.0
        written = [each for number in range(1000) if (each := line(flood, cause="poison", offset=number, tries=number))]
        assert len(written) == LINES
        assert [each.get("left_out") for each in written] == [1000 - LINES if minute else None] + [None] * (LINES - 1)


def test_a_flood_hides_no_line_of_another_kind(flood: Flood) -> None:
    for number in range(1000):
        line(flood, "told event refused", book="c/a", rule="unknown", event_id=str(number))
    assert line(flood, "told event refused", book="c/b", rule="unknown", event_id="1")
    assert line(flood, "told event refused", book="c/a", rule="late", event_id="1")
    assert line(flood, "retry", book="c/a")
    assert not line(flood, "told event refused", book="c/a", rule="unknown", event_id="other")


def test_what_whoever_asks_can_make_up_makes_no_kind_of_its_own(flood: Flood) -> None:
    written = [line(flood, "access refused", status=401, client=f"10.0.0.{number}", route=f"GET /{number}") for number in range(255)]
    assert sum(each is not None for each in written) == LINES


def test_kinds_without_end_are_bounded_too(flood: Flood) -> None:
    written = [line(flood, "retry", cause=f"cause {number}") for number in range(100 * KINDS)]
    assert sum(each is not None for each in written) <= KINDS + LINES


def test_libraries_are_held_to_the_same(flood: Flood) -> None:
    records = [logging.LogRecord("aiokafka", logging.ERROR, "", 0, "no leader for %s", (str(number),), None) for number in range(100)]
    assert sum(map(flood.filter, records)) == LINES
