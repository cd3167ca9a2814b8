"""Limits of a service's connections, tried with real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry

from shared.http.connection import Limits
from shared.http.server import serving

SECONDS = 20
"""After which a test gives up."""


class Served:
    """A small application behind the limits of a test."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.registry, self.port = limits, CollectorRegistry(), 0
        self.http, self.entered, self.may_end = FastAPI(), asyncio.Event(), asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []
        self.http.get("/here")(self.here)
        self.http.get("/held")(self.held)
        self.http.get("/large")(self.large)
        self.http.post("/read")(self.read)

    async def here(self) -> str:
        return "here"

    async def held(self) -> str:
        self.entered.set()
        await self.may_end.wait()
        return "held"

    async def large(self) -> StreamingResponse:
        return StreamingResponse(self.endless())

    async def endless(self) -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * (1 << 20)
                await asyncio.sleep(0)  # once nobody listens, nothing else would give way
        finally:
            self.may_end.set()

    async def read(self, request: Request) -> int:
        self.entered.set()
        return len(await request.body())

    def closed(self, why: str) -> float:
        return self.registry.get_sample_value("xiaohao_http_connections_closed_total", {"why": why}) or 0

    async def ask(self) -> tuple[int, str]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{self.port}/here", timeout=SECONDS)
        return answer.status_code, answer.text

    async def sent(self, raw: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        self.writers.append(writer)
        return reader, writer


@asynccontextmanager
async def served(limits: Limits) -> AsyncIterator[Served]:
    found = Served(limits)
    async with serving("test", found.http, found.registry, limits=limits) as found.port:
        try:
            yield found
        finally:
            for writer in found.writers:
                writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the service closes the connection."""
    try:
        return await asyncio.wait_for(reader.read(), SECONDS)
    except ConnectionResetError:
        return b""


async def trickled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What is answered to whoever sends a byte again and again, until the connection is closed."""
    answer = asyncio.ensure_future(rest(reader))
    while not answer.done():
        writer.write(b"x")
        await asyncio.wait([answer], timeout=0.02)
    return answer.result()


@pytest.mark.parametrize("half", [b"", b"G", b"GET /here HTTP/1.1\r\n", b"GET /here HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 4000, b"PUT"])
async def test_a_thousand_half_sent_requests_are_gone_after_the_deadline_and_an_honest_one_is_answered_meanwhile(half: bytes) -> None:
    async with served(Limits(head=1.0, connections=400)) as at:
        opened = [await at.sent(half) for _ in range(1000)]
        assert await at.ask() == (200, '"here"')
        assert {await rest(reader) for reader, _ in opened} <= {b""}
        assert at.closed("slow") + at.closed("crowded-out") == 1000


async def test_a_trickle_of_a_head_ends_however_often_a_byte_comes() -> None:
    async with served(Limits(head=0.3)) as at:
        reader, writer = await at.sent(b"GET /here HTTP/1.1\r\nX-Slow: ")
        assert await trickled(reader, writer) == b""
        assert at.closed("slow") == 1


async def test_a_trickle_behind_an_answer_that_did_not_wait_for_it_ends() -> None:
    async with served(Limits(head=0.3)) as at:
        reader, writer = await at.sent(b"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        assert (await trickled(reader, writer)).startswith(b"HTTP/1.1 404")
        assert at.closed("slow") == 1


async def test_a_second_request_on_a_connection_has_the_same_limit() -> None:
    async with served(Limits(head=0.3)) as at:
        reader, writer = await at.sent(b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b'"here"')
        writer.write(b"GET /here HTTP/1.1\r\nX-Slow: ")
        assert await trickled(reader, writer) == b""


async def test_where_all_places_are_at_work_a_newcomer_hears_so_at_once() -> None:
    async with served(Limits(connections=2)) as at:
        asked = b"GET /held HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        busy = []
        for _ in range(2):
            at.entered.clear()
            busy.append(await at.sent(asked))
            await at.entered.wait()
        reader, _ = await at.sent(b"")
        answer = await rest(reader)
        assert answer.startswith(b"HTTP/1.1 503 ")
        for header in (b"retry-after: 5", b"cache-control: no-store", b"x-content-type-options: nosniff"):
            assert header in answer
        assert at.closed("full") == 1
        at.may_end.set()
        assert [(await rest(reader)).endswith(b'"held"') for reader, _ in busy] == [True, True]
        assert await at.ask() == (200, '"here"')


async def test_whoever_does_not_read_an_answer_is_given_up() -> None:
    async with served(Limits(unread=0.5, keep_alive=1)) as at:
        with socket.create_connection(("127.0.0.1", at.port)) as client:  # asyncio's own would read what comes
            client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.wait_for(at.may_end.wait(), SECONDS)


async def test_what_is_no_http_is_answered_and_counted() -> None:
    async with served(Limits()) as at:
        reader, _ = await at.sent(b"\x16\x03\x01 no http\r\n\r\n")
        answer = await rest(reader)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"cache-control: no-store" in answer
        assert at.closed("no-http") == 1


async def test_a_service_stops_while_a_body_still_comes() -> None:
    async with served(Limits(stop=0)) as at:
        await at.sent(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx")
        await at.entered.wait()
