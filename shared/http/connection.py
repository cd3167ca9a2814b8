"""Connections to a service: how many there may be, and how long one may keep a place without a whole request."""

import asyncio
import socket
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.wording.problems import TITLES

BARE_HEADERS = (
    b"content-type: application/problem+json\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service allows all of its clients."""

    connections: int = 500
    """At one time: with those to Kafka and MongoDB they fit into the 1,024 files that a process may have open where nobody raised that."""
    head: float = 10.0
    """Seconds from the first byte of a request to the last of its headers; and for the rest of a body that was answered before its end."""
    keep_alive: int = 5
    """Seconds between two requests on a connection."""
    unread: float = 60.0
    """Seconds for which a client may read nothing of an answer that is on its way."""
    stop: int = 10
    """Seconds that requests under way are given when the service stops; what is cut off then was not acknowledged."""


class Places:
    """The connections of one service that wait for a whole head, and what was done about too many or too slow ones."""

    def __init__(self, limits: Limits, registry: CollectorRegistry) -> None:
        self.limits = limits
        self.waiting: dict[Connection, None] = {}
        """The longest-waiting first."""
        self.closed = Counter(
            "xiaohao_http_connections_closed", "Connections that were closed without an answer of the service.", ["why"], registry=registry
        )
        for why in ("full", "crowded-out", "slow", "no-http"):
            self.closed.labels(why)  # there from the start, so that an alert on its rise sees the first


class Connection(H11Protocol):
    """Uvicorn's own protocol within limits. Where no place is left, whoever has waited longest without a whole request gives way to
    the newcomer: half-sent requests, however many, keep out nobody.
    """

    places: Places
    """Set by `within`."""
    _deadline: asyncio.TimerHandle | None = None

    @staticmethod
    def within(places: Places) -> "type[Connection]":
        """The protocol for one service."""
        return type("Connection", (Connection,), {"places": places})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it in, or say that there is no place."""
        super().connection_made(transport)
        if len(self.connections) > self.places.limits.connections and not self._crowd_out():
            self.end("full", b"503 Service Unavailable", b"retry-after: 5\r\n")
            return
        unread = round(self.places.limits.unread * 1000)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take some bytes in."""
        super().data_received(data)
        if self._busy():
            self._has_place()
        else:
            self._wait_for_head()

    def on_response_complete(self) -> None:
        """The next request is waited for; until its first byte comes, the limit is the server's own, `keep_alive`."""
        super().on_response_complete()
        if not self._busy():
            self.places.waiting[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self._has_place()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        self.end("no-http", b"400 Bad Request")

    def _busy(self) -> bool:
        """Whether a request has a whole head and no whole answer."""
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # none before the first

    def _wait_for_head(self) -> None:
        """From now on its time runs, unless it does already."""
        self.places.waiting.setdefault(self)
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.places.limits.head, self.end, "slow")

    def _has_place(self) -> None:
        self.places.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _crowd_out(self) -> bool:
        """Close the connection that waited longest, if any waits."""
        longest = next(iter(self.places.waiting), None)
        if longest is not None:
            longest.end("crowded-out")
            self.connections.discard(longest)  # else those that come before the loop's next turn find it still there
        return longest is not None

    def end(self, why: str, status: bytes | None = None, more: bytes = b"") -> None:
        """Close it, with a bare answer where there is one, in both languages: nothing was read yet that would say in which."""
        self.places.closed.labels(why).inc()
        self._has_place()
        if status and not self.transport.is_closing():
            title = f"{TITLES[int(status[:3])][0]} {status[4:].decode()}".encode()
            body = b'{"type":"about:blank","title":"%b","status":%b}' % (title, status[:3])
            self.transport.write(b"HTTP/1.1 %b\r\n%b%bcontent-length: %d\r\n\r\n%b" % (status, BARE_HEADERS, more, len(body), body))
        self.transport.close()
