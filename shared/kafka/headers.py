"""Headers whose *name* is no UTF-8: Kafka keeps them and most clients can write them, but aiokafka cannot read them.

Its consumer raises in the middle of `getmany`, after the positions of partitions have moved: records read in the same call are lost unseen, and the
partition is blocked for ever. `install` makes it read such a name with escapes (`surrogateescape`), so that it is a header like any other: one that
nobody knows. What that costs is bounded by the bytes of a fetch, however a writer cuts them into batches: each batch is found once, where it begins, and
one with such a name is read in Python, some fifteen times as slow.
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

LENGTH = struct.Struct(">i")
LENGTH_AT = 8
"""Where a batch says how many bytes of it follow that number, of whatever version it is."""


class Escaped(bytearray):
    """Bytes whose slices are read as UTF-8 with escapes."""

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return Escaped(part) if isinstance(index, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        """As text, with what is no UTF-8 escaped."""
        return super().decode(encoding, "surrogateescape")


class EscapingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch of records, read in Python: slow, and only where the quick reader failed."""

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: Any = Escaped(self._buffer)


class Batch:
    """A batch of records as aiokafka's fetcher reads it."""

    def __init__(self, quick: Any, data: memoryview) -> None:
        self._quick, self._data = quick, data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quick, name)

    def __next__(self) -> Any:
        """The marker of a transaction, which the fetcher takes so."""
        return next(self._quick)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._quick))
        except UnicodeDecodeError:
            return iter(list(EscapingBatch(self._data)))


class Batches:
    """The batches of one answer to a fetch, as aiokafka's fetcher reads them."""

    def __init__(self, data: bytes) -> None:
        self._quick, self._data, self._begin = MemoryRecords(data), memoryview(data), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quick, name)

    def next_batch(self) -> Batch:
        """The next batch."""
        quick, begin = self._quick.next_batch(), self._begin
        length: int = LENGTH.unpack_from(self._data, begin + LENGTH_AT)[0]
        self._begin += LENGTH_AT + LENGTH.size + length
        return Batch(quick, self._data[begin : self._begin])


def install() -> None:
    """Have every consumer of this process read such names. Called by `shared.kafka.bus`, the one way to read."""
    fetcher.MemoryRecords = Batches
