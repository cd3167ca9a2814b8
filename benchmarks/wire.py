"""Telling a door over plain connections, so that the client costs the machine next to nothing beside what is measured."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Self
from zlib import crc32

import httpx
import orjson

from deploy.client.cloudevent import CloudEvent
from shared.topics import book_of

BATCH_MEDIA = "application/cloudevents-batch+json"
SIZE, CONNECTIONS = 100, 8
IDLE = 3.0
"""Seconds without a request after which a connection is made anew: uvicorn ends one after five."""


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire, and the last event that it tells."""

    raw: bytes
    events: int
    last: str


def request(events: Sequence[CloudEvent], media: str = BATCH_MEDIA, secret: str = "") -> Request:
    """Events as one request."""
    body = orjson.dumps(events)
    head = f"POST /v1/events HTTP/1.1\r\nhost: door\r\nauthorization: Bearer {secret}\r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\n\r\n"
    return Request(head.encode() + body, len(events), events[-1]["id"])


def shares(events: Sequence[CloudEvent], secret: str, connections: int = CONNECTIONS) -> list[list[Request]]:
    """The requests of each connection: one book, one connection, in order."""
    of: list[list[CloudEvent]] = [[] for _ in range(connections)]
    for event in events:
        of[crc32(book_of(event["subject"]).encode()) % connections].append(event)
    return [[request(part, secret=secret) for part in _parts(each)] for each in of]


def _parts(events: Sequence[CloudEvent]) -> Iterator[Sequence[CloudEvent]]:
    return (events[start : start + SIZE] for start in range(0, len(events), SIZE))


class Line:
    """One connection to a door. An async context manager."""

    def __init__(self, port: int) -> None:
        self._port, self._used = port, 0.0

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def tell(self, told: Request) -> None:
        """Send a request and read its answer. Raises RuntimeError where it was not taken whole."""
        if perf_counter() - self._used > IDLE:
            self._writer.close()
            await self._open()
        self._writer.write(told.raw)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        body = await self._reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        self._used = perf_counter()
        if b" 202 " not in head:
            raise RuntimeError(body.decode())

    async def _open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._used = perf_counter()


async def feed(port: int, requests: Sequence[Sequence[Request]]) -> float:
    """Tell all, each share over a connection of its own. Returns how many seconds that took."""

    async def connection(share: Sequence[Request]) -> None:
        async with Line(port) as line:
            for each in share:
                await line.tell(each)

    began = perf_counter()
    await asyncio.gather(*map(connection, requests))
    return perf_counter() - began


async def ready(address: str) -> None:
    """Wait until a service answers. Raises TimeoutError."""
    async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(f"{address}/readyz")).status_code in (200, 404):
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
