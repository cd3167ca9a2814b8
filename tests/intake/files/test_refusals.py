"""Rows that were not taken, however many there are and whatever is wrong with them: what is kept of them has an end."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.files import refusals
from services.intake.files.refusals import Refusals


def mistakes(count: int, length: int) -> list[dict[str, Any]]:
    """Some with reasons of this length, in columns of their own."""
    return [{"column": chr(ord("A") + place), "detail_zh": f"{place}" + "原" * length, "detail": "why"} for place in range(count)]


@pytest.fixture
def kept() -> Iterator[Refusals]:
    """Those of one sheet."""
    with Refusals() as those:
        yield those


def test_a_row_has_all_its_reasons_where_they_are_not_too_long(kept: Refusals) -> None:
    kept.add(3, mistakes(15, 100))
    (row,) = kept.rows()
    assert (row.number, len(row.reasons), row.columns) == (3, 15, tuple(range(15)))


def test_a_row_with_long_reasons_has_the_first_and_counts_the_others(kept: Refusals) -> None:
    kept.add(3, mistakes(15, 1300))
    (row,) = kept.rows()
    assert [each[:1] for each in row.reasons] == ["0", "1", "2", "另"]
    assert "12" in row.reasons[-1]
    assert len("".join(row.reasons)) < 4_100
    assert row.columns == tuple(range(15))


def test_past_so_many_bytes_each_row_has_a_short_reason(kept: Refusals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "OF_ALL", 100_000)
    for number in range(1000):
        kept.add(number, mistakes(15, 1300))
    found = list(kept.rows())
    assert [each.number for each in found] == list(range(1000))
    assert len(found[0].reasons) == 4
    assert len(found[-1].reasons) == 1
    assert "15" in found[-1].reasons[0]
    assert sum(len("".join(each.reasons).encode()) for each in found) < 500_000
