"""Each peer and each measurement runs from end to end, on a campaign so small that its figures say nothing."""

from typing import Any

import pytest
from pymongo import MongoClient

from benchmarks import excel, files, grown, monolith, own, pages, rates, whole
from benchmarks.figures import FIGURES
from benchmarks.work import Work
from deploy.embedded.servers import Embedded

WORK = Work(books=14, issues=40)


def left_over(embedded: Embedded) -> list[str]:
    """Databases of measurements."""
    with MongoClient[dict[str, Any]](embedded.mongodb_uri) as client:
        return [name for name in client.list_database_names() if name.startswith("b") and "-" in name]


@pytest.mark.parametrize("candidate", ["bare", "batch", "plain", "faust", "streams", "ledger x1", "ledger x2"])
async def test_a_candidate_puts_out_what_it_was_told(embedded: Embedded, candidate: str) -> None:
    if candidate in ("faust", "streams") and not own.made(candidate):
        pytest.skip(f"{candidate} is made by `make bench-all`, from the network")
    rate = await rates.measure(embedded, candidate, WORK, WORK.told())
    assert rate.told > 0
    assert rate.cpu >= 0
    assert rate.recorded >= 1
    assert left_over(embedded) == []


async def test_the_monolith_takes_all_that_it_is_told(embedded: Embedded) -> None:
    assert set(await monolith.measure(embedded, WORK)) <= FIGURES.keys()


async def test_all_four_services_are_measured_together(embedded: Embedded) -> None:
    found = await whole.measure(embedded, WORK)
    assert found.keys() <= FIGURES.keys()
    assert 0 < found["latency_p50_s"] <= found["latency_p99_s"]
    assert all(value > 0 for value in found.values())
    assert left_over(embedded) == []


async def test_books_are_filled_with_clones_and_told_more(embedded: Embedded) -> None:
    said = list[str]()
    found = [each async for each in grown.rounds(embedded, WORK, 1, said.append, [200])]
    assert [each.keys() <= FIGURES.keys() for each in found] == [True]
    assert [line.partition(" ")[0] for line in said] == ["200"]
    assert left_over(embedded) == []


async def test_an_excel_file_is_filled_and_timed(embedded: Embedded) -> None:
    [found] = await excel.measure(embedded, WORK, 1, 100)
    assert found.keys() <= FIGURES.keys()
    assert found["excel_rows_per_s"] > 0
    assert left_over(embedded) == []


async def test_a_sheet_is_told_and_timed_beside_events(embedded: Embedded) -> None:
    [found] = [each async for each in files.measure(embedded, WORK, 1, 200)]
    assert found.keys() <= FIGURES.keys()
    assert all(value > 0 for value in found.values())
    assert left_over(embedded) == []


async def test_pages_are_filled_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP", raising=False)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    found = await pages.pages(2000, times=1)
    assert pages.slowest(found).keys() <= FIGURES.keys()
