"""Books that were lost are made again from what was published of them: recorded events, states, trees, plans and owners, as they were."""

from collections.abc import AsyncIterator, Sequence

import pytest
from bson import decode
from msgspec.structs import replace

from services.ledger.restore import Restored, restore
from shared.faults import StoreBehind
from shared.kafka.records import Received, Record
from shared.topics import LEDGER
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.memory_store import MemoryStore
from tests.simulated import PLANS, booked, days

NEW = {"ce_toldcount", "ce_tolddigest"}
"""Headers that older versions did not write."""


def restored(published: Sequence[Record], into: MemoryStore) -> Restored:
    """Restore a store from what was published."""

    async def topic() -> AsyncIterator[Received]:
        for record in published:
            if record.topic == LEDGER:
                yield record

    return drive(restore(topic, into, 1))


def kept(store: MemoryStore) -> dict[str, object]:
    """All that a store keeps of its books."""
    subjects = {id: decode(document) for id, document in store.subjects.items()}
    return {
        "recorded": store.recorded,
        "subjects": subjects,
        "units": store.unit_list,
        "plans": store.plans,
        "owners": store.owners,
        "amended": store.amendments,
    }


@pytest.mark.parametrize("name", PLANS)
def test_a_whole_campaign_is_as_it_was_and_what_was_told_has_its_answer_still(name: str) -> None:
    ledger = booked(days(name, 8, 12)).ledger
    store = MemoryStore()
    assert restored(ledger.published, store).cut_short == []
    assert kept(store) == kept(ledger.store)
    anew = Ledger(store)
    for record in ledger.told[::7]:
        assert drive(anew.handler.apply([record])) == drive(ledger.handler.apply([record]))
    assert kept(store) == kept(ledger.store)


def test_what_stands_already_is_passed_over_and_what_was_published_again_is_a_repeat() -> None:
    ledger = booked(days(PLANS[0], 6, 8)).ledger
    events = [record for record in ledger.published if record.topic == LEDGER]
    store = MemoryStore()
    restored(events[: len(events) // 2], store)
    restored([*events[:100], *events[50:]], store)
    assert kept(store) == kept(ledger.store)


def test_what_an_older_version_published_is_restored_but_for_what_a_refusal_refused() -> None:
    ledger = booked(days(PLANS[0], 6, 8)).ledger
    older = [replace(each, headers=[header for header in each.headers if header[0] not in NEW]) for each in ledger.published]
    store = MemoryStore()
    restored(older, store)
    assert kept(store)["subjects"] == kept(ledger.store)["subjects"]
    told = {key: group for key, group in ledger.store.recorded.items() if group.events[0][0] != "Refused"}
    assert {key: group for key, group in store.recorded.items() if key in told} == told


def test_what_was_published_in_part_is_left_to_be_told_again() -> None:
    ledger = booked(days(PLANS[0], 6, 8)).ledger
    events = [record for record in ledger.published if record.topic == LEDGER]
    last = max(place for place, record in enumerate(events) if dict(record.headers).get("ce_toldcount", b"1") != b"1")
    store = MemoryStore()
    assert restored(events[: last + 1], store).cut_short == [(events[last].key or b"").decode()]


@pytest.mark.parametrize("wrong", ["changed", "missing"])
def test_a_topic_that_is_not_as_it_was_recorded_is_refused_by_the_place(wrong: str) -> None:
    events = [record for record in booked(days(PLANS[0], 6, 8)).ledger.published if record.topic == LEDGER]
    place = next(place for place, record in enumerate(events) if dict(record.headers)["ce_sequence"] == b"3")
    changed = [replace(events[place], value=(events[place].value or b"") + b" ")] if wrong == "changed" else []
    with pytest.raises(StoreBehind, match=f"{(events[place].key or b'').decode()}@3"):
        restored([*events[:place], *changed, *events[place + 1 :]], MemoryStore())
