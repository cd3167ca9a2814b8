"""What the door takes and answers, as its OpenAPI document says it."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from pydantic.json_schema import models_json_schema

from services.intake.attachments import contract as attachments
from services.intake.body import BATCH, LINES, MOST, ONE
from services.intake.envelope import TOLD
from services.intake.files import contract as files
from services.intake.limits import LARGEST
from shared.http.openapi import UNNAMED, Document, answers

EXAMPLES = Path(__file__).parent / "examples.json"
"""An event of every type that can be told; made of the golden files by `make docs`."""
EVENT = {"$ref": "#/components/schemas/Event"}
SHOWN = ("PersonNamed", "IssueReported")
"""Which of them stand in a batch."""


@cache
def examples() -> dict[str, dict[str, Any]]:
    """An event of every type that can be told."""
    found: dict[str, dict[str, Any]] = orjson.loads(EXAMPLES.read_bytes())
    return found


def _taken() -> dict[str, Any]:
    """The bodies that are taken."""
    shown = [examples()[name] for name in SHOWN]
    lines = b"\n".join(orjson.dumps(each) for each in shown).decode()
    return {
        ONE: {"schema": EVENT, "examples": {name: {"$ref": f"#/components/examples/{name}"} for name in TOLD}},
        BATCH: {
            "schema": {"type": "array", "maxItems": MOST, "items": EVENT},
            "examples": {"batch": {"summary": "a person, and an issue", "value": shown}},
        },
        LINES: {
            "schema": {"type": "string", "description": "one event a line"},
            "examples": {"lines": {"summary": "the same, one event a line", "value": lines}},
        },
    }


EVENTS: dict[str, Any] = {
    "operation_id": "tellEvents",
    "summary": "Tell what happened",
    "tags": ["events"],
    "description": (
        "Takes CloudEvents 1.0: one, a batch, or one a line (NDJSON). 202 is sent once Kafka has acknowledged all of them. An event is known by its book, "
        "source and id: the same again has no further effect. Good events beside bad ones are taken (207). Whether a fact fits the rules of its book is for the "
        f"ledger to say, which records it or records its refusal. An event takes at most {LARGEST} bytes. NDJSON is taken in parts as it arrives; `index` is the "
        "line, from 0; once 1,000 events are refused, the parts that follow are not looked at, and `lines_read` says how many lines were. A person is known "
        "under one root, and is named again, also for another unit, by a key that covers both units. Whoever else an event names must be known "
        "under that root, by an earlier event of the request at the latest, and be of a unit at, above or below the one whose book it is told to. A key that may `announce` tells UnitsListed and CampaignAnnounced for its own unit. Numbers of mobile phones, identity cards and bank cards in free text are masked."
    ),
    "responses": {
        202: {
            "description": "Kafka has acknowledged every event.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}, "example": {"accepted": 1}}},
        },
        **answers(
            *(
                "key-gone",
                "some-taken",
                "no-json",
                "no-array",
                "cut-off",
                "none-allowed",
                "stalled",
                "too-large",
                "too-many-lines",
                "media",
            ),
            *("none-taken", "away"),
        ),
    },
    "openapi_extra": {
        "parameters": [
            {
                "name": "traceparent",
                "in": "header",
                "required": False,
                "description": "W3C trace context, which goes with the events to whoever reads them",
                "schema": {"type": "string"},
                "example": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            }
        ],
        "requestBody": {"required": True, "description": "The events.", "content": _taken()},
    },
}


def _schemas() -> dict[str, Any]:
    """Those of all that can be told: an event of each type by its name, of which one is told."""
    _, facts = models_json_schema([(model, "validation") for model in TOLD.values()], ref_template="#/components/schemas/{model}")
    count: dict[str, Any] = {"type": "integer", "minimum": 0}
    accepted = {"accepted": count | {"description": "events that were taken"}, "unnamed": UNNAMED}
    return {
        **facts["$defs"],
        **{f"{name}Event": _event(name, model.__name__) for name, model in TOLD.items()},
        "Envelope": _envelope(),
        "Event": {
            "description": "An event, as its type says.",
            "oneOf": [{"$ref": f"#/components/schemas/{name}Event"} for name in TOLD],
            "discriminator": {"propertyName": "type", "mapping": {name: f"#/components/schemas/{name}Event" for name in TOLD}},
        },
        "Accepted": {"type": "object", "description": "All events were taken.", "required": ["accepted"], "properties": accepted},
        **files.schemas(),
        **attachments.schemas(),
    }


def _event(name: str, data: str) -> dict[str, Any]:
    """Type and data stand here alone: most generators cannot join what two schemas say of one field."""
    return {
        "description": f"A CloudEvent of the type {name}.",
        "allOf": [
            {"$ref": "#/components/schemas/Envelope"},
            {
                "type": "object",
                "required": ["type", "data"],
                "properties": {"type": {"type": "string", "const": name}, "data": {"$ref": f"#/components/schemas/{data}"}},
            },
        ],
    }


def _envelope() -> dict[str, Any]:
    text = {"type": "string"}
    moment = text | {"format": "date-time"}
    return {
        "type": "object",
        "description": "What every event says beside its type and data (CloudEvents 1.0). Further attributes are passed over.",
        "required": ["specversion", "id", "subject", "time"],
        "properties": {
            "specversion": text | {"const": "1.0"},
            "id": text | {"minLength": 1, "maxLength": 200, "description": "your own; the same again has no further effect"},
            "source": text | {"description": "that of the key, or left out"},
            "subject": text
            | {
                "description": "`<campaign>/<unit>`, `<campaign>/<unit>/<kind>/<id>`, or `time`; an issue is reported as `…/issue/<source>~<own reference>`; "
                "a PersonNamed may have any subject of a campaign in which the book of its `unit` is open"
            },
            "time": moment | {"description": "when it happened"},
            "accepted": moment | {"description": "under a told clock alone: when it is told, where that is later than it happened"},
            "datacontenttype": text | {"const": "application/json"},
            "traceparent": text | {"description": "W3C trace context of this event, before that of the request"},
        },
    }


DOCUMENT = Document(
    title="Xiaohao intake",
    description="The doors through which bureaus tell what happened. Every answer is in Chinese, or in English where `Accept-Language` prefers it.",
    tags={
        "events": "What happened, as CloudEvents.",
        "attachments": "Pictures and papers, which events name as evidence.",
        "files": "The same, filled in on sheets.",
        "open311": "Issues from apps of cities, by Open311 GeoReport v2.",
    },
    schemas=_schemas,
    examples=lambda: {name: {"summary": name, "value": each} for name, each in examples().items()},
)
