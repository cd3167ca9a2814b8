"""What is said of a field that does not fit: in words, in both languages, never as a pattern or in the library's own terms."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.events.catalogue import CATALOGUE
from shared.plan import Plan
from shared.plan.clock import Step
from shared.units import Unit
from shared.values import Code, Wording
from shared.wording.fields import FIELDS, PATTERNS, fitting

TYPED = r"^[^\x00]*$"
"""What is asked of a parameter of a question that is any text."""
WRONG: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, -1e300, "", "x", "x y", "x" * 20000, "\x00", "\u200b", "2019-13-01", "2019-02-30T25:00:00", "1e5"),
    *([], [None], ["", "x y"], ["a"] * 2000, {}, {"": 1}, {"a": None}, {"a": {"b": []}}, [[1]], [{}], [{"code": "a"}], {"zh": "", "en": 5}),
)


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern that a schema asks a text to fit."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        schema = list(schema.values())
    for each in schema if isinstance(schema, list) else ():
        yield from patterns(each)


def said(type: Any, given: bytes) -> Wording:
    """What is said of the first mistake of a value."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(type).validate_json(given, strict=True)
    return fitting(caught.value.errors()[0])


MODELS: tuple[type[BaseModel], ...] = (Plan, Unit, *CATALOGUE.values())


def test_every_pattern_that_a_plan_a_tree_or_an_event_asks_for_is_said_in_words() -> None:
    asked = {pattern for model in MODELS for pattern in patterns(model.model_json_schema())}
    assert set(PATTERNS) == asked | {TYPED}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_whatever_stands_in_a_field_is_answered_in_words_never_in_the_library_s_own(model: type[BaseModel]) -> None:
    for field in model.model_fields:
        for wrong in WRONG:
            try:
                model.model_validate_json(json.dumps({field: wrong}), strict=True)
            except ValidationError as error:
                for each in error.errors():
                    known = each["type"] in FIELDS or each["type"] in ("extra_forbidden", "string_pattern_mismatch")
                    assert known or fitting(each).zh.startswith(field), (field, wrong, each)


def test_both_languages_say_the_same_values() -> None:
    for zh, en in (*FIELDS.values(), *PATTERNS.values()):
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en))
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert not re.search(r"[\u4e00-\u9fff]", en)


@pytest.mark.parametrize(
    ("type", "given", "zh", "en"),
    [
        (Code, b'"Town 1"', "代码只用小写字母", "a code has small letters, digits and hyphens"),
        (Unit, b'{"id": "a", "name": "", "unit_class": "b"}', "不得少于 1 个字符", "should have at least 1 characters"),
        (Plan, b'{"version": 0}', "缺少此项", "this field is needed"),
        (Plan.model_fields["version"].annotation, b"1.5", "应为整数", "should be a whole number"),
        (bool, b'"yes"', "应为 true 或 false", "should be true or false"),
        (Step, b'{"clock": "fix"}', "二者填一", "give one of the two"),
        (Step, b'{"clock": "fixx", "before": 1}', "应为下列之一：'plan', 'fix', 'follow-up', 'return'", "should be one of 'plan', 'fix'"),
    ],
)
def test_a_field_that_does_not_fit_is_told_what_would_be_right(type: Any, given: bytes, zh: str, en: str) -> None:
    found = said(type, given)
    assert zh in found.zh
    assert en in found.en
