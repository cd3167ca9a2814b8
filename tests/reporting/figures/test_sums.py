"""What the fold keeps summed up is what its rows add up to, whatever is told, corrected, handed over, opened again or moved; and lists are as long as that."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, get_args

import pytest

from services.reporting.figures.filters import Filter
from services.reporting.figures.units import NotFound, Scope
from services.reporting.fold.rows import Status
from services.reporting.http.reading import Reading
from services.reporting.store import SUMMED
from shared.events.issue import ClockName
from shared.http.access import Keys
from tests.ledger.sample import CAMPAIGN, UNITS
from tests.reporting.drawn import Drawn
from tests.reporting.given import Empty, kept, reader_on, records_of, recounted, top

FIGURES = ("entered", "defects", "hazards", "open", "struck_off", "on_time", "overdue", "carried_over")
MONTHS = ("2022-04", "2022-05", "2022-06")


async def reads(empty: Empty, drawn: Drawn, known: set[str], chance: Random) -> None:
    """Reporting reads what the ledger recorded since: book by book, each in order, in batches of any size."""
    new = [group for told, group in drawn.root.ledger.store.recorded.items() if told not in known]
    made = [record for group in sorted(new, key=lambda group: (group.book, group.first)) for record in records_of(group)]
    while made:
        size = chance.choice((1, 7, 60, 300))
        await reader_on(*empty).apply(made[:size])
        del made[:size]
    known |= drawn.root.ledger.store.recorded.keys()


def filters(phases: list[str], categories: list[str], channels: list[str]) -> Iterator[Filter]:
    """Every list that a figure of a page leads to, those with one property, and some with more."""
    for phase in (None, *phases):
        yield Filter(phase=phase)
        for figure in FIGURES:
            yield Filter(figure=figure, phase=phase)
            yield from (Filter(figure=figure, phase=phase, category=each) for each in categories)
            yield from (Filter(figure=figure, phase=phase, channel=each) for each in channels)
        yield Filter(figure="carried_over", status="open", phase=phase)
        yield Filter(figure="overdue", overdue=True, phase=phase)
    for month in MONTHS:
        yield from (Filter(figure=figure, month=month) for figure in (None, "entered", "struck_off", "on_time"))
    yield from (Filter(status=each) for each in ("open", *get_args(Status)))
    yield from (Filter(clock=each) for each in get_args(ClockName))
    flags: Any = [{flag: value} for flag in ("overdue", "carried_over", "standing", "struck") for value in (True, False)]
    yield from (Filter(**each) for each in flags)
    yield Filter(struck=True, status="open")
    yield Filter(text="无", status="planned")


@pytest.mark.covers("G10", "A7", "L5", "E2")
@pytest.mark.parametrize("seed", range(5))
async def test_the_sums_that_are_kept_are_what_the_rows_add_up_to_at_every_unit(empty: Empty, seed: int) -> None:
    drawn, chance, known = Drawn(seed), Random(seed), set[str]()
    for _ in range(4):
        drawn.goes_on(70)
        await reads(empty, drawn, known, chance)
        rows = [(name, row) for name in SUMMED async for row in empty[0][name].find({})]
        assert len(rows) > 10
        assert await kept(empty[0]) == recounted(rows), f"seed {seed}"


@pytest.mark.covers("I2")
@pytest.mark.parametrize("seed", range(2))
async def test_a_list_has_as_many_issues_as_it_says_at_every_unit(empty: Empty, seed: int) -> None:
    drawn, reading = Drawn(seed), Reading(*empty, Keys())
    drawn.goes_on(300)
    await reads(empty, drawn, set(), Random(seed))
    phases = [each.code for each in drawn.plan.phases]
    named = {name: sorted(await empty[0]["issues"].distinct(name)) for name in ("category", "channel")}
    listed = 0
    async with reading.store.snapshot() as session:
        for unit in [each.id for each in UNITS]:
            try:
                await reading.units.unit(Scope(top("bureau", "bureau"), CAMPAIGN, unit), session)
            except NotFound:
                continue
            for wanted in filters(phases, named["category"], named["channel"]):
                for own in (False, True):
                    asked = replace(wanted, campaign=CAMPAIGN, unit=unit, own=own)
                    rows, more = await reading.issues.page(top("bureau", "bureau"), asked, 1000, None, session)
                    counted = await reading.issues.count(top("bureau", "bureau"), asked, session)
                    assert (counted, more) == ((len(rows), counted[1] if counted else 0), None), (seed, asked)
                    if asked.struck and counted:
                        assert counted[1] == sum(len(row["strikes"]) for row in rows), (seed, asked)
                    listed += len(rows)
    assert listed > 100
