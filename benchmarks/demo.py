"""How long `xiaohao demo` takes, from the command to its last line, once everything is installed."""

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from time import perf_counter

from benchmarks.work import CHECKOUT


async def measure(bare: float, arguments: Sequence[str] = ()) -> dict[str, float]:
    """One run, beside what the bare loop would take at so many told events a second. Raises RuntimeError where the demo fails."""
    with tempfile.TemporaryDirectory() as out:
        began = perf_counter()
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.cli", "demo", "--out", out, *arguments),
            cwd=CHECKOUT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await running.communicate())[0].decode()
        seconds = perf_counter() - began
    told = re.search(r"([\d,]+)\s+events\s+to\s+tell", said)
    if running.returncode or told is None:
        raise RuntimeError(f"the demo ended with {running.returncode}: {said[-2000:]}")
    return {"demo_s": seconds, "demo_by_bare": seconds * bare / int(told[1].replace(",", ""))}
