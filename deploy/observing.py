"""`docs/observing.md`: what services log, of the catalogue of lines, and what they trace."""

from collections.abc import Iterator

from shared.logs.catalogue import EVERY, FIELDS, LINES
from shared.logs.flood import LINES as OF_ONE_KIND

HEAD = f"""# Logs and traces

Made by `make docs` of [`shared/logs/catalogue.py`](../shared/logs/catalogue.py); do not edit by hand.

## Logs

Each service writes a JSON object a line to stderr; where that is a terminal, lines for people. There is one for each decision worth having, and none for
what goes well, which [metrics](metrics.md) count. `XIAOHAO_LOG_LEVEL` is the least that is written: `debug`, `info` (the default), `warning` or `error`.

    {{"time": "2019-03-08T01:00:00.123456Z", "level": "info", "service": "ledger", "event": "told event refused", "rule": "verifier-is-fixer",
     "event_id": "e5", "event_type": "RectificationVerified", "book": "flow-2019/h1", "kind": "issue", "topic": "campaign.intake", "partition": 2,
     "offset": 17, "trace_id": "0af7651916cd43dd8448eb211c80319c", "campaign": "flow-2019", "version": "0.1.0"}}

**No personal data.** No name, text, mail address, id of a person, or key stands in a line, at any level; nor the id of a subject, which may say who reported. An
exception is logged by its type and the line of ours where it failed, never by its words; the dead letter, which is encrypted, has them. Libraries go the same
way, as `library`, with the first line of what they warn of. What is no field of this page is not written.

**No flood.** Of one kind of line (all fields alike but those that say which record it was, or who asked) a minute has {OF_ONE_KIND}. The first of the next minute says by
`left_out` how many there were besides.

Every line has these fields:

| field | meaning |
|---|---|"""


TRACES = """
## Traces

By OpenTelemetry, off unless somebody names a collector, by OpenTelemetry's own variables:

| variable | meaning |
|---|---|
| `OTEL_EXPORTER_OTLP_ENDPOINT` | where the collector takes OTLP over HTTP, as `http://collector:4318`; with it, or with `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, traces are on |
| `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_CERTIFICATE`, … | as the exporter has them; the protocol is `http/protobuf` alone |
| `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | `parentbased_always_on` by default; a province wants `parentbased_traceidratio` and `0.01` |
| `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | `xiaohao-intake` and so on by default |
| `OTEL_SDK_DISABLED=true`, `OTEL_TRACES_EXPORTER=none`, `OTEL_TRACES_SAMPLER=always_off` | off again |

Where they are off, nothing of OpenTelemetry's SDK is loaded.

The context travels as the W3C `traceparent`. A caller sends it as header of the request, or on an event by itself as attribute `traceparent` (the CloudEvents extension Distributed Tracing),
which goes before that of the request; one that is not right is passed over. On Kafka it is the header `traceparent` of each told and recorded event and of each notice.
`tracestate` is not carried on, as W3C allows: it is text of whoever calls.

| span | kind | of | in the trace of |
|---|---|---|---|
| `POST /v1/events` and every other route | server | intake, reporting | the caller |
| `send campaign.intake` | producer | intake, ledger | the request, or the batch |
| `process inbox` | consumer | intake | the records, see below |
| `process campaign.intake` | consumer | ledger | the records |
| `send campaign.ledger` | producer | ledger | the batch |
| `process campaign.ledger` | consumer | intake, notify, reporting | the records |
| `deliver mail` | client | notify | the event that called for it |
| `send campaign.notices` | producer | notify | its own, with a link to each delivery |
| `process campaign.notices` | consumer | reporting | the records |

A batch of records that have one context between them goes on in its trace. One of several has a trace of its own, with a link to each; with the default sampler it is kept where one of
theirs is. What a book tells another because of an event, and all that follows from it, has the context of that event; what the clock tells has none.

Attributes are those of the semantic conventions for HTTP and messaging: `messaging.system`, `messaging.destination.name`, `messaging.operation.type`, `messaging.operation.name`,
`messaging.batch.message_count`, `messaging.consumer.group.name`, and `messaging.destination.partition.id` and `messaging.kafka.offset` where there is one. A delivery has `xiaohao.event_id`,
`xiaohao.template`, `xiaohao.tries` and `xiaohao.state` (`sent`, `failed`, `waits`). Paths, keys of records and the words of exceptions are left out: they may name a person.

The `trace_id` of a log line, and the exemplars of the histograms of [metrics](metrics.md), lead to the trace."""


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_fields(), TRACES]) + "\n"


def _fields() -> Iterator[str]:
    yield from (f"| `{name}` | {means} |" for name, means in EVERY.items())
    yield "\nand these where they are known:\n\n| field | meaning |\n|---|---|"
    yield from (f"| `{name}` | {means} |" for name, means in FIELDS.items())
    yield "\nThe lines, by their `event`:\n\n| event | level | meaning | fields |\n|---|---|---|---|"
    for name, line in LINES.items():
        yield f"| `{name}` | {line.level} | {line.means} | {', '.join(f'`{field}`' for field in line.fields)} |"
