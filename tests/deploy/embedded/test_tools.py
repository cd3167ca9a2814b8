"""Prometheus' programs are those of the lock, or are not there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.embedded import tools
from deploy.embedded.tools import ToolsError, packages, program


@pytest.mark.parametrize(("name", "version"), [(name, each.version) for each in packages() for name in each.programs])
def test_each_program_is_of_the_version_that_the_lock_says(tool: Callable[[str], Path], name: str, version: str) -> None:
    ran = subprocess.run([tool(name), "--version"], capture_output=True, text=True, check=True)
    assert f"version {version.partition('+')[0].partition('-')[0]}" in ran.stdout + ran.stderr


def test_a_package_that_is_not_the_one_of_the_lock_is_refused_and_not_kept(
    tool: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool("amtool")  # skipped where apt is not there
    lock = tmp_path / "debian.lock.toml"
    lock.write_text(tools.LOCK.read_text("utf-8").replace(packages()[1].sha256, "0" * 64), "utf-8")
    monkeypatch.setattr(tools, "LOCK", lock)
    with pytest.raises(ToolsError, match="its sha256 is another"):
        program("amtool", tmp_path / "cache")
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["lock"]


def test_a_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolsError, match="this machine has no apt-get and no dpkg-deb"):
        program("promtool", tmp_path)
