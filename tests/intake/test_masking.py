"""Numbers of phones and cards are masked, wherever people write what they like."""

import re
from typing import Annotated, Any, Literal, get_args, get_origin
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.intake.envelope import OPENING, TOLD
from services.intake.masking import DIGIT, DIGITS, FREE_TEXT, REFERENCES, masked, masked_all


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("电话13812345678。", "电话〔手机号〕。"),
        ("138 1234 5678", "〔手机号〕"),
        ("138-1234-5678", "〔手机号〕"),
        ("１３８１２３４５６７８", "〔手机号〕"),
        ("①③⑧12345678", "〔手机号〕"),
        ("+86 13812345678", "+86 〔手机号〕"),
        ("370123199001011234", "〔身份证号〕"),
        ("37012319900101123X，13912345678", "〔身份证号〕，〔手机号〕"),
        ("３７０１２３１９９００１０１１２３ｘ", "〔身份证号〕"),
        ("370123 19900101 1234", "〔身份证号〕"),
    ],
)
def test_numbers_of_persons_are_masked(text: str, becomes: str) -> None:
    assert masked(text) == becomes
    assert masked(becomes) == becomes


@pytest.mark.parametrize(
    "text", ["", "第3号楼2层", "12345678901", "138123456789", "1381234567", "2019-04-02 08:00", "370123999001011234", "12345"]
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


@given(st.text())
def test_text_without_digits_stays(text: str) -> None:
    if not any(normalize("NFKC", character).isdecimal() for character in text):
        assert masked(text) == text


def test_the_quick_look_misses_no_digit() -> None:
    assert all(DIGITS.fullmatch(character) for character in re.sub(r"\\", "", DIGIT))


def free(annotation: Any) -> bool:
    """Whether a field holds a text that a person writes as they like: one that no pattern holds to a code or an id, wherever in it."""
    if get_origin(annotation) is Annotated:
        kind, *rules = get_args(annotation)
        return free(kind) if kind is not str else any(_patterns(rules)) or not any(_patterns(rules, every=True))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(free(field.rebuild_annotation()) for name, field in annotation.model_fields.items() if name not in REFERENCES)
    return annotation is str or (get_origin(annotation) is not Literal and any(map(free, get_args(annotation))))


def _patterns(rules: list[Any], every: bool = False) -> list[str]:
    """The patterns among rules that only leave out what no document can hold, or all of them."""
    nested = [rule for each in rules for rule in (each.metadata if isinstance(each, FieldInfo) else [each])]
    found = [str(pattern) for each in nested if (pattern := getattr(each, "pattern", None))]
    return [pattern for pattern in found if every or pattern.startswith("^[^")]


def test_every_free_text_of_what_is_told_is_masked() -> None:
    # An announcement is its owner's own and public; what names another subject is no text.
    subjects = {("IssueReported", "visit"), ("WatchAnswered", "issue"), ("NominationFiled", "idea")}
    written = {
        (type, name)
        for type, model in TOLD.items()
        for name, field in model.model_fields.items()
        if type not in (*OPENING, "TimeTold", "PersonNamed") and name not in REFERENCES and free(field.rebuild_annotation())
    }
    assert {("IssueReported", "text"), ("IssueReported", "fixed"), ("MeasuresPlanned", "milestones"), ("ReturnFiled", "form")} <= written
    assert {(type, name) for type, name in written - subjects if name not in FREE_TEXT} == set()


def test_numbers_are_masked_in_every_part_but_what_says_where_a_picture_lies() -> None:
    told = {"result": "问13812345678", "evidence": ["13812345678.jpg"], "steps": [{"name": "13812345678", "due": "2022-05-01"}, None, 3]}
    masked_once = {
        "result": "问〔手机号〕",
        "evidence": ["13812345678.jpg"],
        "steps": [{"name": "〔手机号〕", "due": "2022-05-01"}, None, 3],
    }
    assert masked_all(told) == masked_once


def test_what_is_nested_past_every_field_is_left_to_its_form() -> None:
    deep: Any = "13812345678"
    for _ in range(100_000):
        deep = [deep]
    assert masked_all(deep)
