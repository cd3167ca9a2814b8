"""Traces: what one told event became is one set of spans, from the door to the notice, and nothing is there where they are off."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import SpanKind

from shared.events.campaign import CampaignAnnounced
from shared.events.tree import UnitsListed
from shared.http.service import traced
from shared.kafka.broker import Broker
from shared.kafka.records import Record, trace_id
from shared.settings import SettingMistake, Settings
from shared.topics import INTAKE, LEDGER, partition_of
from shared.tracing import Tracing, provider_of
from shared.units import seal
from tests.flow import PLAN, UNITS
from tests.installed import event, four_services

ROOT = Path(__file__).parents[1]
BOOK = "flow-2019/h1"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{SPAN}-01"
BAD = [
    "",
    "x",
    GIVEN.upper(),
    GIVEN[:-1],
    f"ff-{TRACE}-{SPAN}-01",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"{GIVEN} 张三",
]


class Spans(InMemorySpanExporter):
    """The spans that services exported."""

    def tracing(self, service: str, sampler: Sampler | None = None) -> Tracing:
        provider = TracerProvider(sampler=sampler, resource=Resource({"service.name": service}))
        provider.add_span_processor(SimpleSpanProcessor(self))
        return Tracing(provider)

    def named(self, name: str, service: str = "") -> list[ReadableSpan]:
        spans = self.get_finished_spans()
        return [each for each in spans if each.name == name and service in ("", each.resource.attributes["service.name"])]


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}"


def linked(span: ReadableSpan) -> set[str]:
    return {f"{link.context.trace_id:032x}" for link in span.links}


def record(traceparent: str | None = None, offset: int = 0) -> Record:
    headers = [("traceparent", traceparent.encode())] if traceparent else []
    return Record(INTAKE, b"c/u", b"{}", headers, partition=1, offset=offset)


def contexts(count: int, flags: str = "01") -> list[str]:
    return [f"00-{number:032x}-{number:016x}-{flags}" for number in range(1, count + 1)]


@pytest.fixture
def spans() -> Iterator[Spans]:
    spans = Spans()
    yield spans
    spans.shutdown()


async def test_a_report_is_one_set_of_spans_from_the_door_to_the_notice_and_to_reporting(
    settings: Settings, broker: Broker, spans: Spans
) -> None:
    async with four_services(settings, broker, lambda service: service.trace(spans.tracing(service.name))) as world:
        await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
        await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "2019-03-01")
        await world.tell(
            "h1", event("p", "PersonNamed", BOOK, "2019-03-02", person="canary", unit="h1", name="暗号", mail="canary@h1.example")
        )
        spans.clear()
        world.intake.headers["traceparent"] = GIVEN
        told = {"text": "暗号", "category": "flow", "channel": "complaint", "owner": "canary"}
        await world.tell("h1", event("e1", "IssueReported", f"{BOOK}/issue/h1~canary", "2019-03-04", **told))

    (door,) = spans.named("POST /v1/events")
    (told_on,) = spans.named("send campaign.intake", "intake")
    (decided,) = spans.named("process campaign.intake", "ledger")
    (recorded,) = spans.named("send campaign.ledger", "ledger")
    (folded,) = spans.named("process campaign.ledger", "reporting")
    (entered,) = spans.named("process campaign.ledger", "notify")
    delivered = spans.named("deliver mail", "notify")
    (noticed,) = spans.named("send campaign.notices", "notify")
    (kept,) = spans.named("process campaign.notices", "reporting")
    in_it = (door, told_on, decided, recorded, folded, entered, *delivered, kept)
    assert {trace_of(each) for each in in_it} == {TRACE}, [(each.name, trace_of(each)) for each in in_it]
    assert linked(noticed) == {TRACE}, "it is sent for several deliveries at once"

    parents = {each: each.parent.span_id if each.parent else None for each in in_it}
    assert (parents[door], parents[told_on]) == (int(SPAN, 16), door.context.span_id)
    assert parents[decided] == door.context.span_id
    assert parents[recorded] == decided.context.span_id
    assert parents[folded] == parents[entered] == parents[delivered[0]] == door.context.span_id
    assert [each.kind for each in (door, told_on, decided, delivered[0])] == [
        SpanKind.SERVER,
        SpanKind.PRODUCER,
        SpanKind.CONSUMER,
        SpanKind.CLIENT,
    ]
    assert {**(door.attributes or {})} == {
        "http.request.method": "POST",
        "url.scheme": "http",
        "http.route": "/v1/events",
        "http.response.status_code": 202,
    }
    assert {**(decided.attributes or {})} == {
        "messaging.system": "kafka",
        "messaging.destination.name": broker.name(INTAKE),
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.batch.message_count": 1,
        "messaging.consumer.group.name": broker.group("ledger", INTAKE),
        "messaging.destination.partition.id": str(partition_of(BOOK.encode(), broker.partitions)),
        "messaging.kafka.offset": (decided.attributes or {})["messaging.kafka.offset"],
    }
    assert (delivered[0].attributes or {})["xiaohao.state"] == "sent"
    shown = "".join(each.to_json() for each in spans.get_finished_spans())
    for mark in ("canary", "暗号", "h1.example", *world.keys.values()):
        assert mark not in shown


def test_a_batch_of_several_traces_has_one_of_its_own_and_a_link_to_each(spans: Spans) -> None:
    told = contexts(3)
    tracing = spans.tracing("ledger")
    with (
        tracing.processing(LEDGER, "t-x", "t-ledger", [record(each) for each in (*told, *told, None)]),
        tracing.sending([record()], {INTAKE: "t-y"}),
    ):
        pass
    (batch,) = spans.named("process campaign.ledger")
    (sent,) = spans.named("send campaign.intake")
    assert batch.parent is None
    assert linked(batch) == {trace_id(each) for each in told}
    assert sent.parent is not None
    assert sent.parent.span_id == batch.context.span_id
    assert (batch.attributes or {})["messaging.batch.message_count"] == 7


@pytest.mark.parametrize(
    ("sampler", "told", "kept"),
    [
        (ParentBased(ALWAYS_ON), contexts(3), 1),
        (ParentBased(ALWAYS_ON), contexts(3, "00"), 0),
        (ParentBased(TraceIdRatioBased(0)), [*contexts(3, "00"), GIVEN], 1),
        (ParentBased(TraceIdRatioBased(0)), [GIVEN], 1),
        (ParentBased(TraceIdRatioBased(0)), [], 0),
        (ALWAYS_OFF, [GIVEN], 0),
        (ALWAYS_OFF, contexts(3), 0),
    ],
)
def test_a_batch_is_sampled_where_a_trace_that_it_belongs_to_is(spans: Spans, sampler: Sampler, told: Sequence[str], kept: int) -> None:
    with spans.tracing("ledger", sampler).processing(INTAKE, "x", "g", [record(each) for each in told] or [record()]):
        pass
    assert len(spans.get_finished_spans()) == kept


@pytest.mark.parametrize("bad", BAD)
def test_a_context_that_is_none_is_passed_over(spans: Spans, bad: str) -> None:
    tracing = spans.tracing("ledger")
    assert trace_id(bad) is None
    with tracing.processing(INTAKE, "x", "g", [record(bad)]):
        pass
    with tracing.delivering(bad, "mail", {}):
        pass
    for each in spans.get_finished_spans():
        assert (each.parent, list(each.links), trace_of(each) == TRACE) == (None, [], False)


def test_what_fails_is_said_by_its_type_alone(spans: Spans) -> None:
    with pytest.raises(ValueError, match="张三"), spans.tracing("ledger").processing(INTAKE, "x", "g", [record()]):
        raise ValueError("张三")
    (failed,) = spans.get_finished_spans()
    assert (failed.attributes or {})["error.type"] == "ValueError"
    assert "张三" not in failed.to_json()


ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
        (ENDPOINT | {"OTEL_TRACES_SAMPLER": "always_off"}, False),
    ],
)
def test_traces_are_on_where_somebody_says_where_they_go(environment: dict[str, str], on: bool) -> None:
    assert traced(environment) is on


def test_another_protocol_than_the_one_there_is_is_a_mistake() -> None:
    with pytest.raises(SettingMistake, match="OTEL_EXPORTER_OTLP_PROTOCOL"):
        provider_of("ledger", {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})


def test_what_is_off_is_not_even_loaded() -> None:
    names = "services.intake.app, services.ledger.app, services.notify.app, services.reporting.app"
    code = f"import sys, {names}; print([name for name in sys.modules if name.startswith('opentelemetry.sdk') or name == 'shared.tracing'])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
