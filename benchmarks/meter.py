"""What processes cost: processor time between two moments, and the most memory that they held, with all that they started."""

import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
PERIOD = 0.02
"""Seconds between two looks."""


def family(process_id: int) -> Iterator[int]:
    """A process and all below it that run."""
    yield process_id
    for listed in Path(f"/proc/{process_id}/task").glob("*/children"):
        for child in _text(listed).split():
            yield from family(int(child))


def cpu(process_id: int) -> float:
    """Seconds of processor time that a process has used, in all of its threads and those below it. A process that ended has none."""
    fields = [_text(Path(f"/proc/{each}/stat")).rpartition(")")[2].split() for each in family(process_id)]
    return sum(int(each[11]) + int(each[12]) for each in fields if each) / TICKS


def peak(process_id: int) -> float:
    """MiB of memory that a process held at most (VmHWM), with what those below it held at most."""
    lines = [line for each in family(process_id) for line in _text(Path(f"/proc/{each}/status")).splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _text(path: Path) -> str:
    """A file of /proc; empty where its process is gone."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Meter:
    """Looks at the processor time of processes again and again while the `with` lasts, in a thread."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._processes = processes
        self._seen: list[tuple[float, float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="meter")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def between(self, begun: float, ended: float) -> float:
        """Seconds of processor time used between two moments, in seconds since 1970."""
        return self._at(ended) - self._at(begun)

    def _look(self) -> None:
        while True:
            used = sum(map(cpu, self._processes))
            # One that ended is no longer seen, and has used what it had.
            self._seen.append((time.time(), max(used, self._seen[-1][1] if self._seen else 0.0)))
            if self._stop.wait(PERIOD):
                return

    def _at(self, moment: float) -> float:
        number = bisect_left(self._seen, (moment, 0.0))
        return self._seen[min(number, len(self._seen) - 1)][1]
