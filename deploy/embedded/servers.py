"""The embedded run: Apache Kafka and mongod, the real ones, as child processes on a machine that has neither.

    with Embedded() as run:
        print(run.kafka_bootstrap, run.mongodb_uri)

Where `KAFKA_BOOTSTRAP` or `MONGODB_URI` is set, that one is used and nothing is started in its place.
"""

import fcntl
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TextIO

from deploy.embedded.child import EmbeddedError, Server
from deploy.embedded.jars import Progress, class_path, on_stderr
from deploy.embedded.kafka import Kafka
from deploy.embedded.mongod import Mongod
from deploy.embedded.ports import choose_all
from deploy.embedded.secured import Secured
from shared.kafka.broker import Broker
from shared.kafka.security import Security
from shared.settings import read_settings

STOP_SECONDS = 20.0
Given = ParamSpec("Given")


class Embedded:
    """One Kafka and one mongod for as long as the `with` lasts; with a directory, the same data again the next time.

    Plain, or secured as is said; a broker that is given lets us in as the settings say.
    """

    def __init__(self, directory: Path | None = None, fetched: Progress = on_stderr, secured: Secured | None = None) -> None:
        self.kafka_bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "")
        self.mongodb_uri = os.environ.get("MONGODB_URI", "")
        self._given = directory
        self._fetched, self._secured = fetched, secured
        self._kafka: Kafka | None = None
        self._mongod: Mongod | None = None

    @property
    def directory(self) -> Path:
        """Where the data and the logs lie while it runs."""
        return self._directory

    def broker(self, namespace: str = "", partitions: int = 4) -> Broker:
        """The Kafka of this run, by the names of an installation. Raises SettingMistake."""
        found = self._kafka.broker if self._kafka else Broker(self.kafka_bootstrap, security=Security.of(read_settings()))
        return replace(found, namespace=namespace, partitions=partitions)

    @property
    def kafka_pid(self) -> int | None:
        """The broker's process id, while it runs and is ours."""
        return self._kafka.pid if self._kafka else None

    @property
    def mongod_pid(self) -> int | None:
        """The database's process id, while it runs and is ours."""
        return self._mongod.pid if self._mongod else None

    def __enter__(self) -> Self:
        self._directory = self._given.resolve() if self._given else Path(tempfile.mkdtemp(prefix="xiaohao-"))
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)  # mails, data and secrets lie in it
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
        self._keep(self._stop)
        self._keeper.shutdown()
        self._held.close()
        if self._given is None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def start_kafka(self) -> None:
        """Start the broker again on its data and port."""
        self._start_again(_require_own(self._kafka, "KAFKA_BOOTSTRAP"))

    def start_mongod(self) -> None:
        """Start the database again on its data and port."""
        self._start_again(_require_own(self._mongod, "MONGODB_URI"))

    def kill_kafka(self) -> None:
        """SIGKILL the broker."""
        _require_own(self._kafka, "KAFKA_BOOTSTRAP").kill()

    def kill_mongod(self) -> None:
        """SIGKILL the database."""
        _require_own(self._mongod, "MONGODB_URI").kill()

    def tend(self, said: Callable[[str], None]) -> None:
        """Start what died again, on its data and port, and say so. Raises EmbeddedError where it does not come up."""
        for server in self._servers():
            if (child := server.child) and not child.runs:
                said(f"{child.name} ended with code {child.process.returncode}; it is started again now. See {child.log}")
                self._start_again(server)

    def _servers(self) -> list[Server]:
        return [server for server in (self._kafka, self._mongod) if server]

    def _keep(self, act: Callable[Given, None], *arguments: Given.args, **named: Given.kwargs) -> None:
        """Do it in the thread that starts and ends all children."""
        self._keeper.submit(act, *arguments, **named).result()

    def _start(self) -> None:
        own = ("certificate",) if self._secured else ()
        self.ports = choose_all(("kafka", "controller", "mongod", *own), self._directory / "ports.json")
        if not self.mongodb_uri:
            self._mongod = Mongod(self._directory, self.ports["mongod"], self._held, self._secured)
            self.mongodb_uri = self._mongod.uri
            self._keep(self._mongod.start)
        if not self.kafka_bootstrap:
            # Fetched by this thread, which Ctrl-C reaches; mongod starts meanwhile.
            self._kafka = Kafka(self._directory, self.ports, self._held, class_path(self._fetched), self._secured)
            self.kafka_bootstrap = self._kafka.broker.bootstrap
            self._keep(self._kafka.format, self._given_up)
            self._keep(self._kafka.start)
        for server in self._servers():
            self._await(server)

    def _start_again(self, server: Server) -> None:
        if not (server.child and server.child.runs):
            self._keep(server.start)
            self._await(server)

    def _await(self, server: Server) -> None:
        if server.child:
            self._keep(server.await_ready, server.child, self._given_up)

    def _stop(self) -> None:
        servers = self._servers()
        for server in servers:
            if server.child:
                server.child.process.terminate()
        for server in servers:
            if server.child:
                server.child.await_end(STOP_SECONDS)
            server.child = None


def _require_own(server: Server | None, variable: str) -> Server:
    if server is None:
        raise EmbeddedError(f"{variable} is set, so this one was not started here and can be neither killed nor started")
    return server


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
