"""`xiaohao tail`: the ledger as it flows."""

from typing import Annotated

import typer

from deploy.cli.command import Kafka, command, out
from deploy.client.signals import interruptible


@command
def tail(
    kafka: Kafka = None,
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and those below it.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Begin with what is there already.")] = False,
    follow: Annotated[bool, typer.Option(help="Go on with what comes.")] = True,
) -> None:
    """Print the ledger stream as it flows."""
    from deploy.cli.event_line import event_line
    from deploy.client.place import find_broker
    from deploy.client.topics import recorded_events

    broker = find_broker(kafka)

    async def run() -> None:
        async for event in recorded_events(broker, whole or not follow, follow):
            if campaign in (None, event.where.campaign) and (unit in (None, event.where.unit) or unit in event.where.path):
                out.print(event_line(event), soft_wrap=True)

    try:
        interruptible(run())
    except KeyboardInterrupt:
        return
