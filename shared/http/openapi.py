"""The OpenAPI document of a service, complete: how it is asked and with what, and every refusal that it may answer, by the catalogue.

A route is described where it stands: a summary, its docstring, tags, and `responses=answers(…)` for the problems that it alone has. What all
routes have in common is added here, so that no route can forget it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.http.problem import problem_type
from shared.wording.problems import PROBLEMS, TITLES

MEDIA = "application/problem+json"
OPEN: dict[str, Any] = {"security": []}
"""`openapi_extra` of a route that needs no key."""
COMMON = ("two-lengths", "full", "bug")
"""What any route may answer; `LIMITED` and `KEYED` where it needs a key, `ASKED` where it has parameters."""
LIMITED = ("too-fast", "too-many-at-once")
KEYED = ("no-key", "may-not", "wrong-keys", "keys-lost")
ASKED = ("parameter",)
NOISE = {"title", "ge", "gt", "le", "lt"}
METHODS = ("get", "put", "post", "delete", "patch")
VALUES: dict[str, Any] = {
    "bytes": 1048576,
    "most": 1000,
    "seconds": 60.0,
    "slowest": 8192,
    "accepted": 2,
    "refused": 1,
    "campaign": "clinics-2027",
    "unit": "h001",
    "issue": "clinics-2027/h001/issue/desk~17",
    "key": "desk",
    "rate": 100,
    "act": "tell",
    "may": "read",
    "phase": "P3.1",
    "what": "Kafka",
    "why": "no answer in time",
    "path": "/v1/events",
    "method": "POST",
    "media": "application/cloudevents+json",
    "given": "text/csv",
    "codes": "h001, h002",
}
"""What stands in the examples where the texts of problems have values."""


@dataclass(frozen=True)
class Document:
    """What a service says of itself."""

    title: str
    description: str
    tags: Mapping[str, str]
    """Each group of its routes, with what it is for."""
    schemas: Callable[[], Mapping[str, Any]] = dict
    """Components that no route's own types give."""
    examples: Callable[[], Mapping[str, Any]] = dict
    common: tuple[str, ...] = field(default=())
    """Problems that every route of the service may answer beside those of all services."""


class OwnRefusals(APIRoute):
    """A route that answers refusals in a form of its own, also those for its key and its parameters."""


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def answers(*names: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that may refuse by these problems of the catalogue."""
    by_status: dict[int, list[str]] = {}
    for name in names:
        by_status.setdefault(PROBLEMS[name][0], []).append(name)
    return {status: {"description": _said(status, named), "content": _content(named)} for status, named in sorted(by_status.items())}


def _said(status: int, names: Iterable[str]) -> str:
    title = TITLES.get(status, ("", HTTPStatus(status).phrase))[1]
    return f"{title}: " + "; or ".join(_example(name)["detail"] for name in names) + "."


def _content(names: Iterable[str]) -> dict[str, Any]:
    examples = {name: {"summary": name, "value": _example(name)} for name in names}
    return {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}


def _example(name: str) -> dict[str, Any]:
    status, _, detail = PROBLEMS[name]
    title = TITLES.get(status, ("", HTTPStatus(status).phrase))[1]
    return {"type": problem_type(name), "title": title, "status": status, "detail": detail.format_map(_Values(VALUES))}


def complete(http: FastAPI, document: Document) -> None:
    """Have an application give its document complete. It is made when it is first asked for, once all routes are there."""

    @cache
    def made() -> dict[str, Any]:
        said = get_openapi(
            title=document.title,
            version="1",
            description=document.description,
            routes=http.routes,
            tags=[{"name": name, "description": text} for name, text in document.tags.items()],
            servers=[
                {
                    "url": "{address}",
                    "description": "Where the service listens; `xiaohao up` prints it.",
                    "variables": {"address": {"default": "http://127.0.0.1:8080", "description": "scheme, host and port"}},
                }
            ],
            contact={"name": "Xiaohao"},
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        parts = said.setdefault("components", {})
        parts["schemas"] = {**parts.get("schemas", {}), **document.schemas(), **SCHEMAS, "Problem": problem_schema()}
        parts["securitySchemes"] = SCHEMES
        if examples := document.examples():
            parts["examples"] = dict(examples)
        said["security"] = [{name: []} for name in SCHEMES]
        parts["responses"] = {}
        own = {route.operation_id for route in http.routes if isinstance(route, OwnRefusals)}
        for operation in _operations(said):
            _add_common(operation, parts["responses"], document.common, operation["operationId"] in own)
        _tidy(said)
        _drop_unused(said)
        return said

    http.openapi = made  # type: ignore[method-assign]
    for route in http.routes:
        if isinstance(route, APIRoute) and route.operation_id is None:
            route.operation_id = route.unique_id = route.name


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def _add_common(operation: dict[str, Any], responses: dict[str, Any], more: tuple[str, ...], own_refusals: bool) -> None:
    """Add the answers that a route has by what it is: whether it needs a key, whether it has parameters; or what stands before it alone."""
    given = operation["responses"]
    if asked := _is_fastapis(given.get("422", {})):
        del given["422"]
    keyed = operation.get("security") != []
    names = [*COMMON, *more, *(LIMITED if keyed else ())]
    if any(each["in"] == "path" for each in operation.get("parameters", ())):
        names.append("no-such-address")  # where something in the path is nothing that any address has, as a line break
    if not own_refusals:
        names += [*(KEYED if keyed else ()), *(ASKED if asked else ())]
    for status, answer in answers(*names).items():
        own = given.get(str(status))
        if own is None:
            key = "-".join(answer["content"][MEDIA]["examples"])
            responses[key] = answer
            given[str(status)] = {"$ref": f"#/components/responses/{key}"}
        else:  # a route that has its own problem of the status may have the common one too
            content = own.setdefault("content", {}).setdefault(MEDIA, answer["content"][MEDIA])
            content["examples"] = content["examples"] | answer["content"][MEDIA]["examples"]
    operation["responses"] = dict(sorted(given.items()))


def _is_fastapis(answer: Mapping[str, Any]) -> bool:
    """Whether it is what FastAPI says of every route with parameters, by a schema that no answer of ours has."""
    return str(answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")).endswith("/HTTPValidationError")


def _tidy(part: Any, named: bool = False) -> None:
    """Mend what pydantic says of its models: titles that are field names said again, bounds of times that JSON Schema has no word for, and pairs that
    do not say that they are all of a list. `named`: its keys are names of ours, none of them a keyword.
    """
    if isinstance(part, dict):
        if not named:
            for noise in NOISE & part.keys():
                if noise != "title" or "version" not in part:  # the document itself has one
                    del part[noise]
            if "prefixItems" in part:
                part.setdefault("items", {})
        for name, each in part.items():
            if named or name not in ("example", "examples", "default"):
                _tidy(each, not named and name in ("properties", "schemas", "paths", "responses", "variables", "mapping"))
    elif isinstance(part, list):
        for each in part:
            _tidy(each)


def _drop_unused(document: dict[str, Any]) -> None:
    """Take out the components that nothing leads to."""
    used, left = set[str](), [document["paths"]]
    while left:
        for reference in _references(left.pop()):
            if reference not in used:
                used.add(reference)
                _, _, kind, name = reference.split("/")
                left.append(document["components"][kind][name])
    for kind, parts in document["components"].items():
        if kind != "securitySchemes":
            document["components"][kind] = {name: part for name, part in sorted(parts.items()) if f"#/components/{kind}/{name}" in used}
    document["components"] = {kind: parts for kind, parts in document["components"].items() if parts}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference
        yield from part.get("discriminator", {}).get("mapping", {}).values() if isinstance(part.get("discriminator"), dict) else ()
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


COUNT, TEXT = {"type": "integer", "minimum": 0}, {"type": "string"}
SCHEMES: dict[str, Any] = {
    "key": {"type": "http", "scheme": "bearer", "description": "an API key, `xh_…`, as `xiaohao keys new` prints it"},
    "password": {"type": "http", "scheme": "basic", "description": "for browsers: any user, and the API key as the password"},
}
SCHEMAS: dict[str, Any] = {
    "Mistake": {
        "type": "object",
        "description": "What is wrong in one place, and what would be right.",
        "required": ["field", "detail"],
        "properties": {
            "index": COUNT | {"description": "the event's place in the request, or its line, from 0"},
            "field": TEXT | {"description": "where it is, as `data.text` or `query.unit`"},
            "value": {"description": "what was given there, cut short"},
            "rule": TEXT | {"description": "which rule it breaks"},
            "detail": TEXT | {"description": "what would be right"},
            "detail_zh": TEXT | {"description": "the same in Chinese"},
        },
    }
}

MISTAKES: dict[str, Any] = {"type": "array", "items": {"$ref": "#/components/schemas/Mistake"}}
UNNAMED = MISTAKES | {
    "description": "where a tree or a plan names persons whom nobody named yet: no mail goes to them until a PersonNamed is told"
}


def _catalogue() -> str:
    """Every problem that there is, in Markdown."""
    named = (f"- `{name}` ({status}): {detail}" for name, (status, _, detail) in PROBLEMS.items())
    return "\n".join(("which problem it is; where braces stand, the answer says more:", "", *named))


def problem_schema() -> dict[str, Any]:
    """The schema of every refusal."""
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). Its type stays the same in whichever language the texts are, which is that of Accept-Language.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT | {"format": "uri", "enum": [problem_type(name) for name in PROBLEMS], "description": _catalogue()},
            "title": TEXT | {"description": "a few words for its status"},
            "status": {"type": "integer", "minimum": 200, "maximum": 599, "description": "that of the answer"},
            "detail": TEXT | {"description": "what is wrong, and what to do"},
            "errors": MISTAKES | {"description": "each place where something is wrong"},
            "accepted": COUNT | {"description": "events that were taken all the same"},
            "refused": COUNT | {"description": "events that were not taken"},
            "errors_unlisted": COUNT | {"description": "mistakes beyond those that are listed"},
            "lines_read": COUNT | {"description": "lines that were looked at, where not all were"},
            "unnamed": UNNAMED,
        },
    }
