"""The Excel ledger of a large campaign: rows a second, memory that it takes above rest, and how long other requests wait meanwhile.

A small campaign goes through the real ledger and the real reporting. Then its rows are copied inside MongoDB, each issue under numbers of its own, until there
are as many as asked. Memory is what reporting and its children hold, of what several hold their share each (PSS), looked at each 20 ms. A request for one issue
is sent each 50 ms.
"""

import asyncio
import re
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from benchmarks.meter import family
from benchmarks.rates import PATIENCE, apart, environment
from benchmarks.wire import ready
from benchmarks.work import DAY, Work, morning, processes, publish
from deploy.client.key_register import keep
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled

ROWS = 100_000
DATABASE = "xiaohao-reporting"
AT_ONCE = 20_000
"""Rows that are copied in one step."""


async def tell(broker: Broker, work: Work, env: dict[str, str]) -> None:
    """Tell the small campaign."""
    services = [["-m", f"services.{name}.app"] for name in ("ledger", "reporting")]
    async with Settled(broker, readers=["reporting"]) as settled:
        with processes(services, env | {"XIAOHAO_HTTP_PORT": "0"}):
            for records in (work.opening(), morning(broker.partitions), work.told()):
                await publish(broker, records)
                await settled.wait(PATIENCE)


def copy(uri: str, database: str, root: str, rows: int) -> int:
    """Copy issues until there are so many; gives how many there are."""
    with MongoClient[dict[str, Any]](uri) as client:
        issues = client[database]["issues"]
        there = list(issues.find({"origin": None, "handed_to": None}))
        first, made = issues.count_documents({}), []
        for number in range(rows - first):
            row, again = there[number % len(there)], 1 + number // len(there)
            own = row["number"] + again * 10_000
            made.append(row | {"_id": f"{row['_id']}-{again}", "number": own, "place": f"{row['book']}#{own:09}"})
            if len(made) == AT_ONCE or number == rows - first - 1:
                issues.insert_many(made, ordered=False)
                made = []
        owners = {row["owner"]: row["unit"] for row in there if row["owner"]}
        named = [{"_id": f"{root}/{each}", "said": DAY, "name": f"职工{each}", "unit": unit} for each, unit in owners.items()]
        client[database]["people"].insert_many(named)
        found, times = issues.count_documents({}), rows / first
        phases = client[database]["phases"]
        for phase in phases.find({}, {"figures": 1}):
            grown = {name: round(figure * times) for name, figure in phase["figures"].items()}
            phases.update_one({"_id": phase["_id"]}, {"$set": {"figures": grown}})
        return found


def held(process: int) -> int:
    """Bytes that a process and its children hold. A child that has not begun its own program yet holds what its parent does, and is not counted."""
    total, program = 0, Path(f"/proc/{process}/cmdline").read_bytes()
    for each in family(process):
        with suppress(OSError):  # it ended meanwhile
            if each == process or Path(f"/proc/{each}/cmdline").read_bytes() != program:
                shares = re.findall(r"^Pss: +(\d+) kB", Path(f"/proc/{each}/smaps_rollup").read_text(), re.MULTILINE)
                total += sum(map(int, shares)) << 10
    return total


async def memory(process: int, seen: list[int]) -> None:
    """See again and again what is held."""
    while True:
        seen.append(await asyncio.to_thread(held, process))
        await asyncio.sleep(0.02)


async def others(client: httpx.AsyncClient, address: str, waits: list[float]) -> None:
    """Ask for something small again and again, whether or not what was asked before was answered."""

    async def ask() -> None:
        begun = time.perf_counter()
        (await client.get(address)).raise_for_status()
        waits.append(time.perf_counter() - begun)

    async with asyncio.TaskGroup() as asked:
        for number in count():
            asked.create_task(ask(), name=f"request {number}")
            await asyncio.sleep(0.05)


async def download(client: httpx.AsyncClient, path: str, to: Path) -> float:
    """Seconds until all of the file is there."""
    begun = time.perf_counter()
    with to.open("wb") as file:
        async with client.stream("GET", path) as answer:
            answer.raise_for_status()
            async for part in answer.aiter_raw():
                file.write(part)
    return time.perf_counter() - begun


async def measure(servers: Embedded, work: Work, rounds: int, rows: int = ROWS) -> list[dict[str, float]]:
    """Fill, start reporting, download: the figures of each round."""
    root = work.units[0].id
    async with apart(servers) as broker:
        with tempfile.TemporaryDirectory() as folder:
            keys = Keys()
            secret = keys.add("reader", root, root, ("read",))
            await keep(keys, {}, servers.mongodb_uri, broker.namespace)
            port = choose([])
            env = environment(servers, broker) | {"XIAOHAO_HTTP_PORT": str(port)}
            await tell(broker, work, env)
            found = await asyncio.to_thread(copy, servers.mongodb_uri, broker.namespace + DATABASE, root, rows)
            address, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {secret}"}
            with processes([["-m", "services.reporting.app"]], env) as [service]:
                await ready(address)
                async with httpx.AsyncClient(base_url=address, headers=headers, timeout=600, trust_env=False) as client:
                    issue = (await client.get("/api/issues", params={"limit": 1})).json()["items"][0]["href"]
                    path, to = f"/api/campaigns/{work.plan.campaign}/ledger.xlsx", Path(folder, "ledger.xlsx")
                    return [await _round(client, service.pid, found, path, issue, to) for _ in range(rounds)]


async def _round(client: httpx.AsyncClient, process: int, rows: int, path: str, issue: str, to: Path) -> dict[str, float]:
    seen, waits, rest = list[int](), list[float](), held(process)
    beside = [asyncio.create_task(memory(process, seen)), asyncio.create_task(others(client, issue, waits))]
    whole = await download(client, path, to)
    for each in beside:
        each.cancel()
    for ended in await asyncio.gather(*beside, return_exceptions=True):
        if isinstance(ended, Exception):  # it did not run to the end of the download
            raise ended
    return {
        "excel_rows_per_s": rows / whole,
        "excel_memory_mib": (max(seen) - rest) / 2**20,
        "excel_meanwhile_ms": max(waits) * 1000,
    }
