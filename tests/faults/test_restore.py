"""A database that was lost in the middle of a campaign is restored from the topic, and the campaign goes on as if nothing had been."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

import pytest
from msgspec.structs import replace
from pymongo import MongoClient

from deploy.client.mistake import UserMistake
from deploy.client.proof import Scope, prove
from deploy.client.restore import restore_ledger
from services.ledger import app
from services.ledger.issue.rules import Facts
from services.ledger.issue.state import Issue
from services.ledger.rules import table
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event
from services.ledger.rules.kind import Kind
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import LEDGER
from tests.faults.campaign import put, tell
from tests.faults.copies import until
from tests.faults.parts import ledger, oracle_of
from tests.ledger.in_memory import time_told
from tests.simulated import Day, days, header
from tests.stream import KEYS

Collections = dict[str, list[dict[str, Any]]]


@contextmanager
def database(settings: Settings) -> Iterator[Any]:
    """The ledger's database, by a plain driver."""
    with MongoClient[dict[str, Any]](settings.mongodb_uri.get_secret_value()) as client:
        yield client[f"{settings.namespace}xiaohao-ledger"]


def kept(settings: Settings) -> Collections:
    """All that the database keeps, and how it finds it; but for the plan of what never wakes, which hangs on what else was in a batch.

    Nor what a group has to be published again with: what was restored stands on the topic, with all before it.
    """
    with database(settings) as found:
        names = sorted(found.list_collection_names())
        indexes = {f"indexes of {name}": [dict(found[name].index_information())] for name in names}
        documents = {name: sorted(found[name].find(), key=lambda each: str(each["_id"])) for name in names}
    for each in documents["recorded"]:
        each.pop("due", None)
    for each in documents["subjects"]:
        if each["wake"] is None:
            del each["plan"]
    return documents | indexes


def differing(after: Collections, before: Collections) -> list[tuple[Any, ...]]:
    """The documents that are not the same."""
    assert after.keys() == before.keys()
    pairs = [pair for name in before for pair in zip_longest(after[name], before[name])]
    return [pair for pair in pairs if pair[0] != pair[1]]


async def told(day: Day, settings: Settings, broker: Broker, settled: Settled) -> None:
    """A day, and the morning after it."""
    mornings = [
        replace(time_told(day.morning.isoformat()), partition=partition, key=b"%d" % partition) for partition in range(settings.partitions)
    ]
    for records in (day.told, mornings):
        await tell(broker, records)
        await settled.wait(120)


async def two_days(settings: Settings, broker: Broker, settled: Settled) -> Collections:
    """All that the database keeps after two days of a campaign, told to a ledger that has ended."""
    async with ledger(settings):
        for day in days("mine-safety-2024.yaml", 6, 10)[:2]:
            await told(day, settings, broker, settled)
    return kept(settings)


@pytest.fixture
def _at_hand(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the database of the installation."""
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())


@pytest.mark.usefixtures("_at_hand")
async def test_it_is_as_it_was_and_goes_on(
    settings: Settings, broker: Broker, ledger_settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = [day for day in days("mine-safety-2024.yaml", 6, 10) if day.told]
    first, rest = stream[: len(stream) // 2], stream[len(stream) // 2 :]
    row = table.KINDS["issue"]
    assert isinstance(row, Kind)
    reported = [each for day in first for each in day.told if header(each, "ce_type") == "IssueReported"]
    culprit = header(reported[-1], "ce_subject")

    def divides(case: Case[Issue, Facts]) -> list[Event]:
        return row.decide(case) * (1 // (case.subject != culprit))

    monkeypatch.setitem(table.KINDS, "issue", dataclasses.replace(row, decide=divides))
    async with ledger(settings):
        for day in first:
            await told(day, settings, broker, ledger_settled)
    monkeypatch.setitem(table.KINDS, "issue", row)
    before = kept(settings)
    assert [each["_id"] for each in before["aside"]] == [culprit]
    with pytest.raises(UserMistake, match="--replace"):
        await restore_ledger(broker, KEYS, replace=False)

    with database(settings) as found:
        found.client.drop_database(found.name)
    refusing = app.build(settings)
    await refusing.start()
    await until(lambda: refusing.bus.instance.failure is not None)
    await refusing.stop()
    assert "`xiaohao restore --from-topic`" in str(refusing.bus.instance.failure)
    await restore_ledger(broker, KEYS, replace=False)
    assert differing(kept(settings), before) == []
    async with ledger(settings):
        with pytest.raises(UserMistake, match="Stop every copy of the ledger"):
            await restore_ledger(broker, KEYS, replace=True)
        await tell(broker, [each for day in first for each in day.told if header(each, "ce_subject") != culprit])
        await ledger_settled.wait(120)
        assert kept(settings)["recorded"] == before["recorded"]
        for day in rest[:3]:
            await told(day, settings, broker, ledger_settled)
        assert len(kept(settings)["recorded"]) > len(before["recorded"])
    proof = await prove(broker, Scope())
    assert proof.broken == []


@pytest.mark.usefixtures("_at_hand")
async def test_a_restore_that_was_cut_short_keeps_the_ledger_from_starting_until_it_is_run_again(
    settings: Settings, broker: Broker, ledger_settled: Settled
) -> None:
    before = await two_days(settings, broker, ledger_settled)
    last = (await oracle_of(settings).topic(LEDGER))[-1]
    headers = [("ce_sequence", b"9999") if name == "ce_sequence" else (name, value) for name, value in last.headers]
    slipped_in = Record(LEDGER, last.key, last.value, headers, last.partition)
    with database(settings) as found:
        found["meta"].insert_one({"_id": "restore", "under_way": True})
        for name in ("recorded", "subjects"):
            found[name].delete_many({"first": {"$gt": 3}} if name == "recorded" else {})
    with pytest.raises(Unavailable, match="a restore of the books was cut short"):
        async with ledger(settings):
            pass
    with database(settings) as found:
        found["recorded"].delete_many({})
        for name in ("units", "plans", "owners"):
            found[name].delete_many({})
    await restore_ledger(broker, KEYS, replace=False)
    assert differing(kept(settings), before) == []
    await put(broker, [slipped_in])
    with pytest.raises(UserMistake, match="is missing on the topic"):
        await restore_ledger(broker, KEYS, replace=True)


@pytest.mark.usefixtures("_at_hand")
async def test_books_that_an_older_version_kept_in_another_form_keep_the_ledger_from_starting_until_they_are_restored(
    settings: Settings, broker: Broker, ledger_settled: Settled
) -> None:
    before = await two_days(settings, broker, ledger_settled)
    with database(settings) as found:
        found["meta"].update_one({"_id": "topics"}, {"$unset": {"form": 1}})
    with pytest.raises(Unavailable, match=r"another version kept the books.*--replace"):
        async with ledger(settings):
            pass
    await restore_ledger(broker, KEYS, replace=True)
    assert differing(kept(settings), before) == []
    async with ledger(settings):
        pass
