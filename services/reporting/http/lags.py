"""How far services are behind, asked on one connection to the broker for all requests."""

import asyncio
from time import monotonic

from aiokafka.errors import KafkaError

from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled


class Lags:
    """Keeps the connection, and an answer for a moment."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._settled: Settled | None = None
        self._asking = asyncio.Lock()
        self._last: tuple[float, dict[str, int]] = (float("-inf"), {})

    async def run(self) -> None:
        """Hold the connection until cancelled; one that cannot be had is tried again."""
        while True:
            try:
                async with Settled(self._broker) as self._settled:
                    await asyncio.Event().wait()
            except KafkaError:
                self._settled = None
                await asyncio.sleep(1)

    async def behind(self, at_most: float = 0) -> dict[str, int]:
        """Records that each group has not handled, not older than `at_most` seconds. Raises Unavailable."""
        async with self._asking:
            asked, lags = self._last
            if monotonic() - asked <= at_most:
                return lags
            if self._settled is None:
                raise Unavailable("the broker cannot be asked yet")
            try:
                async with asyncio.timeout(5):
                    lags = await self._settled.behind()
            except (KafkaError, TimeoutError) as error:
                raise Unavailable(f"the broker does not answer: {error!r}") from error
            self._last = (monotonic(), lags)
            return lags
