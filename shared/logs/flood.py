"""Keeps a line that comes again and again from filling the disk."""

import logging
from collections import Counter as Tally
from collections.abc import Callable, Hashable, Mapping
from time import monotonic

LINES = 20
"""Lines of one kind in a minute, at most."""
MINUTE = 60.0
KINDS = 100
"""Kinds that are told apart in a minute; further ones by their names alone."""
OF_ONE = frozenset({"event_id", "partition", "offset", "position", "trace_id", "tries", "records", "client", "key", "route", "upload"})
"""Fields by which no two lines differ in kind: which one it was of many that fared alike, and what whoever asks from outside can make up."""


class Flood(logging.Filter):
    """Lets the first lines of each kind in a minute through. How many were left out stands in the first of the next minute that has one."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._now = now
        self._since = now()
        self._lines, self._left_out = Tally[Hashable](), Tally[Hashable]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written."""
        if self._now() - self._since >= MINUTE:
            for kind, lines in self._lines.items():
                if lines > LINES:
                    self._left_out[kind] += lines - LINES
            for kind in list(self._left_out)[:-KINDS]:
                del self._left_out[kind]
            self._lines, self._since = Tally(), self._now()
        kind = _kind(record)
        if kind not in self._lines and len(self._lines) >= KINDS:
            kind = (kind[0],)
        self._lines[kind] += 1
        if self._lines[kind] > LINES:
            return False
        if (left_out := self._left_out.pop(kind, 0)) and isinstance(record.msg, dict):
            record.msg["left_out"] = left_out
        return True


def _kind(record: logging.LogRecord) -> tuple[Hashable, ...]:
    line = record.msg
    if not isinstance(line, Mapping):
        return (record.name, str(line))
    return (line["event"], *(f"{name}={value}" for name, value in line.items() if name != "event" and name not in OF_ONE))
