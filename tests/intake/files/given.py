"""Sheets as tests send them, and what the door answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import openpyxl

from tests.intake.given import Campaign

HEADINGS = ("编号", "单位", "问题", "类别", "来源渠道", "发现日期")
PLACE = "/v1/files/tengzhou-2019"


def issue_row(number: str, **changes: str) -> list[str]:
    """A row of an issue that h1 has."""
    row = {
        "编号": number,
        "单位": "h1",
        "问题": f"候诊区没有饮水机 {number}",
        "类别": "服务环境",
        "来源渠道": "群众投诉",
        "发现日期": "2019-04-02",
    }
    return [(row | changes)[each] for each in HEADINGS]


def csv(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    """A sheet as a text."""
    return "".join(",".join(row) + "\r\n" for row in (headings, *rows)).encode()


def cells(workbook: bytes) -> list[list[Any]]:
    """The values of the first sheet of a workbook."""
    return [list(row) for row in openpyxl.load_workbook(BytesIO(workbook)).worksheets[0].iter_rows(values_only=True)]


def changed(workbook: bytes, at: str, value: str) -> bytes:
    """A workbook in which somebody mended a cell."""
    book, out = openpyxl.load_workbook(BytesIO(workbook)), BytesIO()
    book.worksheets[0][at] = value
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class FileDoor:
    """The door for files."""

    campaign: Campaign

    async def send(self, body: Any, key: str = "t01", form: str = "issues", name: str = "表.csv", place: str = PLACE) -> httpx.Response:
        """Send a file."""
        return await self.campaign.client.post(f"{place}/{form}", content=body, params={"name": name}, headers=self.headers(key))

    async def get(self, path: str, key: str = "t01") -> httpx.Response:
        """Ask for something."""
        return await self.campaign.client.get(path, headers=self.headers(key))

    def headers(self, key: str) -> dict[str, str]:
        """With the key of this id."""
        return {"authorization": f"Bearer {self.campaign.secrets[key]}"}

    async def told(self) -> list[tuple[str, str]]:
        """The id and the subject of each event that was told since the mark."""
        found = []
        for record in await self.campaign.since():
            headers = dict(record.headers)
            found.append((headers["ce_id"].decode(), headers["ce_subject"].decode()))
        return found
