"""Uploads under way: each file is read, its rows are told in parts, and what became of them is kept."""

import asyncio
import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryFile
from time import monotonic
from typing import IO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from services.intake.envelope import Row
from services.intake.files.forms import FORMS
from services.intake.files.heading import Head, head_of
from services.intake.files.mistakes import FileRefused
from services.intake.files.reading import read
from services.intake.files.refusals import Refusals, mistakes_of
from services.intake.files.report import write_report
from services.intake.files.rows import FileRow, rows
from services.intake.files.scale import refuse_scales
from services.intake.files.sheet import Sheet
from services.intake.files.store import UploadStore
from services.intake.files.upload import KEPT, Upload
from services.intake.files.vocabulary import Vocabulary
from services.intake.outcome import Outcome
from services.intake.places import Places
from services.intake.taking import Taking, in_turns
from shared.faults import Unavailable
from shared.http.access import Key
from shared.http.problem import KeyGone, Problem
from shared.kafka.dead_letters import failed_at
from shared.logs.why import why
from shared.wording import worded
from shared.wording.problems import DETAILS, PROBLEMS

log = structlog.get_logger()
AT_ONCE = 2
"""Files that are read and told at one time; others wait for their turn."""
UNDER_WAY = 8
"""Files that come in, wait or are told, at most: each may take as much of the disk as a file may have, and a few times that."""
OF_ONE_KEY = 2
"""Of one key."""
PART = 1000
"""Rows that are told at once."""
BEAT = 1.0
"""Seconds after which it is written down how far each is."""
AWAY = 300.0
"""Seconds for which Kafka or the database may be away before an upload is stopped."""
AGAIN = 2.0
"""Seconds until the same rows are told again meanwhile."""


class Uploads:
    """The uploads that this process has under way."""

    def __init__(self, taking: Taking, store: UploadStore, registry: CollectorRegistry) -> None:
        self._taking, self._store = taking, store
        self.places = Places(UNDER_WAY, OF_ONE_KEY, "uploads-full", 10)
        """One for each file, from its first byte to its last row."""
        self._ended = Counter("xiaohao_uploads", "Files of bureaus whose upload is over, by how it ended.", ["outcome"], registry=registry)
        self._rows = Counter(
            "xiaohao_upload_rows", "Rows of uploads that are over, by what became of them.", ["outcome"], registry=registry
        )
        for outcome in ("done", "refused", "stopped"):
            self._ended.labels(outcome)
        for outcome in ("told", "refused"):
            self._rows.labels(outcome)
        under_way = Gauge("xiaohao_uploads_under_way", "Files of bureaus that come in, wait, or are told.", registry=registry)
        under_way.set_function(self.places.held)
        self._tasks: dict[asyncio.Task[None], Upload] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def work(self) -> None:
        """Write down how far each is, until the service stops; then stop them, and say so."""
        try:
            while True:
                await asyncio.sleep(BEAT)
                if not (under_way := [each for each in self._tasks.values() if not each.over]):
                    continue
                try:
                    await self._store.progress(under_way)
                except Unavailable as error:
                    log.warning("uploads not kept", detail=why(error))
        finally:
            for task in (left := list(self._tasks)):
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def begin(
        self, file: IO[bytes], held: ExitStack, again: Callable[[], Key], vocabulary: Vocabulary, form: str, name: str, trace: str | None
    ) -> Upload:
        """Keep a new upload, and begin to read and tell its file. `held`, its place among others, is given up at its end.

        `again` gives the key before each part of it, while it is valid. Raises Unavailable, KeyGone or Problem 503.
        """
        key = again()
        uploaded = await self._taking.now() or datetime.now(UTC)
        upload = Upload(token_urlsafe(18), key.root, key.unit, key.source, vocabulary.campaign, form, name, datetime.now(UTC) + KEPT)
        await self._store.begin(upload)
        task = asyncio.create_task(self._run(upload, file, held.pop_all(), again, vocabulary, uploaded, trace))
        self._tasks[task] = upload
        task.add_done_callback(self._tasks.pop)
        return upload

    async def ended(self, upload: Upload, seconds: float) -> None:
        """Wait until it is over and that is kept, or for so long."""
        if tasks := [task for task, each in self._tasks.items() if each is upload]:
            await asyncio.wait(tasks, timeout=seconds)

    async def _run(
        self,
        upload: Upload,
        file: IO[bytes],
        held: ExitStack,
        again: Callable[[], Key],
        vocabulary: Vocabulary,
        uploaded: datetime,
        trace: str | None,
    ) -> None:
        with held:
            try:
                async with self._turn:
                    with await read(Path(f"/proc/{os.getpid()}/fd/{file.fileno()}"), upload.name) as sheet:
                        await self._tell(upload, sheet, again, vocabulary, uploaded, trace)
            except FileRefused as refused:
                upload.end("refused", refused.rule, refused.detail)
            except KeyGone as gone:
                upload.end("stopped", "key-gone", gone.detail)
            except Problem as problem:
                upload.end("stopped", "away", problem.detail)
            except Unavailable as error:
                upload.end("stopped", "away", worded(PROBLEMS["cannot-answer"][1:], why=str(error)[:300]))
            except asyncio.CancelledError:
                upload.end("stopped", "died", worded(DETAILS["upload-died"]))
            except Exception as bug:  # its words may quote the file
                stack = "".join(traceback.format_tb(bug.__traceback__))
                log.error("upload failed", upload=upload.id, campaign=upload.campaign, form=upload.form, cause=failed_at(bug), stack=stack)
                upload.end("stopped", "bug", worded(PROBLEMS["bug"][1:]))
            await self._end(upload)

    async def _end(self, upload: Upload) -> None:
        """Keep what became of it; where the database stays away, it is found stopped once it was silent for a while."""
        self._ended.labels(upload.state).inc()
        self._rows.labels("told").inc(upload.told)
        self._rows.labels("refused").inc(upload.refused)
        became = {"state": upload.state, "rule": upload.rule, "told": upload.told, "refused": upload.refused}
        log.info("upload over", upload=upload.id, campaign=upload.campaign, form=upload.form, **became)
        try:
            await self._store.end(upload)
        except Unavailable as error:
            log.error("upload not kept", upload=upload.id, detail=why(error))

    async def _tell(
        self, upload: Upload, sheet: Sheet, again: Callable[[], Key], vocabulary: Vocabulary, uploaded: datetime, trace: str | None
    ) -> None:
        """Tell the rows of a sheet in parts. Raises FileRefused before anything is told, Unavailable, or Problem 503."""
        form, part = FORMS[upload.form], list[FileRow]()
        head = await asyncio.to_thread(head_of, sheet, form, vocabulary)
        await asyncio.to_thread(refuse_scales, sheet, head)
        upload.state = "telling"
        with Refusals() as refusals:
            async for row in in_turns(rows(sheet, head, form, vocabulary, upload.source, uploaded)):
                part.append(row)
                if len(part) == PART:
                    await self._tell_part(upload, part, head, again, trace, refusals)
                    part = []
            await self._tell_part(upload, part, head, again, trace, refusals)
            if upload.refused:
                with TemporaryFile() as workbook:
                    await asyncio.to_thread(write_report, workbook, sheet, form.title.zh, head, refusals.rows())
                    await self._store.keep_report(upload, workbook)
        if upload.rows:
            upload.end("done")
        else:
            upload.end("refused", "rows-none", worded(DETAILS["rows-none"]))

    async def _tell_part(
        self, upload: Upload, part: Sequence[FileRow], head: Head, again: Callable[[], Key], trace: str | None, refusals: Refusals
    ) -> None:
        """Tell some rows, and note those that are not taken. Raises Problem 503 where that is not possible for long."""
        outcome = await self._take([Row(row.number, row.event) for row in part if row.event is not None], again, trace)
        for row in part:
            upload.rows += row.covers
            if mistakes := mistakes_of(row, outcome.reasons.get(row.number, ()), head):
                upload.refuse(mistakes, row.covers)
                refusals.add(row.number, mistakes)
            else:
                upload.told += row.covers

    async def _take(self, events: Sequence[Row], again: Callable[[], Key], trace: str | None) -> Outcome:
        """What became of some events; told again while Kafka or the database is away, since their ids make that harmless. Raises Problem 503, or KeyGone."""
        limit = monotonic() + AWAY
        while True:
            try:
                key = again()
                with self._taking.counted() as outcome:
                    await self._taking.take(events, key, trace, outcome)
                    return outcome
            except KeyGone:
                raise
            except Problem:
                if monotonic() > limit:
                    raise
            await asyncio.sleep(AGAIN)
