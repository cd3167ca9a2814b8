"""`xiaohao up`: everything on this machine, to try."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import command, out


@command
def up(
    dir: Annotated[Path | None, typer.Option(help="Keep the data in this folder, and find it again.", file_okay=False)] = None,
) -> None:
    """Start Kafka, MongoDB and the four services, with a campaign to try, and stay until Ctrl-C."""
    from deploy.demo.up import stay_up
    from shared.settings import read_settings

    stay_up(dir, read_settings(), out)
