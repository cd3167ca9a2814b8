"""Events that were not taken, each with the reasons, kept in a file until somebody sees to them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from deploy.client.mistake import UserMistake
from deploy.client.private import private


class Aside:
    """One such file. Nothing of Xiaohao deletes a line of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._there = set[bytes]()
        """Events of files begun that stand in it already: whoever was killed wrote them, and did not come to say so."""

    def look(self, begun: set[str]) -> None:
        """See what of the files that are begun stands in it."""
        self._there = {_identity(each) for each in self._lines() if each.get("file") in begun} if begun else set()

    def add(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Keep events that are not there yet. Raises UserMistake where the disk takes no more; then none is added."""
        if new := [each for each in events if _identity(each) not in self._there]:
            try:
                _append(self.path, b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in new))
            except OSError as error:
                raise UserMistake(f"{self.path}: {error.strerror}. What was refused still waits 未受理的仍在待报中") from None

    def mend(self) -> None:
        """Take back what was written half when a feeder was killed: its event is still to be answered. A whole line that only lacks its end gets that."""
        with suppress(FileNotFoundError), self.path.open("rb+") as file:
            whole = 0
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
            file.seek(whole)
            if (rest := file.read()).startswith(b'{"event":') and not _is_json(rest):
                file.truncate(whole)
            elif rest:  # somebody else's, or an editor saved it
                file.write(b"\n")

    def _lines(self) -> Iterator[dict[str, Any]]:
        """What stands in it; lines that somebody mended past reading are passed over."""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            for line in file:
                with suppress(orjson.JSONDecodeError):
                    if isinstance(found := orjson.loads(line), dict):
                        yield found


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _identity(kept: Mapping[str, Any]) -> bytes:
    return orjson.dumps([kept.get("file"), kept.get("line"), kept.get("event")])


def _append(path: Path, content: bytes) -> None:
    """Append all of it behind a whole line, on the disk once this returns, or nothing. Raises OSError."""
    with private(path, "a+b", 0) as file:
        if before := file.seek(0, os.SEEK_END):
            file.seek(before - 1)
            if file.read(1) != b"\n":  # an editor saved it so meanwhile
                content = b"\n" + content
        try:
            while content:
                content = content[file.write(content) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
