"""What every service is: a bus, HTTP with probes and metrics, workers beside them; how it starts, and how it ends."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.openmetrics import exposition as openmetrics

from shared.calendars import load_calendars
from shared.faults import Unavailable
from shared.http.following import Following
from shared.http.problem import add_problems
from shared.http.server import serving
from shared.kafka.bus import Bus
from shared.logs.setup import set_up, unhandled
from shared.metrics import Transactions
from shared.mongo import Mongo
from shared.settings import SettingMistake, Settings, read_settings

if TYPE_CHECKING:
    from shared.tracing import Tracing

log = structlog.get_logger()


@dataclass
class Service:
    """A service as its `app.build` puts it together."""

    name: str
    bus: Bus
    mongo: Mongo
    http: FastAPI
    registry: CollectorRegistry
    prepare: Callable[[], Awaitable[None]]
    """Makes collections and indexes; called before the bus starts."""
    workers: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """Loops that run beside the bus; one that ends by an error ends the process."""
    following: Following | None = None
    """Keeps the keys as the database has them, where they are not given."""
    port: int = 0
    tracing: "Tracing | None" = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self, timeout: float = 20) -> None:
        """Connect to database and broker, then read. Raises Unavailable when either does not answer in time."""
        try:
            async with asyncio.timeout(timeout):
                await self.mongo.ping()
                await self.prepare()
                if self.following:
                    await self.following.start()
                await self.bus.start()
        except Exception as error:
            raise Unavailable(f"{self.name} cannot start: {error!r}") from error
        workers = [*self.workers, *([self.following.run] if self.following else [])]
        self._tasks += [self.bus.instance.spawn(worker(), f"{self.name}-worker") for worker in workers]

    def trace(self, tracing: "Tracing") -> None:
        """Have what it does traced from here on; before it starts."""
        self.tracing = self.bus.instance.tracing = tracing

    async def stop(self) -> None:
        """Finish what is under way and let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bus.stop()
        self.mongo.close()
        if self.tracing:
            await asyncio.to_thread(self.tracing.end)

    @asynccontextmanager
    async def serving(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Serve HTTP beside the started bus; gives the address. Raises Unavailable."""
        http = self.tracing.http(self.http) if self.tracing else self.http
        async with serving(self.name, http, self.registry, host, port) as self.port:
            yield f"http://{host}:{self.port}"


def add_operations(
    http: FastAPI,
    bus: Bus,
    mongo: Mongo,
    registry: CollectorRegistry,
    ready: Callable[[], list[str]] | None = None,
    partly: Callable[[], list[str]] = list,
) -> Callable[[], Awaitable[list[str]]]:
    """The open routes of every service: `/livez`, `/readyz`, `/metrics`. They carry no data of anybody. `ready` stands in for the bus's own.
    `partly` says what the service cannot do of single subjects, which `/readyz` names too.
    What no route takes is answered as every refusal is. Gives what says why the service cannot do its work now, of no subject.
    """
    add_problems(http)
    registry.register(Transactions(mongo))

    @http.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        why = bus.alive()
        return JSONResponse({"alive": why is None, "reasons": [why] if why else []}, 503 if why else 200)

    async def unready() -> list[str]:
        reasons = (ready or bus.ready)()
        try:
            async with asyncio.timeout(3):
                await mongo.ping()
        except (Unavailable, TimeoutError) as error:
            reasons.append(str(error) or "MongoDB does not answer within 3 s")
        return reasons

    @http.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        reasons = [*await unready(), *partly()]
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @http.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if "application/openmetrics-text" in request.headers.get("accept", ""):  # which alone has room for exemplars
            text: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
            return Response(text, media_type=openmetrics.CONTENT_TYPE_LATEST)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return unready


def run(name: str, build: Callable[[Settings], Service], young: int = 50_000) -> None:
    """The main function of a service of this name: start, serve until told to stop, exit 0; exit 1 when it cannot start or something escaped.

    `young` is how many objects may come before cycles are looked for among them: about as many as a full batch has.
    """
    try:
        settings = read_settings()
        load_calendars(settings.calendars)
    except SettingMistake as mistake:
        sys.exit(str(mistake))
    set_up(name, settings.log_level)
    # A batch is many thousand small objects that all go again once it is done: looking for cycles among them meanwhile is time lost.
    gc.set_threshold(young, 20, 50)
    code = asyncio.run(_run(build, settings))
    # Threads of drivers must not keep a process that has failed.
    sys.stdout.flush()
    os._exit(code) if code else sys.exit(0)


def traced(environment: Mapping[str, str]) -> bool:
    """Whether traces are on, by OpenTelemetry's own variables: where somebody says to which collector they go."""
    names = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    off = {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "none", "OTEL_TRACES_SAMPLER": "always_off"}
    return any(map(environment.get, names)) and not any(environment.get(name, "").lower() == value for name, value in off.items())


async def _run(build: Callable[[Settings], Service], settings: Settings) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.set_exception_handler(unhandled)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        service = build(settings)
        if traced(os.environ):
            from shared.tracing import Tracing, provider_of  # noqa: PLC0415 - what is off is not loaded

            service.trace(Tracing(provider_of(service.name, os.environ)))
        await service.start(settings.start_timeout)
        gc.freeze()  # what is there by now stays
    except (SettingMistake, Unavailable) as error:
        log.error("cannot start", detail=str(error))
        return 1
    async with service.serving(settings.http_host, settings.http_port) as address:
        log.info("started", address=address)
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(service.bus.instance.ended.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            log.info("stopping")
    if service.bus.instance.failure is not None:
        return 1
    try:
        async with asyncio.timeout(25):
            await service.stop()
    except TimeoutError:
        log.error("did not stop in time")
        return 1
    log.info("stopped")
    return 0
