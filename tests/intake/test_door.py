"""The door itself: what it takes, what it answers, and that 202 means Kafka has it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from fastapi.routing import APIRoute
from openapi_spec_validator import validate
from starlette.routing import Route

import services.intake.body
from services.intake.app import build
from services.intake.taking import Taking
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Teller
from shared.http.access import Keys
from shared.kafka.cloudevents import read_told
from shared.settings import Settings
from tests.intake.given import Campaign, make_issue

ONE, BATCH, LINES = "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson"
OPEN311 = "/open311/{campaign}/v2/"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["detail"]
    return found


async def test_202_means_that_the_event_is_on_the_topic(campaign: Campaign) -> None:
    event = make_issue(id="一号 #1", source="t01", datacontenttype="application/json", anything="an extension")
    await campaign.mark()
    answer = await campaign.post(orjson.dumps(event), ONE + "; charset=UTF-8", traceparent=TRACE)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    [record] = await campaign.since()
    assert record.key == b"tengzhou-2019/h1"
    assert orjson.loads(record.value) == event["data"]
    headers = dict(record.headers)
    assert headers.pop("xiaohao-seal"), "intake seals what it takes"
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": "一号 #1".encode(),
        "ce_source": b"t01",
        "ce_type": b"IssueReported",
        "ce_subject": event["subject"].encode(),
        "ce_time": b"2019-04-02T00:00:00.123Z",
        "ce_accepted": b"2019-04-02T00:00:00.123Z",  # on a told clock, the event's own time
        "content-type": b"application/json",
        "traceparent": TRACE.encode(),
    }
    assert read_told(record).invalid is None


@pytest.mark.parametrize("media", [BATCH, LINES])
async def test_a_batch_keeps_its_order(campaign: Campaign, media: str) -> None:
    events = [make_issue(id=f"{media}-{number}") for number in range(2500 if media == LINES else 100)]
    body = b"\n".join(map(orjson.dumps, events)) if media == LINES else orjson.dumps(events)
    await campaign.mark()
    answer = await campaign.post(body, media)
    assert (answer.status_code, answer.json()) == (202, {"accepted": len(events)})
    assert [dict(record.headers)["ce_id"].decode() for record in await campaign.since()] == [event["id"] for event in events]


async def test_the_same_again_is_taken_again_and_is_the_same_for_the_ledger(campaign: Campaign) -> None:
    event = make_issue(data__text="请打 138 1234 5678")
    await campaign.mark()
    for _ in range(2):
        assert (await campaign.tell([event])).status_code == 202
    first, second = map(read_told, await campaign.since())
    assert (first.key, first.digest()) == (second.key, second.digest())


async def test_an_event_may_carry_its_own_trace(campaign: Campaign) -> None:
    own = TRACE.replace("0af7", "1bf8")
    await campaign.mark()
    await campaign.tell([make_issue(traceparent=own), make_issue(traceparent="nonsense")], traceparent=TRACE)
    assert [dict(record.headers)["traceparent"].decode() for record in await campaign.since()] == [own, TRACE]


async def test_good_rows_go_in_beside_bad_ones(campaign: Campaign) -> None:
    events: list[Any] = [
        make_issue(),
        make_issue(data__category="none"),
        "no event",
        make_issue(),
        make_issue(data__channel=7, data__text=""),
    ]
    good, bad = campaign.counted("accepted"), campaign.counted("refused", "category-unknown")
    await campaign.mark()
    found = problem(await campaign.tell(events), 207)
    assert (found["accepted"], found["refused"]) == (2, 3)
    assert {(each["index"], each["field"], each["rule"]) for each in found["errors"]} == {
        (1, "data.category", "category-unknown"),
        (2, "", "no-object"),
        (4, "data.channel", "invalid"),
        (4, "data.text", "invalid"),
    }
    assert all(each["detail"] and each["detail_zh"] for each in found["errors"])
    assert [dict(record.headers)["ce_id"].decode() for record in await campaign.since()] == [events[0]["id"], events[3]["id"]]
    assert campaign.counted("accepted") == good + 2
    assert campaign.counted("refused", "category-unknown") == bad + 1


async def test_a_bad_line_in_the_middle_of_ndjson(campaign: Campaign) -> None:
    lines = [orjson.dumps(make_issue()) for _ in range(1400)]
    lines[3] = b""  # counted as a line, and no event
    lines[700] = b'{"specversion": "1.0", '
    lines[1201] = b'{"text": "\xff"}'
    lines[1202] = b'"' + b"x" * (300 << 10) + b'"'
    await campaign.mark()
    found = problem(await campaign.post(b"\r\n".join(lines), LINES), 207)
    assert found["accepted"] == 1396
    assert [(each["index"], each["rule"]) for each in found["errors"]] == [(700, "json"), (1201, "json"), (1202, "line-too-long")]
    assert "char 24" in found["errors"][0]["detail"]
    assert "UTF-8 at byte 10" in found["errors"][1]["detail"]
    assert len(await campaign.since()) == 1396


@pytest.mark.parametrize(
    ("media", "body", "says"),
    [
        (BATCH, b'[{"id": "1"},\n {"id": nil}]', "line 2 column 9"),
        (BATCH, b'[{"id": "\xff"}]', "byte 9"),
        (BATCH, b"[" * 5000, "depth"),
        (BATCH, b"[NaN]", "column 2"),
        (BATCH, b'[{"id": "\\ud800"}]', "surrogate"),
        (BATCH, b"{}", "array"),
        (ONE, b"", "column 1"),
    ],
)
async def test_a_body_that_is_no_json(campaign: Campaign, media: str, body: bytes, says: str) -> None:
    assert says in problem(await campaign.post(body, media), 400)["detail"]


async def test_nothing_good(campaign: Campaign) -> None:
    await campaign.mark()
    found = problem(await campaign.tell([make_issue(id=""), make_issue(data=[])]), 422)
    assert (found["accepted"], [each["field"] for each in found["errors"]]) == (0, ["id", "data"])
    assert problem(await campaign.post(b"[]", ONE), 422)["errors"][0]["rule"] == "no-object"
    assert problem(await campaign.post(b"{\n[", LINES), 422)["refused"] == 2
    assert await campaign.since() == []


async def test_an_empty_batch_is_no_mistake(campaign: Campaign) -> None:
    for media, body in ((BATCH, b"[]"), (LINES, b"\n\n")):
        answer = await campaign.post(body, media)
        assert (answer.status_code, answer.json()) == (202, {"accepted": 0})


async def test_a_very_wrong_upload_is_not_read_to_its_end(campaign: Campaign) -> None:
    found = problem(await campaign.post(b"0\n" * 2_000_000, LINES), 422)
    assert (found["refused"], len(found["errors"]), found["lines_read"]) == (1000, 1000, 1000)
    assert "nothing from line 1000 on" in found["detail"]
    good, late = orjson.dumps(make_issue()), orjson.dumps(make_issue())
    await campaign.mark()
    found = problem(await campaign.post(good + b"\n" + b"0\n" * 1999 + late, LINES), 207)
    assert (found["accepted"], found["refused"], found["errors_unlisted"], found["lines_read"]) == (1, 1999, 999, 2000)
    assert [record.value for record in await campaign.since()] == [orjson.dumps(orjson.loads(good)["data"])]
    assert "lines_read" not in problem(await campaign.post(b"0\n" * 1000, LINES), 422)


async def test_lines_are_counted_and_those_before_the_limit_stand(campaign: Campaign) -> None:
    assert (await campaign.post(b"\n" * 99_999 + orjson.dumps(make_issue()), LINES)).json() == {"accepted": 1}
    found = problem(await campaign.post(orjson.dumps(make_issue()) + b"\n" * 100_000 + orjson.dumps(make_issue()), LINES), 413)
    assert found["accepted"] == 1
    assert "100000 lines" in found["detail"]


SLOW = "13 1 " * 800
"""A text that takes long to look at."""


def answers(number: int) -> dict[str, Any]:
    """A check list that was answered at length."""
    return {"form": {f"field-{each}": SLOW for each in range(number)}, "by": "p1"}


@pytest.mark.parametrize(
    ("body", "media", "least"),
    [
        (b"\n" * 100_000, LINES, 2),
        (orjson.dumps(make_issue(type="ProposalFiled", subject="tengzhou-2019/h1/proposal/t01~slow", data=answers(40))), ONE, 12),
        (orjson.dumps([make_issue(data__text=SLOW[:800]) for _ in range(800)]), BATCH, 12),
        (orjson.dumps([make_issue(type="IssueReportde" * 4) for _ in range(999)]), BATCH, 2),
    ],
    ids=["lines", "one long event", "many short ones", "many unknown types"],
)
async def test_others_have_their_turn_beside_a_long_request(campaign: Campaign, body: bytes, media: str, least: int) -> None:
    long = asyncio.create_task(campaign.post(body, media))
    turns = 0
    while not long.done():
        turns += (await campaign.client.get("/livez")).status_code == 200
    assert (await long).status_code in (202, 422)
    assert turns >= least


DEEP = [
    (b'"IssueReported"', b'{"x": %s}', "data", "too-deep"),
    (b"%s", b"{}", "type", "type"),
    (b'"PersonNamed"', b'{"person": "p1", "unit": %s, "name": "x"}', "data.unit", "book-not-open"),
    (b'"IssueReported"', b"%s", "data", "data"),
]


@pytest.mark.parametrize("levels", [202, 260, 1000])
@pytest.mark.parametrize(("type", "data", "field", "rule"), DEEP)
async def test_what_is_nested_too_deeply_is_refused_by_itself(
    campaign: Campaign, type: bytes, data: bytes, field: str, rule: str, levels: int
) -> None:
    nest = b"[" * levels + b"]" * levels
    event = orjson.dumps(make_issue(type="TYPE", data="DATA"))
    bad = event.replace(b'"TYPE"', type.replace(b"%s", nest)).replace(b'"DATA"', data.replace(b"%s", nest))
    await campaign.mark()
    found = problem(await campaign.post(b"[%b,%b]" % (bad, orjson.dumps(make_issue())), BATCH), 207)
    [error] = found["errors"]
    assert (found["accepted"], error["index"], error["field"], error["rule"]) == (1, 0, field, rule)
    assert len(error["value"]) <= 80
    assert len(await campaign.since()) == 1


async def test_the_door_is_ready_while_its_partitions_are_elsewhere(settings: Settings) -> None:
    service = build(settings, keys=Keys())
    await service.start()
    try:
        [subscription] = service.bus._subscriptions
        subscription._ready.clear()
        assert service.bus.ready()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.http), base_url="http://intake") as client:
            answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})
    finally:
        await service.stop()


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("media", "limit"), [(ONE, 256 << 10), (BATCH, 1 << 20), (LINES, 16 << 20)])
async def test_a_body_over_its_limit_is_refused_while_it_is_read(campaign: Campaign, media: str, limit: int, declared: bool) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(0, limit, 1 << 16):
            yield b" " * (1 << 16)
        yield b"{"

    assert (await campaign.post(b" " * (limit - 3) + b"[]\n", media)).status_code in (202, 422)
    body: Any = b" " * (limit + 1) if declared else stream()
    found = problem(await campaign.post(body, media), 413)
    assert str(limit) in found["detail"]


async def test_ndjson_over_its_limit_says_what_was_taken(campaign: Campaign) -> None:
    line = orjson.dumps(make_issue(data__text="长" * 4000)) + b"\n"

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(0, (16 << 20) + len(line), len(line)):
            yield line

    await campaign.mark()
    found = problem(await campaign.post(stream(), LINES), 413)
    assert found["accepted"] == len(await campaign.since()) > 500


async def test_what_comes_after_the_end_of_its_key_is_not_taken(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Taking.take

    async def revoked_after_a_part(self: Taking, *more: Any) -> None:
        await take(self, *more)
        monkeypatch.setattr(Keys, "holder", lambda *_: None)

    monkeypatch.setattr(Taking, "take", revoked_after_a_part)
    await campaign.mark()
    found = problem(await campaign.post(b"\n".join(orjson.dumps(make_issue()) for _ in range(2500)), LINES), 401)
    assert (found["type"], found["accepted"]) == ("urn:problem-type:xiaohao:key-gone", 1000)
    assert len(await campaign.since()) == 1000


async def test_a_body_that_stops_coming_is_given_up_and_says_what_was_taken(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.intake.body, "STALLED", 0.2)
    sent = b"".join(orjson.dumps(make_issue()) + b"\n" for _ in range(1000)) + b"{"
    head = f"POST /v1/events HTTP/1.1\r\nHost: intake\r\nAuthorization: Bearer {campaign.secrets['t01']}\r\nContent-Type: {LINES}\r\n"
    await campaign.mark()
    address = campaign.client.base_url
    reader, writer = await asyncio.open_connection(address.host, address.port)  # httpx would first send all, then listen
    writer.write(f"{head}Accept-Language: en\r\nContent-Length: {len(sent) + 1}\r\n\r\n".encode() + sent)
    answer = await asyncio.wait_for(reader.read(), 60)  # to its end: the connection is closed
    writer.close()
    status, _, rest = answer.partition(b"\r\n")
    found = orjson.loads(rest.partition(b"\r\n\r\n")[2])
    assert status == b"HTTP/1.1 408 Request Timeout"
    assert found["accepted"] == len(await campaign.since()) == 1000
    assert "send it again" in found["detail"]


async def test_a_body_that_comes_a_byte_now_and_then_is_given_up_too(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.intake.body, "STALLED", 0.5)
    head = f"POST /v1/events HTTP/1.1\r\nHost: intake\r\nAuthorization: Bearer {campaign.secrets['t01']}\r\nContent-Type: {LINES}\r\n"
    address = campaign.client.base_url
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"{head}Content-Length: 1000000\r\n\r\n".encode())
    answer = asyncio.ensure_future(reader.readline())  # what is sent on resets the connection once it is closed
    async with asyncio.timeout(20):
        while not answer.done():  # at no moment does nothing come for as long as would be given up
            writer.write(b" ")
            await asyncio.wait([answer], timeout=0.02)
    writer.close()
    assert answer.result().startswith(b"HTTP/1.1 408 Request Timeout")


async def test_more_than_1000_events_in_a_batch(campaign: Campaign) -> None:
    assert "1000 events" in problem(await campaign.post(b"[" + b"0," * 1000 + b"0]", BATCH), 413)["detail"]


async def test_an_event_over_256_kib_is_refused_by_itself(campaign: Campaign) -> None:
    long = [make_issue(data__x=["x" * 4000] * 66), make_issue(data__x=["中" * 4000] * 22)]
    found = problem(await campaign.tell([*long, make_issue()]), 207)
    assert [(each["index"], each["field"], each["rule"]) for each in found["errors"]] == [(index, "data", "too-large") for index in (0, 1)]
    assert str(256 << 10) in found["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("media", "coding"),
    [("application/json", None), ("", None), ("text/csv", None), (BATCH + "; charset=gbk", None), (BATCH, "gzip")],
)
async def test_another_content_type(campaign: Campaign, media: str, coding: str | None) -> None:
    headers = {"content-encoding": coding} if coding else {}
    assert BATCH in problem(await campaign.post(b"[]", media, "t01", **headers), 415)["detail"]


async def test_no_route_without_a_key_but_the_open_ones(campaign: Campaign) -> None:
    opened = {"/livez", "/readyz", "/metrics", "/v1/openapi.json"}
    seen = set()
    for route in [each for each in campaign.intake.http.routes if isinstance(each, Route)]:
        for method in route.methods or ():
            seen.add(route.path)
            for headers in ({}, {"authorization": "Bearer xh_root_wrong"}, {"authorization": f"Bearer {campaign.secrets['root']}x"}):
                answer = await campaign.client.request(method, route.path, headers={"content-type": BATCH, **headers}, content=b"[]")
                assert (answer.status_code == 401) == (route.path not in opened), route.path
                if answer.status_code == 401:
                    assert answer.headers["www-authenticate"].startswith("Basic")
                    assert route.path.startswith(OPEN311) or problem(answer, 401)  # which refuses in a form of its own
    files = {"/v1/files/{campaign}/{form}", "/v1/files/{upload}", "/v1/files/{upload}/report.xlsx", "/v1/templates/{campaign}/{form}.xlsx"}
    assert seen - opened == {"/v1/events", "/v1/attachments", *files, *(each for each in seen if each.startswith(OPEN311))}
    assert any(isinstance(route, APIRoute) for route in campaign.intake.http.routes)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
async def test_another_method_is_answered_with_the_one_that_there_is(campaign: Campaign, method: str) -> None:
    answer = await campaign.client.request(method, "/v1/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_key_that_may_not_tell(campaign: Campaign) -> None:
    assert "reader" in problem(await campaign.post(b"[]", BATCH, "reader"), 403)["detail"]


async def test_the_contract_is_openapi_and_names_all_that_can_be_told(campaign: Campaign) -> None:
    document = (await campaign.client.get("/v1/openapi.json")).json()
    validate(document)
    told = {name for name, fact in CATALOGUE.items() if fact.teller is Teller.BUREAU}
    assert set(document["components"]["schemas"]["Event"]["discriminator"]["mapping"]) == told
    assert set(document["paths"]["/v1/events"]["post"]["requestBody"]["content"]) == {ONE, BATCH, LINES}


async def test_what_it_did_stands_in_the_metrics(campaign: Campaign) -> None:
    text = (await campaign.client.get("/metrics")).text
    for name in (
        "xiaohao_intake_events_total{",
        'xiaohao_http_request_seconds_count{method="POST",route="/v1/events",status="2xx"}',
        "xiaohao_lag_records",
    ):
        assert name in text
