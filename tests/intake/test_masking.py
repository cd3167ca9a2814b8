"""Numbers of phones and cards are masked, wherever people write what they like, and refused where they are an id."""

from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.intake.envelope import OPENING, TOLD
from services.intake.masking import FREE_TEXT, REFERENCES, masked_all, names_somebody

LETTERED = [
    "13812345678abcdef",
    "13812345678a0001",
    "abcde13812345678",
    "110105194912310021a",
    "138~1234~5678",
    "13812345678abcdefabcdefabcdefab",
]


@pytest.mark.parametrize(
    "id", ["13812345678", "+86-138-1234-5678", "t01~13812345678", "37012319900101123X", "a/138.1234.5678.jpg", *LETTERED]
)
def test_an_id_that_names_somebody_is_known(id: str) -> None:
    assert names_somebody(id)


@pytest.mark.parametrize(
    "id",
    [
        *("t01~17", "2019-04-02-001", "IMG_20190402_081530.jpg", "4111111111111111", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
        *(
            "9f86d081884c7d659a2feaa0c55ad015",
            "1551744000000",
            "9f86d081884c7d65",
            "abc13812345678def0123",
            "13812345678abcdefabcdefabcdefabcd",
            "DSC_13_20190402_1.jpg",
            "202019041500001",
        ),
    ],
)
def test_other_ids_stay(id: str) -> None:
    assert not names_somebody(id)


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
