"""Traces by OpenTelemetry: spans of what a service does, from the door to the notice. Loaded only where they are on; `docs/observing.md` has each.

A record carries the W3C context of the span in which its event was told, as `traceparent`. A batch of records that have one context between them goes
on in its trace; one of several has a trace of its own, with a link to each. Nothing that a span says names a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import groupby
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.front import METHODS
from shared.kafka.records import Received, Record
from shared.settings import SettingMistake
from shared.topics import label
from shared.version import VERSION

HEADER = "traceparent"
PROTOCOLS = ("", "http/protobuf")
UNTRACED = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds."""
LINKS = 10_000
"""Of a span, as many as a batch may have records: a link more, and a told event could not be followed further."""
_W3C = TraceContextTextMapPropagator()


def provider_of(service: str, environment: Mapping[str, str]) -> TracerProvider:
    """What makes and exports spans, by OpenTelemetry's own variables. Raises SettingMistake."""
    protocol = environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environment.get("OTEL_EXPORTER_OTLP_PROTOCOL") or ""
    if protocol not in PROTOCOLS:
        raise SettingMistake(f"OTEL_EXPORTER_OTLP_PROTOCOL: traces are exported by http/protobuf alone (given: {protocol[:80]!r})")
    named = environment.get("OTEL_SERVICE_NAME") or f"xiaohao-{service}"
    resource = Resource.create({SERVICE_NAME: named, "service.version": VERSION})
    provider = TracerProvider(resource=resource, span_limits=SpanLimits(max_links=LINKS))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class WithLinks(Sampler):
    """A sampler that goes by the parent, and where there is none by the records that a batch has links to: so no sampled trace has a gap."""

    def __init__(self, of: Sampler) -> None:
        self._of = of

    def should_sample(
        self,
        parent_context: Any,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Any = None,
        links: Sequence[Link] | None = None,
        trace_state: Any = None,
    ) -> SamplingResult:
        """Whether a span is kept."""
        of = self._of
        if links and not trace.get_current_span(parent_context).get_span_context().is_valid:
            of = ALWAYS_ON if any(each.context.trace_flags.sampled for each in links) else ALWAYS_OFF
        return of.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        """What it does."""
        return f"WithLinks({self._of.get_description()})"


class Tracing:
    """The spans of one copy of a service."""

    def __init__(self, provider: TracerProvider) -> None:
        if isinstance(provider.sampler, ParentBased):  # whoever sets another wants that one
            provider.sampler = WithLinks(provider.sampler)
        self._provider, self._tracer = provider, provider.get_tracer("xiaohao", VERSION)

    def end(self) -> None:
        """Export what was not yet; may take some seconds."""
        self._provider.shutdown()

    def http(self, application: ASGIApp) -> ASGIApp:
        """An application whose requests are traced; what it reads of the caller's context is that of the request's own span."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] in UNTRACED:
                await application(scope, receive, send)
                return
            method = scope["method"] if scope["method"] in METHODS else "_OTHER"
            given = next((value.decode("latin-1") for name, value in scope["headers"] if name == HEADER.encode()), None)
            said = {"http.request.method": method, "url.scheme": scope["scheme"]}
            with self._span(method, _within(given), SpanKind.SERVER, said, ()) as span:

                async def answer(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                        if message["status"] >= 500:
                            span.set_status(StatusCode.ERROR)
                    await send(message)

                others = [each for each in scope["headers"] if each[0] != HEADER.encode()]
                scope["headers"] = [*others, (HEADER.encode(), self.here().encode())]
                await application(scope, receive, answer)
                if route := getattr(scope.get("route"), "path", None):  # not the path: that may name somebody
                    span.set_attribute("http.route", route)
                    span.update_name(f"{method} {route}")

        return traced

    @contextmanager
    def processing(self, topic: str, name: str, group: str, records: Sequence[Received]) -> Iterator[None]:
        """Records of a topic, which Kafka knows by `name`, are handled."""
        contexts = _contexts(records)
        alone = contexts[0] if len(contexts) == 1 else None
        attributes = _attributes("process", name, len(records)) | {"messaging.consumer.group.name": group}
        if len(partitions := {record.partition for record in records}) == 1:
            attributes["messaging.destination.partition.id"] = str(*partitions)
        if len(records) == 1:
            attributes["messaging.kafka.offset"] = records[0].offset
        parent = trace.set_span_in_context(trace.NonRecordingSpan(alone)) if alone else None
        with self._span(f"process {label(topic)}", parent, SpanKind.CONSUMER, attributes, contexts):
            yield

    @contextmanager
    def sending(self, records: Sequence[Record], names: Mapping[str, str]) -> Iterator[None]:
        """Records are published; `names` are those by which Kafka knows their topics."""
        current = trace.get_current_span().get_span_context()
        with ExitStack() as stack:
            for topic, those in groupby(sorted(records, key=_topic), key=_topic):
                sent = list(those)
                links = [each for each in _contexts(sent) if each.span_id != current.span_id]
                attributes = _attributes("send", names[topic], len(sent))
                stack.enter_context(self._span(f"send {label(topic)}", None, SpanKind.PRODUCER, attributes, links))
            yield

    @contextmanager
    def delivering(self, traceparent: str | None, channel: str, attributes: Mapping[str, str | int]) -> Iterator[Span]:
        """A notice goes out, in the trace of the event that called for it."""
        said = {f"xiaohao.{name}": value for name, value in attributes.items()}
        with self._span(f"deliver {channel}", _within(traceparent), SpanKind.CLIENT, said, ()) as span:
            yield span

    @staticmethod
    def here() -> str:
        """The context of the span under way, as `traceparent`; nothing where none is."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get(HEADER, "")

    @contextmanager
    def _span(
        self, name: str, parent: Any, kind: SpanKind, attributes: Mapping[str, str | int], linked: Iterable[SpanContext]
    ) -> Iterator[Span]:
        links = [Link(each) for each in linked]
        # What failed is said by its type: an exception's words may quote a record.
        with self._tracer.start_as_current_span(
            name, parent, kind, attributes, links, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                span.set_attribute("error.type", type(error).__name__)
                raise


def _within(traceparent: str | None) -> Any:
    """The context that a `traceparent` names; a new one where it names none."""
    return _W3C.extract({HEADER: traceparent} if traceparent else {}, context=trace.set_span_in_context(trace.INVALID_SPAN))


@lru_cache(maxsize=4096)
def _context(traceparent: str) -> SpanContext:
    return trace.get_current_span(_within(traceparent)).get_span_context()


def _contexts(records: Iterable[Received | Record]) -> list[SpanContext]:
    """The contexts that records carry, each once."""
    said = {value: True for record in records for name, value in record.headers if name == HEADER and value}
    contexts = [_context(value.decode("latin-1")) for value in said]
    return [each for each in contexts if each.is_valid]


def _attributes(operation: str, name: str, records: int) -> dict[str, str | int]:
    """By the semantic conventions of OpenTelemetry for messaging. No key: it may name a person."""
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": name,
        "messaging.operation.type": operation,
        "messaging.operation.name": operation,
        "messaging.batch.message_count": records,
    }


def _topic(record: Record) -> str:
    return record.topic
