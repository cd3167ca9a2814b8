"""Measures Xiaohao beside its peers, writes `docs/performance.json` after each part, and makes `docs/performance.md` of it.

make bench          what is quick, at most a quarter of an hour
make bench-all      all parts
.venv/bin/python -m benchmarks [--rounds N] [--quick] [PART ...]
                    some parts alone; --quick: one small round, to see that all works, and nothing is written
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator

from rich.console import Console
from rich.table import Table

from benchmarks import demo, excel, files, grown, monolith, own, pages, rates, report, whole
from benchmarks.figures import FIGURES, Runs, described, merge, versions
from benchmarks.work import Work
from deploy.embedded.servers import Embedded

PARTS = ("ours", "peers", "grown", "excel", "files", "pages", "demo")
DEFAULT = ("ours", "files")
QUICK, QUICK_SIZES = Work(books=14, issues=60), (1000, 10_000)
LEDGERS = ("bare", "ledger x1", "ledger x2", "batch")
PEERS = ("plain", "faust", "streams")
RATIOS = {
    "ledger_x1_by_bare": ("ledger_x1_told_per_s", "bare_told_per_s"),
    "ledger_x2_by_bare": ("ledger_x2_told_per_s", "bare_told_per_s"),
    "ledger_x1_by_batch": ("ledger_x1_told_per_s", "batch_told_per_s"),
    "ledger_cpu_by_bare": ("ledger_x1_cpu_us", "bare_cpu_us"),
    "door_by_bare": ("door_told_per_s", "bare_told_per_s"),
    "folding_by_bare": ("folding_recorded_per_s", "bare_told_per_s"),
}
"""Figures that are one figure of a round by another of it."""
Round = dict[str, float]


class Bench:
    """What is measured, on which servers, and what was found so far."""

    def __init__(self, servers: Embedded, console: Console, work: Work, rounds: int) -> None:
        self._servers, self._console, self._work, self._rounds = servers, console, work, rounds
        self._told = work.told()
        self.found: Runs = {}

    async def ours(self) -> None:
        """The bare loop, the ledger, the rival in batches and the whole installation, in turn."""
        for _ in self._turns(f"{len(self._told):,} told events"):
            got: Round = {}
            for name in LEDGERS:
                got |= await self._run(name, self._rate(name))
            got |= await self._run("whole", whole.measure(self._servers, self._work))
            self._add(got | {name: got[one] / got[other] for name, (one, other) in RATIOS.items() if one in got and other in got})

    async def peers(self) -> None:
        """All others, in turn."""
        for _ in self._turns("peers"):
            for name in PEERS:
                self._add(await self._run(name, self._rate(name)))
            self._add(await self._run("monolith", monolith.measure(self._servers, self._work)))

    async def grown(self) -> None:
        """Books of two sizes, told in turn."""
        sizes = QUICK_SIZES if self._work == QUICK else grown.SIZES
        self._console.rule(f"books of {' and '.join(f'{size:,}' for size in sizes)} issues")
        async for got in grown.rounds(self._servers, self._work, self._rounds, self._say, sizes):
            self._add(got)
            self._say(f"cost {got['cost_1m_by_10k']:.3f}")

    async def demo(self) -> None:
        """The demo, beside the bare loop's time."""
        for _ in self._turns("demo"):
            bare = await self._run("bare", self._rate("bare"))
            arguments = ("--issues", "20", "--institutions", "5") if self._work == QUICK else ()
            self._add(await self._run("demo", demo.measure(bare["bare_told_per_s"], arguments)))

    async def excel(self) -> None:
        """The Excel file of a large campaign."""
        self._console.rule("Excel")
        rows, work = (1000, self._work) if self._work == QUICK else (excel.ROWS, Work(issues=800))
        for got in await excel.measure(self._servers, work, self._rounds, rows):
            self._add(got)

    async def files(self) -> None:
        """A sheet, beside the same issues over HTTP."""
        self._console.rule("a sheet")
        rows = 1000 if self._work == QUICK else files.ROWS
        async for got in files.measure(self._servers, self._work, min(self._rounds, 2), rows):
            self._add(got)
            self._say(f"rows {got['files_rows_per_s']:,.0f}/s, by the door {got['files_by_door']:.2f}")

    async def pages(self) -> None:
        """Pages, lists and the report of a large campaign, on servers of their own: of each kind the slowest."""
        self._console.rule("pages")
        found = await pages.pages(QUICK_SIZES[1] if self._work == QUICK else pages.ISSUES, say=self._say)
        self._add(pages.slowest(found))

    def _turns(self, said: str) -> Iterator[None]:
        for number in range(1, self._rounds + 1):
            self._console.rule(f"{said}, round {number} of {self._rounds}")
            yield

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def _add(self, got: Round) -> None:
        for name, value in got.items():
            self.found.setdefault(name, []).append(value)

    async def _run(self, name: str, measured: Awaitable[Round]) -> Round:
        """One part of a round; where this machine lacks what it needs, that is said and nothing is found."""
        began = time.perf_counter()
        with self._console.status(f"{name} …"):
            try:
                got = await measured
            except own.NotHere as missing:
                self._say(f"{name}: left out. {missing}")
                return {}
        figures = ", ".join(f"{each} {report.number(value)}" for each, value in got.items())
        self._say(f"{name:<10}{time.perf_counter() - began:4.0f} s  {figures}")
        return got

    async def _rate(self, name: str) -> Round:
        rate, figure = await rates.measure(self._servers, name, self._work, self._told), name.replace(" ", "_")
        own_cost = {f"{figure}_cpu_us": rate.cpu} if f"{figure}_cpu_us" in FIGURES else {}
        recorded = {"recorded_per_told": rate.recorded} if name == "ledger x1" else {}
        return {f"{figure}_told_per_s": rate.told, **own_cost, **recorded}


def table(found: Runs) -> Table:
    """What was found, as it is printed."""
    shown = Table("what", "measured", "must", "goal", "")
    for name, runs in found.items():
        figure = described(name, runs)
        aims = ["" if figure[aim] is None else report.number(figure[aim]) for aim in ("must", "goal")]
        verdict = "" if figure["must"] is None else report.verdict(figure).replace("*", "")
        shown.add_row(figure["what_en"], report.shown(figure), *aims, verdict)
    return shown


async def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; {' and '.join(DEFAULT)} where none is given")
    parser.add_argument("--all", action="store_true", help="all parts")
    parser.add_argument("--rounds", type=int, default=5, help="of each part")
    parser.add_argument("--quick", action="store_true", help="one small round, to see that all works; nothing is written")
    given = parser.parse_args()
    parts = PARTS if given.all else given.parts or DEFAULT
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    console, began = Console(), time.perf_counter()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # new topics have no leader for a moment; it tries again
    with Embedded() as servers:
        bench = Bench(servers, console, *((QUICK, 1) if given.quick else (Work(), given.rounds)))
        for part in parts:
            await getattr(bench, part)()
            if not given.quick:
                merge(bench.found, versions(servers))
    console.print(table(bench.found))
    console.print(
        f"{time.perf_counter() - began:,.0f} s in all" + ("" if given.quick else "; docs/performance.json, and what is made of it")
    )


if __name__ == "__main__":
    asyncio.run(main())
