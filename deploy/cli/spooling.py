"""`xiaohao feed --spool`: events wait in a folder for the line to intake, and how far they are is shown."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.cli.command import err, say
from deploy.client.signals import interruptible

if TYPE_CHECKING:
    from deploy.client.cloudevent import CloudEvent
    from deploy.client.feeder import Sent
    from deploy.client.spool import Spool

EVERY = 10.0
"""Seconds between two lines where there is no terminal to draw on; and those over which the rate is taken."""
LOOK = 1.0
"""Seconds between two looks at an empty spool."""
DRAWN = 0.5
"""Seconds between two looks at what waits, where there is one."""


def put_in(folder: Path, file: Path) -> None:
    """Put the events of a file into a spool; rows that are none are named, and left out. Raises FileMistake or UserMistake. Exit 1 where a row was none."""
    from deploy.client.event_file import BadRow, rows
    from deploy.client.spool import Spool

    bad = list[BadRow]()

    def good() -> Iterator["CloudEvent"]:
        for row in rows(file):
            if isinstance(row, BadRow):
                bad.append(row)
            else:
                yield row.event

    count = Spool(folder, _warn).put(good())
    for row in bad:
        say(str(row), "red")
    say(f"{count:,} events put in {folder} 已存入待报" + (f", {len(bad):,} rows are no events 未存入" if bad else ""))
    raise typer.Exit(1 if bad else 0)


def put_back(folder: Path) -> None:
    """Put back into a spool what intake failed at. Raises UserMistake or OSError."""
    from deploy.client.mistake import UserMistake
    from deploy.client.spool import Spool

    if not folder.is_dir():
        raise UserMistake(f"{folder} is no spool. 没有此文件夹")
    say(f"{Spool(folder, _warn).put_back():,} events put back in {folder} 已放回待报")


def send(folder: Path, url: str, key: str, follow: bool) -> None:
    """Send what waits in a spool; with `follow` whatever comes, without end. Raises NotTold or UserMistake. Exit 1 where an event was refused or not judged."""
    from deploy.client.door import AWAY, Door
    from deploy.client.feeder import Feeder, Sent
    from deploy.client.spool import Spool

    spool, sent = Spool(folder, _warn), Sent()

    async def run() -> None:
        async with Door(url, key, math.inf if follow else AWAY, shown.waits) as door:
            feeder = Feeder(spool, door, sent, shown.on)
            await feeder.send_all()
            while follow:
                _say_unnamed(sent)
                await asyncio.sleep(LOOK)
                await feeder.send_all()
                shown.on()

    with spool.held():
        try:
            with Shown(spool, sent) as shown:
                interruptible(run())
        finally:
            _say_unnamed(sent)
            refused = f" ({spool.refused})" if sent.refused else ""
            unjudged = f"{_unjudged(sent)} ({spool.unjudged})" if sent.unjudged else ""
            say(f"{sent.accepted:,} events sent 已报, {sent.refused:,} refused 未受理{refused}{unjudged}, {spool.left():,} wait 待报")
    raise typer.Exit(1 if sent.refused or sent.unjudged else 0)


def _warn(text: str) -> None:
    say(text, "yellow", err)


def _unjudged(sent: "Sent") -> str:
    return f", {sent.unjudged:,} not judged 未作判定" if sent.unjudged else ""


def _say_unnamed(sent: "Sent") -> None:
    for each in sent.unnamed.taken():
        _warn(each)


class Shown:
    """Shows how far a feeder is: drawn on a terminal, else by a line now and then."""

    def __init__(self, spool: "Spool", sent: "Sent") -> None:
        self._spool, self._sent = spool, sent
        self._recent = deque[tuple[float, int]]()
        self._next, self._said, self._why = 0.0, "", ""
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[why]}", style="yellow"), TimeElapsedColumn())
        self._drawn = Progress(*columns, console=err, disable=not err.is_terminal)
        self._task = self._drawn.add_task("", total=None, why="")

    def __enter__(self) -> Self:
        self._drawn.start()
        self.on()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._drawn.stop()

    def waits(self, why: str, seconds: float) -> None:
        """Intake is away."""
        self._show(f"{why}; again in {seconds:.1f} s", at_once=not self._why)

    def on(self) -> None:
        """It goes on."""
        self._show("", at_once=bool(self._why))

    def _show(self, why: str, at_once: bool) -> None:
        now, done = time.monotonic(), self._sent.accepted + self._sent.refused + self._sent.unjudged
        self._why = why
        self._recent.append((now, done))
        while now - self._recent[0][0] > EVERY:
            self._recent.popleft()
        if now < self._next and not at_once:
            return
        self._next = now + (EVERY if self._drawn.disable else DRAWN)
        (since, before), left = self._recent[0], self._spool.left()
        rate = (done - before) / (now - since) if now > since else 0
        text = f"{left:,} wait 待报, {self._sent.accepted:,} sent 已报, {self._sent.refused:,} refused 未受理{_unjudged(self._sent)}, {rate:,.0f}/s"
        self._drawn.update(self._task, description=text, completed=done, total=done + left, why=why)
        if self._drawn.disable and (line := f"{text}. {why}" if why else text) != self._said:
            self._said = line
            say(line, console=err)
