"""The figures: what each says, what it must reach, and the file that holds the last full measurement, `docs/performance.json`."""

import json
import os
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from pymongo import MongoClient

from deploy.embedded.jars import SPEC
from deploy.embedded.servers import Embedded

FILE = Path(__file__).parents[1] / "docs" / "performance.json"
Runs = dict[str, list[float]]
"""What each run found, by figure."""


@dataclass(frozen=True)
class Figure:
    """What a figure says, and what it must reach and should."""

    en: str
    unit: str
    must: float | None = None
    goal: float | None = None
    less: bool = False
    """Less is better."""


FIGURES: Mapping[str, Figure] = {
    "ledger_x1_by_bare": Figure("ledger, one copy ÷ bare loop, told/s", "×", 0.6, 0.8),
    "ledger_x2_by_bare": Figure("ledger, two copies ÷ bare loop, told/s", "×", 0.9, 1.2),
    "ledger_cpu_by_bare": Figure("processor time a told event, own process: ledger ÷ bare loop", "×", 2.5, 1.5, less=True),
    "door_by_bare": Figure("door to readable, all four services ÷ bare loop, told/s", "×", 0.4, 0.6),
    "folding_by_bare": Figure("reporting rebuilt, recorded/s ÷ bare loop, told/s", "×", 1.5, 2.5),
    "ledger_x1_by_batch": Figure("ledger, one copy ÷ FastStream batch with one bulk write, told/s", "×", 0.6, 0.8),
    "cost_1m_by_10k": Figure("ledger's time a told event: at 1,000,000 issues ÷ at 10,000", "×", 1.15, 1.0, less=True),
    "latency_p50_s": Figure("told to readable at half of capacity, median", "s", less=True),
    "latency_p99_s": Figure("told to readable at half of capacity, p99", "s", 1.0, 0.5, less=True),
    "page_campaign_p99_ms": Figure("campaign page at 1,000,000 issues in 2,000 units, p99", "ms", 150, 60, less=True),
    "page_issues_p99_ms": Figure("issue list at 1,000,000 issues in 2,000 units, p99", "ms", 150, 60, less=True),
    "page_unit_p99_ms": Figure("unit page at 1,000,000 issues in 2,000 units, p99", "ms", 150, 60, less=True),
    "excel_memory_mib": Figure("Excel of 100,000 issues: memory above rest", "MiB", 100, less=True),
    "excel_rows_per_s": Figure("Excel of 100,000 issues: rows a second", "rows/s", 10_000),
    "excel_meanwhile_ms": Figure("other requests while an Excel is written, the slowest", "ms", 200, less=True),
    "files_by_door": Figure("a sheet of 100,000 issues, rows/s ÷ the same over HTTP, events/s", "×", 0.3),
    "files_memory_mib": Figure("memory of intake while it takes that sheet, at most", "MiB", 256, less=True),
    "word_s": Figure("Word report at 1,000,000 issues", "s", 2, less=True),
    # 97 s were 53 times what the bare loop took for the same events, on 2026-11-30: half of it, and a third.
    "demo_by_bare": Figure("the demo ÷ the bare loop's time for the same told events", "×", 26.3, 17.5, less=True),
    "memory_intake_mib": Figure("memory of intake under load, at most", "MiB", 200, less=True),
    "memory_ledger_mib": Figure("memory of the ledger under load, at most", "MiB", 200, less=True),
    "memory_notify_mib": Figure("memory of notify under load, at most", "MiB", 200, less=True),
    "memory_reporting_mib": Figure("memory of reporting under load, at most", "MiB", 200, less=True),
    "bare_told_per_s": Figure("bare loop", "told/s"),
    "ledger_x1_told_per_s": Figure("ledger, one copy", "told/s"),
    "ledger_x2_told_per_s": Figure("ledger, two copies", "told/s"),
    "batch_told_per_s": Figure("FastStream batch with one bulk write", "told/s"),
    "plain_told_per_s": Figure("plain FastStream", "told/s"),
    "monolith_told_per_s": Figure("FastAPI and MongoDB, no broker", "told/s"),
    "faust_told_per_s": Figure("faust", "told/s"),
    "streams_told_per_s": Figure("Kafka Streams", "told/s"),
    "door_told_per_s": Figure("door to readable, all four services", "told/s"),
    "files_rows_per_s": Figure("a sheet of 100,000 issues", "rows/s"),
    "door_accepted_per_s": Figure("accepted by the door, while all four services work", "told/s"),
    "folding_recorded_per_s": Figure("reporting rebuilt", "recorded/s"),
    "bare_cpu_us": Figure("processor time of the bare loop's process a told event", "µs", less=True),
    "ledger_x1_cpu_us": Figure("processor time of the ledger's process a told event", "µs", less=True),
    "recorded_per_told": Figure("recorded events a told event", "×"),
    "demo_s": Figure("the demo, once installed", "s", less=True),
}
"""All of them, in the order in which they are shown: first what must be reached."""


def merge(found: Runs, used: Mapping[str, str], path: Path = FILE) -> None:
    """Write what was measured with these versions: the figures in it are replaced, others stay as they were."""
    before: dict[str, Any] = json.loads(path.read_text("utf-8"))["figures"] if path.exists() else {}
    today = datetime.now(UTC).date().isoformat()
    kept = {name: (each["runs"], each["date"]) for name, each in before.items()} | {name: (runs, today) for name, runs in found.items()}
    now = {name: described(name, *kept.get(name, ([], None))) for name in FIGURES}
    whole = {"date": today, "machine": machine(), "versions": used, "figures": now}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def described(name: str, runs: Sequence[float], day: str | None = None) -> dict[str, Any]:
    """A figure as the file has it; its value is the median of its runs, none where it was never measured."""
    figure = FIGURES[name]
    return {
        "what_en": figure.en,
        "unit": figure.unit,
        "better": "less" if figure.less else "more",
        "value": short(median(runs)) if runs else None,
        "runs": [short(each) for each in runs],
        "must": figure.must,
        "goal": figure.goal,
        "date": day,
    }


def short(value: float) -> float:
    """Four digits: more than any measurement is worth."""
    return float(f"{value:.4g}")


def machine() -> dict[str, Any]:
    """What it was measured on."""
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "kernel": f"{platform.system()} {platform.release()}",
    }


def versions(servers: Embedded) -> dict[str, str]:
    """What it was measured with."""
    with MongoClient[dict[str, Any]](servers.mongodb_uri) as client:
        mongodb = client.server_info()["version"]
    kafka = tomllib.loads(SPEC.read_text("utf-8"))["dependencies"]["coordinates"][0].rpartition(":")[2]
    packages = {name: version(name) for name in ("aiokafka", "faststream", "motor", "pydantic", "pymongo")}
    return {"python": platform.python_version(), "kafka": kafka, "mongodb": mongodb, **packages}
