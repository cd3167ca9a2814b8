"""`xiaohao simulate`: what the units of a plan would tell."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import Kafka, Secret, Url, command, err
from deploy.client.signals import interruptible


@command
def simulate(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[int | None, typer.Option(min=2, max=100_000, help="How many units; by default those beside the plan.")] = None,
    issues: Annotated[int, typer.Option(min=0, help="About how many issues.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed tells the same.")] = 1,
    tree: Annotated[Path | None, typer.Option(help="Units to take and copy, instead of those beside the plan.", dir_okay=False)] = None,
    source: Annotated[
        str | None, typer.Option(help="One client that tells it all; for http, the key's source, by default its name.")
    ] = None,
    to: Annotated[str, typer.Option(help="`http`, `kafka`, or a file for NDJSON; `-` is the standard output.")] = "-",
    key: Secret = None,
    url: Url = None,
    kafka: Kafka = None,
) -> None:
    """Make up what the units of any plan would tell, from its announcement to its end, and tell it or write it down."""
    from deploy.client.place import find_broker, find_intake
    from deploy.client.sinks import to_file, to_http, to_kafka
    from deploy.plans.read import read_both, read_plan
    from deploy.simulator.stream import campaign_events
    from deploy.simulator.tree import example_units, grow_tree
    from shared.workdays import local_date

    campaign, given = read_both(plan, tree) if tree else (read_plan(plan), ())
    listed = grow_tree(given or example_units(campaign, plan), units)
    if to == "http":
        address, secret = find_intake(url, key)
        source = source or secret.removeprefix("xh_").partition("_")[0]
        if campaign.ends < local_date(datetime.now(UTC)):
            said = f"{campaign.campaign} ended on {campaign.ends}: by the wall clock nothing new is entered any more (after-campaign)."
            err.print(f"{said} `XIAOHAO_CLOCK=told xiaohao up` takes the time from what is told.", style="yellow", soft_wrap=True)
    events = campaign_events(campaign, listed, issues, seed, source)
    if to == "http":
        count = interruptible(to_http(events, address, secret))
    elif to == "kafka":
        count = interruptible(to_kafka(events, find_broker(kafka)))
    else:
        count = to_file(events, None if to == "-" else Path(to))
    err.print(f"{campaign.campaign}: {len(listed):,} units, {count:,} events told 已报送; seed {seed}", highlight=False)
