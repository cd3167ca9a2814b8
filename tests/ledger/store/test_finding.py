"""What is found again, and what wakes: both stores answer the same."""

from datetime import date

from msgspec.structs import replace

from services.ledger.aside import drop
from services.ledger.issue.holding import Held, Hold
from services.ledger.rules.world import Announced
from services.ledger.store import Store, Transaction, units_of_class
from services.ledger.store.documents import Changes
from shared.units import seal
from tests.ledger.sample import PLAN, UNITS
from tests.ledger.store.states import BOOK, DAY, ISSUE, MOMENT, NEXT, OTHER, RETURN, ROOT, WATCH, due, group, load, save, saving, stored


async def test_what_wakes_comes_by_day_then_issues_and_returns_before_their_book_then_by_id(store: Store) -> None:
    subjects = [
        stored(OTHER + "/issue/desk~0", wake=NEXT),
        stored(BOOK, wake=DAY),
        stored(RETURN, wake=DAY),
        stored(ISSUE, wake=DAY),
        stored(OTHER + "/issue/desk~1", wake=DAY),
        stored(f"{BOOK}/issue/desk~%E5%80%99", wake=None),
    ]
    await save(store, saving(*subjects))
    assert await due(store, DAY) == [ISSUE, OTHER + "/issue/desk~1", RETURN, BOOK]
    assert await due(store, NEXT) == [ISSUE, OTHER + "/issue/desk~1", RETURN, BOOK, OTHER + "/issue/desk~0"]
    assert await due(store, date(2022, 4, 28)) == []


async def test_only_what_lies_in_these_partitions_wakes(store: Store) -> None:
    await save(store, saving(stored(ISSUE, wake=DAY, partition=1), stored(RETURN, wake=DAY, partition=2)))
    assert await due(store, DAY, 1) == [ISSUE]
    assert await due(store, DAY, 1, 2) == [ISSUE, RETURN]
    assert await due(store, DAY, 0, 3) == []


async def test_what_has_nothing_to_be_told_any_more_sleeps(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5, DAY)))
    await save(store, saving(stored(ISSUE, 6, None), loaded_at={ISSUE: 5}))
    assert await due(store, DAY) == []


async def test_a_book_that_took_an_amendment_is_known_until_it_is_done_with_that_one(store: Store) -> None:
    other = replace(stored(BOOK, partition=2), id=OTHER)
    first = saving(stored(BOOK, partition=1), other)
    first.amended |= {BOOK: 2, OTHER: 2}
    await save(store, first)
    assert (await store.amended([1]), await store.amended([0, 1, 2])) == ([(BOOK, 2)], [(BOOK, 2), (OTHER, 2)])
    second = saving(stored(BOOK, 2, partition=1), loaded_at={BOOK: 1})
    second.amended[BOOK] = 3
    await save(store, second)
    for book in (BOOK, OTHER, BOOK + "0"):
        await store.done_with(book, 2)
    assert await store.amended([0, 1, 2]) == [(BOOK, 3)]


async def test_the_subjects_of_a_book_are_its_own_without_the_book(store: Store) -> None:
    await save(store, saving(stored(BOOK), stored(RETURN, wake=DAY), stored(ISSUE), stored(OTHER + "/issue/desk~1")))
    assert [each async for each in store.subjects_of(BOOK)] == [stored(ISSUE), stored(RETURN, wake=DAY)]


async def test_what_changed_since_it_was_read_keeps_the_day_on_which_it_wakes(store: Store) -> None:
    before = [stored(ISSUE, 5, DAY), stored(RETURN, 5), stored(WATCH, 5, DAY)]
    await save(store, saving(*before))
    await save(store, saving(stored(WATCH, 6, DAY), loaded_at={WATCH: 5}))
    await store.rewake([(before[0], None), (before[1], NEXT), (before[2], None)], 2)
    assert (await due(store, DAY), await due(store, NEXT)) == ([WATCH], [WATCH, RETURN])
    assert {id: each.plan_version for id, each in (await load(store, ISSUE, RETURN, WATCH)).items()} == {ISSUE: 2, RETURN: 2, WATCH: 1}
    await store.rewake([], 2)


async def test_the_chain_stands_at_every_position_of_a_book_and_nowhere_else(store: Store) -> None:
    await save(store, Changes(groups=[group(1, "n1", events=2), group(3, "n2", events=1), group(4, "n3", events=3), group(1, book=OTHER)]))
    assert [await store.chain_at(BOOK, position) for position in range(8)] == [
        None,
        *(f"{BOOK}-{position}" for position in range(1, 7)),
        None,
    ]
    assert await store.chain_at(OTHER, 2) == f"{OTHER}-2"
    assert await store.chain_at("yz2022/e", 1) is None


async def test_what_is_held_is_counted_by_partition(store: Store) -> None:
    held = Held("MeasuresPlanned", "no-owner", "无", "none", DAY, "{}", "desk", "n1", MOMENT, MOMENT, 1)
    here = replace(stored(f"{BOOK}/held/desk~1", wake=NEXT), state=Hold(ISSUE, (held, held)))
    there = replace(stored(f"{OTHER}/held/desk~1", wake=NEXT, partition=1), state=Hold(ISSUE, (held,)))
    over = replace(stored(f"{BOOK}/held/desk~2"), state=Hold(ISSUE))
    await save(store, saving(here, there, over, stored(ISSUE, wake=DAY)))
    assert [await store.held(partitions) for partitions in ([0], [1], [0, 1], [2], [])] == [2, 1, 3, 0, 0]


async def test_what_waits_for_a_subject_comes_back_in_its_order_until_nothing_does(store: Store) -> None:
    await store.transaction(lambda transaction: transaction.put_aside({ISSUE: ["n2", "n1"], RETURN: ["n3"]}))
    await store.transaction(lambda transaction: transaction.put_aside({ISSUE: ["n2", "n1", "n0"], RETURN: []}))
    assert await store.transaction(lambda transaction: transaction.aside([ISSUE, RETURN, BOOK])) == {ISSUE: ["n2", "n1", "n0"]}
    assert await store.set_aside() == {ISSUE: ["n2", "n1", "n0"]}


async def test_what_is_dropped_waits_for_nothing_any_more_and_what_stood_behind_it_does(store: Store) -> None:
    await store.transaction(lambda transaction: transaction.put_aside({ISSUE: ["n1", "n2"], RETURN: ["n0", "n1"], BOOK: ["n1"]}))
    await drop(store, {"n1"})
    assert await store.set_aside() == {ISSUE: ["n2"], RETURN: ["n0"]}


async def test_units_are_found_by_tree_and_by_the_unit_above(store: Store) -> None:
    moved = [unit if unit.id != "e1" else unit.model_copy(update={"parent": "west"}) for unit in UNITS]
    await save(store, Changes(units=[*((ROOT, 1, unit) for unit in UNITS), *((ROOT, 2, unit) for unit in moved)]))

    async def read(transaction: Transaction) -> None:
        assert await transaction.units_below(ROOT, 1, "east") == ["e1", "e2"]
        assert await transaction.units_below(ROOT, 2, "west") == ["e1", "w1", "w2"]
        assert await transaction.units_below(ROOT, 1, "e1") == []
        assert await transaction.units_below(ROOT, 1, None) == ["bureau"]
        assert await transaction.units_below(ROOT, 3, None) == []
        under = await transaction.units_under(ROOT, 1, ["east", "west", "nowhere"])
        assert sorted(under, key=lambda each: each.id) == sorted(UNITS[3:], key=lambda each: each.id)
        assert await transaction.units_under(ROOT, 3, ["east"]) == []
        assert await transaction.inner(ROOT, 1) == {"bureau": (None, 2), "east": ("bureau", 2), "west": ("bureau", 2)}
        assert await transaction.inner(ROOT, 2) == {"bureau": (None, 2), "east": ("bureau", 1), "west": ("bureau", 3)}
        assert await transaction.inner(ROOT, 3) == {}
        assert await units_of_class(transaction, ROOT, 1, "bureau", "clinic") == ("e1", "e2", "w1", "w2")
        assert await units_of_class(transaction, ROOT, 1, "east", "clinic") == ("e1", "e2")
        assert await transaction.units(ROOT, 2, ["e1", "nobody"]) == {"e1": next(each for each in moved if each.id == "e1")}
        assert await transaction.units("yz2022/other", 2, ["e1"]) == {}

    await store.transaction(read)


async def test_trees_that_two_roots_told_of_one_campaign_never_meet(store: Store) -> None:
    theirs = [unit.model_copy(update={"name": f"他处{unit.name}"}) for unit in UNITS[:4]]
    await save(store, Changes(units=[*((ROOT, 1, unit) for unit in UNITS), *(("yz2022/other", 1, unit) for unit in theirs)]))

    async def read(transaction: Transaction) -> None:
        assert await transaction.units(ROOT, 1, ["e1", "e2"]) == {"e1": UNITS[3], "e2": UNITS[4]}
        assert await transaction.units("yz2022/other", 1, ["e1", "e2"]) == {"e1": theirs[3]}
        assert await transaction.units_below("yz2022/other", 1, "east") == ["e1"]
        assert await transaction.units_under("yz2022/other", 1, ["east"]) == [theirs[3]]

    await store.transaction(read)


async def test_a_campaign_belongs_to_whoever_announced_it_and_to_nobody_before(store: Store) -> None:
    async def owner(transaction: Transaction) -> str | None:
        return await transaction.owner("yz2022")

    await save(store, Changes(units=[("yz2022/other", 1, UNITS[0])]))
    assert await store.transaction(owner) is None
    await save(store, Changes(owners={"yz2022": "bureau"}))
    assert await store.transaction(owner) == "bureau"


async def test_a_plan_comes_back_by_campaign_and_version(store: Store) -> None:
    second = PLAN.model_copy(update={"version": 2})
    await save(store, Changes(announced=[Announced(PLAN, seal(UNITS)), Announced(second, seal(UNITS, 5))]))
    found = await store.announced("yz2022", 2)
    assert found
    assert (found.plan.version, found.seal.version, found.plan.phases) == (2, 5, PLAN.phases)
    assert await store.announced("yz2022", 3) is None
    assert await store.announced("other", 1) is None
