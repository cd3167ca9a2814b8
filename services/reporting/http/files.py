"""The files over HTTP: made off the event loop, a few at a time. A report is whole before it is sent; a ledger, which is long, is sent while it is made."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any
from weakref import WeakSet

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask

from services.reporting.figures.evidence import CANDIDATES, Evidence
from services.reporting.figures.top import Top
from services.reporting.figures.units import Scope
from services.reporting.http.maker import ASKED, Asked, Source
from services.reporting.http.making import Growing, Making, NotMade
from services.reporting.http.reading import NO_CAMPAIGN, PhaseParam, Reading, UnitParam
from services.reporting.papers import word
from services.reporting.wording.texts import Language, said, text
from shared.http.openapi import answers
from shared.http.problem import Problem

AT_ONCE = 2
"""Files made at one time."""
WAITING = 20
"""Requests that wait for their turn, at most."""
UNSENT = 8
"""Files that are made and kept for clients that take them slowly, at most: each has some 200 bytes an issue."""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(media: str) -> dict[str, Any]:
    """An answer that is a file, as OpenAPI says it."""
    return {"description": "The file.", "content": {media: {"schema": {"type": "string", "contentMediaType": media}}}}


class Turns:
    """Lets a few make files at one time, and some more wait."""

    def __init__(self, most_waiting: int = WAITING) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._most_waiting, self._waiting = most_waiting, 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """One's turn. Raises Problem 503 where too many wait."""
        if self._waiting >= self._most_waiting:
            raise Problem("busy", {"Retry-After": "10"})
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1


def add_files(http: FastAPI, reading: Reading, evidence: Evidence, source: Source) -> None:
    """The routes of the files. Each shows what its key may see."""
    top_unit = Annotated[Top, Depends(reading.top_in_campaign)]
    turns, makings = Turns(), WeakSet[Making]()

    @http.get(
        "/api/campaigns/{id}/report.docx",
        operation_id="getReport",
        summary="The report, for Word",
        tags=["files"],
        response_class=FileResponse,
        responses={200: _file(WORD), **answers(*NO_CAMPAIGN, "no-such-phase", "busy")},
    )
    async def report(top: top_unit, id: str, phase: PhaseParam = None, unit: UnitParam = None, lang: Language = "zh") -> FileResponse:
        """The report on a campaign, or on one of its phases, for Word."""
        folder = Path(mkdtemp(prefix="xiaohao-"))
        try:
            async with turns.taken():
                async with reading.store.snapshot() as session:
                    report = await reading.summaries.report(
                        Scope(top, id, unit), session, phase=phase, listed=word.LISTED, carried=word.LISTED, attached=CANDIDATES
                    )
                    report.pictures = await evidence.pictures([*report.overdue.rows, *report.carried.rows, *report.attached])
                    achieved = await reading.achievements.of(top, report, session)
                await asyncio.to_thread(word.write, report, achieved, folder / "report.docx", lang, phase)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        name = f"{said(lang, report.summary.name)}-{report.summary.unit_name}-{phase or text(lang, 'total')}.docx"
        return FileResponse(folder / "report.docx", media_type=WORD, filename=name, background=BackgroundTask(shutil.rmtree, folder, True))

    @http.get(
        "/api/campaigns/{id}/ledger.xlsx",
        operation_id="getLedger",
        summary="The ledger, for Excel",
        tags=["files"],
        response_class=StreamingResponse,
        responses={200: _file(EXCEL), **answers(*NO_CAMPAIGN, "busy", "not-made")},
    )
    async def ledger(top: top_unit, id: str, unit: UnitParam = None, lang: Language = "zh") -> StreamingResponse:
        """The ledger of a unit and all below it, for Excel: every issue."""
        if sum(each.unsent for each in makings) >= UNSENT:
            raise Problem("busy", {"Retry-After": "60"})
        making = Making(ASKED.dump_json(Asked(source, Scope(top, id, unit), lang)), turns.taken())
        makings.add(making)
        try:
            said = await making.said()
            if said.problem:
                raise Problem(said.problem, {"Retry-After": "2"} if said.problem == "cannot-answer" else None, **said.values)
        except BaseException as error:
            await making.end()
            if isinstance(error, NotMade):
                raise Problem("not-made", {"Retry-After": "10"}) from error
            raise
        return Growing(making, said.name, EXCEL)
