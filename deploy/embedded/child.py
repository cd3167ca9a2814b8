"""A child process: it dies with its parent, is waited for until it answers, and says by its log why it does not."""

import os
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

START_SECONDS = 60.0
LOG_TAIL_LINES = 20


class EmbeddedError(RuntimeError):
    """Kafka or mongod could not be started, or was asked of a run that did not start it."""


class Child:
    """One child process and its log. It dies with the thread that makes it."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str], held: TextIO | None = None
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._said_before = output.tell()
            # A session of its own, so that Ctrl-C in a terminal reaches the parent alone, which then stops all in order.
            # The lock on the folder goes with it: the folder is free when the last child is gone, not when the parent is.
            self.process = subprocess.Popen(
                [sys.executable, "-IS", str(Path(__file__).with_name("die_with_parent.py")), str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                pass_fds=[held.fileno()] if held else [],
            )

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def wait_until(self, answers: Callable[[], bool], given_up: threading.Event) -> None:
        """Wait until it answers. Raises EmbeddedError, with the end of its log, when it ends or is too slow."""
        limit = time.monotonic() + START_SECONDS
        while not answers():
            if not self.runs:
                raise EmbeddedError(f"{self.name} ended with code {self.process.returncode} while starting:\n{self.log_tail()}")
            if time.monotonic() > limit:
                raise EmbeddedError(f"{self.name} does not answer {START_SECONDS:.0f} s after its start:\n{self.log_tail()}")
            if given_up.wait(0.05):
                raise EmbeddedError(f"{self.name} was stopped while starting")

    def log_tail(self) -> str:
        """The last lines that it wrote, without those of the process before it and without what mongod notes for information."""
        lines = self.log.read_bytes()[self._said_before :].decode("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join([line for line in lines if '"s":"I"' not in line][-LOG_TAIL_LINES:]) or "(its log has nothing to say)"

    def await_end(self, seconds: float) -> None:
        """Wait until it has ended, as it was asked to; make it end when that takes longer."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: nothing is flushed or told."""
        self.process.kill()
        self.process.wait()


class Server(ABC):
    """Kafka or mongod: started again on the same data and port as often as is asked."""

    child: Child | None = None

    @abstractmethod
    def start(self) -> None:
        """Start its process, without waiting until it answers."""

    @abstractmethod
    def await_ready(self, child: Child, given_up: threading.Event) -> None:
        """Wait until it can be used. Raises EmbeddedError."""

    @property
    def pid(self) -> int | None:
        """Its process id, while it is there."""
        return self.child.process.pid if self.child else None

    def kill(self) -> None:
        """SIGKILL it."""
        if self.child:
            self.child.kill()
            self.child = None
