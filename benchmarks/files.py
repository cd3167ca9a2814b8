"""A sheet through intake's door beside the same issues as events over HTTP: rows a second of one, events a second of the other, on the same service.

Both take turns, each with issues of its own, so that what else the machine does falls on both. A row counts once its upload is over, from the first byte that
is sent of the file.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from zlib import crc32

import xlsxwriter

from benchmarks.meter import peak
from benchmarks.rates import apart, environment
from benchmarks.wire import CONNECTIONS, SIZE, feed, ready, request
from benchmarks.work import DAY, Work, processes
from deploy.client.announcement import announcement
from deploy.client.cloudevent import CloudEvent
from deploy.client.door import Door
from deploy.client.key_register import keep
from deploy.client.sheet_file import tell_sheet
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from shared.http.access import FASTEST, Keys
from shared.kafka.settled import Settled
from shared.topics import subject_id

ROWS = 100_000
EVENTS = 20_000
"""Events of a round over HTTP."""
HEADINGS = ("编号", "单位", "问题", "类别", "来源渠道", "发现日期")


async def measure(servers: Embedded, work: Work, rounds: int, rows: int) -> AsyncIterator[dict[str, float]]:
    """What each round found."""
    async with _intake(servers, work) as (pid, port, secret):
        for turn in range(rounds + 1):
            told = [_event(work, f"e{turn}-{number}") for number in range(min(EVENTS, rows))]
            batches = [request(told[start : start + SIZE], secret=secret) for start in range(0, len(told), SIZE)]
            events = len(told) / await feed(port, [batches[number::CONNECTIONS] for number in range(CONNECTIONS)])
            with TemporaryDirectory() as folder:
                sheet = Path(folder, "issues.xlsx")
                await asyncio.to_thread(_write, sheet, work, turn, rows)
                began = perf_counter()
                where = (work.plan.campaign, "issues")
                found = await tell_sheet(sheet, (f"http://127.0.0.1:{port}", secret), where, lambda _: None, lambda _: None, None)
                took = perf_counter() - began
            if found.told != rows:
                raise RuntimeError(f"{found.told} of {rows} rows were told: {found.errors[:1]}")
            if turn:  # the first round warms up
                yield {
                    "files_rows_per_s": rows / took,
                    "files_by_door": rows / took / events,
                    "files_memory_mib": peak(pid),
                }


@asynccontextmanager
async def _intake(servers: Embedded, work: Work) -> AsyncIterator[tuple[int, int, str]]:
    """An intake that knows the books of a campaign: its process, its port, and the secret of a key."""
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(apart(servers))
        keys, root, port = Keys(), work.units[0].id, choose([])
        secret = keys.add(root, root, root, ["tell", "announce"], rate=FASTEST)
        await keep(keys, {"*": root}, servers.mongodb_uri, broker.namespace)
        env = environment(servers, broker)
        [intake] = stack.enter_context(processes([["-m", "services.intake.app"]], env | {"XIAOHAO_HTTP_PORT": str(port)}))
        await ready(f"http://127.0.0.1:{port}")
        with processes([["-m", "services.ledger.app"]], env):
            async with Door(f"http://127.0.0.1:{port}", secret) as door, Settled(broker, ["intake"]) as settled:
                await door.tell_all(announcement(work.plan, work.units))
                await settled.wait()
        yield intake.pid, port, secret


def _said(work: Work, number: str) -> dict[str, str]:
    """An issue, by the headings of a sheet."""
    unit = work.units[crc32(number.encode()) % len(work.units)]
    category, channel = work.plan.categories[0], work.plan.channels[0]
    cells = (number, unit.id, f"候诊区座椅不足，患者站立等候，第 {number} 条", category.name.zh, channel.name.zh, f"{DAY:%Y-%m-%d}")
    return dict(zip(HEADINGS, cells, strict=True))


def _event(work: Work, number: str) -> CloudEvent:
    """The same as an event."""
    said, root = _said(work, number), work.units[0].id
    data: dict[str, Any] = {"text": said["问题"], "category": work.plan.categories[0].code, "channel": work.plan.channels[0].code}
    return {
        "specversion": "1.0",
        "id": number,
        "type": "IssueReported",
        "subject": subject_id(f"{work.plan.campaign}/{said['单位']}", "issue", root, number),
        "time": (DAY - timedelta(hours=1)).isoformat(),
        "data": data,
    }


def _write(path: Path, work: Work, turn: int, rows: int) -> None:
    """A workbook of so many issues."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page: Any = book.add_worksheet("问题清单")
    page.write_row(0, 0, HEADINGS)
    for row in range(rows):
        page.write_row(row + 1, 0, _said(work, f"r{turn}-{row}").values())
    book.close()
