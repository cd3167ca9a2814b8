"""`xiaohao feed`: tells intake a file of events."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import Secret, Url, command, err, out
from deploy.client.signals import interruptible


@command
def feed(
    file: Annotated[Path, typer.Argument(help="CloudEvents, as NDJSON or one JSON array.", dir_okay=False)],
    key: Secret = None,
    url: Url = None,
) -> None:
    """Tell intake the events of a file. Once more does no harm, since ids are known. Exit 1 where a row was refused."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    from deploy.client.event_file import BadRow, tell_file
    from deploy.client.place import find_intake

    url, key = find_intake(url, key)
    size = file.stat().st_size
    with Progress(TextColumn("Telling 报送"), BarColumn(), DownloadColumn(), TimeElapsedColumn(), console=err) as progress:
        task = progress.add_task("", total=size)

        def refused(row: BadRow) -> None:
            out.print(str(row), style="red", markup=False, highlight=False, soft_wrap=True)

        taken, bad = interruptible(tell_file(file, url, key, refused, lambda read: progress.update(task, completed=read)))
        progress.update(task, completed=size)
    out.print(f"{taken:,} events taken 已受理, {bad:,} rows refused 未受理", highlight=False)
    raise typer.Exit(1 if bad else 0)
