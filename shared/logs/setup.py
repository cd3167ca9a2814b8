"""How lines are written: JSON, one a line, on stderr; for people where that is a terminal. Those of libraries go the same way."""

import asyncio
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.kafka.dead_letters import failed_at
from shared.logs.catalogue import EVERY, FIELDS, Level
from shared.logs.flood import Flood
from shared.version import VERSION

LOGGER = "xiaohao"
"""Ours; whatever else there is belongs to libraries."""
QUIET = {
    "uvicorn.error": logging.ERROR,  # a line for whatever comes that is no HTTP: it is counted
    "aiokafka": logging.ERROR,  # its own retries are noise; ours are logged
    "aiokafka.consumer.group_coordinator": logging.CRITICAL,  # as are its errors while a new broker elects
}
KNOWN = frozenset({*EVERY, *FIELDS})

log = structlog.get_logger()


def set_up(service: str, level: Level, stream: TextIO | None = None) -> None:
    """Have all that this process logs written to `stream`, stderr where none is given.

    Libraries say no more than warnings whatever the level: at lower ones a driver quotes what it is given to store.
    """
    out = stream or sys.stderr
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: logging.getLogger(LOGGER),
        cache_logger_on_first_use=False,
    )
    render: Processor = (
        structlog.dev.ConsoleRenderer() if out.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, _of_library],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, stamp, _Whole(service), render],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.addFilter(Flood())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(LOGGER).setLevel(least)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    sys.excepthook = _escaped


def unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What the loop tells of a task that failed unseen: its own words may quote what the task was about."""
    error = context.get("exception")
    log.error("unhandled", cause=failed_at(error) if error else str(context.get("message", "")).split("\n")[0].split("<")[0][:200])


def _escaped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.error("ended", cause=failed_at(error), stack="".join(traceback.format_tb(trace)))


def _of_library(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Of what a library says the first line: behind it stands what it was about."""
    record: logging.LogRecord = line["_record"]
    error = record.exc_info[1] if record.exc_info else None
    record.exc_info = record.exc_text = record.stack_info = None
    said = {"logger": record.name, "detail": str(line["event"]).partition("\n")[0][:300]}
    kept = {name: line[name] for name in ("_record", "_from_structlog", "level")}
    return {**kept, "event": "library", **said, **({"cause": failed_at(error)} if error else {})}


class _Whole:
    """Gives a line what every line has, in one order, and nothing that the catalogue has no name for."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        if (book := line.get("book")) and "campaign" not in line:
            line["campaign"] = book.partition("/")[0]
        first = {"time": line.pop("time"), "level": line.pop("level"), "service": self._service, "event": line.pop("event")}
        return {**first, **{name: value for name, value in line.items() if name in KNOWN and value is not None}, "version": VERSION}
