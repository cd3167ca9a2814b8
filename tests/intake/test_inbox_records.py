"""A record as one event, whatever it holds."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.intake.inbox.records import read_row
from services.intake.inbox.verdicts import LISTED, Verdicts
from services.intake.mistakes import EventMistake, NotTaken
from shared.kafka.records import Record
from tests.intake.feeding import binary, structured
from tests.intake.given import NOW, make_issue

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NAMES = st.sampled_from(["content-type", "ce_id", "ce_source", "ce_data", "traceparent"]) | st.binary(max_size=9).map(
    lambda raw: "ce_" + raw.decode("utf-8", "surrogateescape")
)
TEXTS = st.none() | st.binary(max_size=20) | st.sampled_from([b"application/cloudevents+json", b"application/json", b"1.0"])


@given(st.none() | st.binary(max_size=50) | st.sampled_from([b"{}", b'{"id": 1}', b"[1]"]), st.lists(st.tuples(NAMES, TEXTS), max_size=6))
def test_any_record_is_an_event_or_refused_and_can_be_answered(value: bytes | None, headers: list[tuple[str, bytes | None]]) -> None:
    record = Record("inbox.t01", None, value, headers, 0, 7)
    row, verdicts = read_row(0, record), Verdicts()
    if row.refusal:
        verdicts.refuse(0, row.refusal)
    [answer] = verdicts.answers("inbox.t01", [record], [row], NOW)
    said = orjson.loads(answer.value or b"")
    assert (said["partition"], said["offset"], said["accepted"]) == (0, 7, row.refusal is None)
    assert (answer.topic, answer.partition) == ("inbox.t01.answers", 0)


def test_a_header_whose_name_is_no_text_is_named_with_escapes() -> None:
    row = read_row(0, Record("inbox.t01", None, b"{}", [("ce_\udcff", b"x")]))  # as `shared.kafka.headers` reads it
    assert row.refusal is not None
    [mistake] = row.refusal.mistakes
    assert (mistake.rule, mistake.field) == ("header", "ce_\\udcff")


def test_both_forms_say_the_same() -> None:
    event = make_issue(source="t01", traceparent=TRACE, datacontenttype="application/json")
    forms = [read_row(0, Record("inbox.t01", b"any", *each[:2])).raw for each in (structured(event), binary(event))]
    assert forms == [event, event]


def test_a_trace_is_the_events_own_or_that_of_the_record() -> None:
    def trace(**own: str) -> object:
        sent = structured(make_issue(**own), ("traceparent", TRACE.encode()))
        return read_row(0, Record("inbox.t01", None, *sent[:2])).raw["traceparent"]

    other = TRACE.replace("0af7", "1bf8")
    assert (trace(), trace(traceparent="nonsense"), trace(traceparent=other)) == (TRACE, TRACE, other)


def test_mistakes_without_number_are_counted_and_not_listed() -> None:
    verdicts, record = Verdicts(), Record("inbox.t01", None, b"{}", partition=0)
    verdicts.refuse(0, NotTaken(*(EventMistake.by("field-missing", f"data.plan.{number}", None) for number in range(50))))
    [answer] = verdicts.answers("inbox.t01", [record], [read_row(0, record)], NOW)
    said = orjson.loads(answer.value or b"")
    assert (len(said["mistakes"]), said["unlisted"]) == (LISTED, 50 - LISTED)


def test_whom_an_accepted_tree_names_and_nobody_named_stands_in_its_answer() -> None:
    verdicts, record = Verdicts(), Record("inbox.bureau", None, b"{}", [("ce_id", b"tree")], partition=0)
    verdicts.note(0, [EventMistake.by("person-unnamed", "data.units.0.responsible", "wang", person="wang", root="bureau")])
    [answer] = verdicts.answers("inbox.bureau", [record], [read_row(0, record)], NOW)
    said = orjson.loads(answer.value or b"")
    assert (said["id"], said["accepted"], said["mistakes"]) == ("tree", True, [])
    [unnamed] = said["unnamed"]
    assert (unnamed["field"], unnamed["value"], unnamed["rule"]) == ("data.units.0.responsible", "wang", "person-unnamed")
