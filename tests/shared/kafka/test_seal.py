"""A seal fits one record alone, what is sealed with it on the way, and no key but those that the installation has."""

import string
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.kafka.records import Record
from shared.kafka.seal import SEAL, NotOurs, StreamKeys, packed, stream_keys, unpacked
from shared.settings import SettingMistake, Settings
from shared.topics import INTAKE, PEOPLE

KEYS = StreamKeys("k" * 32)
PARTS = st.lists(st.none() | st.binary(max_size=40), max_size=12)
HEADERS = st.lists(st.tuples(st.text(string.ascii_letters + "_张\udcff", max_size=8), st.none() | st.binary(max_size=12)), max_size=6)
RECORDS = st.builds(
    Record, st.sampled_from([INTAKE, PEOPLE]), st.none() | st.binary(max_size=12), st.none() | st.binary(max_size=40), HEADERS
)
RECORD = Record(INTAKE, b"yz2022/e1", b'{"text":"x"}', [("ce_id", b"1"), ("ce_type", b"IssueReported"), ("note", None)])


@given(PARTS)
def test_what_is_packed_is_taken_apart_again(parts: Sequence[bytes | None]) -> None:
    assert unpacked(packed(*parts)) == parts


@given(RECORDS)
def test_a_record_that_was_sealed_is_known(record: Record) -> None:
    assert KEYS.mistake(record.topic, KEYS.sealed(record)) is None
    assert KEYS.mistake(record.topic, record) is not None


@given(RECORDS, RECORDS)
def test_a_seal_fits_no_other_record(one: Record, other: Record) -> None:
    seal = list(KEYS.sealed(one).headers)[-1]
    moved = replace(other, headers=[*other.headers, seal])
    same = (one.topic, one.key, one.value, one.headers) == (other.topic, other.key, other.value, other.headers)
    assert (KEYS.mistake(other.topic, moved) is None) == same


@pytest.mark.parametrize(
    "change",
    [
        lambda record: replace(record, key=b"yz2022/e2"),
        lambda record: replace(record, key=None),
        lambda record: replace(record, value=b'{"text":"y"}'),
        lambda record: replace(record, value=None),
        lambda record: replace(record, value=b""),
        lambda record: replace(record, headers=record.headers[1:]),
        lambda record: replace(record, headers=[record.headers[1], record.headers[0], *record.headers[2:]]),
        lambda record: replace(record, headers=[("ce_i", b"d1"), *record.headers[1:]]),
        lambda record: replace(record, headers=[*record.headers[:2], ("note", b""), record.headers[3]]),
        lambda record: replace(record, headers=[*record.headers, ("later", b"1")]),
        lambda record: replace(record, headers=[*record.headers, record.headers[-1]]),
        lambda record: replace(record, headers=[*record.headers[:-1], (SEAL, None)]),
        lambda record: replace(record, headers=[*record.headers[:-1], (SEAL, b"")]),
        lambda record: replace(record, headers=[]),
    ],
)
def test_a_sealed_record_that_was_changed_shows(change: Callable[[Record], Record]) -> None:
    assert KEYS.mistake(INTAKE, change(KEYS.sealed(RECORD))) is not None


def test_a_seal_of_one_topic_says_nothing_on_another() -> None:
    assert KEYS.mistake(PEOPLE, KEYS.sealed(RECORD)) is not None


def test_a_new_key_takes_over_from_an_old_one_while_both_are_valid() -> None:
    old, both, new = StreamKeys("o" * 32), StreamKeys("n" * 32, "o" * 32), StreamKeys("n" * 32)
    assert both.mistake(INTAKE, old.sealed(RECORD)) is None
    assert new.mistake(INTAKE, both.sealed(RECORD)) is None
    assert new.mistake(INTAKE, old.sealed(RECORD)) is not None
    assert both.decrypted(old.encrypted(b"text", b""), b"") == b"text"
    with pytest.raises(NotOurs):
        new.decrypted(old.encrypted(b"text", b""), b"")


@given(st.binary(max_size=60))
def test_what_nobody_encrypted_is_not_decrypted(value: bytes) -> None:
    with pytest.raises(NotOurs):
        KEYS.decrypted(value, b"")


def test_what_stands_beside_an_encrypted_text_cannot_be_exchanged() -> None:
    value = KEYS.encrypted(b"text", b"offset 1")
    assert KEYS.decrypted(value, b"offset 1") == b"text"
    with pytest.raises(NotOurs):
        KEYS.decrypted(value, b"offset 2")


def test_without_a_key_no_service_is_put_together_and_the_setting_is_named() -> None:
    with pytest.raises(SettingMistake, match="XIAOHAO_STREAM_KEY is not set"):
        stream_keys(Settings())
