"""The ledger as a file: a process beside the service makes it, and it is sent while it grows. Here stand processes in for that one which do one thing each."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

import httpx
import pytest

from services.reporting.http import files, making
from services.reporting.http.files import AT_ONCE, Turns
from services.reporting.http.making import Making, NotMade
from shared.http.problem import Problem
from tests.reporting.campaign import Campaign, ask
from tests.reporting.telling import PLAN

LEDGER = f"/api/campaigns/{PLAN.campaign}/ledger.xlsx"
SAYS = (
    "import os, sys, time, orjson; say = lambda b: os.write(1, b); head = lambda: say(orjson.dumps({'name': str(os.getpid())}) + b'\\n');"
)
FOR_EVER = "time.sleep(3600)"
"""A process that ends only by being ended."""


def does(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """The process runs this."""
    monkeypatch.setattr(making, "MAKER", (sys.executable, "-c", SAYS + program))


@asynccontextmanager
async def making_alone() -> AsyncIterator[Making]:
    """One file, whose turn it is at once."""
    made = Making(b"{}", nullcontext())
    try:
        yield made
    finally:
        await made.end()


async def whole(made: Making) -> bytes:
    """All of the file."""
    await made.said()
    return b"".join([part async for part in made.parts()])


async def gone(process: int) -> None:
    """Until a process has ended: the kernel says so."""
    try:
        there = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(there, ended.set)
    await ended.wait()
    asyncio.get_running_loop().remove_reader(there)
    os.close(there)


def open_pipes() -> set[str]:
    """The pipes that this process holds open. Sockets may come and go meanwhile: of the services that other tests ask."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("pipe:")}


async def test_the_file_is_sent_as_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, f"head(); say(b'begun'); {FOR_EVER}")
    async with making_alone() as made:
        process = int((await made.said()).name)
        async for part in made.parts():
            assert part == b"begun"
            os.kill(process, 0)  # it runs still
            break


async def test_what_is_whole_is_sent_whole_also_after_the_end_of_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, "head(); [say(bytes([n]) * 100_000) for n in range(50)]")
    async with making_alone() as made:
        await gone(int((await made.said()).name))
        assert b"".join([part async for part in made.parts()]) == b"".join(bytes([n]) * 100_000 for n in range(50))


async def test_a_client_that_reads_nothing_holds_up_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, "head(); [say(bytes(1_000_000)) for n in range(50)]")
    async with making_alone() as made:
        await gone(int((await made.said()).name))


async def test_a_client_that_goes_away_ends_the_process(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, f"head(); say(b'begun'); {FOR_EVER}")
    async with campaign.client() as client, client.stream("GET", LEDGER) as answer:
        process = int(answer.headers["content-disposition"].partition("''")[2])
        os.kill(process, 0)
    await gone(process)


async def test_a_process_that_is_ended_while_it_writes_is_gone_at_once_and_leaves_no_pipe_open(monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, "head(); [say(bytes(1_000_000)) for n in range(1_000_000)]")
    before = open_pipes()
    for steps in range(30):
        async with asyncio.timeout(60), making_alone() as made:
            await made.said()
            for _ in range(steps):
                await asyncio.sleep(0)
    assert open_pipes() - before == set()


@pytest.mark.parametrize("program", [FOR_EVER, "sys.exit(1)", "head(); sys.exit(1)"])
async def test_what_takes_too_long_or_fails_is_never_taken_for_whole(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, program)
    monkeypatch.setattr(making, "LONGEST", 0.0 if program == FOR_EVER else 60.0)
    async with making_alone() as made:
        with pytest.raises(NotMade):
            await whole(made)


async def test_a_process_killed_before_the_file_begins_is_answered_as_a_problem(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    does(monkeypatch, "os.kill(os.getpid(), 9)")
    async with campaign.client() as client:
        answer = await client.get(LEDGER)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["retry-after"]) == (503, "application/problem+json", "10")
    assert "could not be made" in answer.json()["detail"]


async def test_a_process_killed_within_the_file_breaks_the_answer_off(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, f"head(); say(b'begun'); {FOR_EVER}")
    async with campaign.client() as client, client.stream("GET", LEDGER) as answer:
        parts = answer.aiter_raw()
        assert await anext(parts) == b"begun"
        os.kill(int(answer.headers["content-disposition"].partition("''")[2]), signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(parts)


async def test_other_requests_are_answered_while_files_are_made(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, f"head(); say(b'begun'); {FOR_EVER}")
    async with campaign.client() as client, client.stream("GET", LEDGER) as answer:
        assert (await ask(campaign, "/api/issues", {"limit": 1}))["items"]
        os.kill(int(answer.headers["content-disposition"].partition("''")[2]), 0)  # it is made still


async def test_a_few_processes_run_at_a_time_the_next_when_one_ended_and_too_many_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, f"head(); {FOR_EVER}")
    turns = Turns(AT_ONCE + 1)
    first = [Making(b"{}", turns.taken()) for _ in range(AT_ONCE)]
    processes = [int((await made.said()).name) for made in first]
    next_one = Making(b"{}", turns.taken())
    too_many = Making(b"{}", turns.taken())
    with pytest.raises(Problem) as busy:
        await too_many.said()
    assert busy.value.status == 503
    asked = asyncio.create_task(next_one.said())
    await first[0].end()
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0], 0)
    os.kill(int((await asked).name), 0)
    for made in (*first, next_one, too_many):
        await made.end()


async def test_what_cannot_be_found_is_answered_as_where_figures_are_asked_for(campaign: Campaign) -> None:
    answers = [await ask(campaign, f"/api/campaigns/nowhere/{what}", status=404) for what in ("ledger.xlsx", "summary")]
    assert answers[0] == answers[1]


async def test_the_process_is_given_no_setting_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_STREAM_KEY", "a secret")
    does(monkeypatch, "head(); say(' '.join(os.environ).encode())")
    async with making_alone() as made:
        names = (await whole(made)).decode().split()
    assert "PATH" in names
    assert [name for name in names if name.startswith("XIAOHAO_")] == []


async def test_files_that_clients_do_not_take_are_kept_for_a_few_alone(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    does(monkeypatch, "head(); [say(bytes(1_000_000)) for n in range(50)]")
    monkeypatch.setattr(files, "UNSENT", 1)
    async with campaign.client() as client:
        async with client.stream("GET", LEDGER) as slow:
            await gone(int(slow.headers["content-disposition"].partition("''")[2]))
            while (refused := await client.get(LEDGER, timeout=60)).status_code != 503:
                await asyncio.sleep(0)  # its end is known to the kernel before it is to the service
            assert refused.headers["retry-after"] == "60"
        taken = 503
        while taken == 503:  # until it knows that the client went
            async with client.stream("GET", LEDGER) as answer:
                taken = answer.status_code
    assert taken == 200
