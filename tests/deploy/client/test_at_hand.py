"""The key with which a command tells: it need not stand on the command line, where all users of a machine see it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.client.at_hand import find_key
from deploy.client.mistake import UserMistake
from tests.deploy.client.doors import stub_door

CHECKOUT = Path(__file__).parents[3]
SECRET = "xh_town-1_secret"


def xiaohao(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, beside nothing that runs."""
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    given = os.environ | {"XDG_CACHE_HOME": str(home)} | environment
    return subprocess.run(command, cwd=CHECKOUT, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("text", [SECRET, f"{SECRET}\n", f"Authorization: Bearer {SECRET}\n", f"authorization:  bearer\t{SECRET}\r\n"])
def test_it_lies_in_a_file_alone_or_as_the_header_that_curl_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "key").write_text(text)
    assert find_key(f"@{tmp_path / 'key'}") == SECRET
    monkeypatch.setenv("XIAOHAO_API_KEY_FILE", str(tmp_path / "key"))
    assert find_key(None) == SECRET


def test_what_is_given_comes_before_what_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_key(None) is None
    monkeypatch.setenv("XIAOHAO_API_KEY", SECRET)
    assert (find_key(None), find_key("other")) == (SECRET, "other")
    monkeypatch.setenv("XIAOHAO_API_KEY_FILE", "no-such-file")
    assert find_key("other") == "other"
    with pytest.raises(UserMistake, match="both set; one of them is enough"):
        find_key(None)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff", b"two words", b"Authorization: Basic abc", "钥匙".encode(), b"xh_\x00"])
def test_what_is_no_key_is_said_without_showing_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(UserMistake) as mistake:
        find_key(f"@{tmp_path / 'key'}")
    assert not content.strip() or content.decode("utf-8", "replace") not in str(mistake.value)


def test_every_command_that_takes_a_key_takes_it_from_a_file() -> None:
    commands = {
        "feed": ("LICENSE",),
        "announce": ("deploy/campaigns/wuyuan-2018.yaml", "deploy/campaigns/units/wuyuan-2018.yaml"),
        "simulate": ("deploy/campaigns/wuyuan-2018.yaml", "--to", "http"),
        "erase": ("wang", "--book", "a/b", "--reason", "gone"),
        "people release": ("wang", "--book", "a/b", "--reason", "gone"),
    }
    for command, more in commands.items():
        ran = CliRunner().invoke(app, [*command.split(), *more, "--key", "@no-such-file", "--url", "http://127.0.0.1:1"])
        assert (ran.exit_code, ran.output) == (1, "no-such-file cannot be read: No such file or directory\n"), command


def test_the_variable_is_no_misspelt_setting(tmp_path: Path) -> None:
    file = tmp_path / "out.ndjson"
    ran = xiaohao(tmp_path, "simulate", "deploy/campaigns/wuyuan-2018.yaml", "--to", str(file), XIAOHAO_API_KEY=SECRET)
    assert (ran.returncode, "under the source town-1" in ran.stderr) == (0, True), ran.stderr


def test_a_key_that_stays_in_sight_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    with stub_door() as door:
        door.answers = [(401, {}, b"{}")] * 3  # which ends it
        (tmp_path / "events.ndjson").write_text('{"id": "1"}')
        xiaohao(tmp_path, "feed", "--spool", str(tmp_path / "spool"), str(tmp_path / "events.ndjson"))
        where = ("feed", "--spool", str(tmp_path / "spool"), "--follow", "--url", door.url)
        said = [
            xiaohao(tmp_path, *where, "--key", SECRET).stderr,
            xiaohao(tmp_path, *where, "--key", f"@{tmp_path / 'key'}").stderr,
            xiaohao(tmp_path, *where, XIAOHAO_API_KEY=SECRET).stderr,
        ]
    assert ["see the key on its command line" in each for each in said] == [True, False, False]
    assert all("intake answered 401" in each and SECRET not in each for each in said)
