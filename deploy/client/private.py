"""Files and folders that their owner alone may read: they hold what persons are said to have done."""

import os
import stat
from pathlib import Path
from typing import IO, Any

FOLDER, FILE = 0o700, 0o600


def private(path: Path, mode: str, buffering: int = -1) -> IO[Any]:
    """Open a file as `open` does; one that it makes is for its owner alone. Raises OSError."""
    return open(path, mode, buffering, opener=lambda name, flags: os.open(name, flags, FILE))


def narrow(path: Path) -> bool:
    """Let nobody but its owner read or change a file or a folder; gives whether somebody else could. A link stays as it is. Raises OSError."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode) or not mode & 0o077:
        return False
    path.chmod(mode & 0o700)
    return True
