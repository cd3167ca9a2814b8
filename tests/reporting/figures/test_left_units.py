"""A unit that an amendment leaves out of the tree: in no figure above it, apart for the root, and whole for itself."""

from dataclasses import replace

import pytest

from services.ledger.book.state import totals_to_date
from services.reporting.figures.filters import Filter
from services.reporting.figures.summary import Summary
from services.reporting.figures.top import Top
from services.reporting.figures.units import NotFound, Scope
from services.reporting.http.reading import Reading
from shared.events.tree import UnitsListed
from shared.http.access import Keys
from shared.units import seal
from tests.ledger.book.amendments import MOVED, SHRUNK, running, tells, told_tree, version
from tests.ledger.book.trees import FIGURES, amended, below, books
from tests.ledger.given import Said, Story
from tests.ledger.sample import LIFE, REPORTED, UNITS
from tests.reporting.given import Empty, reader_on, records_of, top

CAMPAIGN = "yz2022"
ISSUE = f"{CAMPAIGN}/e2/issue/desk~1"


async def read(empty: Empty, root: Story, size: int = 50) -> Reading:
    """Reporting has read all that the ledger recorded, in parts."""
    mongo, store = empty
    reader = reader_on(mongo, store)
    made = [record for group in root.ledger.store.recorded.values() for record in records_of(group)]
    for start in range(0, len(made), size):
        await reader.apply(made[start : start + size])
    return Reading(mongo, store, Keys())


async def summary(reading: Reading, asked: Top, unit: str | None = None) -> Summary:
    async with reading.store.snapshot() as session:
        found, _ = await reading.summaries.summary(Scope(asked, CAMPAIGN, unit), session)
    return found


def left() -> Story:
    """e2 left with two issues, one of them struck off, and goes on working."""
    root = running()
    e2 = root.at("e2").given(REPORTED, *(Said(fact, issue="2") for fact in LIFE))
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    e2.given(Said(REPORTED, issue="3"))
    return root


def entered(found: Summary) -> tuple[int, int, int]:
    return found.total.entered, found.acts.entered, sum(each.total.entered for each in found.units)


@pytest.mark.covers("A7")
async def test_it_leaves_the_figures_and_lists_of_all_above_and_stays_whole_for_itself(empty: Empty) -> None:
    reading = await read(empty, left())
    for unit in ("bureau", "east"):
        assert entered(await summary(reading, top(unit, "bureau"))) == (0, 0, 0), unit
        assert await reading.issues.page(top(unit, "bureau"), Filter(campaign=CAMPAIGN), 9) == ([], None), unit
        with pytest.raises(NotFound):
            await summary(reading, top(unit, "bureau"), "e2")
    own = await summary(reading, top("e2", "bureau"))
    assert (own.total.entered, own.total.struck_off, own.above) == (3, 1, [])
    assert len((await reading.issues.page(top("e2", "bureau"), Filter(campaign=CAMPAIGN), 9))[0]) == 3


@pytest.mark.covers("A7")
async def test_the_root_sees_who_left_with_what_and_reads_it_by_its_id_and_nobody_else_does(empty: Empty) -> None:
    reading = await read(empty, left())
    (gone,) = (await summary(reading, top("bureau", "bureau"))).left
    assert (gone.unit, gone.name, gone.on.isoformat(), gone.open) == ("e2", "东二院", "2022-05-20", 1)
    assert (gone.figures.entered, gone.figures.struck_off) == (3, 1)
    for named in ("e2", "东二院"):
        assert await reading.units.code_left(top("bureau", "bureau"), CAMPAIGN, named) == "e2"
    for other in (top("east", "bureau"), top("bureau", "another"), top("east", "another")):
        assert await reading.units.code_left(other, CAMPAIGN, "e2") is None
    assert (await summary(reading, top("east", "bureau"))).left == []
    assert await reading.issues.one(top("e2", "another"), ISSUE) is None


@pytest.mark.covers("A7")
@pytest.mark.parametrize("size", [1, 50, 5000])
async def test_put_back_it_counts_again_once(empty: Empty, size: int) -> None:
    root = left().given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3)))
    reading = await read(empty, root, size)
    for unit in ("bureau", "east", "e2"):
        found = await summary(reading, top(unit, "bureau"))
        assert (found.total.entered, found.acts.entered, found.left) == (3, 3, []), unit


@pytest.mark.covers("A7", "I1")
async def test_what_is_told_between_two_moves_that_are_read_at_once_lies_where_the_unit_does(empty: Empty) -> None:
    root = running()
    await read(empty, root, 5000)
    told_tree(root, MOVED).given(tells(version(), seal(MOVED, 2)))
    root.at("e2").given(REPORTED)
    root.given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3)))
    reading = await read(empty, root, 5000)
    found = await summary(reading, top("bureau", "bureau"))
    assert {each.unit: each.total.entered for each in found.units} == {"east": 1, "west": 0}
    assert (await summary(reading, top("west", "bureau"))).acts.entered == 0


@pytest.mark.covers("A7", "I1")
@pytest.mark.parametrize("seed", range(4))
async def test_every_unit_of_the_tree_has_what_stands_on_its_books_and_the_ledger_states_the_same(empty: Empty, seed: int) -> None:
    root, tree, ever_left = amended(seed)
    reading = await read(empty, root)
    for unit in below(tree, "bureau"):
        acts = (await summary(reading, top(unit, "bureau"))).acts.model_dump()
        expected = books(root, below(tree, unit))
        assert {name: acts[name] for name in FIGURES} == expected, unit
        stated = totals_to_date(root.at(unit).book)[1].model_dump()
        assert {name: stated[name] for name in FIGURES} == expected, unit
    gone = {each.unit for each in (await summary(reading, top("bureau", "bureau"))).left}
    assert gone == {each.id for each in UNITS} - set(below(tree, "bureau"))
    assert gone <= ever_left
    for unit in gone:
        assert (await summary(reading, top(unit, "bureau"))).acts.entered >= root.at(unit).book.entered


@pytest.mark.covers("A7")
@pytest.mark.parametrize("key", ["east", "bureau"])
async def test_who_comes_back_without_those_it_left_with_has_them_in_no_figure_and_no_list(empty: Empty, key: str) -> None:
    root = running()
    root.at("e2").given(REPORTED, *(Said(fact, issue="2") for fact in LIFE))
    without_east = tuple(each for each in UNITS if each.id not in ("east", "e1", "e2"))
    told_tree(root, without_east).given(tells(version(), seal(without_east, 2)))
    alone = tuple(each for each in UNITS if each.id not in ("e1", "e2"))
    root.given(UnitsListed(version=3, part=1, units=alone), tells(version(3), seal(alone, 3)))
    reading = await read(empty, root)
    asked = replace(top(key, "bureau"), first=await reading.units.first(top(key, "bureau"), CAMPAIGN))
    assert entered(await summary(reading, asked, "east")) == (0, 0, 0)
    wanted = Filter(campaign=CAMPAIGN, unit="east", figure="entered")
    async with reading.store.snapshot() as session:
        assert await reading.issues.page(asked, wanted, 9, None, session) == ([], None)
        assert await reading.issues.count(asked, wanted, session) == (0, 0)
        assert (
            await reading.units.below(Scope(asked, CAMPAIGN), await reading.units.unit(Scope(asked, CAMPAIGN, "east"), session), session)
            == []
        )
