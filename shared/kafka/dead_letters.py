"""Dead letters: records that can never be handled, kept byte for byte where only who has the stream key can read them (`shared.kafka.seal`).

In clear stand the place that a record had and the reason, which quotes nothing of it: what people wrote, and who they are, may be anywhere in the rest.
"""

import traceback
from pathlib import Path

from msgspec.structs import replace

from shared.kafka.records import Received, Record
from shared.kafka.seal import StreamKeys, packed, parts_of, unpacked
from shared.topics import dead_letters

CHECKOUT = Path(__file__).parents[2]
LONGEST_REASON = 1000


def dead_letter(topic: str, record: Received, reason: str, group: str, trace: str = "") -> Record:
    """A record of `topic` for its dead-letter topic, with why it is there; `trace` may quote of it what it likes. `Producer` encrypts it on its way."""
    clear = {
        "topic": topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "group": group,
        "reason": reason[:LONGEST_REASON],
    }
    value = packed(trace.encode("utf-8", "backslashreplace"), *parts_of(record, record.headers))
    # The key may be a person, so what it chose in the original chooses here: the same partition, and with it the same order.
    return Record(dead_letters(topic), None, value, [(f"dlt-{name}", text.encode()) for name, text in clear.items()], record.partition)


def encrypted(letter: Record, keys: StreamKeys) -> Record:
    """A dead letter as it stands on its topic."""
    return replace(letter, value=keys.encrypted(letter.value or b"", _clear(letter)))


def parked(letter: Received | Record) -> dict[str, str | int]:
    """What a dead letter says in clear, for a log: where its record stood, and why it is there."""
    clear = {name: (text or b"").decode() for name, text in letter.headers}
    place = {name: int(clear[f"dlt-{name}"]) for name in ("partition", "offset")}
    return {"topic": clear["dlt-topic"], **place, "cause": clear["dlt-reason"]}


def original(letter: Received, keys: StreamKeys) -> tuple[Record, str]:
    """The record of a dead letter, byte for byte, with the place that it had; and the trace of what failed. Raises `shared.kafka.seal.NotOurs`."""
    return unpacked_letter(letter, keys.decrypted(letter.value or b"", _clear(letter)))


def unpacked_letter(letter: Received, value: bytes | None = None) -> tuple[Record, str]:
    """The record of a dead letter that nobody encrypted yet, or whose value was decrypted; and the trace."""
    trace, key, content, *headers = unpacked(value or letter.value or b"")
    names = ((name or b"").decode("utf-8", "surrogateescape") for name in headers[::2])
    clear = {name: (text or b"").decode() for name, text in letter.headers}
    record = Record(
        clear["dlt-topic"],
        key,
        content,
        list(zip(names, headers[1::2], strict=True)),
        int(clear["dlt-partition"]),
        int(clear["dlt-offset"]),
        letter.timestamp,
    )
    return record, (trace or b"").decode()


def failed_at(bug: BaseException) -> str:
    """What failed and where, for a reason: an exception's own words may quote the record."""
    frames = traceback.extract_tb(bug.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(CHECKOUT)] or list(frames)
    where = "".join(f" at {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in ours[-1:])
    return f"{type(bug).__name__}{where}"


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else path.name


def _clear(letter: Received) -> bytes:
    return packed(*parts_of(Record("", None, None), letter.headers))
