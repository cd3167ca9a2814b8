"""`xiaohao announce`: announces a campaign to intake."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import Secret, Url, command, out
from deploy.client.signals import interruptible


@command
def announce(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[Path, typer.Argument(help="The tree of units: a list in YAML or JSON, parents before their units.", dir_okay=False)],
    key: Secret = None,
    url: Url = None,
) -> None:
    """Announce a campaign: its plan and its tree of units. Both are checked before anything is told."""
    from deploy.client.announcement import announcement
    from deploy.client.door import Door
    from deploy.client.place import find_intake
    from deploy.plans.read import read_both

    campaign, tree = read_both(plan, units)
    address, secret = find_intake(url, key)

    async def tell() -> int:
        async with Door(address, secret) as door:
            return await door.tell_all(announcement(campaign, tree))

    interruptible(tell())
    out.print(f"{campaign.campaign} is announced 已发布: {campaign.name.zh}, {len(tree)} units", markup=False, highlight=False)
