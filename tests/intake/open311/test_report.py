"""A service request as an app posts it, as an event; and how answers are written."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from services.intake.envelope import read_event
from services.intake.files.vocabulary import Vocabulary
from services.intake.open311.answers import answered
from services.intake.open311.report import PERSON, event_of, identity, read_form, read_report, reference_of
from services.intake.open311.services import Services
from services.intake.state import Terms
from shared.http.access import Key, Keys
from shared.http.problem import Problem

SERVICES = Services(Terms("flow-2019@1", categories=("flow",), channels=("complaint",), targets=()), Vocabulary("flow-2019"))
NOW = datetime(2019, 4, 2, 15, 59, tzinfo=UTC)
"""A minute before midnight in China."""
REFERENCE = "0" * 32
NAMES = [
    "service_code",
    "description",
    "lat",
    "long",
    "address_string",
    "address_id",
    "media_url",
    "email",
    "phone",
    "attribute[unit]",
    "x",
]
WHOLE = {"service_code": "complaint.flow", "description": "排队太久", "lat": "35.08", "long": "117.15"}


@pytest.fixture
def key() -> Key:
    keys = Keys()
    found = keys.holder(keys.add("app", "app", "h1", ["tell"], "bureau"))
    assert found
    return found


def made(key: Key, fields: dict[str, str]) -> dict[str, Any]:
    return event_of("flow-2019", read_report(fields, key, SERVICES), key, REFERENCE, NOW)


def same(key: Key, fields: dict[str, str], secret: bytes = b"secret") -> str:
    return identity("flow-2019", key, read_report(fields, key, SERVICES), fields, secret)


def test_a_service_request_is_an_issue_of_the_unit_of_its_key(key: Key) -> None:
    event = made(key, WHOLE)
    assert event["subject"].startswith("flow-2019/h1/issue/app~")
    assert event["data"] == {"text": "排队太久\n35.080000, 117.150000", "category": "flow", "channel": "complaint"}
    assert read_event(event, key.source, None).book == "flow-2019/h1"


@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1) | st.sampled_from([*WHOLE.values(), "h2", "http://x/1.jpg"])))
def test_whatever_is_posted_is_an_event_or_refused_with_a_reason(fields: dict[str, str]) -> None:
    keys = Keys()
    key = keys.holder(keys.add("app", "app", "h1", ["tell"], "bureau"))
    assert key
    refused = None
    try:
        event = made(key, read_form(urlencode(fields).encode()))
    except Problem as problem:
        refused = problem.status
    else:
        assert event["data"]["text"].startswith(fields["description"].strip().replace("\r\n", "\n"))
    assert refused in (None, 400, 404)


def test_nothing_of_the_person_who_reports_is_kept(key: Key) -> None:
    person = {name: f"of-{name}" for name in ("first_name", "last_name", "email", "phone", "device_id", "account_id")}
    assert not [value for value in person.values() if value in json.dumps(made(key, WHOLE | person))]


@pytest.mark.parametrize("name", [*PERSON, "api_key", "attribute[phone]", "mobile"])
def test_nothing_that_is_not_kept_can_be_tried_out_on_what_is_told(key: Key, name: str) -> None:
    assert made(key, WHOLE | {name: "13812345678"}) == made(key, WHOLE | {name: "13987654321"}) == made(key, WHOLE)


@pytest.mark.parametrize("name", [*PERSON, "description", "address_string", "address_id", "lat", "media_url", "attribute[unit]"])
def test_whoever_reports_and_whatever_is_told_makes_it_another_request(key: Key, name: str) -> None:
    one, other = (WHOLE | {name: value} for value in (("1", "2") if name != "media_url" else ("http://x/1", "http://x/2")))
    assert len({same(key, WHOLE), same(key, one), same(key, other)}) == 3


@given(st.permutations(sorted((WHOLE | dict.fromkeys(PERSON, "Wang@Example.org")).items())))
def test_the_same_form_is_the_same_request_however_its_fields_stand(pairs: list[tuple[str, str]]) -> None:
    keys = Keys()
    key = keys.holder(keys.add("app", "app", "h1", ["tell"], "bureau"))
    assert key
    whole = WHOLE | dict.fromkeys(PERSON, "Wang@Example.org")
    assert same(key, dict(pairs)) == same(key, whole)
    assert same(key, whole | {"email": " wang@example.org "}) == same(key, whole)
    assert same(key, whole | {"api_key": "x", "nonce": "1"}) == same(key, whole), "what is no part of a report changes nothing"


def test_what_is_kept_of_a_person_is_keyed(key: Key) -> None:
    fields = WHOLE | {"phone": "13812345678"}
    assert same(key, fields, b"one") != same(key, fields, b"other")
    assert "13812345678" not in same(key, fields)


def test_a_key_against_doing_it_twice_says_what_is_the_same() -> None:
    assert reference_of("flow-2019", "a") == reference_of("flow-2019", "a") != reference_of("flow-2019", "b")
    assert reference_of("flow-2019", "a") != reference_of("flow-2020", "a")


def test_fields_that_were_left_empty_count_as_left_out_and_one_given_twice_is_refused() -> None:
    assert read_form(b"lat=&long=+&a=1") == {"a": "1"}
    with pytest.raises(Problem, match="lat does not fit"):
        read_form(b"lat=1&lat=2")


@given(st.dictionaries(st.sampled_from(["description", "status_notes"]), st.text() | st.none() | st.booleans() | st.integers()))
def test_an_answer_in_xml_can_be_read_whatever_stands_in_it(content: dict[str, Any]) -> None:
    found = xmltodict.parse(bytes(answered("xml", "service_requests", [content]).body), strip_whitespace=False)
    said = found["service_requests"]["request"] or {}
    for name, value in content.items():
        if isinstance(value, str) and value.isprintable():
            assert (said[name] or "") == value
