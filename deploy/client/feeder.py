"""Sends what waits in a spool, in order, again while intake is away; what it refuses, or fails at, is set aside with its reasons, and the rest goes on."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from deploy.client.cloudevent import CloudEvent, unwrapped, wrapped
from deploy.client.door import NOT_JUDGED, OPENING, Answer, Door, NotTold, Remark, batches
from deploy.client.event_file import ANNOUNCES
from deploy.client.spool import Line, Spool
from deploy.client.unnamed import Unnamed
from shared.values import Wording
from shared.wording import worded
from shared.wording.feeding import FEEDING


@dataclass
class Sent:
    """What became of events since the feeder began."""

    accepted: int = 0
    refused: int = 0
    unjudged: int = 0
    """Those that intake failed at."""
    unnamed: Unnamed[str] = field(default_factory=Unnamed)
    """Whom events named and nobody did, each with the file and line."""


class Entry(NamedTuple):
    """A line and the event that it holds, or why it holds none."""

    line: Line
    event: CloudEvent | None
    mistake: tuple[str, Wording] = ("", Wording(zh="—", en="—"))


class Feeder:
    """The one feeder of a spool."""

    def __init__(self, spool: Spool, door: Door, sent: Sent, goes_on: Callable[[], None]) -> None:
        """`goes_on` is called each time that something was answered, or looked for."""
        self._spool, self._door, self._sent, self._goes_on = spool, door, sent, goes_on
        self._opened = 0.0
        """Until when the books of what was announced may be opening."""

    async def send_all(self) -> None:
        """Send until nothing waits. Raises NotTold or UserMistake; what was not answered then waits on."""
        loop = asyncio.get_running_loop()
        self._door.taken = self._door.taken or self._spool.taken()
        while self._spool.claim():
            # Of what a killed feeder sent, something may have been an announcement.
            if self._spool.begun:
                self._opened = loop.time() + OPENING
            for batch in batches(map(_entry, self._spool.lines()), lambda each: len(each.line.text)):
                if any(each.event and each.event.get("type") == ANNOUNCES for each in batch):
                    self._opened = loop.time() + OPENING
                refused, unjudged = await self._told(batch, max(0.0, self._opened - loop.time()))
                self._spool.answered(batch[-1].line, refused, unjudged)
                if self._door.taken:
                    self._spool.keep_taken(self._door.taken)
                self._goes_on()
            self._spool.done()

    async def _told(self, batch: Sequence[Entry], opening: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Tell a batch; gives what was refused of it and what was not judged, as it is kept. Raises NotTold."""
        good = [(each, each.event) for each in batch if each.event is not None]
        events = [event for _, event in good]
        answer = await self._door.tell_opening(events, opening) if events else Answer(0)
        remarks = dict[Line, list[Remark]]()
        for remark in answer.refusals:
            remarks.setdefault(good[remark.index][0].line, []).append(remark)
        if answer.accepted + len(remarks) != len(events):
            raise NotTold(f"intake answered for {answer.accepted + len(remarks)} of {len(events)} events; they are kept")
        for each in batch:
            if each.event is None:
                rule, said = each.mistake
                remarks[each.line] = [Remark(0, "", None, said.en, rule, said.zh)]
        self._sent.unnamed.note(events, answer, lambda said: f"{_place(good[said.index][0].line)}: {said.field}: {said.reason}")
        aside = [(each, remarks[each.line]) for each in batch if each.line in remarks]
        refused, unjudged = ([_kept(each, why) for each, why in aside if (why[0].rule == NOT_JUDGED) is failed] for failed in (False, True))
        self._sent.accepted += answer.accepted
        self._sent.refused += len(refused)
        self._sent.unjudged += len(unjudged)
        return refused, unjudged


def _place(line: Line) -> str:
    return f"{line.file}:{line.number}"


def _entry(line: Line) -> Entry:
    try:
        event = orjson.loads(line.text)
        orjson.dumps(wrapped(event))
    except orjson.JSONDecodeError as error:
        return Entry(line, None, ("json", worded(FEEDING["json"], why=error)))
    except orjson.JSONEncodeError:
        return Entry(line, None, ("too-deep", worded(FEEDING["too-deep"])))
    if not isinstance(event, dict):
        return Entry(line, None, ("no-object", worded(FEEDING["no-object"])))
    event = unwrapped(event)
    return Entry(line, event if "id" in event else {"id": derived_id(event), **event})


def derived_id(event: CloudEvent) -> str:
    """The id of an event that was given none: the same content has the same, however often it is put in, and counts once."""
    return hashlib.sha256(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _kept(entry: Entry, remarks: Sequence[Remark]) -> dict[str, Any]:
    """A refused event as it is kept, to be mended and put in again."""
    event = entry.event if entry.event is not None else entry.line.text.decode("utf-8", "backslashreplace")
    reasons = [
        {"field": each.field, "value": each.value, "rule": each.rule, "detail": each.reason, "detail_zh": each.reason_zh}
        for each in remarks
    ]
    return {"event": event, "file": entry.line.file, "line": entry.line.number, "refused": reasons}
