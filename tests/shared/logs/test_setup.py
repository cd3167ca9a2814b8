"""How lines are written: JSON with fixed names, those of libraries too, and nothing that an exception or a driver quotes."""

import asyncio
import logging
import sys
from datetime import datetime

import pytest
import structlog

from shared.faults import Unavailable
from shared.logs.catalogue import EVERY
from shared.logs.setup import unhandled
from shared.logs.why import why
from shared.version import VERSION
from tests.logged import Lines, logged

log = structlog.get_logger()
CANARY = "张三丰 13800138000"


def test_a_line_has_what_every_line_has_and_its_own_fields() -> None:
    with logged(service="notify") as lines:
        log.info("phase closed", book="c-2019/h1", phase="P1")
    (line,) = lines.all()
    assert line.keys() == {*EVERY, "book", "campaign", "phase"}
    assert (line["event"], line["level"], line["service"], line["version"]) == ("phase closed", "info", "notify", VERSION)
    assert (line["campaign"], line["phase"]) == ("c-2019", "P1")
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None


def test_a_field_that_the_catalogue_does_not_know_is_not_written() -> None:
    with logged() as lines:
        log.info("started", address="http://x", recipient=CANARY, rule=None)
    assert lines.all()[0].keys() == {*EVERY, "address"}


@pytest.mark.parametrize(("level", "seen"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_is_the_least_that_is_written(level: str, seen: int) -> None:
    with logged(level) as lines:  # type: ignore[arg-type]
        for each in ("debug", "info", "warning", "error"):
            getattr(log, each)("batch")
    assert len(lines.all()) == seen


def test_a_library_says_its_first_line_and_no_more_than_warnings_at_any_level() -> None:
    with logged("debug") as lines:
        library = logging.getLogger("pymongo.command")
        library.debug("insert %s", CANARY)
        library.info("insert %s", CANARY)
        library.warning("slow at %s\n%s", "mongo:27017", CANARY)
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    warned, failed = lines.all()
    assert (warned["event"], warned["logger"], warned["detail"]) == ("library", "pymongo.command", "slow at mongo:27017")
    assert failed["cause"].startswith("ValueError at tests/shared/logs/test_setup.py:")
    assert CANARY not in lines.getvalue()


async def test_a_task_that_fails_unseen_is_logged_without_its_words() -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    with logged() as lines:
        asyncio.get_running_loop().set_exception_handler(unhandled)
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        del task
        asyncio.get_running_loop().call_exception_handler({"message": f"Task was destroyed <Task {CANARY}>"})
        asyncio.get_running_loop().set_exception_handler(None)
    assert [each["cause"].partition(" at ")[0] for each in lines.named("unhandled")] == ["ValueError", "Task was destroyed "]
    assert CANARY not in lines.getvalue()


def test_what_escapes_a_process_is_logged_with_its_frames_and_without_its_words() -> None:
    with logged() as lines:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    (line,) = lines.named("ended")
    assert "test_setup.py" in line["stack"]
    assert CANARY not in lines.getvalue()


def test_for_a_person_at_a_terminal_it_is_no_json() -> None:
    class Terminal(Lines):
        def isatty(self) -> bool:
            return True

    with logged(lines=Terminal()) as lines:
        log.warning("retry", topic="campaign.intake", cause="held")
    assert "retry" in lines.getvalue()
    assert not lines.getvalue().startswith("{")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("MongoDB does not answer"), "MongoDB does not answer"),
        (Unavailable(), "Unavailable"),
        (ValueError(CANARY), "ValueError"),
    ],
)
def test_only_what_quotes_no_record_is_told_in_its_own_words(error: Exception, said: str) -> None:
    assert why(error) == said
