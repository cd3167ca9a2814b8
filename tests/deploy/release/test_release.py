"""A release is refused on whatever is not in order, and what it makes has all that runs."""

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.licences import pins
from deploy.release import NAMED, ROOT, bill_of_materials, known_faults, obstacles, packages
from shared.version import VERSION

TEXTS = {
    "CHANGELOG.md": "# Changelog\n\n## 1.2.0 - 2026-12-01\n\n- All.\n\n## 1.1.0 - 2026-01-01\n",
    "docker-compose.yml": "image: xiaohao:1.2.0\n",
    "deploy/k8s/base/kustomization.yaml": "images: [{name: xiaohao,\n newTag: 1.2.0\n}]\n",
    "docs/deploy.md": "docker push registry.example.org/xiaohao:1.2.0\n",
    "docs/upgrade.md": "# Notes\n\n## 1.2.0\n\nNothing.\n",
    "tests/upgrade/written-by-1.2.0/topics.ndjson": "",
}


def git(repository: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A version of which nothing stands in the way."""
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def commit(repository: Path) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "all")


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A file says something else, and that is committed."""

    def change(repository: Path) -> None:
        path = repository / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        commit(repository)

    return change


def test_what_is_in_order_can_be_released(repository: Path) -> None:
    assert list(obstacles(repository, "1.2.0")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda repository: (repository / "new.py").write_text("", "utf-8"), "the tree is dirty: new.py"),
        (changed("CHANGELOG.md", "## 1.2.0 - 2026-12-01", "## Unreleased"), "CHANGELOG.md begins with `## Unreleased`"),
        (changed("CHANGELOG.md", "## 1.2.0", "## Unreleased\n\n## 1.2.0"), "CHANGELOG.md begins with `## Unreleased`"),
        (changed("CHANGELOG.md", " - 2026-12-01", ""), "CHANGELOG.md begins with `## 1.2.0`"),
        (changed("CHANGELOG.md", "1.2.0", "1.2.1"), "CHANGELOG.md begins with `## 1.2.1 - 2026-12-01`"),
        (changed("docs/upgrade.md", "1.2.0", "1.1.0"), "docs/upgrade.md does not say what 1.2.0 asks for"),
        (lambda repository: git(repository, "tag", "v1.2.0"), "1.2.0 was released before"),
        *((changed(name, "1.2.0", "1.1.0"), f"{name} names version 1.1.0, not 1.2.0") for name in NAMED),
    ],
)
def test_what_is_not_in_order_is_named(repository: Path, change: Callable[[Path], object], said: str) -> None:
    change(repository)
    [found] = obstacles(repository, "1.2.0")
    assert said in found


def test_a_version_whose_writing_is_not_kept_is_refused(repository: Path) -> None:
    git(repository, "rm", "-r", "--quiet", "tests")
    commit(repository)
    assert any("python -m tests.upgrade.write" in each for each in obstacles(repository, "1.2.0"))


def test_every_file_of_ours_names_the_one_version() -> None:
    assert [each for each in obstacles(ROOT, VERSION) if "names version" in each or "upgrade" in each] == []


CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (json.dumps({"dependencies": [CLEAN]}), []),
        (json.dumps({"dependencies": [CLEAN | {"vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}]}), ["a 1 has PYSEC-1", "a 1 has PYSEC-2"]),
        (
            json.dumps({"dependencies": [CLEAN, {"name": "b", "skip_reason": "not found"}]}),
            ["1 of 2 packages could not be looked up, such as b"],
        ),
        ("", ["the advisories could not be asked"]),
        ("ConnectionError", ["the advisories could not be asked"]),
        ("{}", ["the advisories could not be asked"]),
    ],
)
def test_what_could_not_be_looked_up_is_no_clean_audit(answer: str, said: list[str]) -> None:
    assert list(known_faults(answer)) == said


def test_the_wheel_has_all_that_the_services_and_commands_read(tmp_path: Path) -> None:
    packages(ROOT, tmp_path)
    [wheel], [source] = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    assert (wheel.name, source.name) == (f"xiaohao-{VERSION}-py3-none-any.whl", f"xiaohao-{VERSION}.tar.gz")
    rooms = ["services", "shared", "deploy/campaigns", "deploy/cli", "deploy/client", "deploy/plans", "deploy/simulator"]
    ours = subprocess.run(["git", "ls-files", *rooms], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    with zipfile.ZipFile(wheel) as opened:
        packed = set(opened.namelist())
    assert {name for name in ours if (ROOT / name).exists()} <= packed
    assert not [name for name in packed if name.startswith(("tests", "benchmarks", "build")) or "__pycache__" in name]


def test_the_bill_of_materials_has_what_the_image_has(tmp_path: Path) -> None:
    bill_of_materials(ROOT, tmp_path)
    [file] = tmp_path.iterdir()
    bill = json.loads(file.read_text("utf-8"))
    whole = bill["metadata"]["component"]
    assert (bill["bomFormat"], whole["name"], whole["version"]) == ("CycloneDX", "xiaohao", VERSION)
    assert {each["name"]: each["version"] for each in bill["components"]} == pins(ROOT / "deploy/docker/requirements.lock")
