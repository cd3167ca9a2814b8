"""What a service does with the records of a topic."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from shared.kafka.records import Received, Record


class Work(Protocol):
    """What a service does with the records of a topic."""

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Handle a batch in one transaction and return what to publish, in order.

        May be called again with the same records, also after it succeeded. Raises Conflict or Unavailable; anything else is a bug.
        """
        ...

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the one record that makes `apply` fail by a bug; `trace` may quote the record, so it is told to nobody but the dead letter."""
        ...

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """What else to publish, in parts, once the batch stands and before its offsets move: nothing, if a service does not say otherwise."""
        return
        yield ()


Assigned = Callable[[Iterable[int]], Awaitable[None]]
"""Called with the partitions of a topic that a copy was given, before it reads them; what it raises ends the process."""
