"""A dead letter gives its record back byte for byte to who has the key, and says nothing of it to anybody else."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from hypothesis import given
from hypothesis import strategies as st

from shared.kafka.broker import Broker, own_configs
from shared.kafka.dead_letters import dead_letter, encrypted, failed_at, original
from shared.kafka.records import Record
from shared.kafka.seal import NotOurs, StreamKeys
from shared.topics import DEAD_LETTER_RETENTION, INTAKE, PEOPLE, dead_letters

KEYS = StreamKeys("k" * 32)
HEADERS = st.lists(st.tuples(st.text("ab_张\udcff", max_size=8) | st.just("dlt-reason"), st.none() | st.binary(max_size=12)), max_size=6)
RECORDS = st.builds(
    Record,
    st.just(INTAKE),
    st.none() | st.binary(max_size=12),
    st.none() | st.binary(max_size=40),
    HEADERS,
    st.integers(0, 999),
    st.integers(0, 2**60),
)
SECRET = "张三 13812345678"


@given(RECORDS, st.text(max_size=20), st.text(max_size=20))
def test_who_has_the_key_reads_the_record_byte_for_byte(record: Record, reason: str, trace: str) -> None:
    letter = encrypted(dead_letter(INTAKE, record, reason, "ledger", trace), KEYS)
    assert original(letter, KEYS) == (record, trace.encode("utf-8", "backslashreplace").decode())
    assert letter.topic == dead_letters(INTAKE)
    with pytest.raises(NotOurs):
        original(letter, StreamKeys("x" * 32))


def test_nobody_else_reads_more_than_its_place_and_the_reason() -> None:
    raw = SECRET.encode()
    record = Record(PEOPLE, raw, raw, [("ce_id", raw), (SECRET, raw)], partition=2, offset=17)
    letter = encrypted(dead_letter(PEOPLE, record, "the value is no JSON", "notify", SECRET), KEYS)
    assert letter.key is None
    assert letter.partition == 2
    assert dict(letter.headers) == {
        "dlt-topic": PEOPLE.encode(),
        "dlt-partition": b"2",
        "dlt-offset": b"17",
        "dlt-group": b"notify",
        "dlt-reason": b"the value is no JSON",
    }
    assert raw not in (letter.value or b"")


def _names() -> None:
    raise KeyError(SECRET)


def _causes() -> None:
    try:
        _names()
    except KeyError as error:
        raise ValueError(f"no place for {error}") from error


def _reads() -> None:
    st.integers().validate(SECRET)  # type: ignore[call-arg]


@pytest.mark.parametrize("fails", [_names, _causes, _reads, lambda: int(SECRET), lambda: {"": 0}[SECRET]])
def test_a_reason_says_what_failed_and_where_and_quotes_no_value(fails: Callable[[], object]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it is
        fails()
    said = failed_at(caught.value)
    assert "张三" not in said
    assert "138" not in said
    assert type(caught.value).__name__ in said
    assert "tests/shared/kafka/test_dead_letters.py:" in said


@pytest.mark.parametrize(
    ("before", "after"), [(12 * DEAD_LETTER_RETENTION, DEAD_LETTER_RETENTION), (-1, DEAD_LETTER_RETENTION), (1000, 1000)]
)
async def test_dead_letters_go_after_thirty_days_also_on_a_topic_that_kept_them_longer(broker: Broker, before: int, after: int) -> None:
    topic = broker.name(dead_letters(INTAKE))
    given = {"retention.ms": str(before), "max.message.bytes": "5000"}
    await broker.create_topics()
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await becomes(admin, topic, broker.config(broker.topics[topic]))
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=given)])
        await becomes(admin, topic, given)
        await broker.create_topics()
        await becomes(admin, topic, given | {"retention.ms": str(after)})
    finally:
        await admin.close()


async def becomes(admin: AIOKafkaAdminClient, topic: str, wanted: dict[str, str]) -> None:
    """Wait until the broker says so of a topic: what is changed reaches it a moment later."""
    async with asyncio.timeout(10):
        while (await own_configs(admin, [topic])).get(topic) != wanted:
            await asyncio.sleep(0.02)
