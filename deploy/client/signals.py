"""How a program ends that is told to: what runs is cancelled, and cleans up first."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, being told to end, and the closing of the terminal."""


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
            ignore_signals()
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


def ignore_signals() -> None:
    """The end is under way: a second Ctrl-C must not cut it short."""
    for each in ENDS:
        signal.signal(each, signal.SIG_IGN)
