"""What the door takes and answers, as its OpenAPI document says it."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.intake.body import BATCH, LIMITS, LINES, MOST, MOST_LINES, ONE, SLOWEST, STALLED
from services.intake.envelope import TOLD
from services.intake.limits import LARGEST

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
EVENT = {"$ref": "#/components/schemas/Event"}
ANSWERS = {
    207: "Some events were taken, and Kafka has them; the others are listed.",
    400: "The body is no JSON; the detail says where.",
    401: "No valid API key.",
    403: "The key may not do this.",
    408: f"Nothing came of the body for {STALLED:.0f} s, or less than {SLOWEST} bytes a second. What is counted as taken stays.",
    413: f"Too large: {', '.join(f'{size} bytes of {media}' for media, size in LIMITS.items())}; {MOST} events of a batch; {MOST_LINES} lines.",
    415: "Another content type, charset or content encoding.",
    422: "None of the events was taken; each mistake is listed.",
    500: "A mistake of ours; nothing is acknowledged.",
    503: "Kafka or the database is away: nothing is acknowledged. Send the same again under the same ids, after Retry-After seconds.",
}
EVENTS: dict[str, Any] = {
    "summary": "Tell what happened",
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
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}},
        },
        **{status: {"description": text, "content": PROBLEM} for status, text in ANSWERS.items()},
    },
    "openapi_extra": {
        "security": [{"key": []}],
        "parameters": [{"name": "traceparent", "in": "header", "required": False, "schema": {"type": "string"}}],
        "requestBody": {
            "required": True,
            "content": {
                ONE: {"schema": EVENT},
                BATCH: {"schema": {"type": "array", "maxItems": MOST, "items": EVENT}},
                LINES: {"schema": {"type": "string", "description": "one event a line"}},
            },
        },
    },
}


def describe(http: FastAPI) -> None:
    """Complete the OpenAPI document with the schemas of all that can be told."""
    document = http.openapi()
    _, facts = models_json_schema([(model, "validation") for model in TOLD.values()], ref_template="#/components/schemas/{model}")
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "an API key, `xh_…`"}}
    parts["schemas"] = parts.get("schemas", {}) | facts["$defs"] | _schemas()


def _schemas() -> dict[str, Any]:
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    envelope: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 200},
        "source": {"type": "string", "description": "that of the key, or left out"},
        "type": {"enum": list(TOLD)},
        "subject": {
            "type": "string",
            "description": "`<campaign>/<unit>`, `<campaign>/<unit>/<kind>/<id>`, or `time`; an issue is reported as `…/issue/<source>~<own reference>`; "
            "a PersonNamed may have any subject of a campaign in which the book of its `unit` is open",
        },
        "time": {"type": "string", "format": "date-time"},
        "accepted": {
            "type": "string",
            "format": "date-time",
            "description": "under a told clock alone: when it is told, where that is later than it happened",
        },
        "datacontenttype": {"const": "application/json"},
        "traceparent": text,
        "data": {"type": "object", "description": "as the type says"},
    }
    kinds = [
        {"properties": {"type": {"const": name}, "data": {"$ref": f"#/components/schemas/{model.__name__}"}}}
        for name, model in TOLD.items()
    ]
    needed = ["specversion", "id", "type", "subject", "time", "data"]
    mistake = {"index": count, "field": text, "value": {}, "rule": text, "detail": text, "detail_zh": text}
    unnamed = {
        "type": "array",
        "items": {"type": "object", "properties": mistake},
        "description": "where a tree or a plan names persons whom nobody named yet: no mail goes to them until a PersonNamed is told",
    }
    problem: dict[str, Any] = {"type": text, "title": text, "status": count, "detail": text}
    problem |= dict.fromkeys(("accepted", "refused", "errors_unlisted", "lines_read"), count) | {"unnamed": unnamed}
    return {
        "Event": {"type": "object", "required": needed, "properties": envelope, "oneOf": kinds},
        "Accepted": {"type": "object", "required": ["accepted"], "properties": {"accepted": count, "unnamed": unnamed}},
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {**problem, "errors": {"type": "array", "items": {"type": "object", "properties": mistake}}},
        },
    }
