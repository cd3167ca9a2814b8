"""One suite that both stores pass: in memory, and MongoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast

import pytest

from services.ledger.book.state import Book, PhaseState, Profile
from services.ledger.book.statement import Statement
from services.ledger.book.tree import Tree
from services.ledger.duties.returns import Return
from services.ledger.duties.sample import Sample
from services.ledger.duties.self_check import Answer
from services.ledger.duties.survey import Survey as SurveyState
from services.ledger.duties.visit import Visit
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import State
from services.ledger.rules.world import Announced
from services.ledger.store import Store, Transaction, units_of_class
from services.ledger.store.documents import Changes, Group, Stored
from services.ledger.store.mongo import MongoStore
from shared.events.figures import Counts
from shared.faults import Conflict
from shared.mongo import Mongo
from shared.settings import Settings
from shared.units import seal
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import PLAN, UNITS

BOOK, OTHER = "yz2022/e1", "yz2022/e10"
"""The one id begins with the other."""
ISSUE, RETURN, CHECK = f"{BOOK}/issue/desk~1", f"{BOOK}/return/own-plan", f"{BOOK}/check/1"
SURVEY, VISIT, SAMPLE = f"{BOOK}/survey/patients~1", f"{BOOK}/visit/desk~1", f"{BOOK}/sample/clinics"
STATEMENT, TREE = f"{BOOK}/statement/P1~e1", f"{BOOK}/tree/1"
MOMENT = datetime(2022, 4, 22, 2, 30, 0, 123000, UTC)
DAY, NEXT = date(2022, 4, 29), date(2022, 4, 30)
BIG = 2**53 - 1
STATES: dict[str, State] = {
    BOOK: Book(
        id=BOOK,
        position=7,
        chain="ab" * 32,
        entered=3,
        phases={
            "P.1": PhaseState(
                status="closed",
                revision=2,
                awaits_returns=("own-plan",),
                awaits_units=("e2",),
                early=("e3",),
                own={"entered": 3, "missing": 0},
                below={"entered": BIG},
                late_since=DAY,
            ),
            "P2": PhaseState(),
        },
        profile=Profile(1, 2, ("bureau", "e1"), "clinic", ("grade-2",), "head-zhao", 1, ("e2",)),
        roster=(("head-zhao", "office"),),
    ),
    f"{BOOK}/issue/desk~%E5%80%99": Issue(1, DAY, NEXT, "environment", "complaint", "hazard"),
    ISSUE: Issue(2, DAY, NEXT, "attitude", "self-check", "defect", "rectified", "li", ("sun",), "li", DAY, NEXT, ("plan", "fix")),
    RETURN: Return("own-plan", "P1", DAY, met=True, missing=True),
    CHECK: Answer(conforms=False, phase="P1"),
    STATEMENT: Statement(revision=2, total=Counts(units=4, entered=BIG)),
    SURVEY: SurveyState("P1", 90, 81),
    VISIT: Visit("P1"),
    SAMPLE: Sample(4),
    TREE: Tree(parts=2, count=501, digest="ef" * 32, classes=("bureau", "clinic")),
}


def group(first: int = 1, told: str = "n1", book: str = BOOK, events: int = 2) -> Group:
    """What was recorded for one told event."""
    made = tuple((f"Type{number}", book, f"{book}-{first + number}", b'{"\x00":1}') for number in range(events))
    return Group(book, first, f"{book} desk {told}", b"\x00digest\xff", told, "desk", MOMENT, MOMENT, None, made)


def stored(id: str, position: int = 1, wake: date | None = None, partition: int = 0) -> Stored:
    """A subject of some state at a position."""
    return Stored(id, position, STATES.get(id, Issue(9, DAY, DAY, "attitude", "complaint", "problem")), partition, wake, 1)


def saving(*subjects: Stored, loaded_at: dict[str, int] | None = None, groups: list[Group] | None = None) -> Changes:
    """Changes of subjects, each loaded at some position or new."""
    return Changes(groups=groups or [], subjects={each.id: each for each in subjects}, loaded_at=loaded_at or {})


@pytest.fixture(scope="module")
def kept() -> Iterator[list[Mongo]]:
    """The one database, prepared by the first test that asks: making collections takes longer than all the tests."""
    databases: list[Mongo] = []
    yield databases
    for each in databases:
        each.close()


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, kept: list[Mongo]) -> Store:
    """An empty store, prepared for four partitions."""
    if request.param == "memory":
        memory = MemoryStore()
        await memory.prepare(4)
        return memory
    settings = cast(Settings, request.getfixturevalue("settings"))
    if not kept:
        kept.append(Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger"))
        await MongoStore(kept[0]).prepare(4)
    for name in ("recorded", "subjects", "units", "plans", "aside"):
        await kept[0][name].delete_many({})
    return MongoStore(kept[0])


async def save(store: Store, changes: Changes) -> None:
    """Write changes in a transaction of their own."""
    await store.transaction(lambda transaction: transaction.save(changes))


async def load(store: Store, *ids: str) -> dict[str, Stored]:
    """Read subjects in a transaction of their own."""
    return await store.transaction(lambda transaction: transaction.load(ids))


async def due(store: Store, today: date, *partitions: int) -> list[str]:
    """The ids that wake."""
    return [each.id async for each in store.due(partitions or (0, 1, 2, 3), today)]


@pytest.mark.parametrize("id", STATES)
async def test_a_subject_comes_back_as_it_was_saved(store: Store, id: str) -> None:
    saved = stored(id, 5, DAY, 3)
    await save(store, saving(saved))
    assert await load(store, id, "yz2022/e1/issue/desk~unknown") == {id: saved}


async def test_a_group_comes_back_as_it_was_recorded(store: Store) -> None:
    traced = replace(group(), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    await save(store, Changes(groups=[traced, group(3, "n2")]))
    keys = [traced.told, group(3, "n2").told, "yz2022/e1 desk unknown"]
    found = await store.transaction(lambda transaction: transaction.groups(keys))
    assert found == {traced.told: traced, keys[1]: group(3, "n2")}


async def test_nothing_is_there_at_first(store: Store) -> None:
    assert await load(store, *STATES) == {}
    assert await due(store, date(2999, 1, 1)) == []
    assert await store.announced("yz2022", 1) is None
    assert await store.chain_at(BOOK, 1) is None


async def test_a_subject_is_replaced_where_it_still_stands_as_it_was_loaded(store: Store) -> None:
    await save(store, saving(stored(ISSUE, 5)))
    await save(store, saving(stored(ISSUE, 8), loaded_at={ISSUE: 5}))
    assert (await load(store, ISSUE))[ISSUE].position == 8


@pytest.mark.parametrize("loaded_at", [{ISSUE: 4}, {}], ids=["moved-on", "not-new"])
async def test_a_subject_that_another_copy_wrote_meanwhile_is_a_conflict_and_stays(store: Store, loaded_at: dict[str, int]) -> None:
    await save(store, saving(stored(ISSUE, 5)))
    with pytest.raises(Conflict):
        await save(store, saving(stored(ISSUE, 9), loaded_at=loaded_at))
    assert (await load(store, ISSUE))[ISSUE].position == 5


async def test_a_subject_that_was_loaded_and_is_gone_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        await save(store, saving(stored(ISSUE, 9), loaded_at={ISSUE: 5}))


@pytest.mark.parametrize("again", [group(3, "n1"), group(1, "n2")], ids=["told", "position"])
async def test_a_told_event_is_recorded_once_and_a_position_is_given_once(store: Store, again: Group) -> None:
    await save(store, Changes(groups=[group()]))
    with pytest.raises(Conflict):
        await save(store, Changes(groups=[again]))
    assert await store.chain_at(BOOK, 3) is None


async def test_a_plan_is_announced_once_and_a_unit_listed_once(store: Store) -> None:
    told = Changes(announced=[Announced(PLAN, seal(UNITS))])
    await save(store, told)
    with pytest.raises(Conflict):
        await save(store, told)
    await save(store, Changes(units=[("yz2022", 1, UNITS[0])]))
    with pytest.raises(Conflict):
        await save(store, Changes(units=[("yz2022", 1, UNITS[0])]))


async def everything(transaction: Transaction) -> None:
    """Write one of everything."""
    await transaction.set_aside(ISSUE, "told", "why")
    await transaction.save(
        Changes(
            groups=[group()],
            subjects={ISSUE: stored(ISSUE, 2, DAY)},
            units=[("yz2022", 1, unit) for unit in UNITS],
            announced=[Announced(PLAN, seal(UNITS))],
        )
    )


class Interrupted(Exception):
    """Something breaks."""


async def test_a_transaction_that_fails_leaves_nothing_of_it(store: Store) -> None:
    async def work(transaction: Transaction) -> None:
        await everything(transaction)
        raise Interrupted

    with pytest.raises(Interrupted):
        await store.transaction(work)
    await nothing_is_there(store)


async def test_a_conflict_in_one_subject_leaves_nothing_of_its_batch(store: Store) -> None:
    await save(store, saving(stored(CHECK, 5)))

    async def work(transaction: Transaction) -> None:
        await everything(transaction)
        await transaction.save(saving(stored(RETURN), stored(CHECK, 9), loaded_at={CHECK: 4}))

    with pytest.raises(Conflict):
        await store.transaction(work)
    await nothing_is_there(store)


async def nothing_is_there(store: Store) -> None:
    """Of `everything`."""
    assert await load(store, ISSUE, RETURN) == {}
    assert await store.chain_at(BOOK, 1) is None
    assert await store.announced("yz2022", 1) is None
    assert await store.transaction(lambda transaction: transaction.units_below("yz2022", 1, "bureau")) == []
    assert await store.transaction(lambda transaction: transaction.aside([ISSUE])) == set()
    assert await store.transaction(lambda transaction: transaction.groups([group().told])) == {}


async def test_what_a_transaction_wrote_it_reads_again_and_what_it_returns_comes_back(store: Store) -> None:
    async def work(transaction: Transaction) -> list[str]:
        await everything(transaction)
        return await transaction.units_below("yz2022", 1, "east")

    assert await store.transaction(work) == ["e1", "e2"]
    assert await store.announced("yz2022", 1) == Announced(PLAN, seal(UNITS))


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
    before = [stored(ISSUE, 5, DAY), stored(RETURN, 5), stored(CHECK, 5, DAY)]
    await save(store, saving(*before))
    await save(store, saving(stored(CHECK, 6, DAY), loaded_at={CHECK: 5}))
    await store.rewake([(before[0], None), (before[1], NEXT), (before[2], None)], 2)
    assert (await due(store, DAY), await due(store, NEXT)) == ([CHECK], [CHECK, RETURN])
    assert {id: each.plan_version for id, each in (await load(store, ISSUE, RETURN, CHECK)).items()} == {ISSUE: 2, RETURN: 2, CHECK: 1}
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


async def test_a_subject_is_set_aside_once_and_only_itself(store: Store) -> None:
    await store.transaction(lambda transaction: transaction.set_aside(ISSUE, "n1", "first"))
    await store.transaction(lambda transaction: transaction.set_aside(ISSUE, "n2", "second"))
    assert await store.transaction(lambda transaction: transaction.aside([ISSUE, RETURN, BOOK])) == {ISSUE}


async def test_units_are_found_by_tree_and_by_the_unit_above(store: Store) -> None:
    moved = [unit if unit.id != "e1" else unit.model_copy(update={"parent": "west"}) for unit in UNITS]
    await save(store, Changes(units=[*(("yz2022", 1, unit) for unit in UNITS), *(("yz2022", 2, unit) for unit in moved)]))

    async def read(transaction: Transaction) -> None:
        assert await transaction.units_below("yz2022", 1, "east") == ["e1", "e2"]
        assert await transaction.units_below("yz2022", 2, "west") == ["e1", "w1", "w2"]
        assert await transaction.units_below("yz2022", 1, "e1") == []
        assert await transaction.units_below("yz2022", 1, None) == ["bureau"]
        assert await transaction.units_below("yz2022", 3, None) == []
        under = await transaction.units_under("yz2022", 1, ["east", "west", "nowhere"])
        assert sorted(under, key=lambda each: each.id) == sorted(UNITS[3:], key=lambda each: each.id)
        assert await transaction.units_under("yz2022", 3, ["east"]) == []
        assert await units_of_class(transaction, "yz2022", 1, "bureau", "clinic") == ("e1", "e2", "w1", "w2")
        assert await units_of_class(transaction, "yz2022", 1, "east", "clinic") == ("e1", "e2")
        assert await transaction.units("yz2022", 2, ["e1", "nobody"]) == {"e1": next(each for each in moved if each.id == "e1")}
        assert await transaction.units("other", 2, ["e1"]) == {}

    await store.transaction(read)


async def test_a_plan_comes_back_by_campaign_and_version(store: Store) -> None:
    second = PLAN.model_copy(update={"version": 2})
    await save(store, Changes(announced=[Announced(PLAN, seal(UNITS)), Announced(second, seal(UNITS, 5))]))
    found = await store.announced("yz2022", 2)
    assert found
    assert (found.plan.version, found.seal.version, found.plan.phases) == (2, 5, PLAN.phases)
    assert await store.announced("yz2022", 3) is None
    assert await store.announced("other", 1) is None


async def test_the_number_of_partitions_is_that_of_the_first_start(store: Store) -> None:
    await store.prepare(4)
    with pytest.raises(ValueError, match="4 partitions, XIAOHAO_PARTITIONS says 8"):
        await store.prepare(8)
    await store.prepare(4)
