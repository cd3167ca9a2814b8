"""Tells intake the events of a file, CloudEvents as NDJSON or as one JSON array."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from deploy.client.cloudevent import CloudEvent, unwrapped, wrapped
from deploy.client.door import OPENING, Door, Remark, batches
from deploy.client.unnamed import Unnamed
from shared.file_mistakes import FileMistake, file_mistake
from shared.wording.feeding import FEEDING

ANNOUNCES = "CampaignAnnounced"
"""By its name: its class knows plans and calendars, and whoever only feeds has need of neither."""
STDIN = Path("-")
BOM = b"\xef\xbb\xbf"
SHOWN = 40
"""Characters of a file that a mistake repeats."""
LOOKED_AT = 1 << 20
"""Bytes of a file that are looked at to say what it is instead."""


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken, or names a person whom nobody named: its line in NDJSON, or its place in an array, from 1."""

    number: int
    field: str
    value: Any
    reason: str

    def __str__(self) -> str:
        given = "" if self.value is None else f" (given: {self.value!r})"
        return f"row {self.number}: {self.field + ': ' if self.field else ''}{self.reason}{given}"


@dataclass(frozen=True)
class Row:
    """One event of a file, and how far in bytes the file is read with it."""

    number: int
    event: CloudEvent
    weight: int
    read: int


def rows(path: Path) -> Iterator[Row | BadRow]:
    """The events of a file, `-` for the standard input; NDJSON is read line by line. Raises FileMistake, once, for a file that is none of events."""
    try:
        with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) if path == STDIN else path.open("rb") as file:
            begins = file.peek(1024)
            file.read(len(BOM) if begins.startswith(BOM) else 0)
            first = begins.removeprefix(BOM).lstrip()[:1]
            yield from _array(path, file) if first == b"[" else _lines(path, file)
    except OSError as error:
        raise FileMistake(f"{path}: {error.strerror}") from None


def _lines(path: Path, file: BinaryIO) -> Iterator[Row | BadRow]:
    read = found = 0
    for number, line in enumerate(file, 1):
        read += len(line)
        if not line.strip():
            continue
        found += 1
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if found == 1:
                raise _no_events(path, number, line + file.read(LOOKED_AT)) from None
            yield BadRow(number, "", line[:80].decode("utf-8", "replace").rstrip("\n"), f"no valid JSON: {error}")
            continue
        if found == 1 and not isinstance(event, dict):
            raise _no_events(path, number, line)
        yield _row(number, event, read)
    if not found:
        raise file_mistake(str(path), "events-none")


def _array(path: Path, file: BinaryIO) -> Iterator[Row | BadRow]:
    raw = file.read()
    try:
        events = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise FileMistake(f"{path}: no valid JSON: {error}") from None
    if not events:
        raise file_mistake(str(path), "events-none")
    if not isinstance(events[0], dict):
        raise _no_events(path, 1, raw)
    for number, each in enumerate(events, 1):
        yield _row(number, each, len(raw) * number // len(events))


def _no_events(path: Path, line: int, raw: bytes) -> FileMistake:
    """Why a file is none of events, by how it begins: each of its lines would be wrong for the same reason."""
    with suppress(orjson.JSONDecodeError):
        if isinstance(orjson.loads(raw), dict) and b"\n" in raw.strip():
            return file_mistake(f"{path}:{line}", "events-spread")
    return file_mistake(f"{path}:{line}", "events-not", start=repr(raw[:SHOWN].decode("utf-8", "replace").splitlines()[0]))


def _row(number: int, event: Any, read: int) -> Row | BadRow:
    if not isinstance(event, dict):
        return BadRow(number, "", str(event)[:80], FEEDING["no-object"][1])
    try:
        return Row(number, unwrapped(event), len(orjson.dumps(wrapped(event))), read)
    except orjson.JSONEncodeError:
        return BadRow(number, "", None, FEEDING["too-deep"][1])


async def tell_file(
    path: Path, url: str, key: str, refused: Callable[[BadRow], None], unnamed: Callable[[BadRow], None], read: Callable[[int], None]
) -> tuple[int, int]:
    """Tell a file in batches, in order. Returns how many events were taken and how many rows were not; at the end `unnamed` hears of persons whom trees
    and plans name and nobody did, in no later row either. Raises FileMistake or NotTold.
    """
    taken = bad = 0
    announced = False
    waiting = Unnamed[BadRow]()

    def good() -> Iterator[Row]:
        nonlocal bad
        for row in rows(path):
            if isinstance(row, BadRow):
                bad += 1
                refused(row)
            else:
                yield row

    async with Door(url, key) as door:
        for batch in batches(good(), lambda row: row.weight):
            announced |= any(row.event.get("type") == ANNOUNCES for row in batch)
            answer = await door.tell_opening([row.event for row in batch], OPENING if announced else 0)
            taken += answer.accepted
            bad += len(batch) - answer.accepted
            for each in answer.refusals:
                refused(_bad(batch, each))
            waiting.note([row.event for row in batch], answer, partial(_bad, batch))
            read(batch[-1].read)
    for row in waiting.taken():
        unnamed(row)
    return taken, bad


def _bad(batch: Sequence[Row], remark: Remark) -> BadRow:
    return BadRow(batch[remark.index].number, remark.field, remark.value, remark.reason)
