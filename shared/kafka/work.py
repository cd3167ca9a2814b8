"""What a service does with the records of a topic, and where it parks those that can never succeed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from shared.kafka.records import Received, Record
from shared.topics import dead_letters


class Work(Protocol):
    """What a service does with the records of a topic."""

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Handle a batch in one transaction and return what to publish, in order.

        May be called again with the same records, also after it succeeded. Raises Conflict or Unavailable; anything else is a bug.
        """
        ...

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the one record that makes `apply` fail by a bug."""
        ...

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """What else to publish, in parts, once the batch stands and before its offsets move: nothing, if a service does not say otherwise."""
        return
        yield ()


Assigned = Callable[[Iterable[int]], Awaitable[None]]
"""Called with the partitions of a topic that a copy was given, before it reads them; what it raises ends the process."""


def dead_letter(topic: str, record: Received, reason: str, group: str) -> Record:
    """A record of `topic` for its dead-letter topic: key, value and headers byte for byte, and why it is there."""
    added = {"topic": topic, "partition": str(record.partition), "offset": str(record.offset), "group": group, "reason": reason[:8000]}
    # A header's name that is no UTF-8 (`shared.kafka.headers`) cannot be sent as it was: its bytes are written out, as `\xff`.
    kept = [(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), value) for name, value in record.headers]
    headers = [*kept, *((f"dlt-{name}", text.encode("utf-8", "backslashreplace")) for name, text in added.items())]
    return Record(dead_letters(topic), record.key, record.value, headers)
