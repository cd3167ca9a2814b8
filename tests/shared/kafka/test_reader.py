"""The readers' rule, also of events whose type a service has no use for: they are counted and proved like all others, and their values stay unread."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from shared.events.fact import Fact, Where
from shared.events.issue import IssueAssigned, MeasuresPlanned
from shared.kafka.cloudevents import chained, json_of, recorded_headers, recorded_record, recorded_value
from shared.kafka.reader import MARKS, Marks, Reader
from shared.kafka.records import Record, Recorded
from shared.mongo import Mongo, Session
from shared.settings import Settings

BOOK, ISSUE = "yz2022/e1", "yz2022/e1/issue/desk~1"
DAY = datetime(2022, 4, 22, 2, tzinfo=UTC)
ASSIGNED, PLANNED = IssueAssigned(owner="li", by="zhou"), MeasuresPlanned(measures="换椅", by="li")
NO_EVENT = b'{"where":{"campaign":'


def written(facts: Sequence[Fact | bytes], type: str = "MeasuresPlanned") -> list[Record]:
    """These, recorded one after another in a book; bytes stand as the value of an event of `type`."""
    chain, records = "", []
    for position, fact in enumerate(facts, 1):
        where = json_of(Where(campaign="yz2022", unit="e1", path=("bureau", "e1")))
        value = fact if isinstance(fact, bytes) else recorded_value(where, json_of(fact))
        name = type if isinstance(fact, bytes) else fact.__class__.__name__
        chain = chained(chain, value)
        records.append(recorded_record(BOOK, name, ISSUE, position, chain, value, recorded_headers("desk", f"{position}", DAY, DAY, None)))
    return records


class Folded:
    """A service that has a use for what is assigned, and keeps what it was given."""

    def __init__(self, mongo: Mongo, facts: tuple[type[Fact], ...] | None = (IssueAssigned,)) -> None:
        self.registry, self.given, self.mongo = CollectorRegistry(), list[int](), mongo
        self.reader = Reader(mongo, self._fold, "group", self.registry, facts=facts)

    async def _fold(self, session: Session, events: Sequence[Recorded]) -> None:
        self.given += [event.position for event in events]

    async def stands(self) -> int:
        """The last position folded."""
        return await Marks(self.mongo).of(BOOK)

    def figure(self, name: str) -> float:
        """One of the reader's metrics."""
        return self.registry.get_sample_value(f"xiaohao_{name}") or 0


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Mongo]:
    """An empty one."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}reader")
    await mongo.create([MARKS])
    yield mongo
    await mongo.drop()
    mongo.close()


async def test_events_of_other_types_move_the_mark_and_are_not_given_to_the_service(settings: Settings) -> None:
    records = written([PLANNED, ASSIGNED, PLANNED, PLANNED])
    async with database(settings) as mongo:
        service = Folded(mongo)
        assert await service.reader.apply(records[:1]) == []
        assert (await service.stands(), service.given) == (1, [])
        assert await service.reader.apply(records) == []
        assert (await service.stands(), service.given) == (4, [2])
        mark = await mongo[MARKS].find_one({"_id": BOOK})
        assert mark == {"_id": BOOK, "position": 4, "chain": dict(records[3].headers)["ce_chain"].decode(), "accepted": DAY}  # type: ignore[union-attr]


async def test_an_event_of_another_type_whose_chain_does_not_follow_stops_its_book(settings: Settings) -> None:
    records = written([ASSIGNED, PLANNED, ASSIGNED])
    records[1] = replace(records[1], value=(records[1].value or b"").replace("换椅".encode(), "不换".encode()))
    async with database(settings) as mongo:
        service = Folded(mongo)
        await service.reader.apply(records)
        assert (await service.stands(), service.given) == (1, [1])
        assert service.figure("chain_broken_total") == service.figure("passed_over_total") == service.figure("marks_behind") == 1


async def test_an_event_of_another_type_behind_a_gap_is_passed_over_until_it_comes_again(settings: Settings) -> None:
    records = written([PLANNED, PLANNED, ASSIGNED])
    async with database(settings) as mongo:
        service = Folded(mongo)
        await service.reader.apply([records[0], records[2]])
        assert (await service.stands(), service.given) == (1, [])
        await service.reader.apply(records)
        assert (await service.stands(), service.given) == (3, [3])
        assert service.figure("marks_behind") == 0


async def test_an_event_of_another_type_is_parked_where_its_headers_are_none(settings: Settings) -> None:
    [record] = written([PLANNED])
    async with database(settings) as mongo:
        service = Folded(mongo)
        for name in ("ce_sequence", "ce_chain", "ce_toldsource", "ce_toldid", "ce_time", "ce_id"):
            broken = replace(record, headers=[each for each in record.headers if each[0] != name])
            assert len(await service.reader.apply([broken])) == 1
        for broken in (replace(record, value=None), replace(record, key=b"yz2022/e2"), replace(record, key=b"no book")):
            assert len(await service.reader.apply([broken])) == 1
        assert await service.stands() == 0


async def test_what_no_service_but_one_has_a_use_for_is_parked_by_that_one_alone(settings: Settings) -> None:
    records = written([ASSIGNED, NO_EVENT, ASSIGNED])
    async with database(settings) as mongo:
        service = Folded(mongo)
        assert await service.reader.apply(records) == []
        assert (await service.stands(), service.given) == (3, [1, 3])
        await mongo.drop()
        all_types = Folded(mongo, facts=None)
        [parked] = await all_types.reader.apply(records)
        assert b"the value is no recorded event of its type" in b"".join(value or b"" for _, value in parked.headers)
        assert (await all_types.stands(), all_types.given) == (1, [1])


async def test_a_type_of_a_later_version_is_counted_as_unknown_by_all(settings: Settings) -> None:
    where = json_of(Where(campaign="yz2022", unit="e1", path=("bureau", "e1")))
    records = written([recorded_value(where, b'{"parts":2}')], type="IssueSplit")
    async with database(settings) as mongo:
        for facts in ((IssueAssigned,), None):
            service = Folded(mongo, facts)
            await service.reader.apply(records)
            assert service.figure("unknown_types_total") == 1
            await mongo[MARKS].delete_many({})


@pytest.mark.parametrize("seed", range(10))
async def test_however_the_stream_is_cut_and_repeated_each_is_given_once_in_order(settings: Settings, seed: int) -> None:
    random = Random(seed)
    facts = [random.choice((ASSIGNED, PLANNED)) for _ in range(40)]
    records, at = written(facts), 0
    async with database(settings) as mongo:
        service = Folded(mongo)
        while at < len(records):
            batch = records[max(0, at - random.randint(0, 5)) : at + random.randint(1, 9)]
            at = records.index(batch[-1]) + 1
            await service.reader.apply([record for record in batch if random.random() < 0.7])  # published in part
            await service.reader.apply(batch)
        assert service.given == [position for position, fact in enumerate(facts, 1) if fact is ASSIGNED]
        assert (await service.stands(), service.figure("marks_behind")) == (40, 0)
