"""What is saved comes back, once and whole: both stores keep the same promises."""

from datetime import date

import pytest
from msgspec.structs import replace

from services.ledger.rules.world import Announced
from services.ledger.store import Store, Transaction
from services.ledger.store.documents import Changes, Group
from services.ledger.store.mongo import MongoStore
from shared.faults import Conflict
from shared.mongo import Document, Mongo
from shared.settings import Settings
from shared.units import seal
from shared.values import Wording
from tests.ledger.sample import PLAN, UNITS
from tests.ledger.store.states import (
    BOOK,
    DAY,
    ISSUE,
    NEXT,
    OTHER,
    RETURN,
    ROOT,
    STATES,
    WATCH,
    due,
    group,
    load,
    save,
    saving,
    stored,
)


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


async def test_what_was_recorded_with_a_group_because_it_fell_due_before_is_found_in_order(store: Store) -> None:
    last = replace(group(6, "n4"), due=4)
    await save(store, Changes(groups=[last, group(4, "n3"), group(2, "n2"), group(1, "n1", events=1), group(2, "n2", OTHER)]))
    found = await store.transaction(lambda transaction: transaction.groups([last.told]))
    assert found == {last.told: last}
    assert await store.transaction(lambda transaction: transaction.recorded_with(last)) == [group(2, "n2"), group(4, "n3")]


async def test_what_wakes_by_a_day_is_found_by_partition_and_all_of_a_book_by_its_id(store: Store) -> None:
    await save(
        store,
        saving(stored(ISSUE, wake=DAY), stored(RETURN, wake=NEXT), stored(WATCH), stored(f"{OTHER}/issue/desk~1", wake=DAY, partition=1)),
    )
    assert await store.transaction(lambda transaction: transaction.waking([0], DAY)) == [ISSUE]
    assert set(await store.transaction(lambda transaction: transaction.waking([0, 1], NEXT))) == {ISSUE, RETURN, f"{OTHER}/issue/desk~1"}
    assert (await store.transaction(lambda transaction: transaction.all_of(BOOK))).keys() == {ISSUE, RETURN, WATCH}


async def test_a_book_that_took_an_amendment_is_not_reckoned_until_that_is_done_with(store: Store) -> None:
    await save(store, Changes(subjects={BOOK: stored(BOOK)}, amended={BOOK: 2}))
    assert await store.transaction(lambda transaction: transaction.not_reckoned([BOOK, OTHER])) == [BOOK]
    await store.done_with(BOOK, 2)
    assert await store.transaction(lambda transaction: transaction.not_reckoned([BOOK, OTHER])) == []


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
    await save(store, Changes(units=[(ROOT, 1, UNITS[0])]))
    with pytest.raises(Conflict):
        await save(store, Changes(units=[(ROOT, 1, UNITS[0])]))


@pytest.mark.parametrize("root", ["bureau", "other"])
async def test_a_campaign_is_taken_once_by_whichever_root_comes_first(store: Store, root: str) -> None:
    async def late(transaction: Transaction) -> None:
        assert await transaction.owner("yz2022") is None
        await store.transaction(lambda first: first.save(Changes(owners={"yz2022": "bureau"})))
        await transaction.save(Changes(groups=[group()], owners={"yz2022": root}))

    with pytest.raises(Conflict):
        await store.transaction(late)
    assert await store.chain_at(BOOK, 1) is None


async def everything(transaction: Transaction) -> None:
    """Write one of everything."""
    await transaction.put_aside({ISSUE: ["told"]})
    await transaction.save(
        Changes(
            groups=[group()],
            subjects={ISSUE: stored(ISSUE, 2, DAY)},
            units=[(ROOT, 1, unit) for unit in UNITS],
            announced=[Announced(PLAN, seal(UNITS))],
            owners={"yz2022": "bureau"},
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
    await save(store, saving(stored(WATCH, 5)))

    async def work(transaction: Transaction) -> None:
        await everything(transaction)
        await transaction.save(saving(stored(RETURN), stored(WATCH, 9), loaded_at={WATCH: 4}))

    with pytest.raises(Conflict):
        await store.transaction(work)
    await nothing_is_there(store)


async def nothing_is_there(store: Store) -> None:
    """Of `everything`."""
    assert await load(store, ISSUE, RETURN) == {}
    assert await store.chain_at(BOOK, 1) is None
    assert await store.announced("yz2022", 1) is None
    assert await store.transaction(lambda transaction: transaction.units_below(ROOT, 1, "bureau")) == []
    assert await store.transaction(lambda transaction: transaction.owner("yz2022")) is None
    assert await store.transaction(lambda transaction: transaction.aside([ISSUE])) == {}
    assert await store.transaction(lambda transaction: transaction.groups([group().told])) == {}


async def test_what_a_transaction_wrote_it_reads_again_and_what_it_returns_comes_back(store: Store) -> None:
    async def work(transaction: Transaction) -> list[str]:
        await everything(transaction)
        return await transaction.units_below(ROOT, 1, "east")

    assert await store.transaction(work) == ["e1", "e2"]
    assert await store.announced("yz2022", 1) == Announced(PLAN, seal(UNITS))


async def test_the_number_of_partitions_is_that_of_the_first_start(store: Store) -> None:
    await store.prepare(4)
    with pytest.raises(ValueError, match="4 partitions, XIAOHAO_PARTITIONS says 8"):
        await store.prepare(8)
    await store.prepare(4)


async def test_what_an_older_version_kept_by_its_campaign_alone_is_found_by_its_root(settings: Settings) -> None:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}older")
    older: list[Document] = [
        {"_id": f"{tree}/{unit.id}", "tree": tree, "parent": unit.parent, "unit": unit.model_dump_json()}
        for tree in ("yz2022@1", "yz2022@2", "listed@1")
        for unit in UNITS
    ]
    await mongo["units"].insert_many(older)
    await mongo["roots"].insert_many([{"_id": "yz2022", "root": "bureau"}, {"_id": "listed", "root": "bureau"}])
    await mongo["plans"].insert_one({"_id": "yz2022@1", "plan": PLAN.model_dump_json(), "seal": seal(UNITS).model_dump_json()})
    store = MongoStore(mongo)
    for _ in range(2):
        await store.prepare(4)

        async def read(transaction: Transaction) -> None:
            assert (await transaction.owner("yz2022"), await transaction.owner("listed")) == ("bureau", None)
            for book, version in ((ROOT, 1), (ROOT, 2), ("listed/bureau", 1)):
                assert await transaction.units_below(book, version, "east") == ["e1", "e2"]
                assert await transaction.units(book, version, ["e1"]) == {"e1": UNITS[3]}

        await store.transaction(read)
    assert await mongo["units"].count_documents({}) == len(older)
    await mongo.drop()
    mongo.close()


@pytest.mark.parametrize("store", ["mongo"], indirect=True)
async def test_what_an_older_version_kept_with_control_characters_is_read_without(store: Store) -> None:
    plan = PLAN.model_copy(update={"name": Wording.model_construct(zh="行\x85动\x07", en="a")})
    unit = UNITS[0].model_copy(update={"name": "卫\u2028健委"})
    await save(store, Changes(announced=[Announced(plan, seal(UNITS))], units=[(ROOT, 1, unit)]))
    announced = await store.announced(PLAN.campaign, PLAN.version)
    assert announced
    assert announced.plan == PLAN.model_copy(update={"name": Wording(zh="行 动", en="a")})
    units = await store.transaction(lambda transaction: transaction.units(ROOT, 1, [unit.id]))
    assert units[unit.id].name == "卫 健委"
