"""Prometheus, Alertmanager, promtool and amtool: fetched once into the user's cache as packages of Debian, unpacked there, never installed.

`python -m deploy.embedded.tools` fetches them all. It needs apt and dpkg, and no rights: apt keeps what it knows of Debian's archive in the cache too.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from deploy.client.running import cache_folder

LOCK = Path(__file__).parents[1] / "prometheus" / "debian.lock.toml"


class ToolsError(RuntimeError):
    """A package could not be fetched, or is not the one of the lock."""


@dataclass(frozen=True)
class Package:
    """A package of the lock."""

    name: str
    version: str
    sha256: str
    programs: tuple[str, ...]


def packages() -> list[Package]:
    """Those of the lock."""
    locked = tomllib.loads(LOCK.read_text("utf-8"))
    return [Package(name, each["version"], each["sha256"], tuple(each["programs"])) for name, each in locked.items()]


def program(name: str, folder: Path | None = None) -> Path:
    """A program of the lock, by its name there; its package is fetched where it is not in the cache. Raises ToolsError."""
    folder = folder or cache_folder() / "tools"
    [package] = [each for each in packages() if name in each.programs]
    # Named by its hash: a cache that was filled by another lock is not taken for this one.
    unpacked = folder / f"{package.name}-{package.sha256[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not unpacked.is_dir():
            _fetch(package, folder, unpacked)
    return unpacked / "usr" / "bin" / name


def _fetch(package: Package, folder: Path, unpacked: Path) -> None:
    lacking = [each for each in ("apt-get", "dpkg-deb") if not shutil.which(each)]
    if lacking:
        raise ToolsError(f"{package.name} is fetched as a package of Debian 12, and this machine has no {' and no '.join(lacking)}")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        work = Path(made)
        for part in ("state/lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        # A state of its own, so that neither root nor an `apt-get update` of the machine is needed; and as the user who asked, who alone may write here.
        apt = ["apt-get", "-qq", "-o", f"Dir::State={work / 'state'}", "-o", f"Dir::Cache={work / 'cache'}", "-o", "APT::Sandbox::User="]
        _run([*apt, "update"], work)
        _run([*apt, "download", f"{package.name}={package.version}"], work)
        [file] = work.glob("*.deb")
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != package.sha256:
                raise ToolsError(f"{file.name} is not the package of {LOCK.name}: its sha256 is another")
        _run(["dpkg-deb", "--extract", str(file), str(work / "unpacked")], work)
        (work / "unpacked").rename(unpacked)


def _run(command: list[str], folder: Path) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise ToolsError(f"`{' '.join(command)}` failed: {ran.stderr.strip()[-500:]}")


def main() -> None:
    """Fetch all."""
    try:
        for name in (name for package in packages() for name in package.programs):
            sys.stdout.write(f"{program(name)}\n")
    except ToolsError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
