"""Apache Kafka's jars: fetched once into the user's cache, and compared with the lock before every start.

`python -m deploy.embedded.jars` writes the lock anew after a change of `deploy/kafka/jgo.toml`.
"""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.env import EnvironmentSpec, LockedDependency, LockFile, compute_spec_hash
from jgo.maven import MavenContext, PythonResolver
from rich.status import Status

from deploy.client.running import cache_folder

SPEC = Path(__file__).parents[1] / "kafka" / "jgo.toml"
LOCK = SPEC.with_name("jgo.lock.toml")
ATTEMPTS = 3
Progress = Callable[[int, int], None]
"""Told of files fetched so far, and of how many in all."""
STARTING = "Starting Apache Kafka, mongod and the four services …"


class JarsError(RuntimeError):
    """The jars in the cache are not those of the lock, and could not be fetched."""


def cache() -> Path:
    """Where the jars are kept between runs."""
    return cache_folder() / "jars"


def class_path(fetched: Progress, folder: Path | None = None, repository: str | None = None) -> str:
    """Kafka's class path, of files that are those of the lock.

    What is missing or differs is fetched first: from Maven Central, unless another repository is given.
    """
    folder = folder or cache()
    folder.mkdir(parents=True, exist_ok=True)
    locked = {_path(folder, jar): jar for jar in LockFile.load(LOCK).dependencies}
    # Two runs at once must not write the same file; the second finds all in order once the first lets go.
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        wrong = [path for path, jar in locked.items() if not _is(path, jar)]
        if wrong:
            _fetch(folder, {path: locked[path] for path in wrong}, fetched, repository)
    return os.pathsep.join(str(path) for path in locked)


def on_status(status: Status) -> Progress:
    """Shown in a status line that says else that all is starting."""
    return lambda done, of: status.update(_said(done, of) if done < of else STARTING)


def on_stderr(done: int, of: int) -> None:
    """One line that is written over on a terminal; elsewhere a line at the start and one at the end."""
    terminal = sys.stderr.isatty()
    if terminal or done in (0, of):
        sys.stderr.write(_said(done, of) + ("\r" if terminal and done < of else "\n"))
        sys.stderr.flush()


def _said(done: int, of: int) -> str:
    return f"Fetching Apache Kafka, once: {done} of {of} files"


def _path(folder: Path, jar: LockedDependency) -> Path:
    return folder / jar.groupId.replace(".", "/") / jar.artifactId / jar.version / f"{jar.artifactId}-{jar.version}.{jar.packaging}"


def _is(path: Path, jar: LockedDependency) -> bool:
    """Whether the file is the one that the lock names. All 44 MB take 0.1 s, so this is done every time and needs no note of sizes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def _fetch(folder: Path, wanted: dict[Path, LockedDependency], fetched: Progress, repository: str | None) -> None:
    # The lock alone says what to fetch: nothing is resolved, so neither Maven nor a JDK is looked for.
    remote = {"given": repository} if repository else None
    context = MavenContext(PythonResolver(), repo_cache=folder, remote_repos=remote, timeout=60)
    done = 0

    def fetch(path: Path, jar: LockedDependency) -> None:
        nonlocal done
        for attempt in range(1, ATTEMPTS + 1):
            path.unlink(missing_ok=True)
            try:
                context.project(jar.groupId, jar.artifactId).at_version(jar.version).artifact(packaging=jar.packaging).resolve()
            except (OSError, RuntimeError) as error:
                failure = str(error)
            else:
                if _is(path, jar):
                    break
                failure = "its sha256 is not that of the lock"
            path.unlink(missing_ok=True)
            if attempt == ATTEMPTS:
                raise JarsError(f"{path.name} could not be fetched: {failure}")
            time.sleep(attempt)
        done += 1
        fetched(done, len(wanted))

    fetched(0, len(wanted))
    pool = ThreadPoolExecutor(4)
    try:
        for result in [pool.submit(fetch, *item) for item in wanted.items()]:
            result.result()
    finally:
        # After Ctrl-C or a failure the rest is not wanted.
        pool.shutdown(cancel_futures=True)


def write_lock() -> None:
    """Resolve what the spec asks for and pin it. By jgo's Python resolver, so that a machine with Maven does the same as one without."""
    context = MavenContext(PythonResolver(), repo_cache=cache(), timeout=60)
    spec = EnvironmentSpec.load(SPEC)
    asked, brought = context.resolver.resolve([context.create_dependency(coordinate) for coordinate in spec.coordinates])
    needed = [*asked, *(jar for jar in brought if jar.scope in ("compile", "runtime"))]
    LockFile.from_resolved_dependencies(needed, environment_name=spec.name, spec_hash=compute_spec_hash(SPEC)).save(LOCK)
    sys.stdout.write(f"{len(needed)} jars pinned in {LOCK.name}\n")


if __name__ == "__main__":
    write_lock()
