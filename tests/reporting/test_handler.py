"""However the stream comes (repeated, with gaps, in another order of partitions), the rows come out the same, and equal to the ledger's statements."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.reporting.fold.rows import FIGURES
from services.reporting.handler import keep_people
from services.reporting.store import Store
from shared.events.issue import IssueEntered
from shared.kafka.broker import Broker
from shared.kafka.dead_letters import unpacked_letter
from shared.kafka.people import People
from shared.kafka.reader import Marks
from shared.kafka.records import Received, Record
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import LEDGER, PEOPLE
from tests.reporting.campaign import Campaign
from tests.reporting.given import BOOK, DONE, ENTERED, ISSUE, PLANNED, REPORTED, dump, reader_on, records


async def all_records(broker: Broker) -> list[Received]:
    """All that stands on the ledger's topic, one partition after another."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, isolation_level="read_committed")
    await consumer.start()
    found: list[Received] = []
    try:
        for partition in (TopicPartition(broker.name(LEDGER), number) for number in range(broker.partitions)):
            end = (await consumer.end_offsets([partition]))[partition]
            consumer.assign([partition])
            consumer.seek(partition, 0)
            while await consumer.position(partition) < end:
                found += (await consumer.getmany(partition, timeout_ms=500)).get(partition, [])
    finally:
        await consumer.stop()
    return found


@asynccontextmanager
async def other_database(settings: Settings) -> AsyncIterator[tuple[Mongo, Store]]:
    """An empty database beside that of the service."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}other")
    store = Store(mongo)
    await store.prepare()
    yield mongo, store
    await mongo.drop()
    mongo.close()


async def test_a_model_rebuilt_from_a_stream_with_repeats_and_gaps_is_the_one_that_was_made_live(campaign: Campaign) -> None:
    stream, rng = await all_records(campaign.broker), Random(11)
    async with other_database(campaign.settings) as (mongo, store):
        reader = reader_on(mongo, store)
        at = 0
        while at < len(stream):
            batch = stream[at : at + rng.randint(1, 1200)]
            await reader.apply([record for record in batch if rng.random() < 0.8])  # published in part
            await reader.apply(batch)
            if rng.random() < 0.2:
                await reader.apply(batch)
            at += len(batch)
        assert await dump(mongo) == await dump(campaign.service.mongo)


async def test_events_behind_a_gap_are_passed_over_and_had_when_the_ledger_publishes_again(settings: Settings) -> None:
    async with other_database(settings) as (mongo, store):
        reader, marks = reader_on(mongo, store), Marks(mongo)
        whole = records([(ISSUE, REPORTED), (ISSUE, ENTERED), (ISSUE, PLANNED), (ISSUE, DONE)])
        await reader.apply([whole[0], whole[1], whole[3]])
        assert await marks.of(BOOK) == 2
        assert (await mongo["issues"].find_one({"_id": ISSUE}) or {})["status"] == "entered"
        await reader.apply(whole)
        assert await marks.of(BOOK) == 4
        assert (await mongo["issues"].find_one({"_id": ISSUE}) or {})["status"] == "rectified"


async def test_an_event_of_an_unknown_type_is_kept_in_the_history_and_changes_no_row(settings: Settings) -> None:
    async with other_database(settings) as (mongo, store):
        reader = reader_on(mongo, store)
        later = [
            Record(
                each.topic, each.key, each.value, [(name, b"IssueSplit" if name == "ce_type" else value) for name, value in each.headers]
            )
            for each in records([(ISSUE, PLANNED)])
        ]
        await reader.apply(later)
        assert [event["type"] async for event in mongo["events"].find({})] == ["IssueSplit"]
        assert await mongo["issues"].find_one({}) is None


async def test_recounted_figures_are_those_of_the_ledgers_statements(campaign: Campaign) -> None:
    rows = await campaign.service.mongo["phases"].find({}).to_list(None)
    assert len(rows) == 4 * len(campaign.units)
    for row in rows:
        assert row["status"] == "closed", row["_id"]
        assert row["figures"] == row["statement"]["own"], row["_id"]
    for row in rows:
        below = [each["figures"] for each in rows if each["phase"] == row["phase"] and row["unit"] in each["path"]]
        assert {name: sum(each[name] for each in below) for name in FIGURES} == row["statement"]["total"], row["_id"]


async def test_every_issue_behind_the_figures_has_its_row(campaign: Campaign) -> None:
    mongo = campaign.service.mongo
    entered = {event["subject"] async for event in mongo["events"].find({"type": IssueEntered.__name__})}
    assert entered == {row["_id"] async for row in mongo["issues"].find({})}


async def test_the_last_word_about_a_person_stands_and_null_erases(settings: Settings) -> None:
    async with other_database(settings) as (mongo, store):
        people = People(partial(keep_people, mongo, store), "reporting")

        def named(person: str, name: str, key: str | None = None) -> Record:
            return Record(
                PEOPLE, f"root/{key or person}".encode(), b'{"person":"%b","unit":"u","name":"%b"}' % (person.encode(), name.encode())
            )

        parked = await people.apply(
            [named("p1", "a"), named("p2", "b"), named("p1", "c"), Record(PEOPLE, b"root/p2", None), named("p3", "d", key="p4")]
        )
        assert await _names(mongo) == {"root/p1": "c"}
        assert [(each.topic, unpacked_letter(each)[0].key) for each in parked] == [(f"{PEOPLE}.dlt", b"root/p4")]
        await people.apply([Record(PEOPLE, b"root/p1", None), Record(PEOPLE, b"root/p5", b"nonsense")])
        assert await _names(mongo) == {}


def _said(second: int, name: str | None) -> Record:
    """What intake says of a person in a second of a minute."""
    value = None if name is None else b'{"person":"p1","unit":"u","name":"%b"}' % name.encode()
    return Record(PEOPLE, b"root/p1", value, [("ce_accepted", b"2019-04-02T08:00:%02dZ" % second)])


@pytest.mark.parametrize("seed", range(20))
async def test_a_copy_of_what_was_said_of_somebody_before_brings_no_name_back(settings: Settings, seed: int) -> None:
    random = Random(seed)
    said = [_said(second, random.choice(["a", "b", "c", None])) for second in range(1, 6)]
    async with other_database(settings) as (mongo, store):
        people, stood = People(partial(keep_people, mongo, store), "reporting"), 0
        for _ in range(6):
            told = said[stood : (more := min(stood + random.randint(0, 2), len(said)))]
            stood = more
            copies = random.choices(said[:stood], k=3) if stood else []
            await people.apply([*told, *copies] if random.random() < 0.5 else [*copies[:1], *told, *copies[1:]])
            if stood:
                last = orjson.loads(value)["name"] if (value := said[stood - 1].value) else None
                assert await _names(mongo) == ({"root/p1": last} if last else {}), (seed, stood)


async def _names(mongo: Mongo) -> dict[str, Sequence[str]]:
    return {each["_id"]: each["name"] async for each in mongo["people"].find({"name": {"$exists": True}})}
