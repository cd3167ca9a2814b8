"""`pip install xiaohao[feed]`: a bureau tells events with the client's few packages alone."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import requires
from pathlib import Path

import orjson
import pytest
from packaging.requirements import Requirement

from tests.deploy.given import Played
from tests.deploy.lacking import modules_beside, normal, sitecustomize

CHECKOUT = Path(__file__).parents[3]
SERVERS = {"aiokafka", "faststream", "motor", "pymongo", "fastapi", "uvicorn", "yaml"}
Run = Callable[..., subprocess.CompletedProcess[str]]


def with_theirs(names: Iterable[str]) -> set[str]:
    """Packages, and all that they require in turn."""
    found, waiting = set[str](), [Requirement(each) for each in names]
    while waiting:
        each = waiting.pop()
        if (name := normal(each.name)) not in found:
            found.add(name)
            waiting += [
                inner
                for inner in map(Requirement, requires(each.name) or ())
                if not inner.marker or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *each.extras))
            ]
    return found


@pytest.fixture(scope="module")
def lacking() -> set[str]:
    """The modules that a bare installation has not."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    return modules_beside(with_theirs([*project["dependencies"], *project["optional-dependencies"]["feed"]]))


@pytest.fixture
def xiaohao(lacking: set[str], tmp_path: Path) -> Run:
    """Runs `xiaohao` with the client's packages and no others."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(sitecustomize(lacking))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{CHECKOUT}"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def test_no_server_is_among_the_clients_packages(lacking: set[str]) -> None:
    assert lacking >= SERVERS
    assert not lacking & {"httpx", "orjson", "pydantic", "rich", "typer"}


@pytest.mark.parametrize("command", ["", "feed", "tail", "verify", "up", "dead list", "keys new", "plan check", "simulate"])
def test_every_command_explains_itself_without_the_services(xiaohao: Run, command: str) -> None:
    ran = xiaohao(*command.split(), "--help")
    assert ran.returncode == 0, ran.stderr
    assert "Usage:" in ran.stdout


@pytest.mark.parametrize("arguments", [("tail",), ("verify",), ("plan", "check", "plan.yaml"), ("up",), ("dead", "list")])
def test_what_needs_more_names_what_is_to_be_installed(xiaohao: Run, arguments: tuple[str, ...]) -> None:
    ran = xiaohao(*arguments)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("This needs ")
    assert ran.stderr.endswith(", which is not here: pip install 'xiaohao[services]'\n")


def test_events_are_told_from_a_file_and_from_a_spool_without_the_services(xiaohao: Run, played: Played, tmp_path: Path) -> None:
    client = played.events[0]["source"]
    where = ("--url", played.stage.addresses["intake"], "--key", played.stage.keys[client])
    (tmp_path / "again.ndjson").write_bytes(orjson.dumps(played.events[0]))
    fed = xiaohao("feed", "again.ndjson", *where)
    assert (fed.returncode, "1 events taken" in fed.stdout) == (0, True), fed.stderr
    put = xiaohao("feed", "--spool", "spool", "again.ndjson")
    assert (put.returncode, put.stdout) == (0, "1 events put in spool 已存入待报\n"), put.stderr
    sent = xiaohao("feed", "--spool", "spool", *where)
    assert (sent.returncode, sent.stdout) == (0, "1 events sent 已报, 0 refused 未受理, 0 wait 待报\n"), sent.stderr
