"""Poison: a record that can never succeed blocks nothing, harms no neighbour, and is kept byte for byte with a reason."""

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c
from msgspec.structs import replace

from services.ledger.handler import Limits
from services.ledger.issue.rules import Facts
from services.ledger.issue.state import Issue
from services.ledger.rules import table
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event
from services.ledger.rules.kind import Kind
from shared.events.clock import TimeTold
from shared.events.issue import IssueAssigned, IssueReported, MeasuresPlanned
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.seal import StreamKeys
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, dead_letters, partition_of
from tests.faults.campaign import AT, REPORT, books_of_partitions, issue, opening, put, tell, told
from tests.faults.copies import until
from tests.faults.oracle import Oracle, header
from tests.faults.parts import GROUP, Witness, ledger, limit, oracle_of
from tests.stream import KEYS, opened, sealed

LIMITS = Limits(told=256 << 10, recorded=2000)
CLUMSY = "clumsy"
Headers = list[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Poison:
    """A record, and what is to become of it: a part of the reason on the dead-letter topic, or the rule of the refusal."""

    record: Record
    parked: str = ""
    refused: str = ""


def value(of: str, name: str, data: bytes | None) -> Record:
    """A told event with this value."""
    return replace(told(name, of, issue(of, name), REPORT), value=data)


def header_set(of: str, name: str, changes: Headers, without: str = "") -> Record:
    """A told event with other headers: `changes` come behind, `without` is left out."""
    record = told(name, of, issue(of, name), REPORT)
    return replace(record, headers=[each for each in record.headers if each[0] != without] + changes)


def report(text: str) -> bytes:
    """The data of a report, whose text is put in as it stands."""
    return b'{"text":%b,"category":"flow","channel":"survey"}' % text.encode()


def poisons(of: str) -> list[Poison]:
    """The list, once for a book."""
    return [
        Poison(value(of, "bad-json", b'{"text": '), parked="the value is no JSON"),
        Poison(value(of, "bad-utf-8", b'{"text":"\xff\xfe"}'), parked="the value is no JSON"),
        Poison(value(of, "null", None), parked="the value is null"),
        Poison(value(of, "deep", b"[" * 100_000), parked="recursion limit"),
        Poison(value(of, "lone-surrogate", report('"\\ud800"')), parked="the value is no JSON"),
        Poison(header_set(of, "no-type", [], without="ce_type"), parked="header ce_type is missing"),
        Poison(header_set(of, "two-ids", [("ce_id", b"again")]), parked="header ce_id stands twice"),
        Poison(header_set(of, "null-id", [("ce_id", None)], without="ce_id"), parked="header ce_id is null"),
        Poison(header_set(of, "latin-1", [("ce_source", b"\xe9")], without="ce_source"), parked="header ce_source is not UTF-8"),
        Poison(value(of, "nan", b'{"text":"x","category":"flow","channel":"survey","target":NaN}'), refused="invalid"),
        Poison(value(of, "huge", b'{"text":"x","category":"flow","channel":"survey","target":9223372036854775809}'), refused="invalid"),
        Poison(value(of, "endless", b'{"text":"x","category":"flow","channel":"survey","target":%b}' % (b"9" * 5000)), parked="the value"),
        Poison(value(of, "2-mb", report(f'"{"x" * (2 << 20)}"')), refused="too-large"),
        Poison(value(of, "grows", report(f'"{"x" * 1995}"')), refused="too-large"),
        Poison(header_set(of, "unknown", [("ce_type", b"IssueForgotten")], without="ce_type"), refused="invalid"),
        Poison(told(CLUMSY, of, issue(of, CLUMSY), REPORT), parked="ZeroDivisionError"),
    ]


@pytest.fixture
def clumsy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule with a bug: it divides by zero when an issue of a certain name is reported."""
    row = table.KINDS["issue"]
    assert isinstance(row, Kind)

    def divides(case: Case[Issue, Facts]) -> list[Event]:
        bug = case.subject == issue(case.book.id, CLUMSY) and isinstance(case.fact, IssueReported)
        return [case.event(case.fact)] * (1 // 0) if bug else row.decide(case)

    monkeypatch.setitem(table.KINDS, "issue", dataclasses.replace(row, decide=divides))


def types_by_id(oracle: Oracle) -> dict[tuple[str, str], list[str]]:
    """What was recorded for each told id: the types."""
    return {(document["book"], document["id"]): [event[0] for event in document["events"]] for document in oracle.recorded()}


def same(parked: Any, record: Record) -> bool:
    """Whether a dead letter holds a record, sealed or not, byte for byte."""
    kept = opened(parked)
    return any((kept.key, kept.value, kept.headers) == (each.key, each.value, list(each.headers)) for each in (record, *sealed([record])))


@pytest.fixture
async def ready(settings: Settings, broker: Broker, ledger_settled: Settled) -> None:
    """Every book is open."""
    await tell(broker, opening())
    async with ledger(settings):
        await ledger_settled.wait()


@pytest.mark.usefixtures("ready", "clumsy")
class TestPoisonAmongGoodRecords:
    """Each sits mid-batch among good records of three partitions."""

    async def test_it_is_parked_or_refused_and_the_good_ones_are_all_applied(self, settings: Settings, broker: Broker) -> None:
        oracle, books = oracle_of(settings), books_of_partitions(settings.partitions, 3)
        bad = [poison for of in books for poison in poisons(of)]
        good = [
            told(f"good-{number}", of, issue(of, f"good-{number}"), REPORT) for number in range(len(poisons(books[0])) + 1) for of in books
        ]
        mixed = [record for pair in zip(good, [poison.record for poison in bad], strict=False) for record in pair] + good[len(bad) :]
        behind = [told(f"{CLUMSY}-{n}", of, issue(of, CLUMSY), fact) for of in books for n, fact in enumerate(_what_follows())]
        await limit(broker, INTAKE, 4 << 20)
        await tell(broker, mixed + behind)

        async with Settled(broker, [GROUP]) as settled, Witness(settings), ledger(settings, limits=LIMITS) as service:
            await settled.wait()
            assert service.bus.ready() == []
            assert await oracle.findings(oracle.reader(Witness.database)) == []

        types, parked = types_by_id(oracle), await oracle.topic(dead_letters(INTAKE))
        assert all(types[_book(each), _id(each)] == ["IssueReported", "IssueEntered", "IssueAssigned"] for each in good)
        for poison in bad:
            found = [each for each in parked if same(each, poison.record)]
            reasons = [header(each, "dlt-reason") for each in found]
            if poison.parked:
                assert len(found) == 1, poison.record.headers
                assert poison.parked in reasons[0]
                assert header(found[0], "dlt-topic") == INTAKE
            else:
                assert found == []
                assert types[_book(poison.record), _id(poison.record)] == ["Refused"]
        refusals = {(each["book"], each["id"]): each["events"][0][3] for each in oracle.recorded() if each["events"][0][0] == "Refused"}
        for poison in bad:
            if poison.refused:
                assert b'"rule":"%b"' % poison.refused.encode() in refusals[_book(poison.record), _id(poison.record)]

        after = defaultdict(list)
        for each in parked:
            if "set aside" in header(each, "dlt-reason"):
                after[_book(opened(each))].append(header(opened(each), "ce_id"))
        assert after == {of: [f"{CLUMSY}-{n}" for n in range(len(_what_follows()))] for of in books}
        assert len(parked) == len([poison for poison in bad if poison.parked]) + len(behind)

    async def test_it_stays_uncommitted_until_the_dead_letter_topic_can_be_written(self, settings: Settings, broker: Broker) -> None:
        oracle, (of, *_) = oracle_of(settings), books_of_partitions(settings.partitions, 1)
        bad = value(of, "bad-json", b"{")
        await limit(broker, dead_letters(INTAKE), 100)
        await tell(broker, [told("before", of, issue(of, "1"), REPORT), bad, told("after", of, issue(of, "2"), REPORT)])
        async with Settled(broker, []) as settled, ledger(settings) as service:
            await until(lambda: any("MessageSizeTooLarge" in reason for reason in service.bus.ready()))
            assert (await settled.behind())["ledger campaign.intake"] == 3
            assert await oracle.topic(dead_letters(INTAKE)) == []
            await limit(broker, dead_letters(INTAKE), None)
            await settled.wait()
            assert service.bus.ready() == []
        assert [same(each, bad) for each in await oracle.topic(dead_letters(INTAKE))] == [True]
        assert {("before"), ("after")} <= {id for _, id in types_by_id(oracle)}
        assert await oracle.findings() == []

    async def test_a_header_whose_name_is_no_utf_8_harms_nobody(self, settings: Settings, broker: Broker) -> None:
        # aiokafka itself raises on such a name in the middle of a fetch, and what it had read before is lost: `shared.kafka.headers`.
        oracle, books = oracle_of(settings), books_of_partitions(settings.partitions, 3)
        good = [told(f"good-{n}", of, issue(of, f"good-{n}"), REPORT) for n in range(20) for of in books]
        odd = [told("odd", of, issue(of, "odd"), REPORT) for of in books]
        bad = [value(of, "bad-json", b"{") for of in books]
        await tell(broker, good[:30])
        for record in odd + bad:
            await _tell_with_a_broken_name(broker, record)
        await tell(broker, good[30:])
        async with Settled(broker, [GROUP]) as settled, Witness(settings), ledger(settings):
            await settled.wait()
            assert await oracle.findings(oracle.reader(Witness.database)) == []
        entered = {key for key, types in types_by_id(oracle).items() if "IssueEntered" in types}
        assert entered == {(_book(each), _id(each)) for each in good + odd}
        parked = await oracle.topic(dead_letters(INTAKE))
        kept = [opened(each) for each in parked]
        assert sorted(map(_book, kept)) == sorted(books)
        assert all((each.value, header(each, "\udcffote")) == (b"{", "kept") for each in kept)

    async def test_what_came_by_no_door_is_in_no_book_whatever_it_says(self, settings: Settings, broker: Broker) -> None:
        oracle, books = oracle_of(settings), books_of_partitions(settings.partitions, 3)
        good = [told(f"good-{n}", of, issue(of, f"good-{n}"), REPORT) for n in range(20) for of in books]
        number = "13812345678"
        forged = [
            forgery
            for of in books
            for record in [value(of, "forged", report(f'"请致电{number}"'))]
            for forgery in (
                record,
                replace(KEYS.sealed(record), value=report(f'"改为{number}"')),
                StreamKeys("another key of 32 characters, or").sealed(record),
            )
        ]
        forged += [
            Record(INTAKE, b"time", TimeTold(now=AT).model_dump_json().encode(), told("t", "time", "time", TimeTold(now=AT)).headers)
        ]
        await tell(broker, good[:30])
        await put(broker, forged)
        await tell(broker, good[30:])
        async with Settled(broker, [GROUP]) as settled, Witness(settings), ledger(settings) as service:
            await settled.wait()
            assert await oracle.findings(oracle.reader(Witness.database)) == []
            assert service.registry.get_sample_value("xiaohao_unsealed_total", {"topic": INTAKE}) == len(forged)
        parked, ledgers = await oracle.topic(dead_letters(INTAKE)), await oracle.topic(LEDGER)
        assert {id for _, id in types_by_id(oracle)} == {"tree", "plan", *(_id(each) for each in good)} | _of_letters(oracle)
        assert sorted(repr(opened(each).value) for each in parked) == sorted(repr(each.value) for each in forged)
        assert all("seal" in header(each, "dlt-reason") for each in parked)
        everything = repr([(each.key, each.value, each.headers) for each in (*parked, *ledgers)])
        assert number not in everything
        assert repr(number.encode())[2:-1] not in everything


def _what_follows() -> Sequence[Any]:
    return [MeasuresPlanned(measures="措施", by="p1"), IssueAssigned(owner="p2"), MeasuresPlanned(measures="又一措施", by="p2")]


def _of_letters(oracle: Oracle) -> set[str]:
    """The ids of what books told one another."""
    return {document["id"] for document in oracle.recorded() if document["source"].startswith("xiaohao/")}


def _id(record: Record) -> str:
    return next((raw or b"").decode() for name, raw in record.headers if name == "ce_id")


def _book(record: Record) -> str:
    return (record.key or b"").decode()


async def _tell_with_a_broken_name(broker: Broker, record: Record) -> None:
    """Tell a record with one header more, whose name is no UTF-8: written as `note` and changed in the bytes of the batch."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all") as producer:
        batch = producer.create_batch()
        *headers, _, seal = KEYS.sealed(replace(record, headers=[*record.headers, ("\udcffote", b"kept")])).headers
        batch.append(key=record.key, value=record.value, timestamp=None, headers=[*headers, ("note", b"kept"), seal])
        batch.close()
        raw = bytearray(bytes(batch._build()).replace(b"\x08note\x08kept", b"\x08\xffote\x08kept"))
        raw[17:21] = calc_crc32c(bytes(raw[21:])).to_bytes(4, "big")
        batch._buffer = raw
        partition = partition_of(record.key or b"", broker.partitions)
        await (await producer.send_batch(batch, broker.name(record.topic), partition=partition))
        await asyncio.wait_for(producer.flush(), 10)
