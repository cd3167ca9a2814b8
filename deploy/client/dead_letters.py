"""Records that could never be handled, as they stand on the dead-letter topics."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from deploy.client.topics import partitions, records_so_far
from shared.kafka.broker import Broker


@dataclass(frozen=True)
class DeadLetter:
    """A record on a dead-letter topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def reason(self) -> str:
        """Why it is there: the last line, which of a traceback says what failed."""
        reason = next((value for name, value in self.headers if name == "dlt-reason" and value), b"")
        return (reason.decode("utf-8", "replace").strip().splitlines() or [""])[-1]

    @property
    def place(self) -> str:
        """How `xiaohao dead show` is asked for it."""
        return f"{self.topic}/{self.partition}/{self.offset}"


async def dead_letters(broker: Broker) -> AsyncIterator[DeadLetter]:
    """Every record on a dead-letter topic. Raises UserMistake."""
    async with partitions(broker, ".dlt") as (consumer, wanted):
        async for record in records_so_far(consumer, wanted):
            topic = record.topic.removeprefix(broker.namespace)
            yield DeadLetter(topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
