"""What this process logs in a block, as its services would write it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import orjson
import structlog

from shared.logs.catalogue import Level
from shared.logs.setup import LOGGER, QUIET, set_up


class Lines(StringIO):
    """What was written, and that it was JSON."""

    def all(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.getvalue().splitlines()]

    def named(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.all() if line["event"] == event]


@contextmanager
def logged(level: Level = "info", service: str = "ledger", lines: Lines | None = None) -> Iterator[Lines]:
    root, hook, lines = logging.getLogger(), sys.excepthook, lines or Lines()
    handlers, least = root.handlers[:], root.level
    root.handlers = []  # they are closed where others are set
    set_up(service, level, lines)
    try:
        yield lines
    finally:
        root.handlers, sys.excepthook = handlers, hook
        root.setLevel(least)
        for name in (LOGGER, *QUIET):
            logging.getLogger(name).setLevel(logging.NOTSET)
        structlog.reset_defaults()
