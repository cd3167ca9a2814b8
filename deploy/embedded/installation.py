"""The four services as child processes: started, watched, started again when one dies, stopped.

`Services(folder, environment)` is a context manager; the environment says by `XIAOHAO_` names where Kafka and MongoDB are.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import HTTPError
from urllib.request import urlopen

from deploy.embedded.ports import HOST, choose
from shared.settings import PREFIX

NAMES = ("intake", "ledger", "notify", "reporting")
CHECKOUT = Path(__file__).parents[2]
READY_SECONDS = 60.0
STOP_SECONDS = 30.0
"""A little more than a service gives itself to finish what is under way."""
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A service that ran this long and then dies is started again at once."""
LOG_TAIL_LINES = 20


class InstallationError(RuntimeError):
    """A service could not be started; the text ends with what it wrote last."""


class _Child:
    """One service: its process, and when to start it again."""

    def __init__(self, name: str, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.name, self.port, self.log = name, port, log
        self.address = f"http://{HOST}:{port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.again = 0.0
        self.pause = 0.0
        self._said_before = 0
        """Bytes of the log that are of earlier processes."""
        self._environment = {**environment, f"{PREFIX}HTTP_HOST": HOST, f"{PREFIX}HTTP_PORT": str(port)}

    def start(self) -> None:
        """Start it. It dies with the thread that calls this."""
        tied = str(Path(__file__).with_name("tied.py"))
        command = [sys.executable, "-IS", tied, str(os.getpid()), sys.executable, "-m", f"services.{self.name}.app"]
        with self.log.open("ab") as output:
            self._said_before = output.tell()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=CHECKOUT,
                env=self._environment,
                # A session of its own, so that Ctrl-C in a terminal reaches the parent alone, which then stops all in order.
                start_new_session=True,
            )
        self.started, self.again = time.monotonic(), 0.0

    def code(self) -> int | None:
        """Its exit code; none while it runs."""
        return self.process.poll() if self.process else None

    def ready(self) -> bool:
        """Whether it says that it can do its work."""
        try:
            with urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (OSError, HTTPError, HTTPException):
            return False

    def log_tail(self) -> str:
        """The last lines that it wrote, without those of the process before it."""
        lines = self.log.read_bytes()[self._said_before :].decode("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_TAIL_LINES:]) or "(its log has nothing to say)"


class Services:
    """The four services for as long as the `with` lasts, on the same ports as the last time in this folder where they are free."""

    def __init__(self, folder: Path, environment: Mapping[str, str], said: Callable[[str], None] = lambda _: None) -> None:
        self._folder, self._said = folder, said
        # A setting of the user's own counts only where the caller hands it on.
        self._environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        self._environment.update(environment)
        self._stop, self._up = threading.Event(), threading.Event()
        self._children: list[_Child] = []
        self._keeper = threading.Thread(target=self._keep, name="services")
        self._mishap: BaseException | None = None

    @property
    def address(self) -> dict[str, str]:
        """Where each service answers HTTP, by its name."""
        return {child.name: child.address for child in self._children}

    @property
    def pids(self) -> dict[str, int]:
        """The process of each service that was started, by its name."""
        return {child.name: child.process.pid for child in self._children if child.process}

    def __enter__(self) -> Self:
        logs = self._folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        for name, port in self._ports().items():
            self._children.append(_Child(name, port, self._environment, logs / f"{name}.log"))
        # A child dies with the thread that started it. So one thread, which lives as long as they do, starts and ends them all.
        self._keeper.start()
        try:
            self._await_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self._up.set()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._keeper.join()

    def _ports(self) -> dict[str, int]:
        note = self._folder / "services.json"
        last: dict[str, int] = {}
        with suppress(OSError, ValueError):
            last = json.loads(note.read_text())
        ports: dict[str, int] = {}
        for name in NAMES:
            ports[name] = choose(ports.values(), last.get(name))
        note.write_text(json.dumps(ports))
        return ports

    def _await_ready(self) -> None:
        limit = time.monotonic() + READY_SECONDS
        for child in self._children:
            while not child.ready():
                if self._mishap:
                    raise InstallationError(f"{child.name} could not be started: {self._mishap!r}")
                for each in self._children:
                    if (code := each.code()) is not None:
                        raise InstallationError(f"{each.name} ended with code {code} while starting:\n{each.log_tail()}")
                if time.monotonic() > limit:
                    raise InstallationError(f"{child.name} is not ready {READY_SECONDS:.0f} s after its start:\n{child.log_tail()}")
                time.sleep(0.05)

    def _keep(self) -> None:
        try:
            for child in self._children:
                child.start()
            while not self._stop.wait(0.2):
                if self._up.is_set():
                    for child in self._children:
                        self._tend(child)
        except BaseException as error:  # a thread's error would be lost unseen
            self._mishap = error
            raise
        finally:
            self._end()

    def _tend(self, child: _Child) -> None:
        """Start a service again that died: at once the first time, then after pauses that double."""
        code, now = child.code(), time.monotonic()
        if code is None:
            return
        if not child.again:
            if now - child.started > STEADY_SECONDS:
                child.pause = 0.0
            child.again = now + child.pause
            when = f"in {child.pause:.0f} s" if child.pause else "now"
            self._said(f"{child.name} ended with code {code}; it is started again {when}. See {child.log}")
            child.pause = min(max(1.0, child.pause * 2), LONGEST_PAUSE)
        if now >= child.again:
            child.start()

    def _end(self) -> None:
        running = [child.process for child in self._children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        limit = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
