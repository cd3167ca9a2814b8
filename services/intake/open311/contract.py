"""What the Open311 door takes and answers, as its OpenAPI document says it. See https://wiki.open311.org/GeoReport_v2."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.intake.open311.report import PERSON
from shared.http.openapi import answers
from shared.values import Moment


class Shape(BaseModel):
    """What is answered, or a part of it."""

    model_config = ConfigDict(frozen=True)


class Service(Shape):
    """A category of issues, by the channel that they come in by."""

    service_code: str = Field(description="`<channel>.<category>`, by their codes in the plan")
    service_name: str = Field(description="what the category is called")
    description: str
    metadata: bool = Field(description="whether there is a definition")
    type: Literal["realtime"]
    keywords: str
    group: str = Field(description="what the channel is called")


class Choice(Shape):
    """What an attribute may be."""

    key: str
    name: str


class Attribute(Shape):
    """What may be said of a service request beside what all have."""

    variable: bool
    code: str = Field(description="sent as `attribute[<code>]`")
    datatype: Literal["string"]
    required: bool
    datatype_description: str | None
    order: int
    description: str
    values: list[Choice]


class ServiceDefinition(Shape):
    """What else may be said of a request for a service."""

    service_code: str
    attributes: list[Attribute]


class Posted(Shape):
    """A service request that was taken."""

    service_request_id: str
    service_notice: str
    account_id: str | None


class Token(Shape):
    """A token, which is the id itself: it is known from the start."""

    service_request_id: str
    token: str


class ServiceRequest(Shape):
    """An issue as a service request; days are those in China. Of one that the ledger refused there is its status alone."""

    service_request_id: str = Field(description="`<unit>~<source>~<reference>`")
    status: Literal["open", "closed"]
    status_notes: str = Field(description="how far it is, in words")
    service_name: str | None = None
    service_code: str | None = None
    description: str | None = None
    agency_responsible: str | None = Field(default=None, description="the unit whose book it is on")
    requested_datetime: Moment | None = Field(default=None, description="the day on which it went on the book")
    updated_datetime: Moment | None = Field(default=None, description="the day of the last step")
    expected_datetime: Moment | None = Field(default=None, description="the last day for rectification; none where it is closed")


class GeoReportError(Shape):
    """A refusal, as GeoReport v2 has it."""

    code: int = Field(description="the status")
    description: str


def _both(content: Any, description: str = "As the address ends: `.json` or `.xml`.") -> dict[str, Any]:
    return {"description": description, "model": content, "content": {"text/xml": {"schema": {"type": "string"}}}}


def _route(operation: str, summary: str, description: str, answer: Any, *problems: str) -> dict[str, Any]:
    """The description of a route. Its own problems are answered as GeoReport v2 has them; what stands before all routes answers as elsewhere."""
    refused = answers(
        "no-key",
        "key-in-url",
        "may-not",
        "wrong-keys",
        "too-fast",
        "keys-lost",
        "no-such-address",
        "no-such-jurisdiction",
        "wrong-field",
        *problems,
        "away",
    )
    return {
        "operation_id": operation,
        "summary": summary,
        "description": description,
        "response_model": None,
        "responses": {200: _both(answer), **{status: _both(list[GeoReportError], each["description"]) for status, each in refused.items()}},
    }


SERVICES = _route("listServices", "Services (GeoReport v2)", "What can be reported.", list[Service])
DEFINITION = _route(
    "getService",
    "One service (GeoReport v2)",
    "What may be said beside what all service requests have.",
    ServiceDefinition,
    "no-such-service",
)
LIST = _route(
    "listRequests",
    "Service requests (GeoReport v2)",
    "By `service_request_id`, comma-delimited, at most 50; else those of at most 50 services, entered from `start_date` to `end_date`, at most 90 days and 1,000 requests. An issue "
    "that another unit took over is open here; asked for by its id, it is followed into that unit's book where the key covers it.",
    list[ServiceRequest],
    *("no-such-service", "span", "reporting-limits", "reporting-away"),
)
ONE = _route(
    "getRequest",
    "One service request (GeoReport v2)",
    "How far it is.",
    list[ServiceRequest],
    *("no-such-request", "reporting-limits", "reporting-away"),
)
TOKEN = _route(
    "getToken",
    "A token (GeoReport v2)",
    "Ids are known from the start, so each is its own token.",
    list[Token],
    *("no-such-request", "reporting-limits", "reporting-away"),
)
POST = _route(
    "postRequest",
    "Report an issue (GeoReport v2)",
    "It becomes an `IssueReported` of the key's unit, or of the one below it that `attribute[unit]` names. The key stands in the header, or in the form as "
    "`api_key`; in the address it is refused. The same sent again within 24 hours of the last time is the same request, also past midnight: the same service, unit, text, place and picture, "
    "from the same person, that is with the same first_name, last_name, email, phone, device_id and account_id. With an `Idempotency-Key`, whatever has the same is. "
    "These fields stand in no event and are not kept, but for a keyed digest of all of them together, for two days; the place and `media_url` become lines of the issue's text.",
    list[Posted],
    *("no-such-service", "no-form", "needs-field", "cut-off", "stalled", "form-too-large", "media"),
)
TEXT = {"type": "string"}
POST["openapi_extra"] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "the app's own key for this report",
            "schema": TEXT | {"maxLength": 200},
            "example": "7f3a1c",
        }
    ],
    "requestBody": {
        "required": True,
        "description": "The service request; one of lat with long, address_string and address_id is needed.",
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["service_code", "description"],
                    "properties": {
                        "service_code": TEXT,
                        "description": TEXT | {"maxLength": 4000},
                        "lat": {"type": "number", "minimum": -90, "maximum": 90},
                        "long": {"type": "number", "minimum": -180, "maximum": 180},
                        "address_string": TEXT,
                        "address_id": TEXT,
                        "media_url": TEXT | {"format": "uri"},
                        "attribute[unit]": TEXT | {"description": "the unit where it is; left out, that of the key"},
                        "jurisdiction_id": TEXT | {"description": "the campaign"},
                        "api_key": TEXT | {"description": "where no header has it"},
                        **{name: TEXT | {"description": "not kept; who sends the same is told apart by it"} for name in PERSON},
                    },
                },
                "examples": {
                    "request": {
                        "summary": "a bench in a waiting room",
                        "value": {
                            "service_code": "complaint.environment",
                            "description": "候诊区座椅不足",
                            "address_string": "门诊二楼",
                            "lat": 35.084231,
                            "long": 117.155583,
                            "attribute[unit]": "h001",
                        },
                    }
                },
            }
        },
    },
}
