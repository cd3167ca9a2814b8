"""`xiaohao up`, `demo`, `fetch` and `doctor`: everything on this machine, which takes a checkout with the packages of the extra `local`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.command import command, mistakes_in_words, out, say
from deploy.client.signals import interruptible

if TYPE_CHECKING:
    from deploy.client.finding import Finding


@command
def up(
    dir: Annotated[Path | None, typer.Option(help="Keep the data in this folder, and find it again.", file_okay=False)] = None,
) -> None:
    """Start Kafka, MongoDB and the four services, with a campaign to try, and stay until Ctrl-C."""
    from deploy.demo.up import stay_up
    from shared.settings import read_settings

    stay_up(dir, read_settings(), out)


@command
def demo(
    seed: Annotated[int, typer.Option(help="What the made-up campaign grows from; the same seed gives the same.")] = 2019,
    issues: Annotated[int, typer.Option(help="About how many issues.", min=1, max=1_000_000)] = 2000,
    out_dir: Annotated[Path, typer.Option("--out", help="Where the reports go.", file_okay=False)] = Path("out"),
    institutions: Annotated[int, typer.Option(help="How many institutions the city of Tengzhou's plan has.", min=1, max=10_000)] = 150,
    plan: Annotated[Path | None, typer.Option(help="Another plan than that of Tengzhou 2019.", dir_okay=False)] = None,
    tree: Annotated[Path | None, typer.Option(help="Units to take and copy, instead of those beside the plan.", dir_okay=False)] = None,
    units: Annotated[int | None, typer.Option(min=2, max=10_000, help="How many units; by default those of the tree.")] = None,
) -> None:
    """Run a whole campaign on told time, write its reports, and check every figure. Exit 1 where one differs."""
    from deploy.demo.demo import CAMPAIGN, Demo, run_demo

    raise typer.Exit(run_demo(Demo(plan or CAMPAIGN, tree, units, seed, issues, institutions, out_dir), out))


@command
def fetch() -> None:
    """Fetch Apache Kafka's jars now, so that the first start need not."""
    from deploy.embedded.jars import cache, class_path

    with out.status("Fetching Apache Kafka …") as status:
        class_path(lambda done, of: status.update(f"Fetching Apache Kafka: {done} of {of} files"))
    say(f"Apache Kafka is in {cache()}")


@mistakes_in_words()
def doctor(
    system: Annotated[
        bool,
        typer.Option("--system", help="Of the installation that the settings name, or that `xiaohao up` runs, instead of this machine."),
    ] = False,
) -> None:
    """Say what is missing on this machine, or wrong with an installation, and the command that mends it. Exit 1 where something is."""
    if system:
        from deploy.client.examination import examine

        async def said() -> int:
            return sum([_say(*each) async for each in examine()])

        wrong = interruptible(said())
    else:
        from deploy.embedded.machine import findings

        wrong = sum(_say(*each) for each in findings())
    found = f"{wrong} to mend 待处理 {wrong} 项" if system else f"{wrong} missing 缺少 {wrong} 项"
    out.print(found if wrong else "Nothing is missing. 一切就绪", highlight=False)
    raise typer.Exit(1 if wrong else 0)


def _say(name: str, finding: "Finding") -> bool:
    """Say one, and give whether something is wrong."""
    out.print("[red]✗[/]" if finding.wrong else "[green]✓[/]", end=" ")
    say(f"{name}: {'; '.join(filter(None, (finding.found, finding.wrong)))}")
    if finding.command:
        say(f"    {finding.command}", "cyan")
    return bool(finding.wrong)
