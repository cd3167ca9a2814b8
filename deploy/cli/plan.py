"""`xiaohao plan`: checks a plan and shows its calendar."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import command, out, say

app = typer.Typer(help="Campaign plans 活动方案, as files.", no_args_is_help=True)


@app.command()
@command
def check(
    file: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[Path | None, typer.Option(help="A tree of units to check with it: YAML or JSON.", dir_okay=False)] = None,
) -> None:
    """Check a plan, and say every mistake at once with its line, and names that pictures cannot show. Exit 1 where there is a mistake."""
    from deploy.plans.read import read_both, read_plan
    from deploy.plans.signs import undrawable

    plan, tree = read_both(file, units) if units else (read_plan(file), ())
    listed = f", {len(tree)} units" if tree else ""
    say(f"{file}: {plan.campaign} version {plan.version} can be announced 可以发布: {plan.name.zh}{listed}")
    for line in undrawable(file, plan):
        say(line)


@app.command()
@command
def show(file: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)]) -> None:
    """Print the calendar of a plan: when phases begin and end, and what falls due, in order."""
    from deploy.cli.plan_calendar import calendar_tables
    from deploy.plans.read import read_plan

    for table in calendar_tables(read_plan(file)):
        out.print(table)
