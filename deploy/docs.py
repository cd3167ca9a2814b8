"""The generated documents: `python -m deploy.docs` writes them, and `make check` fails while one is not fresh."""

import json
import sys
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel, SecretStr

from benchmarks import report as performance
from benchmarks import scale_page
from deploy import acls, kubernetes, licences, metrics, mongodb_roles, observing, requirements
from deploy.examples import examples
from deploy.grafana import boards
from services.intake.app import build as intake
from services.ledger.app import build as ledger
from services.ledger.rules.reasons import REASONS
from services.notify.app import build as notify
from services.reporting.app import build as reporting
from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Teller, Where
from shared.events.figures import Counts, Head
from shared.events.inbox import Mistake
from shared.events.people import PersonNamed
from shared.events.phase import Gap
from shared.http.service import Service
from shared.kafka import contract
from shared.kafka.bus import Bus
from shared.plan import Plan
from shared.settings import Settings
from shared.topics import inbox
from shared.version import VERSION

ROOT = Path(__file__).parents[1]
TELLERS = {
    Teller.BUREAU: "told by a unit or its bureau, through intake",
    Teller.CLOCK: "told by the clock",
    Teller.BOOK: "told by one book to another",
    Teller.LEDGER: "recorded by the ledger as a consequence",
}
OF_SERVICES = {"notice": "published by notify", "answer": "published by intake"}
"""Who says what is neither told nor recorded, by its kind."""
HEAD = """# Events

Made from `shared/events/` by `make docs`; do not edit by hand.

Every record is a [CloudEvents](https://cloudevents.io) 1.0 message in Kafka's binary mode: attributes as `ce_` headers, the key is the book
`<campaign>/<unit>`, the value is JSON. Types are the names below; a further version of a type is a name of its own (`…V2`).

| topic | key | value |
|---|---|---|
| `campaign.intake` | book | the *told* fact itself, as its fields stand below; `ce_accepted` is when intake took it |
| `campaign.ledger` | book | `{"where": …, "fact": …}`; `ce_sequence` is the position in the book, `ce_chain` the chain hash, `ce_toldsource` and `ce_toldid` say what it came from; the first recorded for a told event says by `ce_toldcount` how many were, and by `ce_tolddigest` what was told |
| `campaign.people` | `<root>/<person>` | `PersonNamed`; a null value erases |
| `campaign.notices` | recipient, `<root>/<person>` | what notify sent or could not send |
| `inbox.<bureau>` | any | what a bureau tells by Kafka instead of HTTP; see below |
| `inbox.<bureau>.answers` | none | `InboxAnswered`, one for each record of the inbox, in its order |
| `<topic>.dlt` | as the original | the raw record, with `dlt-reason` and where it stood |

**How to read `campaign.ledger`.** Keep, for each book, the last position you folded. Fold position + 1 and nothing else: at or below it is a repeat, above it is
passed over without moving your mark, because the ledger publishes the batch again in order. `ce_chain` must be
`sha256(previous chain as bytes + sha256(value))` in hex, beginning with no bytes. Pass over types and fields that you do not know.

**How to write to `inbox.<bureau>`.** `<bureau>` is the id of a key that `xiaohao keys new … --inbox` made. The topic alone says who tells: every record is judged under the
scope of that key as if it came over HTTP with it, by the same rules, whatever its key, its `ce_source` or its other headers claim. A record is one CloudEvent,
structured (`content-type: application/cloudevents+json`, the value is the whole) or binary (`content-type: application/json`, attributes as `ce_` headers, the value is
the data), of at most 256 KiB; a record batch takes at most 1 MiB, unpacked. Records are taken in the order of the topic's one partition, so that a person is named before
an event that names them. Each is answered on `inbox.<bureau>.answers`, whatever it holds: `accepted` means what 202 means over HTTP. A record is left behind only once Kafka has
both what was told on and its answer; while Kafka or the database is away nothing is answered, and what was written waits. After a copy of intake was killed some records are
told on and answered again; told events are known by (book, source, id), so that none counts twice. An inbox is read at the rate of its key (`--rate`, or `XIAOHAO_KEY_RATE`): what lies
there when it is looked at, at most 500 records, counts as one request of so many events over HTTP does. What comes faster waits in the topic, is refused by nobody, and holds no other inbox up; `xiaohao_inbox_lag_records` says how much waits. Answers and records are kept 30 days. Where the key is revoked or expires, the inbox
is read no more within 5 s: what lies in it is neither told nor answered, and gone once it is 30 days old; a bureau with another key writes it to the inbox of that one. An inbox that nobody read for as
long as Kafka keeps the place of a reader (`offsets.retention.minutes`, 7 days) is read from its beginning again.

**`ce_id`** of a recorded event is `<book>@<position>`. A told event is known by (book, source, id): the same again has no effect; the same id with another
content is recorded as `Refused`.
"""


def events() -> str:
    """`docs/events.md`."""
    return "\n".join([HEAD, *_facts(), *_values(), *_rules()]) + "\n"


def _facts() -> Iterator[str]:
    yield "## The catalogue\n"
    for name, fact in CATALOGUE.items():
        yield f"### {name}\n"
        yield f"{_sentence(fact)}\n"
        where = "is in no book" if fact.kind in OUTSIDE_BOOKS else f"belongs to a subject of kind `{fact.kind}`"
        yield f"*{OF_SERVICES.get(fact.kind, TELLERS[fact.teller])}; {where}.*\n"
        yield from _fields(fact)
        golden = ROOT / "tests" / "golden" / f"{name}.json"
        if golden.exists():
            yield f"Example: [`{name}.json`](../tests/golden/{name}.json)\n"


def _values() -> Iterator[str]:
    yield "## Values inside events\n"
    for value in (Where, Counts, Gap, Head, Mistake):
        yield f"### {value.__name__}\n"
        yield f"{_sentence(value)}\n"
        yield from _fields(value)


def _rules() -> Iterator[str]:
    yield "## Why a told event is refused\n"
    yield "`Refused.rule`, and the reason in both languages.\n"
    yield "| rule | reason |\n|---|---|"
    for rule, (zh, en) in REASONS.items():
        yield f"| `{rule}` | {zh}<br>{en} |"


def _sentence(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _fields(model: type[BaseModel]) -> Iterator[str]:
    if not model.model_fields:
        return
    yield "| field | type | meaning |\n|---|---|---|"
    for name, field in model.model_fields.items():
        optional = "" if field.is_required() else ", optional"
        yield f"| `{name}` | {_type(field.annotation)}{optional} | {field.description or ''} |"
    yield ""


def _type(annotation: object) -> str:
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(inside[0])
    if origin is typing.Literal:
        return " or ".join(f"`{each}`" for each in inside)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(each) for each in inside if each is not type(None))
    if origin is tuple:
        return f"list of {_type(inside[0])}"
    known = {"str": "text", "int": "number", "bool": "true or false", "date": "date", "datetime": "timestamp"}
    name = getattr(annotation, "__name__", str(annotation))
    return known.get(name, f"`{name}`")


SETTINGS = Settings(stream_key=SecretStr("no document has anything to seal"))
ALL_METRICS = SETTINGS.model_copy(update={"campaign_metrics": True})
SERVICES: dict[str, Callable[[Settings], Service]] = {"intake": intake, "ledger": ledger, "notify": notify, "reporting": reporting}


def asyncapi() -> str:
    """`docs/asyncapi.yaml`: all four services in one document."""
    brokers = [*(build(SETTINGS).bus.faststream for build in SERVICES.values()), bureau()]
    whole = AsyncAPI(*brokers, title="Xiaohao", version=VERSION, description="What the services of Xiaohao read from and put on Kafka.")
    document = json.loads(whole.to_specification().to_json())
    for channel in document["channels"].values():
        if "{bureau}" in channel["address"]:
            channel["parameters"] = {"bureau": {"description": "the id of a key that has an inbox"}}
    # Sorted, since FastStream keeps subscribers in no order.
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=True, width=140)


def bureau() -> KafkaBroker:
    """What a bureau that feeds by Kafka puts there."""
    broker, topic = KafkaBroker(SETTINGS.kafka_bootstrap), inbox("{bureau}")
    told = contract.told(Teller.BUREAU) | PersonNamed
    broker.publisher(
        topic, title=f"a bureau publishes {topic}", schema=told, description="What it tells, to be judged by intake as over HTTP."
    )
    return broker


def openapi(name: str) -> str:
    """`docs/openapi/<name>.json`."""
    return json.dumps(SERVICES[name](SETTINGS).http.openapi(), ensure_ascii=False, indent=1) + "\n"


def plan_schema() -> str:
    """`docs/plan.schema.json`: with it an editor completes a plan and marks what is wrong."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Plan.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False  # as `plan check` refuses a field that there is none of
    sides = [{"required": [side], "properties": {side: {"type": "integer"}}} for side in ("before", "after")]
    schema["$defs"]["Step"]["oneOf"] = sides  # a step lies on one side of its last day
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def buses() -> dict[str, Bus]:
    """What each service reads and writes."""
    return {name: build(SETTINGS).bus for name, build in SERVICES.items()}


DOCUMENTS: dict[str, Callable[[], str]] = {
    "services/intake/examples.json": examples,
    "docs/events.md": events,
    "docs/asyncapi.yaml": asyncapi,
    "docs/openapi/intake.json": lambda: openapi("intake"),
    "docs/openapi/reporting.json": lambda: openapi("reporting"),
    "docs/plan.schema.json": plan_schema,
    "deploy/kafka/acls.sh": lambda: acls.script(buses()),
    "deploy/mongodb/roles.js": mongodb_roles.script,
    "deploy/k8s/base/network-policies.yaml": lambda: kubernetes.network_policies(SERVICES),
    "deploy/k8s/overlays/province/topics.yaml": kubernetes.topics,
    "deploy/k8s/overlays/province/users.yaml": lambda: kubernetes.users(buses()),
    "deploy/k8s/overlays/province/mongodb-access.yaml": kubernetes.mongodb_access,
    "deploy/k8s/overlays/province/bureau.example.yaml": kubernetes.bureau,
    "deploy/k8s/overlays/province/scaling.yaml": lambda: kubernetes.scaling(buses()),
    "deploy/k8s/overlays/province/alerts.yaml": kubernetes.alerts,
    "docs/metrics.md": lambda: metrics.document({name: build(ALL_METRICS) for name, build in SERVICES.items()}),
    "docs/observing.md": observing.document,
    **boards.DOCUMENTS,
    "docs/requirements.md": requirements.document,
    "docs/licences.md": licences.document,
    **performance.DOCUMENTS,
    "docs/scale.md": scale_page.document,
}
"""Each generated document, by its path in the repository."""


def main() -> None:
    """Write all of them."""
    for name, make in DOCUMENTS.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
