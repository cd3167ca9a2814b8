"""A process beside the service that does one dangerous or heavy piece of work."""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shared.settings import PREFIX

CODE = Path(__file__).parents[1]


@asynccontextmanager
async def child(command: Sequence[str], environment: Mapping[str, str] | None = None, **streams: Any) -> AsyncIterator[Process]:
    """Run a command; `streams` are what `create_subprocess_exec` is given. It has none of our settings, whose secrets are none of its business.

    It ends here at the latest. What it wrote last is taken too: else the pipe stays open after its end.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=CODE, env=inherited | dict(environment or {}), start_new_session=True, **streams
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
