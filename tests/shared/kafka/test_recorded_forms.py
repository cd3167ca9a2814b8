"""A recorded event is read quickly in the form in which the ledger writes it, and in any other form of JSON just the same."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import ENVELOPES, read_recorded, recorded_headers, recorded_record
from shared.kafka.records import Unreadable
from shared.values import RECORDED

GOLDEN = Path(__file__).parents[2] / "golden"
IN_BOOKS = sorted(name for name, fact in CATALOGUE.items() if fact.kind not in OUTSIDE_BOOKS)
MOMENT = datetime(2019, 4, 1, tzinfo=UTC)
NAMES = ("where", "fact", "path", "campaign", "unit", "number", "phase", "text", "neu", "}", ',"fact":', "新")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**54) | st.floats(allow_nan=False) | st.text(max_size=9) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


def read(name: str, value: bytes) -> tuple[Where, Fact | None] | str:
    """What a value is read as: where it belongs and its fact, or why it is none."""
    kind = CATALOGUE[name].kind
    subject = "tengzhou-2019/h001" + ("" if kind == "book" else f"/{kind}/1")
    headers = recorded_headers("desk", "17", MOMENT, MOMENT, None)
    try:
        event = read_recorded(recorded_record("tengzhou-2019/h001", name, subject, 1, "ab" * 32, value, headers))
    except Unreadable as error:
        return str(error)
    return event.where, event.fact


def as_a_whole(name: str, value: bytes) -> tuple[Where, Fact] | None:
    """What a value is as one JSON object; None where it is none of its type."""
    try:
        whole = ENVELOPES[name].model_validate_json(value, context=RECORDED)
    except ValidationError:
        return None
    return whole.where, whole.fact


def same(name: str, value: bytes) -> bool:
    """Whether it is read as it is as a whole."""
    found, whole = read(name, value), as_a_whole(name, value)
    return found.startswith("the value is no recorded event of its type: ") if isinstance(found, str) else found == whole


def written(value: Any, draw: st.DrawFn) -> str:
    """JSON as any producer may write it: with spaces, members in any order, some twice, and text in escapes."""
    space = draw(st.sampled_from(("", "", " ", "\n\t")))
    if isinstance(value, dict):
        members = draw(st.permutations([*value.items()]))
        if members and draw(st.integers(0, 9)) == 0:
            members = [*members, draw(st.sampled_from(members))]
        inside = [f"{space}{written(name, draw)}{space}:{space}{written(each, draw)}{space}" for name, each in members]
        return "{" + ",".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ",".join(f"{space}{written(each, draw)}{space}" for each in value) + "]"
    plain = orjson.dumps(value).decode()
    return plain.encode("ascii", "backslashreplace").decode() if plain.isascii() or draw(st.booleans()) else plain


@st.composite
def values(draw: st.DrawFn) -> tuple[str, bytes]:
    """A type, and a golden event of it as somebody may have written it, with more in it, less, or other things in their place."""
    name = draw(st.sampled_from(IN_BOOKS))
    golden = orjson.loads((GOLDEN / f"{name}.json").read_bytes())
    for _ in range(draw(st.integers(0, 2))):
        into = draw(st.sampled_from((golden, golden["where"], golden["fact"])))
        if isinstance(into, dict):
            into[draw(st.sampled_from(NAMES))] = draw(JSON)
        if not {"where", "fact"} <= golden.keys():
            break
    return name, written(golden, draw).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", IN_BOOKS)
def test_what_the_ledger_wrote_is_read_as_it_is_as_a_whole(name: str) -> None:
    golden = orjson.dumps(orjson.loads((GOLDEN / f"{name}.json").read_bytes()))
    assert read(name, golden) == as_a_whole(name, golden) != None  # noqa: E711  it is an event


@given(values())
@settings(max_examples=300)
def test_any_other_form_of_json_is_read_as_it_is_as_a_whole(written: tuple[str, bytes]) -> None:
    assert same(*written)


@given(st.sampled_from(IN_BOOKS), st.data())
@settings(max_examples=300)
def test_what_is_spoilt_is_read_as_it_is_as_a_whole(name: str, data: st.DataObject) -> None:
    value = bytearray(orjson.dumps(orjson.loads((GOLDEN / f"{name}.json").read_bytes())))
    at = data.draw(st.integers(0, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(
        st.binary(max_size=3) | st.sampled_from([b"{", b"}", b'"', b",", b"}}", b',"fact":{'])
    )
    assert same(name, bytes(value))


WHERE = '{"campaign":"a","unit":"b"}'
FIX, PLAN = '"clock":"fix","due":"2019-03-29"', '"clock":"plan","due":"2019-03-30"'


@pytest.mark.parametrize(
    "value",
    [
        f'{{"where":{WHERE},"fact":{{{FIX}}},"fact":{{{PLAN}}}}}',
        f'{{"where":{WHERE},"where":{{"campaign":"c","unit":"d"}},"fact":{{{FIX}}}}}',
        f'{{"where":{{"campaign":"a","unit":"b","more":{{"x":{{}},"fact":{{{FIX}}}}}}},"fact":{{{PLAN}}}}}',
        f'{{"where":{{"campaign":"a","unit":"b","fact":{{{FIX}}}}},"fact":{{{PLAN}}}}}',
        f'{{"where":{WHERE},"fact":{{{FIX}}}}}}}',
        f'{{"where":{WHERE},"fact":{{{FIX}}}',
        f'{{"where":{WHERE},"fact":{{{FIX}}},"more":{{}}}}',
        f'{{"where":{WHERE},"fact":{{{FIX}}}}} {{}}',
        f'{{"where":{WHERE},"fact":}}',
        f'{{"where":,"fact":{{{FIX}}}}}',
        f'{{"where":{WHERE[:-1]},"phase":"{"P" * 3000}"}},"fact":{{{FIX}}}}}',
        "",
    ],
)
def test_what_only_looks_like_the_ledgers_own_form_is_read_as_it_is_as_a_whole(value: str) -> None:
    assert same("DeadlinePassed", value.encode())
