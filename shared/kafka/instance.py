"""One running copy of a service, as its producer and its subscriptions share it: where its Kafka is, and whether it goes on."""

import asyncio
import traceback
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from shared.kafka.broker import Broker
from shared.kafka.metrics import Metrics
from shared.kafka.seal import StreamKeys
from shared.logs.why import why

if TYPE_CHECKING:
    from shared.tracing import Tracing  # loaded only where it is on

log = structlog.get_logger()


class Instance:
    """One copy of a service. It goes on until it is told to stop, or something escapes."""

    def __init__(self, broker: Broker, service: str, keys: StreamKeys, metrics: Metrics, batch: int) -> None:
        self.broker, self.service, self.keys, self.metrics, self.batch = broker, service, keys, metrics, batch
        self.client_id = f"xiaohao-{service}"
        self.stopping = False
        self.tracing: Tracing | None = None
        """None where traces are off."""
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run something beside the rest; what escapes it ends the process: unmonitored, a copy could be deaf and call itself alive."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self.end(error)

    def end(self, failure: BaseException) -> None:
        """Something escaped: the process ends before another batch is read."""
        if self.failure is None:
            self.failure = failure
            log.error("ended", cause=why(failure), stack="".join(traceback.format_tb(failure.__traceback__)))
        self.ended.set()
