"""Direct Kafka: what a bureau writes to its inbox is judged as what comes over HTTP with its key, told on and answered."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from prometheus_client import CollectorRegistry

from services.intake import taking
from services.intake.envelope import Row, read_event
from services.intake.inbox import reading
from services.intake.inbox.records import read_row
from services.intake.inbox.verdicts import Verdicts
from shared.http.problem import Problem
from shared.kafka.records import Received, Record
from shared.topics import INTAKE, PEOPLE
from tests.intake.feeding import JSON, STRUCTURED, Bureau, Sent, binary, has_binary_form, structured
from tests.intake.given import BATCH, Campaign, Event, make_issue, make_person
from tests.intake.refused import MISTAKES, NO_JSON, REFUSED

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Form = Callable[[Event], Sent]


@pytest.fixture
async def t01(campaign: Campaign) -> AsyncIterator[Bureau]:
    """The program of the township t01, above the health centre h1."""
    async with Bureau(campaign.broker, "t01") as bureau:
        yield bureau


@pytest.fixture
async def t02(campaign: Campaign) -> AsyncIterator[Bureau]:
    """That of its neighbour, above h2."""
    async with Bureau(campaign.broker, "t02") as bureau:
        yield bureau


def rules(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Why a record was refused."""
    return [(each["field"], each["rule"]) for each in answer["mistakes"]]


@pytest.mark.parametrize("form", [structured, binary])
async def test_what_an_inbox_tells_on_is_what_http_tells_on(campaign: Campaign, t01: Bureau, form: Form) -> None:
    events = [
        make_issue(id="一号 #1", traceparent=TRACE, source="t01", datacontenttype="application/json", anything="an extension"),
        make_issue(data__text="请打 138 1234 5678"),
        make_issue(),
    ]
    await campaign.mark()
    assert (await campaign.tell(events)).status_code == 202
    over_http = await campaign.since()
    await campaign.mark()
    answers = await t01.tell(*map(form, events))
    assert [(each["accepted"], each["id"], each["mistakes"]) for each in answers] == [(True, event["id"], []) for event in events]
    assert [(each.key, each.value, each.headers) for each in await campaign.since()] == [
        (each.key, each.value, each.headers) for each in over_http
    ]


@pytest.mark.parametrize("form", [structured, binary])
async def test_what_http_refuses_an_inbox_refuses_by_the_same_rule_in_the_same_words(campaign: Campaign, t01: Bureau, form: Form) -> None:
    events = [make_issue(**changes) for changes in [*(each[0] for each in REFUSED), *MISTAKES]]
    if form is binary:
        events = list(filter(has_binary_form, events))
    over_http: dict[int, list[Any]] = {}
    for each in (await campaign.post(json.dumps(events).encode(), BATCH)).json()["errors"]:
        over_http.setdefault(each["index"], []).append([each[name] for name in ("field", "value", "rule", "detail", "detail_zh")])
    assert len(over_http) > 60
    await campaign.mark()
    answers = await t01.tell(*map(form, events))
    for index, answer in enumerate(answers):
        said = [[each["field"], each.get("value"), each["rule"], each["detail"]["en"], each["detail"]["zh"]] for each in answer["mistakes"]]
        assert (answer["accepted"], said) == (index not in over_http, over_http.get(index, [])), events[index]
    assert len(await campaign.since()) == sum(answer["accepted"] for answer in answers)


CLAIMS: list[tuple[str, dict[str, Any], str]] = [
    ("its source", {"subject": "tengzhou-2019/h2/issue/t02~1", "source": "t02"}, "source"),
    ("its unit", {"subject": "tengzhou-2019/h2/issue/t01~1"}, "not-yours"),
    ("its reference", {"subject": "tengzhou-2019/h1/issue/t02~1"}, "issue-source"),
    ("the bureau above", {"subject": "tengzhou-2019/bureau/issue/t01~1"}, "not-yours"),
    ("another campaign", {"subject": "other/h1/issue/t01~1"}, "book-not-open"),
    ("its person", {"type": "PersonNamed", "subject": "tengzhou-2019/h2", "data": {"person": "li-of-h2", "unit": "h2", "name": "某"}}, "not-yours"),
    ("its person here", {"type": "PersonNamed", "subject": "tengzhou-2019/h1", "data": {"person": "li-of-h2", "unit": "h1", "name": "某"}}, "person-not-yours"),
    ("its person as owner", {"data__owner": "li-of-h2"}, "person-unknown"),
    ("a campaign of its own", {"type": "CampaignAnnounced", "subject": "tengzhou-2019/t02", "data": {}}, "may-not"),
    ("the clock", {"type": "TimeTold", "subject": "time", "data": {"now": "2019-04-02T08:00:00Z"}}, "may-not"),
]  # fmt: skip


@pytest.mark.parametrize("form", [structured, binary])
async def test_the_topic_alone_says_whose_it_is_whatever_a_record_claims(
    campaign: Campaign, t01: Bureau, t02: Bureau, form: Callable[..., Sent]
) -> None:
    [named] = await t02.tell(structured(make_person("li-of-h2", "h2")))
    assert named["accepted"], named
    claims: list[tuple[str, bytes]] = [
        ("authorization", f"Bearer {campaign.secrets['t02']}".encode()),
        ("source", b"t02"),
        ("ce-source", b"t02"),
        ("xiaohao-seal", b"t02"),
        *([("ce_source", b"t02")] if form is structured else []),  # the value is the whole event
    ]
    records = [form(make_issue(**changes), *claims, key=b"tengzhou-2019/h2") for _, changes, _ in CLAIMS]
    own = make_issue()
    await campaign.mark(PEOPLE)
    *refused, accepted = await t01.tell(*records, form(own, *claims, key=b"tengzhou-2019/h2"))
    assert await campaign.since() == []
    assert [(what, each["accepted"], rules(each)[0][1]) for (what, _, _), each in zip(CLAIMS, refused, strict=True)] == [
        (what, False, rule) for what, _, rule in CLAIMS
    ]
    assert accepted["accepted"]
    await campaign.mark()
    await t01.tell(form(own, *claims, key=b"tengzhou-2019/h2"))
    [record] = await campaign.since()
    assert (record.key, dict(record.headers)["ce_source"]) == (b"tengzhou-2019/h1", b"t01")


def garbage() -> Iterable[tuple[str, Sent, list[tuple[str, str]]]]:
    """Records that are no events, with what is said of each."""
    event = make_issue()
    whole, form = ("content-type", STRUCTURED.encode()), binary(event)
    yield "nothing", Sent(None, key=b""), [("content-type", "content-type")]
    yield "a tombstone", Sent(None, key=b"tengzhou-2019/h1"), [("content-type", "content-type")]
    yield "no value", Sent(None, [whole], b""), [("", "json")]
    yield "no data", Sent(None, form.headers, b""), [("data", "data")]
    yield "no headers", Sent(structured(event).value), [("content-type", "content-type")]
    for media in (b"application/cloudevents-batch+json", b"application/cloudevents+avro", STRUCTURED.encode() + b"; charset=gbk"):
        yield f"{media!r}", Sent(structured([event]).value, [("content-type", media)]), [("content-type", "content-type")]
    yield "a list", structured([event]), [("", "no-object")]
    yield "no UTF-8", Sent(form.value, [*form.headers, ("ce_extra", b"\xff")]), [("ce_extra", "header")]
    yield "a header twice", Sent(form.value, [*form.headers, ("ce_id", b"another")]), [("ce_id", "header")]
    yield "two forms", Sent(form.value, [*form.headers, whole]), [("content-type", "header")]
    yield "a null id", Sent(form.value, [(name, None if name == "ce_id" else text) for name, text in form.headers]), [("id", "id")]
    yield "data in a header", Sent(b"", [*form.headers, ("ce_data", b"{}")]), [("data", "data")]
    yield "large", structured(make_issue(data__x=["x" * 4000] * 70)), [("", "too-large")]
    yield "large and binary", binary(make_issue(data__x=["x" * 4000] * 70)), [("", "too-large")]
    for levels, found in ((260, ("data", "too-deep")), (2000, ("", "json"))):
        nest = structured(make_issue(data={"x": "NEST"})).value or b""
        yield f"{levels} levels", Sent(nest.replace(b'"NEST"', b"[" * levels + b"]" * levels), [whole]), [found]
    for text in NO_JSON:
        yield f"{text[:20]!r}", Sent(text, [whole]), [("", "json")]
        if text:
            yield f"{text[:20]!r} and binary", Sent(text, form.headers), [("data", "json")]


async def test_garbage_is_answered_and_stops_nothing(campaign: Campaign, t01: Bureau) -> None:
    cases = list(garbage())
    refused, good = campaign.counted("refused", "json"), campaign.counted("accepted")
    await campaign.mark()
    answers = await t01.tell(*(record for _, record, _ in cases), structured(make_issue(id="behind it all")))
    assert [(what, each["accepted"], rules(each)) for (what, _, _), each in zip(cases, answers[:-1], strict=True)] == [
        (what, False, found) for what, _, found in cases
    ]
    assert all(each["detail"]["zh"] and each["detail"]["en"] for answer in answers for each in answer["mistakes"])
    [record] = await campaign.since()
    assert dict(record.headers)["ce_id"] == b"behind it all"
    async with asyncio.timeout(60):
        while campaign.counted("accepted") == good:  # counted once its place is left behind, which is after it was answered
            await asyncio.sleep(0.01)
    assert campaign.counted("accepted") == good + 1
    assert campaign.counted("refused", "json") == refused + sum(found[0][1] == "json" for _, _, found in cases)


async def test_random_records_are_answered_each(campaign: Campaign, t01: Bureau) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201  shown where a test fails
    chance = random.Random(seed)
    names = ["content-type", "traceparent", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_specversion", "ce_é", "é", ""]
    texts = [b"", b"\xff\x00", b"1.0", b"IssueReported", STRUCTURED.encode(), JSON.encode(), None, b"x" * 10_000, TRACE.encode()]
    values = [None, b"", b"{}", b"[]", b"0", b"\xff" * 50, structured(make_issue()).value, b"x" * 100_000]
    records = [
        Sent(
            chance.choice(values),
            [(chance.choice(names), chance.choice(texts)) for _ in range(chance.randrange(8))],
            chance.choice([b"", b"\xff"]),
        )
        for _ in range(200)
    ]
    answers = await t01.tell(*records)
    assert [each["offset"] for each in answers] == sorted(each["offset"] for each in answers)
    assert all(each["accepted"] != bool(each["mistakes"]) for each in answers)


async def test_what_unpacks_to_more_than_a_batch_may_be_is_refused_by_the_broker(campaign: Campaign, t01: Bureau) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=campaign.broker.bootstrap, compression_type="gzip", max_request_size=64 << 20, max_batch_size=64 << 20
    ) as producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(t01.inbox.topic, b" " * (32 << 20))
        sent = await producer.send_and_wait(
            t01.inbox.topic, structured(make_issue()).value, headers=[("content-type", STRUCTURED.encode())]
        )
    while (answer := await t01.answer())["offset"] < sent.offset:
        pass
    assert answer["accepted"]


async def test_order_is_that_of_writing_whatever_the_keys(campaign: Campaign, t01: Bureau) -> None:
    records = []
    for number in range(40):
        records.append(structured(make_person(f"by-inbox-{number}", "h1"), key=b"a%d" % number))
        records.append(structured(make_issue(data__owner=f"by-inbox-{number}"), key=b"b%d" % number))
    assert [each["accepted"] for each in await t01.tell(*records)] == [True] * 80


async def test_a_bug_costs_one_record_and_is_said_to_be_ours(t01: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    def judging(raw: Any, source: str, trace: str | None) -> Any:
        return read_event(raw, source, trace) if raw["id"] != "poison" else 1 / 0

    def reading_it(index: int, record: Received) -> Row:
        return read_row(index, record) if record.key != b"poison" else Row(1 // 0)

    def answering(verdicts: Verdicts, *given: Any) -> list[Record]:
        found = list(answers(verdicts, *given))
        return found if not any(b"unspeakable" in (each.value or b"") for each in found) else [found[1 // 0]]

    answers = Verdicts.answers
    monkeypatch.setattr(taking, "read_event", judging)
    monkeypatch.setattr(reading, "read_row", reading_it)
    monkeypatch.setattr(Verdicts, "answers", answering)
    ids = {7: "poison", 12: "unspeakable"}
    records = [structured(make_issue(id=ids.get(number, f"bug-{number}")), key=b"poison" if number == 9 else None) for number in range(20)]
    found = await t01.tell(*records)
    assert [number for number, each in enumerate(found) if not each["accepted"]] == [7, 9, 12]
    assert {str(rules(found[number])) for number in (7, 9, 12)} == {"[('', 'bug')]"}


async def test_what_waits_in_an_inbox_is_counted_and_gets_older_until_it_is_answered(
    campaign: Campaign, t01: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, take = campaign.intake.registry.get_sample_value, taking.Taking.take

    async def away(*_: Any) -> None:
        raise Problem("away", what="Kafka", why="no answer")

    monkeypatch.setattr(taking.Taking, "take", away)
    await t01.write([structured(make_issue()), structured(make_issue())])
    async with asyncio.timeout(20):
        while of("xiaohao_inbox_lag_records") != 2:
            await asyncio.sleep(0.02)
    first = of("xiaohao_inbox_oldest_unanswered_seconds") or 0
    assert 0 < first < (of("xiaohao_inbox_oldest_unanswered_seconds") or 0)
    monkeypatch.setattr(taking.Taking, "take", take)
    assert [(await t01.answer())["accepted"] for _ in range(2)] == [True, True]
    async with asyncio.timeout(20):
        while of("xiaohao_inbox_lag_records"):
            await asyncio.sleep(0.02)
    assert of("xiaohao_inbox_oldest_unanswered_seconds") == 0


async def test_no_figure_bears_the_name_of_a_bureau(campaign: Campaign, t01: Bureau) -> None:
    await t01.tell(structured(make_issue()))
    registry: CollectorRegistry = campaign.intake.registry
    found = [each for family in registry.collect() for each in family.samples if "inbox" in each.name or "inbox" in str(each.labels)]
    assert {"xiaohao_inbox_lag_records", "xiaohao_published_total", "xiaohao_records_total"} <= {each.name for each in found}
    assert [each for each in found if "t01" in str(each.labels)] == []
    assert (registry.get_sample_value("xiaohao_inboxes") or 0) > 0
    assert INTAKE in str([each.labels for family in registry.collect() for each in family.samples])
