"""The OpenAPI documents read well: what their linter asks, held without it, and that every example is right."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from deploy.docs import ROOT
from services.intake.contract import examples
from services.intake.envelope import TOLD, read_event
from shared.http.problem import problem_type
from shared.wording.problems import PROBLEMS

METHODS = ("get", "put", "post", "delete", "patch")
Found = Iterator[tuple[str, Any]]


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs/openapi" / f"{name}.json").read_text("utf-8"))
    return found


DOCUMENTS = {name: read(name) for name in ("intake", "reporting")}
OPERATIONS = [
    (name, path, method, item[method])
    for name, document in DOCUMENTS.items()
    for path, item in document["paths"].items()
    for method in METHODS
    if method in item
]
each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
each_operation = pytest.mark.parametrize(
    ("document", "operation"), [(DOCUMENTS[one[0]], one[3]) for one in OPERATIONS], ids=[f"{one[2]} {one[1]}" for one in OPERATIONS]
)


def parts(part: Any, place: str = "#") -> Found:
    """All objects of a document that are not examples, with their places."""
    if isinstance(part, dict):
        yield place, part
        for name, each in part.items():
            if name not in ("example", "examples"):
                yield from parts(each, f"{place}/{name}")
    elif isinstance(part, list):
        for index, each in enumerate(part):
            yield from parts(each, f"{place}/{index}")


def led_to(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; anything else as it stands."""
    while reference := part.get("$ref"):
        _, _, kind, name = reference.split("/")
        part = document["components"][kind][name]
    return part


def misfits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    return [error.message[:200] for error in OAS31Validator({**schema, "components": document["components"]}).iter_errors(value)]


@each_document
def test_a_document_is_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["info"]["contact"]
    assert document["info"]["license"]
    assert document["servers"]
    assert document["security"], "a route needs a key unless it says otherwise"


@each_document
def test_every_operation_goes_by_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [item[method]["operationId"] for item in document["paths"].values() for method in METHODS if method in item]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names), names


@each_operation
def test_an_operation_says_what_it_is_for(document: dict[str, Any], operation: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert all(tags[tag] for tag in operation["tags"])


@each_operation
def test_an_operation_says_all_that_it_may_answer(document: dict[str, Any], operation: dict[str, Any]) -> None:
    answers = {int(status): led_to(document, answer) for status, answer in operation["responses"].items()}
    wanted = {500} if operation.get("security") == [] else {401, 403, 429, 500}
    assert answers.keys() >= wanted
    assert min(answers) < 300
    for answer in answers.values():
        assert answer["description"]


@each_operation
def test_a_refusal_has_the_one_schema_and_an_example(document: dict[str, Any], operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        for media, content in led_to(document, answer)["content"].items():
            assert "json" not in media or content["schema"]
            if media == "application/problem+json":
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert content["examples"]
                assert {one["value"]["status"] for one in content["examples"].values()} == {int(status)}


@each_document
def test_every_problem_is_a_type_of_the_catalogue(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"] == [problem_type(name) for name in PROBLEMS]


@each_document
def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    seen = 0
    for place, part in parts(document):
        if "schema" not in part:
            continue
        given = [led_to(document, one)["value"] for one in part.get("examples", {}).values()]
        for value in [*given, *([part["example"]] if "example" in part else [])]:
            seen += 1
            assert misfits(document, part["schema"], value) == [], place
    assert seen


@each_document
def test_no_component_is_left_over_and_no_field_is_named_twice(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for kind in ("schemas", "responses", "examples"):
        for name in document["components"].get(kind, {}):
            assert f'"#/components/{kind}/{name}"' in text, f"nothing leads to {name}"
    noise = [
        place for place, part in parts(document) if isinstance(part.get("title"), str) and not place.endswith(("/info", "/properties"))
    ]
    assert noise == []


@pytest.mark.parametrize("name", TOLD)
def test_every_event_that_can_be_told_has_an_example_that_the_door_takes(name: str) -> None:
    document, example = DOCUMENTS["intake"], examples()[name]
    event = read_event(example, example["source"], None)
    TOLD[name].model_validate_json(json.dumps(event.data), extra="forbid")
    assert document["components"]["examples"][name]["value"] == example
    assert misfits(document, {"$ref": f"#/components/schemas/{name}Event"}, example) == []
    assert document["components"]["schemas"]["Event"]["discriminator"]["mapping"][name] == f"#/components/schemas/{name}Event"
