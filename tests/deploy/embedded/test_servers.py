"""The embedded run is the real Kafka and the real mongod, and leaves nothing behind."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import MongoClient

from deploy.embedded.child import EmbeddedError
from deploy.embedded.servers import Embedded

SECONDS = 30
CHECKOUT = Path(__file__).parents[3]
HOLD_A_RUN = """
from deploy.embedded.servers import Embedded
with Embedded() as run:
    print(run.kafka_pid, run.mongod_pid, run.directory, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP", raising=False)
    monkeypatch.delenv("MONGODB_URI", raising=False)


def test_what_is_written_survives_sigkill_of_both_and_a_restart_on_the_same_directory(tmp_path: Path) -> None:
    directory = tmp_path / "台账 2019"
    with Embedded(directory) as run:
        first = (run.kafka_bootstrap, run.mongodb_uri)
        asyncio.run(_make_topic(run.kafka_bootstrap))
        asyncio.run(_tell(run.kafka_bootstrap, b"before"))
        with _collection(run) as notes:
            notes.insert_one({"_id": "before"})

        killed = (run.kafka_pid, run.mongod_pid)
        run.kill_kafka()
        run.kill_mongod()
        assert (run.kafka_pid, run.mongod_pid) == (None, None)
        run.start_kafka()
        run.start_mongod()

        assert (run.kafka_bootstrap, run.mongodb_uri) == first
        assert run.kafka_pid not in killed
        asyncio.run(_tell(run.kafka_bootstrap, b"after"))
        with _collection(run) as notes:
            notes.insert_one({"_id": "after"})

    with Embedded(directory) as run:
        assert (run.kafka_bootstrap, run.mongodb_uri) == first
        assert asyncio.run(_told(run.kafka_bootstrap, 2)) == [b"before", b"after"]
        with _collection(run) as notes:
            assert [note["_id"] for note in notes.find()] == ["before", "after"]


def test_what_died_is_started_again_on_its_data_and_port_and_said() -> None:
    with Embedded() as run:
        asyncio.run(_make_topic(run.kafka_bootstrap))
        asyncio.run(_tell(run.kafka_bootstrap, b"before"))
        first, said = (run.kafka_bootstrap, run.mongodb_uri), list[str]()
        run.tend(said.append)
        assert said == [], "nothing died"
        for pid in (run.kafka_pid, run.mongod_pid):
            assert pid
            os.kill(pid, signal.SIGKILL)
        while len(said) < 2:
            run.tend(said.append)
        assert sorted(line.partition(";")[0] for line in said) == ["Kafka ended with code -9", "mongod ended with code -9"]
        assert (run.kafka_bootstrap, run.mongodb_uri) == first
        assert asyncio.run(_told(run.kafka_bootstrap, 1)) == [b"before"]
        with _collection(run) as notes:
            notes.insert_one({"_id": "after"})


def test_a_directory_is_found_again_when_its_ports_are_taken(tmp_path: Path) -> None:
    with Embedded(tmp_path) as run:
        first = (run.kafka_bootstrap, run.mongodb_uri)
        asyncio.run(_make_topic(run.kafka_bootstrap))
        asyncio.run(_tell(run.kafka_bootstrap, b"before"))
        with _collection(run) as notes:
            notes.insert_one({"_id": "before"})
    (tmp_path / "ports.json").unlink()

    with Embedded(tmp_path) as run:
        assert (run.kafka_bootstrap, run.mongodb_uri) != first
        asyncio.run(_tell(run.kafka_bootstrap, b"after"))
        assert asyncio.run(_told(run.kafka_bootstrap, 2)) == [b"before", b"after"]
        with _collection(run) as notes:
            assert [note["_id"] for note in notes.find()] == ["before"]


def test_mongod_takes_transactions() -> None:
    with Embedded() as run, MongoClient[dict[str, Any]](run.mongodb_uri) as client, client.start_session() as session:
        with session.start_transaction():
            client.test.notes.insert_one({"_id": "kept"}, session=session)
        with session.start_transaction():
            client.test.notes.insert_one({"_id": "dropped"}, session=session)
            session.abort_transaction()
        assert [note["_id"] for note in client.test.notes.find()] == ["kept"]


def test_nothing_is_left_running_or_lying_about_after_the_end() -> None:
    with Embedded() as run:
        kafka, mongod, directory = run.kafka_pid, run.mongod_pid, run.directory
        assert directory.is_dir()
    assert kafka
    assert mongod
    assert not _runs(kafka)
    assert not _runs(mongod)
    assert not directory.exists()
    assert (run.kafka_pid, run.mongod_pid) == (None, None)


def test_both_die_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD_A_RUN], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        kafka, mongod, directory = parent.stdout.readline().decode().split()
        watched = [os.pidfd_open(int(kafka)), os.pidfd_open(int(mongod))]
        try:
            parent.send_signal(signal.SIGKILL)
            for pid in watched:
                ended, _, _ = select.select([pid], [], [], SECONDS)
                assert ended
        finally:
            for pid in watched:
                os.close(pid)
    # Its folder is left, as a killed process cannot clear up; another run may have it at once.
    with Embedded(Path(directory)) as run:
        assert run.kafka_pid
    subprocess.run(["rm", "-r", directory], check=True)


def test_a_start_that_fails_says_so_with_the_end_of_the_log_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "given:9092")
    (tmp_path / "mongod").mkdir()
    (tmp_path / "mongod" / "storage.bson").write_text("not a database")
    run = Embedded(tmp_path)
    with pytest.raises(EmbeddedError, match=r"mongod ended with code 1?\d+ while starting:\n.*InvalidBSON"), run:
        pass
    assert run.mongod_pid is None


def test_a_broker_and_a_database_that_are_given_are_used_and_none_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "given:9092")
    monkeypatch.setenv("MONGODB_URI", "mongodb://given")
    with Embedded() as run:
        assert (run.kafka_bootstrap, run.mongodb_uri) == ("given:9092", "mongodb://given")
        assert (run.kafka_pid, run.mongod_pid) == (None, None)
        with pytest.raises(EmbeddedError, match="KAFKA_BOOTSTRAP is set"):
            run.kill_kafka()
        with pytest.raises(EmbeddedError, match="MONGODB_URI is set"):
            run.start_mongod()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _collection(run: Embedded) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](run.mongodb_uri) as client:
        yield client.test.notes


async def _make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic("notes", 1, 1)])
    finally:
        await admin.close()


async def _tell(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait("notes", value)


async def _told(bootstrap: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer("notes", bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        async with asyncio.timeout(SECONDS):
            return [(await consumer.getone()).value for _ in range(count)]
