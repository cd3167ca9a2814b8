"""A note of what runs on this machine, so that `xiaohao tail` in a second terminal finds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class Running(BaseModel):
    """Where the installation is that `xiaohao up` or `xiaohao demo` started."""

    model_config = ConfigDict(frozen=True)

    pid: int
    kafka_bootstrap: str
    mongodb_uri: str
    namespace: str
    addresses: dict[str, str]
    folder: Path
    key: str | None = None
    """A secret that may tell and read, of a campaign to try."""


def cache_folder() -> Path:
    """The folder of what is kept between runs, whichever folder they start in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xiaohao"


def read() -> Running | None:
    """What runs; none where nothing does."""
    try:
        noted = Running.model_validate_json(_note().read_bytes())
        os.kill(noted.pid, 0)
    except (OSError, ValidationError):
        return None
    return noted


@contextmanager
def keep_note(running: Running) -> Iterator[None]:
    """Keep the note for as long as it runs. The first that runs has it: a second one leaves it alone."""
    path = _note()
    if read() is not None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"running.{running.pid}.part")
    part.touch(0o600)  # it may hold a password of MongoDB and a key
    part.write_text(running.model_dump_json(indent=1))
    part.replace(path)
    try:
        yield
    finally:
        if (noted := read()) is None or noted.pid == running.pid:
            path.unlink(missing_ok=True)


def _note() -> Path:
    return cache_folder() / "running.json"
