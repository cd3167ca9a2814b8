"""`xiaohao demo`: a whole campaign, checked figure by figure."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import command, out


@command
def demo(
    seed: Annotated[int, typer.Option(help="What the made-up campaign grows from; the same seed gives the same.")] = 2019,
    issues: Annotated[int, typer.Option(help="About how many issues.", min=1, max=1_000_000)] = 2000,
    out_dir: Annotated[Path, typer.Option("--out", help="Where the reports go.", file_okay=False)] = Path("out"),
    institutions: Annotated[int, typer.Option(help="How many institutions.", min=1, max=10_000)] = 150,
    plan: Annotated[
        Path | None, typer.Option(help="Another plan than that of Tengzhou 2019, with its classes of units.", dir_okay=False)
    ] = None,
) -> None:
    """Run a whole campaign on told time, write its reports, and check every figure. Exit 1 where one differs."""
    from deploy.demo.demo import CAMPAIGN, Demo, run_demo

    raise typer.Exit(run_demo(Demo(plan or CAMPAIGN, seed, issues, institutions, out_dir), out))
