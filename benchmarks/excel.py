"""The Excel ledger of a large campaign: rows a second, memory that it takes above rest, and how long other requests wait meanwhile.

    .venv/bin/python -m benchmarks.excel --rows 100000

A small campaign goes through the real ledger and the real reporting. Then its rows are copied inside MongoDB, each issue under numbers of its own, until there
are as many as asked. Memory is what reporting and its children hold, of what several hold their share each (PSS), looked at each 20 ms. A request for one issue
is sent each 50 ms.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from pymongo import MongoClient

from benchmarks.work import DAY, STREAM_KEY, campaign, morning, opening, processes, publish, told
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled

ROOT = campaign()[1][0].id
ISSUES = 800
"""Of the campaign that is told."""
AT_ONCE = 20_000
"""Rows that are copied in one step."""


async def tell(run: Embedded, env: dict[str, str]) -> None:
    """Tell the small campaign."""
    broker = Broker(run.kafka_bootstrap)
    await broker.create_topics()
    services = [["-m", f"services.{name}.app"] for name in ("ledger", "reporting")]
    async with Settled(broker, readers=["reporting"]) as settled:
        with processes(services, env | {"XIAOHAO_HTTP_PORT": "0"}):
            for records in (opening(), morning(broker.partitions), told(ISSUES)):
                await publish(broker, records)
                await settled.wait(300)


def copy(uri: str, rows: int) -> int:
    """Copy issues until there are so many; gives how many there are."""
    with MongoClient[dict[str, Any]](uri) as client:
        issues = client["xiaohao-reporting"]["issues"]
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
        named = [{"_id": f"{ROOT}/{each}", "said": DAY, "name": f"职工{each}", "unit": unit} for each, unit in owners.items()]
        client["xiaohao-reporting"]["people"].insert_many(named)
        found, times = issues.count_documents({}), rows / first
        phases = client["xiaohao-reporting"]["phases"]
        for phase in phases.find({}, {"figures": 1}):
            grown = {name: round(figure * times) for name, figure in phase["figures"].items()}
            phases.update_one({"_id": phase["_id"]}, {"$set": {"figures": grown}})
        return found


def held(process: int) -> int:
    """Bytes that a process and its children hold."""
    total = 0
    with suppress(OSError):  # it ended meanwhile
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) << 10
        for thread in Path(f"/proc/{process}/task").iterdir():
            total += sum(map(held, map(int, (thread / "children").read_text().split())))
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


async def download(client: httpx.AsyncClient, path: str, to: Path) -> tuple[float, float, int]:
    """Seconds until the first bytes of the file, and until the last; and how many bytes it has."""
    begun, first, size = time.perf_counter(), 0.0, 0
    with to.open("wb") as file:
        async with client.stream("GET", path) as answer:
            answer.raise_for_status()
            async for part in answer.aiter_raw():
                first = first or time.perf_counter() - begun
                size += file.write(part)
    return first, time.perf_counter() - begun, size


async def measure(rows: int, rounds: int = 1, keep: Path | None = None) -> dict[str, Any]:
    """Fill, start reporting, download; `keep`: where the last file stays. Gives the figures, medians of the rounds and all rounds."""
    plan, _ = campaign()
    with Embedded() as run, tempfile.TemporaryDirectory() as folder:
        keys = Keys()
        secret = keys.add("reader", ROOT, ROOT, ("read",))
        keys.write(Path(folder, "keys.json"))
        port = choose([])
        env = {"KAFKA_BOOTSTRAP": run.kafka_bootstrap, "MONGODB_URI": run.mongodb_uri, "CLOCK": "told", "STREAM_KEY": STREAM_KEY}
        env |= {"KEYS_FILE": f"{folder}/keys.json", "HTTP_PORT": str(port)}
        env = {f"XIAOHAO_{name}": value for name, value in env.items()}
        await tell(run, env)
        found = await asyncio.to_thread(copy, run.mongodb_uri, rows)
        headers = {"Authorization": f"Bearer {secret}"}
        runs: list[dict[str, float]] = []
        with processes([["-m", "services.reporting.app"]], env) as [service]:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=600) as client:
                await _ready(client)
                issue = (await client.get("/api/issues", params={"limit": 1})).json()["items"][0]["href"]
                path, to, process = (
                    f"/api/campaigns/{plan.campaign}/ledger.xlsx",
                    keep or Path(folder, "ledger.xlsx"),
                    service.pid,
                )
                runs += [await _round(client, process, found, path, issue, to) for _ in range(rounds)]
        return {"rows": found, **{name: median(each[name] for each in runs) for name in runs[0]}, "runs": runs}


async def _round(client: httpx.AsyncClient, process: int, rows: int, path: str, issue: str, to: Path) -> dict[str, float]:
    seen, waits, rest = list[int](), list[float](), held(process)
    beside = [asyncio.create_task(memory(process, seen)), asyncio.create_task(others(client, issue, waits))]
    first, whole, size = await download(client, path, to)
    for each in beside:
        each.cancel()
    for ended in await asyncio.gather(*beside, return_exceptions=True):
        if isinstance(ended, Exception):  # it did not run to the end of the download
            raise ended
    return {
        "excel_rows_per_s": rows / whole,
        "first_byte_s": first,
        "whole_s": whole,
        "bytes": size,
        "excel_memory_mib": (max(seen) - rest) / 2**20,
        "excel_meanwhile_ms": max(waits) * 1000,
        "meanwhile_median_ms": median(waits) * 1000,
    }


async def _ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the file stays")
    given = parser.parse_args()
    figures = asyncio.run(measure(given.rows, given.rounds, given.keep))
    for each in figures["runs"]:
        print("  ".join(f"{name} {value:,.2f}" for name, value in each.items()))
    print(
        f"{figures['rows']:,} rows: {figures['excel_rows_per_s']:,.0f} rows/s, first bytes after {figures['first_byte_s']:.1f} s, "
        f"{figures['excel_memory_mib']:.0f} MiB above rest, other requests {figures['excel_meanwhile_ms']:.0f} ms at worst (medians of {given.rounds})"
    )


if __name__ == "__main__":
    main()
