"""What is told is short enough to be looked at, before anything looks at it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.envelope import TOLD
from services.intake.limits import LONGEST, MOST, characters
from services.intake.mistakes import NotTaken
from tests.intake.given import make_issue, records

NAMES_OF_EVENTS = {"plan.rights.above", "plan.rights.roles.acts", "plan.scoring.rules.fact"}
"""Fields of a plan that are compared with all events that there are."""


def parts(schema: Any, place: str, named: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that a JSON schema is made of, with where it stands; `named` are the schemas that it refers to."""
    if isinstance(schema, list):
        for each in schema:
            yield from parts(each, place, named)
    elif isinstance(schema, dict) and "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from parts(named.get(name), place, {known: each for known, each in named.items() if known != name})
    elif isinstance(schema, dict):
        yield place, schema
        for name, each in schema.get("properties", {}).items():
            yield from parts(each, f"{place}.{name}".strip("."), named)
        for name in ("items", "prefixItems", "additionalProperties", "anyOf", "oneOf", "allOf"):
            yield from parts(schema.get(name), place, named)


def ends(pattern: str) -> bool:
    """Whether what fits a pattern has a longest length."""
    return not re.search(r"[*+]|\{\d+,\}", re.sub(r"\[[^]]+]", "", pattern))


@pytest.mark.parametrize("type", TOLD)
def test_no_event_has_room_for_a_longer_text_or_list(type: str) -> None:
    schema = TOLD[type].model_json_schema()
    found = list(parts(schema, "", schema.get("$defs", {})))
    assert max((each.get("maxItems", 0) for _, each in found), default=0) <= MOST
    assert max((len(each.get("properties", ())) for _, each in found), default=0) <= MOST
    texts = [(place, each) for place, each in found if each.get("type") == "string" and not {"enum", "const", "format"} & each.keys()]
    assert max((each.get("maxLength", 0) for _, each in texts), default=0) <= LONGEST
    assert {place for place, each in texts if "maxLength" not in each and not ends(each.get("pattern", "*"))} <= NAMES_OF_EVENTS


def refused(data: dict[str, Any]) -> tuple[str, str, Any, str]:
    with pytest.raises(NotTaken) as error:
        records(make_issue(data=data))
    [mistake] = error.value.mistakes
    return mistake.rule, mistake.field, mistake.value, mistake.detail.en


PHONES = "13812345678，" * 400
"""Longer than any text, and shorter than the longest once it is masked."""


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": PHONES}, "data.text"),
        ({"fixed": {"measures": PHONES}}, "data.fixed.measures"),
        ({"milestones": [{"name": "一"}, {"name": PHONES}]}, "data.milestones.1.name"),
        ({"no-such-field": PHONES}, "data.no-such-field"),
        ({"text": "x" * 4001}, "data.text"),
        ({"n" * 5000: "x" * 4001}, "data." + "n" * 80),
        ({"text": " x" * 2001}, "data.text"),
    ],
)
def test_a_text_that_is_longer_than_any_is_refused_and_not_repeated(data: dict[str, Any], field: str) -> None:
    assert refused(data) == ("invalid", field, None, "should have at most 4000 characters")


@pytest.mark.parametrize("many", [[1] * 1001, [{}] * 1001, {str(number): 1 for number in range(1001)}])
def test_a_list_that_is_longer_than_any_is_refused(many: object) -> None:
    assert refused({"text": "x", "evidence": many}) == ("invalid", "data.evidence", None, "should have at most 1000 entries")


def test_what_nobody_sees_does_not_count() -> None:
    text = "中" * 4000
    assert characters({"text": text}) == 4000
    for long in (f"  {text}\n", "\u200b".join(text), "\ufeff" * 20_000 + text):
        assert records(make_issue(data__text=long))


def test_mistakes_without_number_are_counted_and_not_named() -> None:
    milestone = {"name": "一", "due": "2019-05-01"} | dict.fromkeys(map(str, range(998)), 1)
    with pytest.raises(NotTaken) as error:
        records(make_issue(type="MeasuresPlanned", data={"measures": "一", "milestones": [milestone] * 20}))
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field, mistake.value) == ("mistakes", "data", None)
    assert re.fullmatch(r"it is wrong in \d{5} places for a MeasuresPlanned", mistake.detail.en)
