"""`docs/performance.md`, its charts and the lines of the README, made from `docs/performance.json` by `make docs`."""

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.figures import FILE

ROOT = Path(__file__).parents[1]
PEERS = {
    "bare": "peers/bare.py",
    "batch": "peers/batch.py",
    "plain": "peers/plain.py",
    "monolith": "peers/monolith.py",
    "faust": "peers/faust_app.py",
    "streams": "peers/Streams.java",
}
"""The program of each peer; what it guarantees is said at its top."""
MARK, END = "<!-- The lines below are made by `make docs`. -->", "<!-- So far. -->"
HEAD = """# Performance

Made from [`performance.json`](performance.json) by `make docs`, and that by `make bench` and `make bench-all`; do not edit by hand.

Each figure is the median of its runs, and between brackets what they ranged over. Ratios are taken inside one round: what is compared ran one right after the
other on the same cores as Kafka, mongod and whoever tells. All told events are of one day, as on the last of a phase. Copies are processes.
"""
LINES: dict[str, set[str]] = {
    line: set(re.findall(r"\{(\w+)\}", line))
    for line in (
        "One copy of the ledger handles {ledger_x1_by_bare} of the told events a second that a bare loop without rules does, two copies {ledger_x2_by_bare}.",
        "One copy handles {ledger_x1_by_batch} of what FastStream does in batches with one bulk write, which counts twice what a kill interrupts.",
        "From the door to what pages read, all four services handle {door_by_bare} of it; at half of that, 99 of 100 events can be read within {latency_p99_s} s.",
    )
}
"""What the README says, each with the figures that it needs."""
HOW = """## How it is measured

`make bench` takes at most a quarter of an hour and measures what is quick, `make bench-all` the rest too; `.venv/bin/python -m benchmarks PART` some
parts alone, and `--quick` shows in a few minutes that all works and writes nothing. Each run has topics and databases of its own, which are gone afterwards. Rates are taken between the first and
the last record that is put out, by Kafka's timestamps, so that starting a process does not count; processor time is that of all threads of its processes
between the same moments (`/proc`). *Door to readable* runs from the first request until the last reader has folded what was recorded. *Told to readable* runs
from the moment at which an event was to be sent until reporting answers what became of it. Memory is the most that a process ever held (VmHWM).

What CI compares are operations, not seconds: [`tests/operations/accepted.yaml`](../tests/operations/accepted.yaml).
"""
LEDGER = "Nothing told is lost or counted twice, whatever is killed; state, recorded events and their chain in one transaction, order within a book."


def measured() -> dict[str, Any]:
    """The last full measurement."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def reached(figure: dict[str, Any], aim: str = "must") -> bool:
    """Whether a figure that was measured is as good as it must be."""
    value, wanted = figure["value"], figure[aim]
    return bool(value <= wanted if figure["better"] == "less" else value >= wanted)


def number(value: float) -> str:
    """As it is shown."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def shown(figure: dict[str, Any]) -> str:
    """A figure with its unit, and what its runs ranged over."""
    if figure["value"] is None:
        return "not measured"
    unit = "" if figure["unit"] == "×" else f" {figure['unit']}"
    runs = figure["runs"]
    ranged = f" ({number(min(runs))} to {number(max(runs))}; {len(runs)})" if len(runs) > 1 else " (one run)"
    return f"{number(figure['value'])}{unit}{ranged}"


def verdict(figure: dict[str, Any]) -> str:
    """Whether it is reached, in a word."""
    if figure["value"] is None:
        return "not measured"
    if not reached(figure):
        return "**unmet**"
    return "goal" if figure["goal"] is not None and reached(figure, "goal") else "met"


def performance() -> str:
    """`docs/performance.md`."""
    return "\n".join([HEAD, *_text(measured())]) + "\n"


def _text(found: dict[str, Any]) -> Iterator[str]:
    figures: dict[str, dict[str, Any]] = found["figures"]
    machine, versions = found["machine"], found["versions"]
    yield (
        f"Measured on {found['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['kernel']}; "
        + ", ".join(f"{name} {each}" for name, each in versions.items())
        + ".\n"
    )
    aimed = [each for each in figures.values() if each["must"] is not None]
    known = [each for each in aimed if each["value"] is not None]
    unmet = sum(not reached(each) for each in known)
    yield f"## What it must reach\n\nOf {len(aimed)} figures, {len(known) - unmet} are met, {unmet} are unmet, {len(aimed) - len(known)} are not measured.\n"
    yield "| what | measured (range; runs) | must | goal | |\n|---|---|---|---|---|"
    for each in aimed:
        aims = [
            f"{'≤' if each['better'] == 'less' else '≥'} {number(aim)}" if aim is not None else "" for aim in (each["must"], each["goal"])
        ]
        yield f"| {each['what_en']} | {shown(each)} | {aims[0]} | {aims[1]} | {verdict(each)} |"
    yield "\n![How much is reached](performance/reached.svg)\n\nHow much of it is reached: the line is what must, dashes are the goal, longer is better.\n"
    yield "## Beside others\n\nThe same told events; what each promises about them. The programs: [`benchmarks/peers`](../benchmarks/peers).\n"
    yield "| program | told/s | ÷ bare loop | what it guarantees |\n|---|---|---|---|"
    bare = figures["bare_told_per_s"]["value"]
    for name in (*PEERS, "ledger_x1", "ledger_x2"):
        each = figures[f"{name}_told_per_s"]
        ratio = number(each["value"] / bare) if bare and each["value"] is not None else ""
        yield f"| {each['what_en']} | {shown(each)} | {ratio} | {guarantees(name) if name in PEERS else LEDGER} |"
    yield "\n![Told events a second](performance/peers.svg)\n"
    yield "## All else\n\n| what | measured (range; runs) |\n|---|---|"
    for name, each in figures.items():
        if each["must"] is None and name.removesuffix("_told_per_s") not in (*PEERS, "ledger_x1", "ledger_x2"):
            yield f"| {each['what_en']} | {shown(each)} |"
    older = sorted({each["date"] for each in figures.values() if each["date"]} - {found["date"]})
    if older:
        yield (
            "\nMeasured before: "
            + "; ".join(f"on {day} " + ", ".join(each["what_en"] for each in figures.values() if each["date"] == day) for day in older)
            + "."
        )
    yield f"\n{HOW}"


def guarantees(peer: str) -> str:
    """What the top of a peer's program says that it guarantees."""
    text = (Path(__file__).parent / PEERS[peer]).read_text("utf-8")
    said = re.search(r"Guarantees: (.*?)(?:\n\s*\*?\s*\n|\"\"\"|\*/)", text, re.DOTALL)
    if said is None:
        raise ValueError(f"{PEERS[peer]} does not say what it guarantees")
    sentence = " ".join(re.sub(r"\n\s*\*", " ", said[1]).split())
    return sentence[0].upper() + sentence[1:]


def readme() -> str:
    """The README with its lines on speed."""
    found = measured()
    values = {name: number(each["value"]) for name, each in found["figures"].items() if each["value"] is not None}
    lines = [f"- {line.format_map(values)}" for line, needed in LINES.items() if values.keys() >= needed]
    text = (ROOT / "README.md").read_text("utf-8")
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(END)
    return before + MARK + "\n\n" + "\n".join(lines) + "\n\n" + END + after


def chart_reached() -> str:
    """How much of what must be reached is reached: a bar as long as the share, twice it at most; a line at what must, a mark at the goal."""
    rows = []
    for each in measured()["figures"].values():
        if each["must"] is None or each["value"] is None:
            continue
        less, must = each["better"] == "less", each["must"]

        def share(value: float, less: bool = less, must: float = must) -> float:
            return min(2.0, (must / value if less else value / must) if value else 2.0)

        goal = share(each["goal"]) if each["goal"] is not None else None
        unit = "" if each["unit"] == "×" else f" {each['unit']}"
        rows.append(
            (each["what_en"], share(each["value"]), f"{number(each['value'])}{unit}", "#2e7d32" if reached(each) else "#c62828", goal)
        )
    return bars(rows, 2.0, 1.0)


def chart_peers() -> str:
    """Told events a second of all candidates."""
    figures = measured()["figures"]
    rates = {name: figures[f"{name}_told_per_s"] for name in (*PEERS, "ledger_x1", "ledger_x2", "door")}
    known = sorted((each for each in rates.values() if each["value"]), key=lambda each: -each["value"])
    ours = {figures[f"{name}_told_per_s"]["what_en"] for name in ("ledger_x1", "ledger_x2", "door")}
    rows = [
        (each["what_en"], each["value"], number(each["value"]), "#1565c0" if each["what_en"] in ours else "#90a4ae", None) for each in known
    ]
    return bars(rows, max((each["value"] for each in known), default=1.0), None)


def bars(rows: Sequence[tuple[str, float, str, str, float | None]], most: float, line: float | None) -> str:
    """Bars as SVG: what, length, text, colour, and a mark."""
    left, width, row, height = 470, 360, 22, 22 * len(rows) + 16
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" height="{height}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for number_, (what, length, text, colour, mark) in enumerate(rows):
        top, long = 8 + row * number_, max(1.0, width * length / most)
        label = what if len(what) <= 72 else what[:71] + "…"
        out.append(f'<text x="{left - 8}" y="{top + 14}" text-anchor="end" fill="#222222">{escape(label)}</text>')
        out.append(f'<rect x="{left}" y="{top + 3}" width="{long:.1f}" height="14" fill="{colour}"/>')
        out.append(f'<text x="{left + width + 8}" y="{top + 14}" fill="#222222">{escape(text)}</text>')
        if mark is not None:
            at = left + width * mark / most
            out.append(f'<path d="M {at:.1f} {top + 1} v 18" stroke="#222222" stroke-dasharray="2 2"/>')
    if line is not None:
        at = left + width * line / most
        out.append(f'<path d="M {at:.1f} 2 V {height - 4}" stroke="#222222" stroke-width="1.5"/>')
    return "\n".join([*out, "</svg>"]) + "\n"


DOCUMENTS = {
    "docs/performance.md": performance,
    "docs/performance/reached.svg": chart_reached,
    "docs/performance/peers.svg": chart_peers,
    "README.md": readme,
}
"""What is made of the last measurement, by its path in the repository."""
