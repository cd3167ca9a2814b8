"""`xiaohao feed` of a sheet: shows how far it is, and the rows that were not taken as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from deploy.cli.command import err, out, say
from deploy.client.sheet_file import Told, tell_sheet
from deploy.client.signals import interruptible

SHOWN = 50
"""Mistakes that are printed."""


def feed_sheet(file: Path, intake: tuple[str, str], where: tuple[str, str], report: Path | None) -> bool:
    """Tell intake, at an address and with a key, a sheet of a campaign and a form; gives whether all its rows were taken. Raises NotTold."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn(), console=err
    ) as bar:
        sending = bar.add_task("Sending 上传", total=file.stat().st_size, said="")

        def progress(told: Told) -> None:
            said = f"{told.told:,} rows told 已报送, {told.refused:,} refused 未受理"
            bar.update(sending, description="Telling 报送", said=said)

        told = interruptible(tell_sheet(file, intake, where, lambda sent: bar.update(sending, completed=sent), progress, report))
    if told.why:
        say(told.why, "red")
    if told.errors:
        out.print(_table(told.errors[:SHOWN]))
        if len(told.errors) > SHOWN:
            say(f"… {len(told.errors) - SHOWN:,} more mistakes; --report FILE.xlsx has them all")
    say(f"{told.told:,} rows told 已报送, {told.refused:,} rows refused 未受理")
    if told.report and report:
        say(f"{report}: the sheet with the reasons 已标明原因；mend it and feed it again 改正后重新报送")
    return not told.refused and not told.why


def _table(errors: Sequence[dict[str, Any]]) -> Table:
    table = Table(*(Column(name, overflow="fold") for name in ("Row 行", "Column 列", "Given 内容", "Reason 原因")), show_edge=False)
    for each in errors:
        given = "" if each["value"] is None else str(each["value"])
        place = " ".join(filter(None, (each["column"], each["field"].removeprefix("data."))))
        table.add_row(*(Text(text) for text in (str(each["row"]), place, given, f"{each['detail']}\n{each['detail_zh']}")))
    return table
