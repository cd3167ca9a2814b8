"""Letting go of Kafka. By themselves aiokafka's clients lose connections in two ways, which `install` and `let_go` mend:

- one that is cancelled while it bootstraps forgets the connection that it asked by;
- a consumer whose `stop` is given up, since it waits for others of its group to join, never closes what it had not come to yet, and reads on.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka import conn as aiokafka_conn
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError

AT_ONCE = 3.0
"""Seconds in which a client that has no connection any more has ended; it needs a moment."""


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """A connection that does not outlive the one request for which it was opened."""

    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:
        """Send; see AIOKafkaConnection."""
        answer: Awaitable[Any] = super().send(request, expect_response)
        # A client hears of the end of each connection that it keeps, so that one which tells nobody is known only to whoever awaits this.
        return answer if self._on_close_cb else self._or_closed(answer)

    async def _or_closed(self, answer: Awaitable[Any]) -> Any:
        try:
            return await answer
        except asyncio.CancelledError:
            self.close()
            raise


def install() -> None:
    """Have every client of this process connect so. Called by `shared.kafka.bus`."""
    aiokafka_conn.AIOKafkaConnection = Connection


async def let_go(stop: Awaitable[Any], *consumers: AIOKafkaConsumer, patience: float) -> None:
    """Wait for so many seconds for what stops these consumers; then hang up for them, on which it ends at once, with nothing left open."""
    stopping = asyncio.ensure_future(stop)
    await asyncio.wait([stopping], timeout=patience)
    if not stopping.done():
        clients = [consumer._client for consumer in consumers]  # noqa: SLF001  aiokafka has no other way to hang up
        for client in clients:
            client._get_conn = _nobody  # noqa: SLF001  else it would connect again to say good-bye
        ends = [stopping, *(asyncio.ensure_future(client.close()) for client in clients)]
        _, left = await asyncio.wait(ends, timeout=AT_ONCE)
        for each in left:
            each.cancel()
        await asyncio.wait(ends, timeout=AT_ONCE)
    if stopping.done():
        with suppress(KafkaError, asyncio.CancelledError):
            stopping.result()


async def _nobody(*place: Any, **group: Any) -> None:
    """No connection to any broker."""
