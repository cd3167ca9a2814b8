"""The parts of the door that need neither Kafka nor a database: lines of a stream, masking, and what a rule does with clock and plan."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args, get_origin
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.intake.body import lines
from services.intake.envelope import OPENING, TOLD, read_event
from services.intake.masking import DIGIT, DIGITS, FREE_TEXT, REFERENCES, masked, masked_all
from services.intake.mistakes import NotTaken, shown
from services.intake.state import Known, OpenBook
from services.intake.validation import Validation
from shared.http.access import Key
from shared.kafka.cloudevents import read_told, told_record
from shared.kafka.records import Record


async def read(chunks: list[bytes], longest: int) -> list[tuple[int, bytes | None]]:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for line in lines(stream(), longest)]


@given(st.lists(st.binary(max_size=8).map(lambda raw: raw.replace(b"\x00", b"\n")), max_size=20))
async def test_lines_are_those_of_the_whole_however_it_is_cut(chunks: list[bytes]) -> None:
    whole = b"".join(chunks).split(b"\n")
    if not whole[-1]:
        whole.pop()
    assert await read(chunks, 10) == [(number, line if len(line) <= 10 else None) for number, line in enumerate(whole)]


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


def test_as_much_of_a_value_is_shown_as_helps() -> None:
    assert [shown(value) for value in (None, True, 3, 1.5, "x" * 99, [1, 2])] == [None, True, 3, 1.5, "x" * 80, "[1, 2]"]


NOW = datetime(2026, 11, 22, 3, 4, 5, 678000, UTC)
KEY = Key(id="t01", source="t01", unit="t01", may=("tell", "clock"), sha256="0" * 64)


def records(event: dict[str, Any], told_clock: bool = False) -> list[Record]:
    """What an event becomes where h1's book is open, but its plan has not been read yet."""
    known = Known({"tengzhou-2019/h1": OpenBook("tengzhou-2019/h1", ("bureau", "t01", "h1"), "tengzhou-2019@1")})
    return Validation(4, told_clock).records(read_event(event, KEY.source, None), KEY, known, NOW)


def test_on_the_wall_clock_what_counts_is_when_it_was_taken(make_issue: Any) -> None:
    [record] = records(make_issue())
    headers = dict(record.headers)
    assert headers["ce_time"] == b"2019-04-02T00:00:00.123Z"
    assert headers["ce_accepted"] == b"2026-11-22T03:04:05.678Z"


def test_under_a_told_clock_a_fact_is_taken_when_it_happened_or_when_it_says_so_where_it_is_told_late(make_issue: Any) -> None:
    def taken(**changes: Any) -> bytes | None:
        [record] = records(make_issue(**changes), told_clock=True)
        return dict(record.headers)["ce_accepted"]

    assert taken() == b"2019-04-02T00:00:00.123Z"
    assert taken(accepted="2019-04-04T08:00:00+08:00") == b"2019-04-04T00:00:00.000Z"
    with pytest.raises(NotTaken) as error:
        taken(accepted="Thursday")
    assert error.value.mistakes[0].field == "accepted"


def test_on_the_wall_clock_nobody_tells_the_time(make_issue: Any) -> None:
    event = make_issue(type="TimeTold", subject="time", data={"now": "2019-04-02T08:00:00+08:00"})
    assert len(records(event, told_clock=True)) == 4
    with pytest.raises(NotTaken) as error:
        records(event)
    assert error.value.mistakes[0].rule == "wall-clock"


def test_while_a_plan_cannot_be_read_the_ledger_alone_judges_by_it(make_issue: Any) -> None:
    assert len(records(make_issue(data__category="weather"))) == 1


def test_a_record_is_made_as_every_other_told_record(make_issue: Any) -> None:
    for event in (make_issue(), make_issue(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
        [record] = records(event)
        again = told_record(read_told(record))
        assert (again.topic, again.key, again.headers) == (record.topic, record.key, record.headers)
