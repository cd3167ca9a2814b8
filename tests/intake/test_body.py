"""A request's body, read in parts."""

from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from services.intake.body import lines


async def read(chunks: list[bytes], longest: int) -> list[tuple[int, bytes | None]]:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for line in lines(stream(), longest)]


@given(st.lists(st.binary(max_size=8).map(lambda raw: raw.replace(b"\x00", b"\n")), max_size=20))
async def test_lines_are_those_of_the_whole_however_it_is_cut(chunks: list[bytes]) -> None:
    whole = b"".join(chunks).split(b"\n")
    if not whole[-1]:
        whole.pop()
    assert await read(chunks, 10) == [(number, line if len(line) <= 10 else None) for number, line in enumerate(whole)]
