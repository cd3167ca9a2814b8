"""What kills a feeder, its broker and its door: each event that a bureau spooled counts once, and none overtakes another of its book."""

import asyncio
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from deploy.client.spool import Spool
from deploy.embedded.ports import HOST, choose
from deploy.embedded.servers import Embedded
from services.intake.app import build
from shared.http.access import Keys
from shared.http.service import Service
from shared.settings import Settings
from tests.faults.campaign import AT, BOOKS, ROOT, book, issue
from tests.faults.copies import CHECKOUT, until
from tests.faults.crash.installation import opened, settled_on
from tests.faults.parts import ledger, oracle_of

EVENTS, KILLS, WRONG = 3_000, 6, 150
"""How many events are told, how often the feeder is killed, and which of the events are refused at the door: each so many'th."""


def event(number: int) -> dict[str, Any]:
    """One of them; each book has its turn."""
    of = book(number % BOOKS)
    category = "none of the plan" if number % WRONG == 1 else "flow"
    return {
        "specversion": "1.0",
        "id": f"{number:05}",
        "type": "IssueReported",
        "subject": issue(of, "").replace("bureau-1", "town") + f"{number:05}",
        "time": AT.isoformat(),
        "data": {"text": "候诊时间过长", "category": category, "channel": "survey"},
    }


class Doors:
    """The intakes of a test, one after another at one address."""

    def __init__(self, settings: Settings) -> None:
        self.keys = Keys()
        self.secret = self.keys.add("town", "town", ROOT, ["tell"])
        self.port = choose(())
        self._settings, self._all = settings, list[Service]()

    def took(self, events: int) -> Callable[[], bool]:
        """Whether they took so many events, those among them that they were told again."""
        named = {"outcome": "accepted", "reason": ""}
        return lambda: sum(each.registry.get_sample_value("xiaohao_intake_events_total", named) or 0 for each in self._all) >= events

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """One of them."""
        service = build(self._settings, keys=self.keys, patience=2)
        self._all.append(service)
        await service.start()
        try:
            async with service.serving(HOST, self.port):
                yield
        finally:
            await service.stop()


@asynccontextmanager
async def process(command: Sequence[str], said: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process, which is killed in the end."""
    with said.open("ab") as output:
        running = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT, stdout=output, stderr=output)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


class TestTheFeeder:
    """What kills whoever feeds from behind a bad line."""

    async def test_each_event_counts_once_and_in_order_through_kills_and_an_outage(
        self, fragile: Embedded, on_fragile: Settings, tmp_path: Path
    ) -> None:
        seed = random.randrange(10**6)
        print(f"seed {seed}")  # noqa: T201  shown where a test fails
        draw, spool, doors, said = random.Random(seed), Spool(tmp_path / "spool"), Doors(on_fragile), tmp_path / "said"
        spool.put(event(number) for number in range(EVENTS // 2))
        kills = sorted(draw.sample(range(EVENTS * 2 // 3), KILLS))
        outage, restart = draw.sample(kills[: KILLS // 2], 2)  # while much is left to tell
        url = f"http://{HOST}:{doors.port}"
        command = [
            sys.executable,
            "-m",
            "deploy.cli",
            "feed",
            "--spool",
            str(spool.folder),
            "--follow",
            "--url",
            url,
            "--key",
            doors.secret,
        ]
        await opened(on_fragile)
        async with AsyncExitStack() as door:
            await door.enter_async_context(doors.open())
            async with settled_on(on_fragile, ["intake"]) as settled:
                await settled.wait()
            for kill in kills:
                async with process(command, said) as feeder:
                    if kill == kills[0]:
                        spool.put(event(number) for number in range(EVENTS // 2, EVENTS))
                    await until(doors.took(kill), 60)
                    assert feeder.returncode is None
                    if kill == outage:
                        await asyncio.to_thread(fragile.kill_kafka)
                        await until(lambda: "answered 503" in said.read_text("utf-8"))
                        await asyncio.to_thread(fragile.start_kafka)
                    if kill == restart:
                        await door.aclose()
                        await until(lambda: "nothing answers at" in said.read_text("utf-8"))
                        await door.enter_async_context(doors.open())
            async with process(command, said):
                await until(lambda: spool.left() == 0, 60)
        async with settled_on(on_fragile) as settled, ledger(on_fragile):
            await settled.wait()
        wanted, found = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for number in range(EVENTS):
            if number % WRONG != 1:
                wanted[book(number % BOOKS)].append(f"{number:05}")
        recorded = [each for each in oracle_of(on_fragile).recorded() if each["source"] == "town"]
        for each in sorted(recorded, key=lambda each: each["first"]):
            found[each["book"]].append(each["id"])
        assert found == wanted
        refused = [orjson.loads(line)["event"]["id"] for line in spool.refused.read_bytes().splitlines()]
        assert refused == [f"{number:05}" for number in range(EVENTS) if number % WRONG == 1]
        assert await oracle_of(on_fragile).findings() == []
