"""What stands before every application: headers that keep each answer to whom it was given, how long it took, and the count and log of refused access."""

from time import perf_counter
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.language import language_of
from shared.http.problem import Problem

log = structlog.get_logger()
REFUSED = (401, 403, 429)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are counted by their names: a client may send any word."""
UNROUTED = "unrouted"
"""The route of what none takes, and of what was answered before one was found."""


class Front:
    """An application, with what holds for every answer of every service, errors included."""

    def __init__(self, http: ASGIApp, registry: CollectorRegistry) -> None:
        self._http = http
        self._refused = Counter("xiaohao_http_access_refused", "Requests refused for their key.", ["status"], registry=registry)
        for status in REFUSED:
            self._refused.labels(str(status))  # there from the start, so that an alert on its rise sees the first
        self._took = Histogram(
            "xiaohao_http_request_seconds",
            "Duration of a request to the end of its answer, by method, template of the route, and class of the status.",
            ["method", "route", "status"],
            registry=registry,
            buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and note how long that takes."""
        began, status = perf_counter(), 500  # as the server answers where we answer nothing

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if (to := urlsplit(headers.get("Location", ""))).netloc:  # here, whatever host and scheme the request says of us
                    headers["Location"] = "/" + to._replace(scheme="", netloc="").geturl().lstrip("/")
                if message["status"] in REFUSED:
                    self._count(message["status"], scope)
            await send(message)

        try:
            await self._answer(scope, receive, answer)
        finally:
            method, route = scope["method"], getattr(scope.get("route"), "path", UNROUTED)
            labels = (method if method in METHODS else "other", route, f"{status // 100}xx")
            self._took.labels(*labels).observe(perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        names = {name for name, _ in scope["headers"]}
        if {b"content-length", b"transfer-encoding"} <= names:  # whoever stands before us may go by the other one (RFC 9112, 6.1)
            response = Problem("two-lengths", {"Connection": "close"}).response(language_of(Request(scope)))
            await response(scope, receive, send)
            return
        await self._http(scope, receive, send)

    def _count(self, status: int, scope: Scope) -> None:
        """Count a refusal, and log it: route, address and the key's id, never what was sent as a key."""
        state = scope.get("state", {})
        if not state.get("limited"):  # which the gate counts: the key is right
            self._refused.labels(str(status)).inc()
        method, route, client = scope["method"], scope.get("route"), scope.get("client")
        log.warning(
            "access refused",
            status=status,
            route=f"{method if method in METHODS else 'other'} {getattr(route, 'path', UNROUTED)}",
            client=client[0] if client else None,
            key=state.get("key"),
        )
