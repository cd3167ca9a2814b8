"""How long reporting takes to answer with pages, lists and the Word report of a campaign with so many issues in 2,000 units: p50 and p99 by route.

    python -m benchmarks.pages --issues 1000000 --dir out/filled     # a folder keeps what was filled for the next time

Reporting runs as it is deployed, as a process of its own; one request follows another. Where a row says `anew`, one more issue was entered before each
request, so that figures and charts are those of now and never those of the request before.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.filled import Filled, fill
from benchmarks.work import STREAM_KEY, processes
from deploy.client.key_register import keep
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from services.reporting.http.filters import cursor_of
from shared.http.access import FASTEST, Keys
from shared.mongo import Mongo

NAMESPACE, PARTITIONS = "b-", 4
CAMPAIGN = "campaign page, root, anew"
ISSUES = 1_000_000
KINDS = {"page_campaign_p99_ms": "campaign page", "page_issues_p99_ms": "list", "page_unit_p99_ms": "unit page"}
"""How the routes of a figure begin."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Route:
    """What is asked for, how often by a share of what the others are, and whether something was recorded before each time."""

    name: str
    path: str
    asked: dict[str, str]
    share: float = 1.0
    anew: bool = False


def routes(of: Filled) -> Iterator[Route]:
    """Pages, lists under all sorts of filters, in their first part and deep in them, the same as JSON, and the report."""
    page, issues, api = f"/campaigns/{of.campaign}", f"/campaigns/{of.campaign}/issues", "/api/issues"
    yield Route(CAMPAIGN, page, {}, anew=True)
    yield Route("campaign page, root", page, {})
    yield Route("unit page, 44 below, anew", page, {"unit": of.middle}, anew=True)
    yield Route("unit page, a leaf", page, {"unit": of.leaf})
    deep = cursor_of(f"{of.campaign}/u1000#{1:09}")
    filters: dict[str, dict[str, str]] = {
        "all": {},
        "entered in a phase": {"figure": "entered", "phase": "P3.4"},
        "open": {"figure": "open"},
        "struck off on time in a month": {"figure": "on_time", "month": "2019-05"},
        "carried over and open": {"figure": "carried_over", "status": "open"},
        "of a category, struck off": {"figure": "struck_off", "category": "charges"},
        "of a state": {"status": "verified"},
        "rare: a clock that ran out": {"clock": "follow-up"},
        "of an owner": {"owner": "p0007"},
        "three filters": {"category": "charges", "channel": "hotline", "status": "planned"},
        "a text that many have": {"q": "轮椅"},
        "a text that nobody has": {"q": "从未出现"},
    }
    for name, asked in filters.items():
        yield Route(f"list, root, {name}", issues, asked)
        yield Route(f"list, root, {name}, deep", issues, asked | {"cursor": deep})
    yield Route("list, root, late now", issues, {"overdue": "true"})
    yield Route("list, root, late now, of a category", issues, {"overdue": "true", "category": "charges"})
    late = cursor_of(f"2019-06-01 {of.campaign}/u1000#{1:09}")
    yield Route("list, root, late now, deep", issues, {"overdue": "true", "cursor": late})
    yield Route("list, a leaf, all", issues, {"unit": of.leaf})
    yield Route("list, a leaf, three filters", issues, {"unit": of.leaf} | filters["three filters"])
    yield Route("JSON list, root, open", api, {"campaign": of.campaign, "figure": "open"})
    yield Route("JSON list, of all campaigns", api, {"limit": "200"})
    yield Route("JSON summary, root", f"/api/campaigns/{of.campaign}/summary", {})
    yield Route("Word report, root", f"/api/campaigns/{of.campaign}/report.docx", {}, share=0.1, anew=True)
    yield Route("Word report, root, a phase", f"/api/campaigns/{of.campaign}/report.docx", {"phase": "P3.2"}, share=0.1, anew=True)


async def measure(
    run: Embedded, mongo: Mongo, of: Filled, only: str, times: int, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Milliseconds by route: `p50`, `p99`, and of the processor's time of reporting as `cpu`."""
    keys = Keys()
    key = keys.add("bench", "root", "root", ("read",), rate=FASTEST)
    await keep(keys, {}, run.mongodb_uri, NAMESPACE)
    port = choose(())
    env = {
        "XIAOHAO_KAFKA_BOOTSTRAP": run.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": run.mongodb_uri,
        "XIAOHAO_NAMESPACE": NAMESPACE,
        "XIAOHAO_HTTP_PORT": str(port),
        "XIAOHAO_CLOCK": "told",
        "XIAOHAO_STREAM_KEY": STREAM_KEY,
    }
    figures: dict[str, dict[str, float]] = {}
    with processes([["-m", "services.reporting.app"]], env) as running:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}, timeout=120
        ) as client:
            await _ready(client)
            for route in routes(of):
                if only in route.name:
                    found = figures[route.name] = await _asked(client, mongo, of, route, times, running[0].pid)
                    say(f"{route.name}: p50 {found['p50']:,.0f} ms, p99 {found['p99']:,.0f} ms, CPU {found['cpu']:,.0f} ms")
    return figures


async def _asked(client: httpx.AsyncClient, mongo: Mongo, of: Filled, route: Route, times: int, pid: int) -> dict[str, float]:
    taken, begun = [], _cpu(pid)
    for number in range(max(3, round(times * route.share)) + 1):
        if route.anew:
            await mongo["sums"].update_one(
                {"_id": f"{of.campaign}:root:own"}, {"$inc": {"n.once.P3\uff0e1/entered": 1, "n.days.entered/2019-03-09": 1}}
            )
        start = time.perf_counter()
        answer = await client.get(route.path, params=route.asked)
        if number:  # the first of all is let go
            taken.append(1000 * (time.perf_counter() - start))
        else:
            begun = _cpu(pid)
        answer.raise_for_status()
    return {"p50": statistics.median(taken), "p99": _percentile(taken), "cpu": (_cpu(pid) - begun) / len(taken)}


def _percentile(taken: Sequence[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.99))]


def _cpu(pid: int) -> float:
    """The processor's time that a process took, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / TICKS


async def _ready(client: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("reporting is not ready after a minute")


def slowest(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures of `docs/performance.json`: of each kind of routes the slowest; of the reports the median, in seconds."""
    p99 = {figure: max(each["p99"] for name, each in found.items() if name.startswith(kind)) for figure, kind in KINDS.items()}
    return p99 | {"word_s": max(each["p50"] for name, each in found.items() if name.startswith("Word report")) / 1000}


async def pages(
    issues: int, folder: Path | None = None, only: str = "", times: int = 100, say: Callable[[str], None] = lambda _: None
) -> dict[str, dict[str, float]]:
    """Fill a database with so many issues, where the folder holds none, and measure all routes; `say` is told of each."""
    with Embedded(folder) as run:
        mongo = Mongo(run.mongodb_uri, f"{NAMESPACE}xiaohao-reporting")
        kept: Any = await mongo["filled"].find_one({"_id": issues})
        if kept is None:
            await mongo.drop()
            filled = await fill(mongo, issues, PARTITIONS)
            await mongo["filled"].insert_one({"_id": issues, **vars(filled)})
        else:
            filled = Filled(**{name: kept[name] for name in Filled.__annotations__})
        found = await measure(run, mongo, filled, only, times, say)
        mongo.close()
    return found


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--dir", type=Path, help="keeps the filled database for the next time")
    parser.add_argument("--only", default="", help="routes with this in their name")
    parser.add_argument("--times", type=int, default=100, help="how often each is asked for")
    parser.add_argument("--json", type=Path, help="where the figures are written as well")
    given = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    found = asyncio.run(pages(given.issues, given.dir, given.only, given.times, console.print))
    table = Table("route", "p50 ms", "p99 ms", "CPU of reporting ms", title=f"{given.issues:,} issues in 2,000 units")
    for name, each in found.items():
        table.add_row(name, f"{each['p50']:,.0f}", f"{each['p99']:,.0f}", f"{each['cpu']:,.0f}")
    console.print(table)
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
