"""A child process of the embedded run: it dies with its parent, is waited for until it answers, and says by its log why it does not."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

START_SECONDS = 60.0
STOP_SECONDS = 20.0
LOG_TAIL_LINES = 20


class EmbeddedError(RuntimeError):
    """Kafka or mongod could not be started, or was asked of a run that did not start it."""


class Child:
    """One child process and its log."""

    def __init__(self, name: str, command: list[str], log: Path, held: TextIO, libraries: str = "") -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._said_before = output.tell()
            # A session of its own, so that Ctrl-C in a terminal reaches the parent alone, which then stops all in order.
            # The lock on the folder goes with it: the folder is free when the last child is gone, not when the parent is.
            self.process = subprocess.Popen(
                [sys.executable, "-IS", str(Path(__file__).with_name("tied.py")), str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                # Java reads the names of folders by the locale.
                env=os.environ | {"LC_ALL": "C.UTF-8"} | ({"LD_LIBRARY_PATH": libraries} if libraries else {}),
                start_new_session=True,
                pass_fds=[held.fileno()],
            )

    def until(self, answers: Callable[[], bool], given_up: threading.Event) -> None:
        """Wait until it answers. Fail with the end of its log when it ends or is too slow."""
        limit = time.monotonic() + START_SECONDS
        while not answers():
            if self.process.poll() is not None:
                raise EmbeddedError(f"{self.name} ended with code {self.process.returncode} while starting:\n{self.log_tail()}")
            if time.monotonic() > limit:
                raise EmbeddedError(f"{self.name} does not answer {START_SECONDS:.0f} s after its start:\n{self.log_tail()}")
            if given_up.wait(0.05):
                raise EmbeddedError(f"{self.name} was stopped while starting")

    def log_tail(self) -> str:
        """The last lines that it wrote, without those of the process before it and without what mongod notes for information."""
        lines = self.log.read_bytes()[self._said_before :].decode("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join([line for line in lines if '"s":"I"' not in line][-LOG_TAIL_LINES:]) or "(its log has nothing to say)"

    def stop(self) -> None:
        """Wait until it has ended, as it was asked to; make it end when that takes too long."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: nothing is flushed or told."""
        self.process.kill()
        self.process.wait()


def runs(child: Child | None) -> bool:
    """Whether there is one that has not ended."""
    return child is not None and child.process.poll() is None
