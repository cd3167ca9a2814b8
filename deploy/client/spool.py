"""A spool: a folder in which events wait until intake has answered for them. Nobody has to be asked to put some there but the disk:

    waiting/<name>.ndjson   events that wait, a CloudEvent a line; files are sent in the order of their names, and deleted once all of them is answered
    sending/<name>.ndjson   what is being sent, with sending/at.json, which says how far
    refused.ndjson          each event that intake refused, with its reasons and the file and line that it stood in; nothing of Xiaohao ever deletes it
    lock                    held by the feeder at work

Any program puts events there as this one does: it writes a file in `waiting` under a name that does not end in `.ndjson`, flushes it to the disk, and
renames it. Whatever is killed at whatever step: a file is there whole or not at all, and what is sent again has its ids.

These are files and no database, since any program can put events there, `ls` and `cat` show what waits, and what is sent frees the disk at once.
"""

import errno
import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from deploy.client.event_file import BOM
from deploy.client.mistake import UserMistake

OURS = re.compile(r"(\d{20})-[0-9a-f]{8}\.ndjson")
"""The names that we give: nanoseconds since 1970, and something that nobody else has."""
FULL = (errno.ENOSPC, errno.EDQUOT)


AT_ONCE = 200
"""Files that are sent as one, so that a program which puts each event in a file of its own need not wait for an answer to each."""


class Line(NamedTuple):
    """A line of a file to send."""

    file: str
    number: int
    """From 1."""
    text: bytes
    end: int
    """The bytes of the file up to its end."""


class Spool:
    """The spool of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.refused = folder, folder / "refused.ndjson"
        self._waiting, self._sending, self._at = folder / "waiting", folder / "sending", folder / "sending/at.json"
        self.begun = False
        """Whether what is sent now was begun before: by a feeder that was killed."""
        self._read = dict[str, int]()
        """Bytes of each file to send that was read to its end."""
        self._there = set[bytes]()
        """Refused events of files begun that stand in `refused` already: whoever was killed wrote them, and did not come to say so."""
        self._counted = dict[tuple[str, int], int]()
        """Lines of files, by name and size."""

    def put(self, events: Iterable[Mapping[str, Any]]) -> int:
        """Put events in, as one file behind all that waits; once this returns the disk has them. Returns how many.

        Raises UserMistake where the disk does not take them all; then none is there.
        """
        count = 0
        try:
            self._make_folders()
            with self._new_file() as file:
                for count, event in enumerate(events, 1):  # noqa: B007 - the last is how many
                    file.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
                if count:
                    _flush(file)
                    Path(file.name).rename(self._waiting / self._next_name())
                    _flush_folder(self._waiting)
        except OSError as error:
            raise UserMistake(f"{self.folder}: {error.strerror}. Nothing was put in 未存入") from None
        return count

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one feeder of this folder; the system lets go when the process ends, however that is. Raises UserMistake beside another."""
        self._make_folders()
        with (self.folder / "lock").open("w") as lock:
            if not _locked(lock):
                raise UserMistake(f"{self.folder} has a feeder that is at work. 此文件夹已有程序在报送")
            self._mend_refused()
            yield

    def claim(self) -> bool:
        """Take what is to be sent now: the files begun, else the first of those that wait. Returns whether there is something."""
        self._read.clear()
        self._there.clear()
        begun = {each.name for each in _files(self._sending)}
        self.begun = bool(begun)
        if begun:
            self._there = {_identity(each) for each in self._set_aside() if each.get("file") in begun}
            return True
        if self._at.exists():  # it must be gone before another file can have the name of the one that it speaks of
            self._at.unlink()
            _flush_folder(self._sending)
        # A folder that changes while it is listed may show a file and not the one that was put there before: that one shows the next time.
        seen = _files(self._waiting)
        first = [each for each in _files(self._waiting) if seen and _name(each) <= _name(seen[-1])][:AT_ONCE]
        for each in first:
            with suppress(FileNotFoundError):  # somebody took it back
                each.rename(self._sending / _name(each))
        return bool(first)

    def lines(self) -> Iterator[Line]:
        """The lines to send, but for empty ones; from the first that is not noted as answered."""
        for path in _files(self._sending):
            with path.open("rb") as file:
                answered, end = self._begins(path.name, file)
                for number, line in enumerate(file, answered + 1):
                    end += len(line)
                    if text := line.removeprefix(BOM if number == 1 else b"").strip():
                        yield Line(path.name, number, text, end)
                self._read[path.name] = end

    def answered(self, last: Line, refused: Sequence[Mapping[str, Any]]) -> None:
        """Note that all up to a line is answered, once what was refused of it is kept. Raises UserMistake where the disk takes no more."""
        if new := [each for each in refused if _identity(each) not in self._there]:
            try:
                _append(self.refused, b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in new))
            except OSError as error:
                raise UserMistake(f"{self.refused}: {error.strerror}. What was refused still waits 未受理的仍在待报中") from None
        self._delete(before=last.file)
        try:
            _replace(self._at, orjson.dumps({"file": last.file, "line": last.number, "byte": last.end}))
        except OSError as error:
            # Unnoted it is sent again, which does no harm. To stop would: files that are sent to their end free the disk.
            if error.errno not in FULL:
                raise

    def done(self) -> None:
        """All lines are answered: delete the files."""
        self._delete()

    def left(self) -> int:
        """How many lines wait to be sent."""
        at = self._noted()
        found = dict[tuple[str, int], int]()
        for each in (*_files(self._sending), *_files(self._waiting)):
            with suppress(FileNotFoundError):  # somebody took it back, or it is sent by now
                known = each.name, each.stat().st_size
                found[known] = self._counted.get(known) or _lines(each)
        self._counted = found
        return sum(found.values()) - (at["line"] if at and (self._sending / at["file"]).exists() else 0)

    def _delete(self, before: str | None = None) -> None:
        """Delete files that were read to their end, unless they have more by now: from a program that does not rename."""
        for each in _files(self._sending):
            if (before is None or each.name < before) and each.stat().st_size == self._read.get(each.name):
                each.unlink()

    def _noted(self) -> dict[str, Any] | None:
        """How far the file begun is, where that is noted in a way that can be read."""
        with suppress(OSError, orjson.JSONDecodeError):
            match orjson.loads(self._at.read_bytes()):
                case {"file": str(), "line": int(), "byte": int()} as at:
                    return dict(at)
        return None

    def _begins(self, name: str, file: IO[bytes]) -> tuple[int, int]:
        """Go to where a file is not answered yet; gives the line (from 0) and the byte. What is not noted is sent again, which has no effect."""
        at = self._noted()
        if at and at["file"] == name and at["byte"] > 0:
            file.seek(at["byte"] - 1)
            if file.read(1) == b"\n":
                return at["line"], at["byte"]
            file.seek(0)
        return 0, 0

    def _make_folders(self) -> None:
        for folder in (self._waiting, self._sending):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                _flush_folder(self.folder)
                _flush_folder(self.folder.absolute().parent)

    @contextmanager
    def _new_file(self) -> Iterator[IO[bytes]]:
        """A file to write, which nobody sends until it is renamed; those that killed programs left are deleted, for nobody holds their locks."""
        with (self.folder / "lock-new").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # for a moment: what is new and not yet locked would be taken for left
            for left in self._waiting.glob("*.part"):
                with suppress(FileNotFoundError), left.open("rb") as old:  # its program renamed it meanwhile
                    if re.fullmatch("[0-9a-f]{16}", left.stem) and _locked(old):
                        left.unlink()
            path = self._waiting / f"{secrets.token_hex(8)}.part"
            file = path.open("xb")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            with file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    def _next_name(self) -> str:
        """Behind what waits, also where the clock was put back."""
        last = max((int(found[1]) for each in _files(self._waiting) if (found := OURS.fullmatch(each.name))), default=0)
        return f"{max(time.time_ns(), last + 1):020}-{secrets.token_hex(4)}.ndjson"

    def _set_aside(self) -> Iterator[dict[str, Any]]:
        """What stands in `refused`; lines that somebody mended past reading are passed over."""
        with suppress(FileNotFoundError), self.refused.open("rb") as file:
            for line in file:
                with suppress(orjson.JSONDecodeError):
                    if isinstance(found := orjson.loads(line), dict):
                        yield found

    def _mend_refused(self) -> None:
        """Take back what was written half when a feeder was killed: its event is still to be answered."""
        with suppress(FileNotFoundError), self.refused.open("rb+") as file:
            whole = 0
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
            file.seek(whole)
            if (rest := file.read()).startswith(b'{"event":'):
                file.truncate(whole)
            elif rest:  # somebody else's
                file.write(b"\n")


def _files(folder: Path) -> list[Path]:
    return sorted((each for each in folder.glob("*.ndjson") if each.is_file()), key=_name)


def _name(path: Path) -> str:
    """The name of a file as JSON can hold it, whatever it is written in."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _identity(refused: Mapping[str, Any]) -> bytes:
    return orjson.dumps([refused.get("file"), refused.get("line"), refused.get("event")])


def _locked(file: IO[Any]) -> bool:
    """Lock a file for as long as it is open; false where somebody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _append(path: Path, content: bytes) -> None:
    """Append all of it, on the disk once this returns, or nothing. Raises OSError."""
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            while content:
                content = content[file.write(content) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def _replace(path: Path, content: bytes) -> None:
    """Put content in the place of a file's, whole or not at all. Raises OSError."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        _flush(file)
    part.rename(path)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Have the disk know the names in a folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
