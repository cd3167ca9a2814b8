"""Tells intake the rows of a sheet, and follows what becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from deploy.client.door import AWAY, NotTold
from deploy.client.pause import pause_told

CHUNK = 256 << 10
"""Bytes that are sent at a time."""
LOOKED = 0.5
"""Seconds between two looks at how far it is."""
SHEETS = {".xlsx", ".csv", ".xls", ".xlsm", ".xlsb", ".ods", ".et", ".txt", ".tsv"}
"""Endings of what people take for a sheet; the door says which of them it takes."""


@dataclass(frozen=True)
class Told:
    """What became of a sheet, or has so far."""

    upload: str
    state: str
    rows: int
    told: int
    refused: int
    errors: tuple[dict[str, Any], ...]
    """Mistakes: row, column, field, value, rule and detail."""
    why: str
    """Why nothing of it was told, where it was refused as a whole; or why it was stopped."""
    report: str
    """The path of the workbook with the reasons; empty where there is none."""

    @staticmethod
    def of(said: dict[str, Any]) -> "Told":
        """As intake says it."""
        why = said.get("detail", "") if said["state"] in ("refused", "stopped") else ""
        counts = (said["rows"], said["told"], said["refused"])
        return Told(said["upload"], said["state"], *counts, tuple(said["errors"]), why, said.get("report", ""))


async def tell_sheet(
    path: Path,
    intake: tuple[str, str],
    where: tuple[str, str],
    sent: Callable[[int], None],
    progress: Callable[[Told], None],
    report: Path | None,
) -> Told:
    """Send a file, of a campaign and a form, to an address with a key, and wait for its end.

    The workbook with the reasons, if there is one, is written to `report`. Raises NotTold.
    """
    url, key = intake
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=60, trust_env=False) as client:
        try:
            told = Told.of(await _send(client, path, where, sent))
            while told.state in ("reading", "telling"):
                progress(told)
                await asyncio.sleep(LOOKED)
                told = Told.of(await _answered(partial(client.get, f"/v1/files/{told.upload}")))
            progress(told)
            if told.report and report:
                await _save(client, told.report, report)
        except httpx.HTTPError as error:
            raise NotTold(f"intake at {url} was away: {error!r}; send the file again, nothing counts twice") from None
    if told.state == "stopped":
        raise NotTold(f"{told.told:,} rows were told, then it stopped: {told.why}")
    return told


async def _send(client: httpx.AsyncClient, path: Path, where: tuple[str, str], sent: Callable[[int], None]) -> dict[str, Any]:
    """The answer to the file. Raises NotTold or HTTPError."""
    size = (await asyncio.to_thread(path.stat)).st_size
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
    address = "/v1/files/" + "/".join(quote(each, safe="", errors="replace") for each in where)
    name = path.name.encode("utf-8", "replace").decode()  # a name may be any bytes
    return await _answered(lambda: client.post(address, params={"name": name}, headers=headers, content=_parts(path, sent)))


async def _answered(ask: Callable[[], Awaitable[httpx.Response]]) -> dict[str, Any]:
    """What intake says of an upload, asked again while it has no place for it, or is away. Raises NotTold or HTTPError."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + AWAY
    while True:
        response = await ask()
        wait = pause_told(response) or LOOKED
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise NotTold(f"{response.url} answered {response.status_code}, but not as intake does; is this the right address?")
        if "upload" in body:
            return body
        if response.status_code not in (429, 503) or loop.time() + wait > limit:
            raise NotTold(f"intake answered {response.status_code} {body.get('title', '')}: {body.get('detail', body)}")
        await asyncio.sleep(wait)


async def _parts(path: Path, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part
            sent(file.tell())


async def _save(client: httpx.AsyncClient, address: str, path: Path) -> None:
    async with client.stream("GET", address) as response:
        if response.status_code != 200:
            raise NotTold(f"the workbook with the reasons was not given: {response.status_code}")
        with path.open("wb") as file:
            async for part in response.aiter_bytes():
                file.write(part)
