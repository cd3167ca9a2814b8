"""An application served over HTTP, within limits."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from shared.faults import Unavailable
from shared.http.connection import Connection, Limits, Places
from shared.http.front import Front

BACKLOG = 256
"""Connections that the kernel keeps for us until they are taken in, all at once: more could take the last files a process may have open."""


@asynccontextmanager
async def serving(
    name: str, http: ASGIApp, registry: CollectorRegistry, host: str = "127.0.0.1", port: int = 0, limits: Limits | None = None
) -> AsyncIterator[int]:
    """Serve it; gives the port. Raises Unavailable where nothing can listen there."""
    limits = limits or Limits()
    config = uvicorn.Config(
        Front(http, registry),
        host=host,
        port=port,
        http=Connection.within(Places(limits, registry)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a client's address is where it comes from, never what it says of itself
        backlog=BACKLOG,
        timeout_keep_alive=limits.keep_alive,
        timeout_graceful_shutdown=limits.stop,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(), name=f"{name}-http")
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            raise Unavailable(f"{name} cannot listen on {host}:{port}")
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: the service stops as a whole."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
