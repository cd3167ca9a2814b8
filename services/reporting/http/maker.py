"""The process that makes one ledger, beside the service, which meanwhile answers others.

    python -m services.reporting.http.maker

It is told on its standard input what is asked. On its standard output it says in a line what comes, and then writes the file, as it reads the issues. The file
is whole if it ends with 0.
"""

import asyncio
import gc
import os
import resource
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
from pydantic import TypeAdapter

from services.reporting.figures.filters import Filter
from services.reporting.figures.issues import Issues
from services.reporting.figures.summaries import Summaries
from services.reporting.figures.units import NotFound, Scope, Units
from services.reporting.papers.excel import Ledger
from services.reporting.store import Store
from services.reporting.wording.texts import Language, said, text
from shared.calendars import load_calendars
from shared.faults import Unavailable
from shared.mongo import Mongo

MEMORY = 512 << 20
"""Bytes that the process may hold, at most: many times what it needs, for however many issues."""
GIVES_WAY = 5
"""How much it gives way to the service, as `nice` has it."""
PART = 250
"""Issues that are read, and written, at a time."""


@dataclass(frozen=True)
class Source:
    """Where it is read from."""

    mongodb_uri: str = field(repr=False)
    database: str
    calendars: Path | None


@dataclass(frozen=True)
class Asked:
    """Whose ledger is to be made, and for whom."""

    source: Source
    scope: Scope
    language: Language


ASKED = TypeAdapter(Asked)


@dataclass(frozen=True)
class Said:
    """What comes: a file of this name; or none, for a problem of `shared/wording/problems.py`."""

    name: str = ""
    problem: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def line(self) -> bytes:
        """As the process says it."""
        return orjson.dumps(asdict(self)) + b"\n"


async def make(asked: Asked, out: IO[bytes]) -> None:
    """Say what comes, and write it. Raises Unavailable where the file has begun."""
    mongo, top, begun = Mongo(asked.source.mongodb_uri, asked.source.database), asked.scope.top, False
    units, issues = Units(mongo), Issues(mongo)
    try:
        async with Store(mongo).snapshot() as session:
            report = await Summaries(mongo, units, issues).report(asked.scope, session, listed=1)
            place = f"{said(asked.language, report.summary.name)}-{report.summary.unit_name}"
            out.write(Said(f"{place}-{text(asked.language, 'sheet-ledger')}.xlsx").line())
            out.flush()
            begun = True
            ledger, written = Ledger(out, report, asked.language), asyncio.create_task(asyncio.sleep(0))
            async for rows in issues.every(top, Filter(campaign=asked.scope.campaign, unit=report.summary.unit), session, PART):
                names = await issues.names(top, rows, session)
                await written  # while a part is written, the next is read
                written = asyncio.create_task(asyncio.to_thread(ledger.add, rows, *names))
            await written
            ledger.close()
    except NotFound as error:
        if begun:
            raise
        out.write(Said(problem=error.name, values=error.values).line())
    except Unavailable as error:
        if begun:
            raise
        out.write(Said(problem="cannot-answer", values={"why": str(error)[:300]}).line())
    out.flush()


def main() -> None:
    """Make what standard input asks for, within limits."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    os.nice(GIVES_WAY)
    gc.set_threshold(50_000, 20, 50)  # rows are many small objects that soon go again
    asked = ASKED.validate_json(sys.stdin.buffer.read())
    load_calendars(asked.source.calendars)
    try:
        asyncio.run(make(asked, sys.stdout.buffer))
    except Unavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
