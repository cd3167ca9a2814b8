"""Event <-> Kafka record: round trips, and what cannot be read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.events.catalogue import CATALOGUE
from shared.events.clock import TimeTold
from shared.events.fact import Fact, Where
from shared.events.issue import IssueReported, IssueStruckOff
from shared.events.people import PersonNamed
from shared.events.self_check import SelfCheckAnswered
from shared.kafka.cloudevents import (
    chained,
    json_of,
    read_person,
    read_recorded,
    read_told,
    recorded_headers,
    recorded_record,
    recorded_value,
    told_record,
)
from shared.kafka.records import Record, Told, Unreadable
from shared.topics import INTAKE, PEOPLE

BOOK, SUBJECT = "yz2022/e1", "yz2022/e1/issue/desk~2022-17"
MOMENT, LATER = datetime(2022, 4, 22, 2, 30, 0, 123000, UTC), datetime(2022, 4, 22, 2, 30, 1, 456000, UTC)
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
REPORTED = IssueReported(text="候诊区座椅破损", category="environment", channel="complaint", owner="owner-li")
TOLD = Told("候诊 17", "desk", "IssueReported", SUBJECT, BOOK, MOMENT, LATER, REPORTED, TRACE)
STRUCK_OFF = IssueStruckOff(number=3, phase="P1", on_time=True, carried_over=False)
WHERE = Where(campaign="yz2022", unit="e1", path=("bureau", "e1"), unit_class="clinic", phase="P1", number=3, owner="owner-li")
CHAIN = chained("", b"before")
RECORD = told_record(TOLD)
RECORDED = recorded_record(
    BOOK,
    "IssueStruckOff",
    SUBJECT,
    7,
    CHAIN,
    recorded_value(json_of(WHERE), json_of(STRUCK_OFF)),
    recorded_headers("desk", "17", MOMENT, LATER, TRACE),
)
NEEDED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time")
DEEP = 10_000


def with_header(record: Record, name: str, *values: bytes | None) -> Record:
    """The record with a header of these values: none, one or several."""
    return replace(record, headers=[*((key, raw) for key, raw in record.headers if key != name), *((name, each) for each in values)])


def reason(record: Record) -> str:
    """Why a told record cannot be read."""
    with pytest.raises(Unreadable) as caught:
        read_told(record)
    return str(caught.value)


def of_target(number: bytes) -> Record:
    """A self-check answer whose target is this JSON."""
    told = replace(TOLD, type="SelfCheckAnswered", subject=f"{BOOK}/check/1", fact=SelfCheckAnswered(target=1, conforms=True, by="zhou"))
    record = told_record(told)
    assert record.value
    return replace(record, value=record.value.replace(b'"target":1', b'"target":' + number))


# ── round trips ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_told_comes_back_with_its_canonical_data() -> None:
    assert read_told(RECORD) == replace(TOLD, data=REPORTED.model_dump_json(exclude_none=True).encode())
    assert told_record(read_told(RECORD)) == RECORD
    assert (RECORD.topic, RECORD.key) == (INTAKE, BOOK.encode())


def test_what_was_recorded_comes_back_with_its_place_and_its_cause() -> None:
    read = read_recorded(RECORDED)
    assert (read.book, read.position, read.chain, read.type, read.subject) == (BOOK, 7, CHAIN, "IssueStruckOff", SUBJECT)
    assert (read.time, read.accepted, read.told_source, read.told_id) == (MOMENT, LATER, "desk", "17")
    assert (read.where, read.fact, read.value) == (WHERE, STRUCK_OFF, RECORDED.value)
    assert dict(RECORDED.headers)["ce_id"] == b"yz2022/e1@7"


def test_an_event_without_a_time_of_acceptance_was_accepted_when_it_happened() -> None:
    assert read_told(with_header(RECORD, "ce_accepted")).accepted == MOMENT


def test_other_headers_are_no_business_of_ours_whatever_they_hold() -> None:
    odd = replace(RECORD, headers=[*RECORD.headers, ("x", b"\xff"), ("x", None), ("", b"\x00" * 9000)])
    assert read_told(odd) == read_told(RECORD)


def test_a_type_that_this_reader_does_not_know_is_read_without_its_fact() -> None:
    read = read_recorded(with_header(RECORDED, "ce_type", b"IssueForgotten"))
    assert (read.type, read.fact, read.where) == ("IssueForgotten", None, WHERE)


def test_time_is_read_whatever_its_key() -> None:
    told = replace(TOLD, type="TimeTold", subject="time", book="time", fact=TimeTold(now=MOMENT))
    assert read_told(replace(told_record(told), key=None)).fact == TimeTold(now=MOMENT)


def test_digests_differ_by_type_subject_and_data_and_not_by_id_or_form() -> None:
    told = read_told(RECORD)
    assert told.digest() == read_told(with_header(RECORD, "ce_id", b"18")).digest()
    assert told.digest() == read_told(replace(RECORD, value=orjson.dumps(REPORTED.model_dump(), option=orjson.OPT_INDENT_2))).digest()
    for other in (
        with_header(RECORD, "ce_subject", f"{SUBJECT}1".encode()),
        with_header(RECORD, "ce_type", b"MeasuresPlanned"),
        replace(RECORD, value=b"{}"),
    ):
        assert told.digest() != read_told(other).digest()


def test_the_chain_hangs_on_what_stood_before_and_on_the_value() -> None:
    assert chained(CHAIN, b"a") != chained(CHAIN, b"b") != chained(chained("", b""), b"b")
    assert len(chained("", b"")) == 64


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.timezones()),  # noqa: DTZ001
)
def test_every_id_and_every_instant_comes_back_to_the_millisecond(id: str, moment: datetime) -> None:
    told = replace(TOLD, id=id, time=moment, accepted=moment)
    read = read_told(told_record(told))
    assert read.id == id
    assert 0 <= (moment - read.time).total_seconds() < 0.001
    assert told_record(read) == told_record(read_told(told_record(read)))


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_header_that_is_missing_or_empty_is_named(name: str) -> None:
    assert reason(with_header(RECORD, name)) == f"header {name} is missing"
    assert reason(with_header(RECORD, name, b"")) == f"header {name} is missing"


@pytest.mark.parametrize("name", [*NEEDED, "ce_accepted", "ce_whatever", "content-type", "traceparent"])
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ((b"a", b"a"), "stands twice"),
        ((None,), "is null"),
        ((b"\xff\xfe",), "is not UTF-8"),
        ((b"a" * 501,), "501 characters; at most 500"),
    ],
    ids="doubled null no-utf-8 too-long".split(),
)
def test_a_header_that_is_doubled_null_no_utf_8_or_too_long_is_named(name: str, values: Sequence[bytes | None], why: str) -> None:
    said = reason(with_header(RECORD, name, *values))
    assert said.startswith("header ce_… " if name == "ce_whatever" else f"header {name} ")
    assert why in said


def test_another_version_of_cloudevents_is_unreadable() -> None:
    assert "another than '1.0'" in reason(with_header(RECORD, "ce_specversion", b"0.3"))


@pytest.mark.parametrize(
    "key", [None, b"", b"yz2022", b"YZ2022/e1", b"yz2022/e1/issue", b"yz2022/", b"\xff/e1", b"yz2022/e1\n", b"a" * 999]
)
def test_a_key_that_is_no_book_is_unreadable(key: bytes | None) -> None:
    assert "is no book" in reason(replace(RECORD, key=key))


@pytest.mark.parametrize(
    "subject",
    [
        "yz2022/e2/issue/desk~1",
        "yz2022/e2",
        "yz2022/e1/",
        "yz2022/e1/person/li",
        "yz2022/e1/issue/",
        "yz2022/e1/issue/a/b",
        "yz2022/e1/issue/候",
        "yz2022/e1/issue/" + "a" * 301,
        "yz2022/e1\n",
    ],
)
def test_a_subject_that_is_none_of_its_book_is_unreadable(subject: str) -> None:
    assert "is no subject of the book" in reason(with_header(RECORD, "ce_subject", subject.encode()))


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "2022-04-22",
        "2022-04-22T10:00:00",
        "2022-02-30T10:00:00Z",
        "2022-04-22T10:00:00+99:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "9999-12-31T20:00:00Z",
    ],
)
@pytest.mark.parametrize("name", ["ce_time", "ce_accepted"])
def test_a_time_that_is_none_or_has_no_offset_or_no_date_in_china_is_unreadable(name: str, time: str) -> None:
    assert reason(with_header(RECORD, name, time.encode())).startswith(f"header {name} is no RFC 3339 timestamp")


@pytest.mark.parametrize("name", ["ce_sequence", "ce_chain", "ce_toldsource", "ce_toldid"])
def test_a_recorded_event_without_its_place_or_cause_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable, match="is missing"):
        read_recorded(with_header(RECORDED, name))


def test_a_recorded_event_whose_place_is_no_number_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="no number"):
        read_recorded(with_header(RECORDED, "ce_sequence", b"seven"))


def told_of(text: str) -> Iterator[Record]:
    """Records that say a text wherever one can stand."""
    quoted = orjson.dumps(
        {"fact": {"text": text, text: text}, "where": {text: text}, "person": "li", "unit": text, "mail": text, text: text}
    )
    for raw in (text.encode(), b"\xff" + text.encode(), quoted):
        for record in (RECORD, RECORDED, Record(PEOPLE, b"li", b"{}")):
            yield replace(record, key=raw)
            yield replace(record, value=raw)
            for name in (*NEEDED, "ce_accepted", "ce_sequence", f"ce_{text}"):
                yield with_header(record, name, raw)
                yield with_header(record, name, raw, raw)


def reasons(record: Record) -> Iterator[str]:
    """Why each reader that cannot read it cannot."""
    for read in (read_told, read_recorded, read_person):
        try:
            read(record)
        except Unreadable as error:
            yield str(error)


@pytest.mark.parametrize("text", ["张三13812345678", "{张三13812345678", "2022-13812345678-张三"])
def test_no_reason_quotes_anything_of_its_record(text: str) -> None:
    said = {why for record in told_of(text) for why in reasons(record)}
    assert len(said) > 15
    assert not [why for why in said if "张三" in why or "138" in why]


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_who_was_named_with_control_characters_is_known_without() -> None:
    named = {"person": "li", "unit": "e1", "name": "李\u2028护士长\x07", "phone": "0632\x85552", "mail": "li\x00@post.test"}
    read = read_person(Record(PEOPLE, b"bureau/li", orjson.dumps(named)))
    assert read.named == PersonNamed(person="li", unit="e1", name="李 护士长", phone="0632 552", mail="li@post.test")


def test_a_null_value_is_unreadable() -> None:
    assert reason(replace(RECORD, value=None)) == "the value is null; a told event has data"
    with pytest.raises(Unreadable, match="null"):
        read_recorded(replace(RECORDED, value=None))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        b"{",
        b'{"text":"a"',
        b"{'text':1}",
        b'{"text":"a"} {}',
        b'{"text":"\xff"}',
        b'{"text":"\\ud800"}',
        b'{"extra":"\\udc00"}',
        b'{"text":"a\x00"}',
        b"[" * DEEP + b"]" * DEEP,
        b'{"extra":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b"\xef\xbb\xbf{}",
        b"{}".decode().encode("utf-16"),
    ],
    ids="empty blank open cut quotes two no-utf-8 surrogate extra-surrogate control deep extra-deep mark utf-16".split(),
)
def test_what_is_no_json_is_unreadable(value: bytes) -> None:
    assert reason(replace(RECORD, value=value)).startswith("the value is no JSON: ")
    with pytest.raises(Unreadable):
        read_recorded(replace(RECORDED, value=value))


@pytest.mark.parametrize(
    "number", [b"NaN", b"-Infinity", b"9223372036854775808", b"1" + b"0" * 400, b"-1", b"1.5", b'"1"', b"null", b"true", b"1e3", b"[1]"]
)
def test_a_number_that_is_none_or_too_large_is_read_as_invalid_and_names_its_field(number: bytes) -> None:
    told = read_told(of_target(number))
    assert told.invalid
    assert told.invalid.en.startswith("target: ")
    assert type(told.fact) is Fact
    assert told.data == of_target(number).value


def test_a_number_of_thousands_of_digits_is_refused_in_one_way_or_the_other() -> None:
    try:
        assert read_told(of_target(b"1" * DEEP)).invalid
    except Unreadable as error:
        assert "no JSON" in str(error)  # noqa: PT017


def test_what_a_fact_does_not_have_is_passed_over_whatever_it_is() -> None:
    record = of_target(b'1,"extra":NaN,"more":9223372036854775808')
    assert read_told(record).invalid is None
    assert read_told(record).data == read_told(of_target(b"1")).data


def test_data_that_does_not_fit_its_type_is_read_as_invalid() -> None:
    whole, missing = (read_told(replace(RECORD, value=value)).invalid for value in (b"[]", b"{}"))
    assert whole
    assert missing
    assert whole.en.startswith("data: should be fields with their values")
    assert whole.zh.startswith("data：应为若干下级字段")
    assert missing.en.startswith("text: this field is needed")


def test_a_type_that_is_not_in_the_catalogue_is_read_as_invalid_whatever_its_value() -> None:
    told = read_told(replace(with_header(RECORD, "ce_type", b"IssueDeleted"), value=b"{"))
    assert told.invalid
    assert (told.invalid.en, told.data) == ("type 'IssueDeleted' is not in the catalogue", b"{")


def test_a_time_that_cannot_be_understood_is_unreadable_since_no_book_could_refuse_it() -> None:
    told = replace(TOLD, type="TimeTold", subject="nowhere at all", book="", fact=TimeTold(now=MOMENT))
    assert "no TimeTold" in reason(replace(told_record(told), value=b'{"now":"noon"}'))


# ── anything ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADERS = [name for name, _ in RECORDED.headers]
anything = st.none() | st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "where", "fact", "plan", "units", "now"]), inner),
    max_leaves=8,
)


def dumped(value: object) -> bytes:
    """As JSON, whatever its numbers."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return repr(value).encode("utf-8", "surrogatepass")


@given(
    st.sampled_from([RECORD, RECORDED]),
    st.lists(st.tuples(st.sampled_from([*HEADERS, "ce_x"]), anything | st.sampled_from([name.encode() for name in CATALOGUE])), max_size=3),
    st.just(BOOK.encode()) | anything,
    st.none() | anything | json.map(dumped) | st.sampled_from([RECORD.value, RECORDED.value]),
)
@example(RECORD, [("ce_type", b"CampaignAnnounced")], BOOK.encode(), b'{"plan":' + b"9" * 5000 + b"}")
@example(RECORD, [("ce_sequence", b"9" * 499)], BOOK.encode(), b"{}")
def test_no_bytes_raise_anything_but_unreadable(
    record: Record, changes: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None
) -> None:
    for name, raw in changes:
        record = with_header(record, name, raw)
    for read in (read_told, read_recorded):
        try:
            read(replace(record, key=key, value=value))
        except Unreadable as error:
            assert str(error)  # noqa: PT017
