"""How the command line speaks: what a user can put right is said in words, without a traceback, and ends with code 1."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

err = Console(stderr=True)
MISTAKES = (
    *("SettingMistake", "KeysMistake", "YearMissing", "FileMistake", "Mistake", "NotTold"),
    *("EmbeddedError", "JarsError", "InstallationError", "Unavailable", "ValidationError", "HTTPError", "KafkaError"),
)
"""What a user can put right, by the names of the classes: their modules are not imported before they are needed."""
Result = TypeVar("Result")
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def plainly() -> Iterator[None]:
    """Say what a user can put right without a traceback; stop at Ctrl-C, SIGTERM, or when the terminal is closed."""

    def interrupted(number: int, frame: object) -> None:
        _end_is_under_way()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupted) for number in ENDS}
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped.")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except (OSError, TimeoutError) as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or str(error) or type(error).__name__}")
        raise typer.Exit(1) from None
    except Exception as error:
        if not {each.__name__ for each in type(error).__mro__} & set(MISTAKES):
            raise
        _say(_worded(error))
        raise typer.Exit(1) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interruptible(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """`asyncio.run` that a signal ends by cancelling what runs, with KeyboardInterrupt after it has cleaned up. In the main thread alone.

    Raised in the loop, the interrupt would strike whichever task is at work: it is lost there, or printed with a traceback.
    """
    struck = False

    async def run() -> Result:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task

        def interrupted(number: int, frame: object) -> None:
            nonlocal struck
            struck = True
            _end_is_under_way()
            loop.call_soon_threadsafe(task.cancel)  # wakes the loop too

        before = {number: signal.signal(number, interrupted) for number in ENDS}
        try:
            return await coroutine
        finally:
            if not struck:
                for number, handler in before.items():
                    signal.signal(number, handler)

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        if struck:
            raise KeyboardInterrupt from None
        raise


def _end_is_under_way() -> None:
    for each in ENDS:
        signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C must not cut it short


def _say(text: str) -> None:
    err.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def _worded(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False)
        return "\n".join(
            f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['msg']} (given: {str(each['input'])[:80]!r})" for each in found
        )
    return str(error) or type(error).__name__
