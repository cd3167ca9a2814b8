"""Copies of the ledger as processes that a test starts, kills and stops."""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.settings import Settings
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[2]


class Copy:
    """One process, and what it writes."""

    def __init__(self, process: Process, log: Path) -> None:
        self.process, self._log = process, log

    @property
    def said(self) -> str:
        """All that it wrote to its standard error."""
        return self._log.read_text("utf-8", "replace")

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self.process.returncode is None

    async def started(self) -> None:
        """Wait until it serves."""
        await until(lambda: '"started"' in self.said or not self.running)
        assert self.running, self.said

    async def ends(self, seconds: float = 30) -> int:
        """Wait for its end; gives the exit code."""
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def outlives(self, seconds: float) -> bool:
        """Whether it still lives after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self.process.wait()
        except TimeoutError:
            return True
        return False

    async def kill(self) -> None:
        """SIGKILL."""
        if self.running:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        return await self.ends()


class Copies:
    """All copies of one test; none outlives it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._all: list[Copy] = []

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="xiaohao-copies-")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, copy in enumerate(self._all):
            if error is not None:
                print(f"copy {number}, exit code {copy.process.returncode}: {copy.said[-3000:]}")  # noqa: T201  shown where a test fails
            await copy.kill()
        self._folder.cleanup()

    async def start(self, *faults: str, **changes: str) -> Copy:
        """Start a copy; `changes` are settings that it alone has."""
        given = self._settings
        env = {
            "XIAOHAO_KAFKA_BOOTSTRAP": given.kafka_bootstrap,
            "XIAOHAO_MONGODB_URI": given.mongodb_uri.get_secret_value(),
            "XIAOHAO_NAMESPACE": given.namespace,
            "XIAOHAO_PARTITIONS": str(given.partitions),
            "XIAOHAO_CLOCK": given.clock,
            "XIAOHAO_STREAM_KEY": STREAM_KEY.get_secret_value(),
            "XIAOHAO_HTTP_PORT": "0",
            "XIAOHAO_BATCH": str(given.batch),
        } | {f"XIAOHAO_{name.upper()}": value for name, value in changes.items()}
        log = Path(self._folder.name, f"{len(self._all)}.log")
        with log.open("wb") as output:  # noqa: ASYNC230  a local file
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.copy", *faults, env=os.environ | env, stderr=output, stdout=output, cwd=CHECKOUT
            )
        self._all.append(Copy(process, log))
        return self._all[-1]


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)
