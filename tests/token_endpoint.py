"""A token endpoint as identity providers have one (RFC 6749, client credentials)."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import orjson

Answer = Callable[[dict[str, list[str]], str], tuple[int, Any]]


@asynccontextmanager
async def endpoint(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A token endpoint; `answer` is given the form and the client with its secret, and gives the status and the body."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines())}
        form = parse_qs((await reader.readexactly(int(headers["content-length"]))).decode())
        login = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        status, said = answer(form, ":".join(map(unquote_plus, login.split(":"))))
        body = said if isinstance(said, bytes) else orjson.dumps(said)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
