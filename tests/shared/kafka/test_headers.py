"""Names of headers that are no UTF-8 are read as escapes, and cost by the bytes that are fetched, not by how these are cut."""

import sys
from collections.abc import Sequence

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from shared.kafka.headers import Batches

NAME, NO_UTF_8 = b"??", b"\xff\xfe"


def batch(values: Sequence[bytes], *, bad: bool = True) -> bytes:
    """A batch as a broker sends it; each record has a header of a name that is no UTF-8, unless told otherwise."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    for offset, value in enumerate(values):
        builder.append(offset, timestamp=1, key=None, value=value, headers=[(NAME.decode(), b"")])
    built = bytes(builder.build())
    return built.replace(NAME, NO_UTF_8) if bad else built


def read(data: bytes) -> list[tuple[bytes | None, str]]:
    """The records as a fetcher takes them, each with the name of its header."""
    batches, found = Batches(data), []
    while batches.has_next():
        found += [(record.value, record.headers[0][0]) for record in batches.next_batch()]
    return found


def test_batches_with_and_without_such_names_are_read_each_once_and_in_order() -> None:
    data = b"".join(batch([b"%d" % number, b"+" * number], bad=number % 3 == 1) for number in range(20))
    assert read(data) == [
        (value, "\udcff\udcfe" if number % 3 == 1 else "??") for number in range(20) for value in (b"%d" % number, b"+" * number)
    ]


def test_a_batch_that_is_cut_off_at_the_end_of_a_fetch_waits_for_the_next() -> None:
    whole = batch([b"1"])
    for length in range(len(whole)):
        assert read(whole + whole[:length]) == [(b"1", "\udcff\udcfe")]


@pytest.mark.parametrize("records", [1, 7])
def test_many_small_batches_cost_by_their_number(records: int) -> None:
    def cost(batches: int) -> int:
        """Calls made to read so many."""
        data, calls = batch([b"{}"] * records) * batches, 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            read(data)
        finally:
            sys.setprofile(None)
        return calls

    assert cost(400) <= 2.2 * cost(200)
