"""What `xiaohao up` prints works, and what it makes at the first start in a folder it keeps."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

from deploy.client.key_register import KeyRegister
from deploy.client.secret import PSEUDONYM_KEY, STREAM_KEY, kept_secret
from deploy.demo.up import made_keys
from deploy.embedded.servers import Embedded
from shared.http.access import Keys
from shared.http.key_store import DATABASE
from shared.mongo import Mongo
from shared.settings import Settings

XIAOHAO = (sys.executable, "-m", "deploy.cli")
CHECKOUT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds after which something will not come any more."""


@pytest.mark.parametrize("name", [PSEUDONYM_KEY, STREAM_KEY])
def test_a_secret_is_made_once_in_a_folder_and_nobody_else_can_read_it(tmp_path: Path, name: str) -> None:
    made = kept_secret(tmp_path, name)
    assert kept_secret(tmp_path, name) == made
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert Settings.model_validate({name.replace("-", "_"): made}).model_fields_set
    (tmp_path / "other").mkdir()
    assert kept_secret(tmp_path / "other", name) != made


async def test_the_keys_of_a_folder_are_made_once_and_anew_where_their_file_is_gone(settings: Settings, tmp_path: Path) -> None:
    place = (settings.mongodb_uri.get_secret_value(), settings.namespace)
    made = await made_keys(tmp_path, *place)
    assert await made_keys(tmp_path, *place) == made
    (tmp_path / "town-1.header").unlink()
    again = await made_keys(tmp_path, *place)
    assert (again["bureau"] == made["bureau"], again["town-1"] == made["town-1"]) == (True, False)
    register = KeyRegister(Mongo(place[0], f"{place[1]}{DATABASE}"), "nobody")
    kept = [key for key, _ in await register.keys()]
    assert [(key.id, key.unit, key.root) for key in kept] == [("bureau", "bureau", "bureau"), ("town-1", "t01", "bureau")]
    keys = Keys(kept)
    assert [bool(keys.holder(secret)) for secret in (again["bureau"], again["town-1"], made["town-1"])] == [True, True, False]
    register.close()


@pytest.fixture
def given(embedded: Embedded, tmp_path: Path) -> dict[str, str]:
    """An environment in which `up` takes the broker and the database of all tests."""
    namespace = f"up-{os.getpid()}-"
    addresses = {"KAFKA_BOOTSTRAP": embedded.kafka_bootstrap, "MONGODB_URI": embedded.mongodb_uri}
    return os.environ | addresses | {"XIAOHAO_NAMESPACE": namespace, "XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "200"}


def private(folder: Path) -> Iterator[Path]:
    """What lies in the folder of a run: keys, mails, logs; the data of Kafka and mongod come and go."""
    for each in folder.iterdir():
        yield each
        if each.name in ("mails", "logs"):
            yield from each.iterdir()


def lines_until(stdout: Iterator[str], last: str) -> list[str]:
    """What is printed up to a line."""
    found: list[str] = []
    for line in stdout:
        found.append(line)
        if last in line:
            return found
    raise AssertionError("".join(found))


def links_in(mails: Path) -> set[str]:
    """The addresses, without their paths, that the mails of a folder lead to."""
    found: set[str] = set()
    for path in mails.iterdir():
        text = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert text
        found.update(re.findall(r"https?://[^/\s]+", text.get_content()))
    return found


def test_what_up_prints_works_as_it_stands_and_a_second_start_finds_the_data_also_rebuilt_and_restored(
    given: dict[str, str], tmp_path: Path
) -> None:
    command = [*XIAOHAO, "up", "--dir", str(tmp_path / "data")]
    answers = []
    for _ in range(2):
        with subprocess.Popen(command, cwd=CHECKOUT, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as ran:
            assert ran.stdout
            said = lines_until(ran.stdout, "Ctrl-C stops everything")
            tell, read = [shlex.split(line) for line in said if line.startswith("curl ")]
            assert "xh_" not in "".join(said)
            key = Path(next(each[1:] for each in tell if each.startswith("@")))
            assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
            assert not [path for path in private(key.parent) if path.stat().st_mode & 0o077], "others could read it"
            given_headers = [key.read_text().strip(), *(each for each in tell if each.startswith("Content-Type"))]
            headers = dict(each.split(": ", 1) for each in given_headers)
            told = httpx.post(tell[-1], headers=headers, content=tell[tell.index("-d") + 1], trust_env=False)
            assert (told.status_code, told.json()) == (202, {"accepted": 1})
            answer = httpx.get(read[-1], headers={"Authorization": headers["Authorization"]}, timeout=60, trust_env=False).json()
            assert [event["type"] for event in answer["answers"][0]["events"]] == ["IssueReported", "IssueEntered", "IssueAssigned"]
            answers.append(answer)
            made_up = ("simulate", "deploy/campaigns/tengzhou-2019.yaml", "--units", "6", "--issues", "3", "--to", "http")
            streamed = subprocess.run([*XIAOHAO, *made_up], cwd=CHECKOUT, env=given, capture_output=True, text=True, check=False)
            assert streamed.returncode == 0, streamed.stderr
            await_keys(given, read[-1].partition("/api/")[0])
            os.kill(_child(ran.pid, "services.notify.app"), signal.SIGKILL)
            lines_until(ran.stdout, "notify ended with code -9; it is started again now")
            ran.send_signal(signal.SIGTERM)
            rest = ran.stdout.read()
        assert ran.returncode == 0, rest
        assert "Traceback" not in rest
        assert not (tmp_path / "cache/xiaohao/running.json").exists()
        assert links_in(tmp_path / "data/mails") == {read[-1].partition("/api/")[0]}, "mails lead to the page that was printed"
        for again in (("rebuild",), ("restore", "--from-topic", "--replace")):
            kept = (*again, "--yes", "--dir", str(tmp_path / "data"))
            assert subprocess.run([*XIAOHAO, *kept], cwd=CHECKOUT, env=given, check=False).returncode == 0
    assert answers[0] == answers[1]


def await_keys(given: dict[str, str], reporting: str) -> None:
    """A key that is made while services run is taken, also with its second secret, and refused once it is revoked."""

    def keys(*arguments: str) -> str:
        return subprocess.run([*XIAOHAO, "keys", *arguments], cwd=CHECKOUT, env=given, capture_output=True, text=True, check=True).stdout

    def until(secret: str, status: int) -> None:
        headers, limit = {"Authorization": f"Bearer {secret}"}, time.monotonic() + PATIENCE
        while httpx.get(f"{reporting}/api/campaigns", headers=headers, trust_env=False).status_code != status:
            assert time.monotonic() < limit, status

    id = f"reader-{time.monotonic_ns()}"
    first = keys("new", id, "--unit", "t01", "--root", "bureau", "--may", "read").strip()
    until(first, 200)
    second = keys("rotate", id).strip()
    until(second, 200)
    until(first, 200)
    keys("revoke", id, "--yes")
    until(first, 401)
    until(second, 401)
    assert [word for word in ("key-made", "key-rotated", "key-revoked") if word in keys("log")] == [
        "key-made",
        "key-rotated",
        "key-revoked",
    ]


def _child(parent: int, module: str) -> int:
    """The process of a service, among the children of `up`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_text(), (folder / "status").read_text()
        except OSError:
            continue  # it ended meanwhile
        if module in command and f"PPid:\t{parent}\n" in status:
            return int(folder.name)
    raise AssertionError(f"{module} does not run")
