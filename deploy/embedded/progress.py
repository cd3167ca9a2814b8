"""How far the fetching of Apache Kafka is, which the first start on a machine waits for."""

import sys
from collections.abc import Callable

from rich.status import Status

Progress = Callable[[int, int], None]
"""Told of files fetched so far, and of how many in all."""
STARTING = "Starting Apache Kafka, mongod and the four services …"


def on_status(status: Status) -> Progress:
    """Shown in a status line that says else that all is starting."""

    def fetched(done: int, of: int) -> None:
        status.update(_said(done, of) if done < of else STARTING)

    return fetched


def on_stderr(done: int, of: int) -> None:
    """One line that is written over on a terminal; elsewhere a line at the start and one at the end."""
    terminal = sys.stderr.isatty()
    if terminal or done in (0, of):
        sys.stderr.write(_said(done, of) + ("\r" if terminal and done < of else "\n"))
        sys.stderr.flush()


def _said(done: int, of: int) -> str:
    return f"Fetching Apache Kafka, once: {done} of {of} files"
