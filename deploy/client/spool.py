"""A spool: a folder in which events wait until intake has answered for them. Nobody has to be asked to put some there but the disk:

    waiting/<name>.ndjson   events that wait, a CloudEvent a line; files are sent in the order of their names, and deleted once all of them is answered
    sending/<name>.ndjson   what is being sent, with sending/at.json, which says how far
    refused.ndjson          each event that intake refused, with its reasons and the file and line that it stood in; nothing of Xiaohao ever deletes it
    not-judged.ndjson       likewise each that intake failed at while it took others, with what it said; `xiaohao feed --spool DIR --again` puts them back
    taken.json              the last event, of no person, that intake took: told again it shows whether intake is well, where it fails at others
    lock                    held by the feeder at work

All of it is for its owner alone; but where the group may write in `waiting`, as for a program with an account of its own, it keeps its rights there and
on the way there, which is the folder of the spool. The name of a file as these have it is that on the disk, with each byte that is no UTF-8 written as
backslash, x and two digits, and a backslash as two.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from deploy.client.aside import Aside
from deploy.client.cloudevent import tells_nothing_new
from deploy.client.event_file import BOM
from deploy.client.mistake import UserMistake
from deploy.client.private import FOLDER, group_writes, narrow, private

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

    def __init__(self, folder: Path, says: Callable[[str], None] = lambda _: None) -> None:
        """`says` hears what was put right."""
        self.folder, self._says = folder, says
        self.refused, self.unjudged = folder / "refused.ndjson", folder / "not-judged.ndjson"
        self._taken = folder / "taken.json"
        self._aside = Aside(self.refused), Aside(self.unjudged)
        self._waiting, self._sending, self._at = folder / "waiting", folder / "sending", folder / "sending/at.json"
        self.begun = False
        """Whether what is sent now was begun before: by a feeder that was killed."""
        self._read = dict[str, int]()
        """Bytes of each file to send that was read to its end."""
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
        with private(self.folder / "lock", "w") as lock:
            if not _locked(lock):
                raise UserMistake(f"{self.folder} has a feeder that is at work. 此文件夹已有程序在报送")
            for each in self._aside:
                each.mend()
            yield

    def put_back(self) -> int:
        """Put what was not judged behind all that waits, also beside a feeder at work. Returns how many events. Raises OSError."""
        self._make_folders()
        with private(self.folder / "lock", "w") as lock:
            if _locked(lock):  # nobody is at work, who would be done with a line that is written half
                for each in self._aside:
                    each.mend()
            back = self._waiting / self._next_name()
            try:
                self.unjudged.rename(back)
            except FileNotFoundError:
                return 0
            count = _lines(back)
            _flush_folder(self._waiting)
            _flush_folder(self.folder)
        return count

    def claim(self) -> bool:
        """Take what is to be sent now: the files begun, else the first of those that wait. Returns whether there is something."""
        self._read.clear()
        begun = {_name(each) for each in _files(self._sending)}
        self.begun = bool(begun)
        for aside in self._aside:
            aside.look(begun)
        if begun:
            return True
        if self._at.exists():  # it must be gone before another file can have the name of the one that it speaks of
            self._at.unlink()
            _flush_folder(self._sending)
        # A folder that changes while it is listed may show a file and not the one that was put there before: that one shows the next time.
        seen = _files(self._waiting)
        first = [each for each in _files(self._waiting) if seen and _order(each) <= _order(seen[-1])][:AT_ONCE]
        for each in first:
            with suppress(FileNotFoundError):  # somebody took it back
                each.rename(self._sending / each.name)
        return bool(first)

    def lines(self) -> Iterator[Line]:
        """The lines to send, but for empty ones; from the first that is not noted as answered."""
        for path in _files(self._sending):
            with path.open("rb") as file:
                answered, end = self._begins(_name(path), file)
                for number, line in enumerate(file, answered + 1):
                    end += len(line)
                    if text := line.removeprefix(BOM if number == 1 else b"").strip():
                        yield Line(_name(path), number, text, end)
                self._read[path.name] = end

    def answered(self, last: Line, refused: Sequence[Mapping[str, Any]], unjudged: Sequence[Mapping[str, Any]]) -> None:
        """Note that all up to a line is answered, once what was refused of it, or not judged, is kept. Raises UserMistake where the disk takes no more."""
        for aside, new in zip(self._aside, (refused, unjudged), strict=True):
            aside.add(new)
        self._delete(before=last.file)
        try:
            _replace(self._at, orjson.dumps({"file": last.file, "line": last.number, "byte": last.end}))
        except OSError as error:
            # Unnoted it is sent again, which does no harm. To stop would: files that are sent to their end free the disk.
            if error.errno not in FULL:
                raise

    def taken(self) -> bytes | None:
        """The event that was kept, as a batch of one; none where that is not known, or an older feeder kept one of a person, which is deleted."""
        with suppress(OSError, orjson.JSONDecodeError):
            match orjson.loads(self._taken.read_bytes()):
                case [event] if tells_nothing_new(event):
                    return orjson.dumps([event])
            self._taken.unlink()
        return None

    def keep_taken(self, batch: bytes) -> None:
        """Keep it, for a feeder that comes after this one; where the disk has no room, the one before it does as well."""
        part = self._taken.with_suffix(".part")
        with suppress(OSError):
            with private(part, "wb") as file:
                file.write(batch)
            part.rename(self._taken)

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
        return sum(found.values()) - (at["line"] if at and at["file"] in map(_name, _files(self._sending)) else 0)

    def _delete(self, before: str | None = None) -> None:
        """Delete files that were read to their end, unless they have more by now: from a program that does not rename."""
        for each in _files(self._sending):
            if _name(each) == before:
                break
            if each.stat().st_size == self._read.get(each.name):
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
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.folder, self._waiting, self._sending):
            if not folder.is_dir():
                folder.mkdir(FOLDER, exist_ok=True)
                _flush_folder(folder.absolute().parent)
        self._narrow()

    def _narrow(self) -> None:
        """Let nobody but its owner look into the spool: an older one let others, or whoever made its folder. One with more in it stays open itself, and to a
        group that may put files in what leads there.
        """
        own = [self._waiting, self._sending, self.refused, self.unjudged, *(self.folder / each for each in ("lock", "lock-new"))]
        own += [self._taken, self._taken.with_suffix(".part")]
        folder = [self.folder] if {each.name for each in self.folder.iterdir()} <= {each.name for each in own} else []
        theirs = {*folder, self._waiting, *self._waiting.iterdir()} if group_writes(self._waiting) else set[Path]()
        wide = list[Path]()
        for each in (*folder, *own, *self._waiting.iterdir(), *self._sending.iterdir()):
            with suppress(FileNotFoundError):
                try:
                    wide += [each] if narrow(each, but_group=each in theirs) else []
                except PermissionError:
                    self._says(f"{each} is somebody else's, and others than its owner may read it. 他人可读，且无权收紧")
        if wide:
            self._says(
                f"{self.folder}: others could read it; it is for its owner alone from now on"
                f"{', and its group puts files in waiting' if theirs else ''}. 原可被他人读取，已收紧权限（{len(wide)}）"
            )

    @contextmanager
    def _new_file(self) -> Iterator[IO[bytes]]:
        """A file to write, which nobody sends until it is renamed; those that killed programs left are deleted, for nobody holds their locks."""
        with private(self.folder / "lock-new", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # for a moment: what is new and not yet locked would be taken for left
            for left in self._waiting.glob("*.part"):
                with suppress(FileNotFoundError), left.open("rb") as old:  # its program renamed it meanwhile
                    if re.fullmatch("[0-9a-f]{16}", left.stem) and _locked(old):
                        left.unlink()
            path = self._waiting / f"{secrets.token_hex(8)}.part"
            file = private(path, "xb")
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


def _files(folder: Path) -> list[Path]:
    return sorted((each for each in folder.glob("*.ndjson") if each.is_file()), key=_order)


def _order(path: Path) -> bytes:
    """The name of a file as the disk has it: any bytes."""
    return os.fsencode(path.name)


def _name(path: Path) -> str:
    """The name of a file as JSON can hold it; no two have the same."""
    return _order(path).replace(b"\\", rb"\\").decode("utf-8", "backslashreplace")


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _locked(file: IO[Any]) -> bool:
    """Lock a file for as long as it is open; false where somebody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(path: Path, content: bytes) -> None:
    """Put content in the place of a file's, whole or not at all. Raises OSError."""
    part = path.with_suffix(".part")
    with private(part, "wb") as file:
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
