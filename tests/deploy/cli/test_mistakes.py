"""How the command line ends."""

import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
    import asyncio, os, signal
    from deploy.cli.command import mistakes_in_words
    from deploy.client.signals import interruptible

    async def other():
        os.kill(os.getpid(), {signal})  # strikes while this task is at work, not the one that waits for it
        os.kill(os.getpid(), {signal})  # and again by an impatient user
        await asyncio.sleep(3600)

    async def main():
        try:
            await asyncio.gather(other(), other())
        finally:
            await asyncio.sleep(0)
            print("cleaned up", flush=True)

    with mistakes_in_words():
        interruptible(main())
"""


@pytest.mark.parametrize("signal", ["signal.SIGINT", "signal.SIGTERM", "signal.SIGHUP"])
def test_a_signal_that_strikes_any_task_ends_all_in_order_and_without_a_traceback(signal: str) -> None:
    program = textwrap.dedent(PROGRAM).format(signal=signal) + "\n"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout == "cleaned up\n", ran.stderr
    assert ran.stderr.startswith("Stopped.\n")
    assert "never retrieved" not in ran.stderr
