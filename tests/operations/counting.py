"""What is counted, and how: commands and bytes by MongoDB's driver, calls by Python's own profiler. Nothing of it is an estimate, and nothing is timed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path
from types import CodeType

from bson import encode
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from tests.operations.watching import Watched

CHECKOUT = Path(__file__).parents[2]
OURS = (f"{CHECKOUT}/services/", f"{CHECKOUT}/shared/")
IN_C = {
    "models validated": ("pydantic_core._pydantic_core.SchemaValidator", "msgspec.json.Decoder"),
    "models serialised": ("pydantic_core._pydantic_core.SchemaSerializer", "msgspec.json.Encoder"),
    "structs changed": ("msgspec._core.replace",),
    "hashes": ("_hashlib.openssl_sha256", "_hashlib.hmac_digest"),
}
"""Figures of calls into C, and what the profiler's name of such a function holds. Models inside a model are made with it, in one call.

A struct that is made new is not seen: that is no call of a function.
"""
OBJECTS, CALLS = "dataclasses made", "calls of our own"
INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>")
"""Calls in Python 3.11, and none in later ones."""
WRITES = {"insert": "documents", "update": "updates", "delete": "deletes"}
"""Commands that write, and where they list what."""


class Count:
    """What was done in one part of the work, and to the database that it asks."""

    def __init__(self, watched: Watched, *, calls: bool = True) -> None:
        self.watched, self.with_calls = watched, calls
        """Calls are not counted where they do not matter, since that makes all twice as slow."""
        self.times = 0
        """How often it was done."""
        self.commands = Counter[str]()
        """To MongoDB, by name and collection."""
        self.bytes_to = self.bytes_from = self.written = 0
        """Bytes to MongoDB and back; documents that were inserted, replaced, changed or deleted."""
        self.noted = Counter[str]()
        """What MongoDB noted; see `Watched.noted`."""
        self.profile = Profile()

    def calls(self) -> dict[str, int]:
        """How often what takes the processor's time was called."""
        found = dict.fromkeys((*IN_C, OBJECTS, CALLS), 0)
        for entry in self.profile.getstats():
            code = entry.code
            if not isinstance(code, CodeType):
                for figure, names in IN_C.items():
                    found[figure] += entry.callcount * any(name in code for name in names)
            elif (code.co_filename, code.co_name) == ("<string>", "__init__"):  # as `dataclass` writes it
                found[OBJECTS] += entry.callcount
            elif code.co_filename.startswith(OURS) and code.co_name not in INLINED:
                found[CALLS] += entry.callcount
        return found


class Meter(CommandListener):
    """Counts what is done in its blocks, and nothing outside of them."""

    def __init__(self) -> None:
        self._now: Count | None = None

    @contextmanager
    def counting(self, count: Count) -> Iterator[None]:
        """Count what is done in this block."""
        before = count.watched.noted()
        self._now = count
        count.times += 1
        if count.with_calls:
            count.profile.enable()
        try:
            yield
        finally:
            count.profile.disable()
            self._now = None
        count.noted.update(count.watched.noted())
        count.noted.subtract(before)

    def started(self, event: CommandStartedEvent) -> None:
        """The driver sends a command."""
        if count := self._now:
            name = event.command_name
            of = event.command.get("collection", event.command[name])
            count.commands[f"{name} {of}" if isinstance(of, str) else name] += 1
            count.bytes_to += len(encode(event.command))
            count.written += len(event.command.get(WRITES.get(name, ""), ()))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """The answer came."""
        if count := self._now:
            count.bytes_from += len(encode(event.reply))

    def failed(self, event: CommandFailedEvent) -> None:
        """The answer is an error: it reaches whoever asked."""
