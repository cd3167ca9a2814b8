"""`xiaohao demo`: one whole campaign on told time, from first notice to last report, and an oracle that checks every figure of it."""

import asyncio
import difflib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.client.announcement import announcement
from deploy.client.signals import interruptible
from deploy.demo.oracle import compare
from deploy.demo.play import Score, Spent, play
from deploy.demo.recount import Recount, recount
from deploy.demo.results import collect, lines, plain, table
from deploy.demo.stage import Stage, stage
from deploy.embedded.jars import STARTING, on_status
from deploy.plans.read import read_both, read_plan
from deploy.simulator.city import city
from deploy.simulator.people import people
from deploy.simulator.stream import stream
from deploy.simulator.tree import example_units, grow_tree
from shared.plan import Plan
from shared.units import Unit

CAMPAIGN = Path(__file__).parents[1] / "campaigns" / "tengzhou-2019.yaml"
EXPECTED = Path(__file__).with_name("demo-expected.txt")


@dataclass(frozen=True)
class Demo:
    """What a demo is asked to show."""

    plan: Path = CAMPAIGN
    tree: Path | None = None
    """Units to take and copy, instead of those beside the plan."""
    units: int | None = None
    """How many units; none: those of the tree. The campaign of Tengzhou has a city of its own."""
    seed: int = 2019
    issues: int = 2000
    institutions: int = 150
    out: Path = Path("out")

    def cast(self) -> tuple[Plan, list[Unit]]:
        """The plan, and the units that play it. Raises FileMistake."""
        if self.tree:
            plan, given = read_both(self.plan, self.tree)
            return plan, grow_tree(given, self.units)
        plan = read_plan(self.plan)
        if self.plan == CAMPAIGN and self.units is None:
            return plan, city(self.seed, self.institutions)
        return plan, grow_tree(example_units(plan, self.plan), self.units)


def run_demo(wanted: Demo, console: Console) -> int:
    """Run it. Returns the exit code: 1 where a figure differs from the oracle's, or the table from the expected one.

    Raises FileMistake, EmbeddedError, JarsError, ServiceError, NotTold or TimeoutError.
    """
    began, spent = perf_counter(), Spent()
    with spent.on("making it up"):
        plan, units = wanted.cast()
        wanted.out.mkdir(parents=True, exist_ok=True)
        days = list(stream(plan, units, wanted.issues, wanted.seed, plain=wanted.plan == CAMPAIGN))
        persons = people(units, wanted.seed)
    told = sum(len(events) for _, events in days) + len(announcement(plan, units)) + len(persons)
    console.print(f"[bold]{plan.name.zh}[/] {plan.name.en}")
    console.print(f"{len(units)} units, {len(persons)} people, {len(days)} days, {told:,} events to tell; seed {wanted.seed}")
    with ExitStack() as stack:
        with console.status(STARTING) as status, spent.on("starting"):
            on = stack.enter_context(stage(units, lambda text: console.print(f"[yellow]{text}"), on_status(status)))
        with Bars(console, len(days), told) as bars:
            spent.seconds |= interruptible(play(on, plan, units, persons, days, bars.show)).seconds
        with console.status("Writing the reports, and counting again from the topic …"):
            with spent.on("reports, and counting again"):
                results, counted = interruptible(_results(on, plan.campaign, wanted.out))
            with spent.on("oracle"):
                differences = compare(counted, results, wanted.out)
        with console.status("Stopping …"), spent.on("stopping"):
            stack.close()
    console.print(table(results))
    for line in lines(results):
        console.print(line, markup=False, highlight=False)
    console.print()
    for name in ("word", "excel", "metrics"):
        console.print(str(wanted.out / results[name]), style="cyan", markup=False, highlight=False, soft_wrap=True)
    console.print("[dim]" + ", ".join(f"{part} {seconds:.1f} s" for part, seconds in spent.seconds.items()))
    console.print(f"[dim]{perf_counter() - began:.0f} s in all")
    code = _checked(console, differences)
    if wanted == Demo(out=wanted.out):  # the one that the repository has the table of
        code |= _compared(console, plain(results))
    return code


async def _results(on: Stage, campaign: str, out: Path) -> tuple[dict[str, Any], Recount]:
    """What reporting shows and writes, and what the topic says: reporting is a process of its own, so that this one counts meanwhile."""
    results, counted = await asyncio.gather(collect(on, campaign, out), recount(on.broker.connection, campaign, on.namespace))
    return results, counted


def _checked(console: Console, differences: list[str]) -> int:
    for line in differences:
        console.print(line, style="red", markup=False, highlight=False)
    if differences:
        console.print(f"[bold red]{len(differences)} figures differ from those of the topic.")
        return 1
    console.print("[green]Every figure agrees with the topic, counted again by a plain consumer.")
    return 0


def _compared(console: Console, text: str) -> int:
    """Compare the table with the one in the repository."""
    expected = EXPECTED.read_text("utf-8") if EXPECTED.exists() else ""
    if text == expected:
        console.print(f"[green]The table is that of {EXPECTED.name}.")
        return 0
    console.print(f"[bold red]The table is not that of {EXPECTED}:")
    for line in difflib.unified_diff(expected.splitlines(), text.splitlines(), "expected", "this run", lineterm=""):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1


class Bars(Progress):
    """How far the play is, as people see it."""

    def __init__(self, console: Console, days: int, told: int) -> None:
        note = TextColumn("{task.fields[note]}")
        super().__init__(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), note, console=console)
        bars = (("days", "Days 天", days), ("told", "Told 报送", told), ("recorded", "Recorded 记录", None), ("mails", "Mails 邮件", None))
        self._bars = {name: self.add_task(f"{said:<12}", total=total, note="") for name, said, total in bars}

    def show(self, score: Score) -> None:
        """Show it."""
        for name, bar in self._bars.items():
            self.update(bar, completed=getattr(score, name), note=str(score.day or "") if name == "days" else "")
