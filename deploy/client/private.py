"""Files and folders that their owner alone may read: they hold what persons are said to have done."""

import os
import stat
from pathlib import Path
from typing import IO, Any

FOLDER, FILE = 0o700, 0o600


def private(path: Path, mode: str, buffering: int = -1) -> IO[Any]:
    """Open a file as `open` does; one that it makes is for its owner alone. Raises OSError."""
    return open(path, mode, buffering, opener=lambda name, flags: os.open(name, flags, FILE))


def narrow(path: Path, but_group: bool = False) -> bool:
    """Let nobody but its owner, and its group where that is said, read or change a file or a folder; gives whether somebody else could. A link stays as it is.

    Raises OSError.
    """
    mode, others = path.lstat().st_mode, stat.S_IRWXO if but_group else stat.S_IRWXO | stat.S_IRWXG
    if stat.S_ISLNK(mode) or not mode & others:
        return False
    path.chmod(stat.S_IMODE(mode) & ~others)
    return True


def group_writes(path: Path) -> bool:
    """Whether the group of a folder may put files there. Raises OSError."""
    return bool(path.stat().st_mode & stat.S_IWGRP)
