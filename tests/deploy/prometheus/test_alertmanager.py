"""Alertmanager takes its file, mails what concerns one service at once, and keeps back what follows from what fires already."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from string import Template
from typing import Literal, TypeVar

import httpx
import pytest
import yaml

from deploy.embedded.mailbox import Mailbox
from deploy.embedded.ports import HOST, choose

T = TypeVar("T")
FILE = Path(__file__).parents[3] / "deploy" / "prometheus" / "alertmanager.yml"


def filled(folder: Path, port: int = 25) -> Path:
    """The file as docker-compose.yml fills it in, with waits of a second."""
    values = {"SMTP_HOST": HOST, "SMTP_PORT": str(port), "ALERTS_FROM": "xiaohao@example.org", "ALERTS_TO": "duty@example.org"}
    text = Template(FILE.read_text("utf-8")).substitute(values)
    for wait in ("10s", "30s"):
        text = text.replace(f"group_wait: {wait}", "group_wait: 1s")
    path = folder / "alertmanager.yml"
    path.write_text(text, "utf-8")
    return path


def test_its_file_is_such_as_alertmanager_reads(tool: Callable[[str], Path], tmp_path: Path) -> None:
    ran = subprocess.run([tool("amtool"), "check-config", filled(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_alert_that_is_kept_back_or_keeps_back_is_one_that_there_is_not() -> None:
    rules = yaml.safe_load(FILE.with_name("alerts.yml").read_text("utf-8"))["groups"]
    alerts = {rule["alert"] for group in rules for rule in group["rules"]}
    matchers = [
        each
        for rule in yaml.safe_load(FILE.read_text("utf-8"))["inhibit_rules"]
        for side in ("source", "target")
        for each in rule[f"{side}_matchers"]
    ]
    named = {name for each in matchers for name in each.partition('"')[2].rstrip('"').split("|")}
    assert len(named) > 5
    assert sorted(named - alerts) == []


def kept_back_by(source: str) -> dict[str, bool]:
    """The alerts that this one keeps back while it fires, and whether of its own service, or disk, alone."""
    found = dict[str, bool]()
    for rule in yaml.safe_load(FILE.read_text("utf-8"))["inhibit_rules"]:
        if rule["source_matchers"] == [f'alertname="{source}"']:
            assert all(re.fullmatch(r'alertname=~?"[\w|]+"', each) for each in rule["target_matchers"]), "each by its name"
            names = (name for each in rule["target_matchers"] for name in each.partition('"')[2].rstrip('"').split("|"))
            found |= dict.fromkeys(names, "equal" in rule)
    return found


@pytest.mark.parametrize(
    ("source", "others"),
    [
        ("DiskFull", {"ClockLate", "ConsumerStalled", "KafkaSilent", "NotReady", "PartitionsUnread"}),
        ("DiskFilling", {"DiskFull"}),
        ("ClockUnreckoned", {"ClockLate", "NotReady"}),
        ("ServiceDown", {"ChainBroken", "DiskFull", "MarksBehind", "UnsealedRecords"}),
        ("KafkaSilent", {"ChainBroken", "DiskFull", "MarksBehind", "ServiceDown", "UnsealedRecords"}),
    ],
)
def test_no_alert_keeps_back_what_may_have_another_cause(source: str, others: set[str]) -> None:
    assert not kept_back_by(source).keys() & others


@pytest.mark.parametrize("source", ["ServiceDown", "KafkaSilent", "ConsumerStalled", "ChainBroken"])
def test_what_one_service_suffers_keeps_nothing_back_of_others(source: str) -> None:
    assert set(kept_back_by(source).values()) == {True}


def test_no_warning_keeps_a_critical_alert_back() -> None:
    rules = yaml.safe_load(FILE.with_name("alerts.yml").read_text("utf-8"))["groups"]
    urgent = {rule["alert"]: rule["labels"]["severity"] == "critical" for group in rules for rule in group["rules"]}
    warnings = [name for name, critical in urgent.items() if not critical]
    assert {(source, name) for source in warnings for name in kept_back_by(source) if urgent[name]} == set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alertmanager")


def test_the_cause_is_mailed_in_both_languages_with_what_to_do_and_what_follows_from_it_is_not(
    tool: Callable[[str], Path], folder: Path
) -> None:
    with Mailbox(folder / "mails") as mailbox, alertmanager(tool, folder, mailbox.port) as client:
        fired = [
            alert("ServiceDown", "ledger"),
            alert("ConsumerStalled", "ledger"),
            alert("NotReady", "ledger"),
            alert("NotReady", "intake"),
        ]
        assert client.post("/api/v2/alerts", json=fired).status_code == 200
        mails = until(lambda: len(found := [*(folder / "mails").glob("*.eml")]) == 2 and found)
        states = {
            (each["labels"]["alertname"], each["labels"]["job"]): each["status"]["state"] for each in client.get("/api/v2/alerts").json()
        }
    assert states == {
        ("ServiceDown", "ledger"): "active",
        ("ConsumerStalled", "ledger"): "suppressed",
        ("NotReady", "ledger"): "suppressed",
        ("NotReady", "intake"): "active",
    }
    [mail] = [said for said in map(text, mails) if "ServiceDown" in said]
    assert "没有任何副本应答" in mail
    assert "docs/operations.md#servicedown" in mail
    assert "ConsumerStalled" not in mail


@contextmanager
def alertmanager(tool: Callable[[str], Path], folder: Path, mail: int) -> Iterator[httpx.Client]:
    """Alertmanager itself on this file."""
    port = choose([])
    program = tool("prometheus-alertmanager")
    command = [*at_home(program.parents[2]), str(program), f"--config.file={filled(folder, mail)}", f"--storage.path={folder / 'data'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={HOST}:{port}", "--cluster.listen-address="], stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{HOST}:{port}", trust_env=False) as client:
            until(lambda: ready(client))
            yield client
    finally:
        process.terminate()
        process.wait()


def at_home(package: Path) -> list[str]:
    """What stands before a command so that it finds Debian's templates, which are looked for in /usr/share alone: a view of the files of its own."""
    share = "/usr/share/prometheus/alertmanager"
    script = f'mount -t tmpfs none /usr/share && mkdir -p {share} && cp {package}{share}/*.tmpl {share} && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("Alertmanager as a package of Debian needs /usr/share, and this machine lets nobody have another one")
    return command


def ready(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").status_code == 200
    except httpx.TransportError:
        return False


def alert(name: str, job: str) -> dict[str, dict[str, str]]:
    """One that fires, as Prometheus tells of it."""
    rules = yaml.safe_load(FILE.with_name("alerts.yml").read_text("utf-8"))["groups"]
    [rule] = [rule for group in rules for rule in group["rules"] if rule["alert"] == name]
    return {"labels": {"alertname": name, "job": job, **rule["labels"]}, "annotations": rule["annotations"]}


def text(mail: Path) -> str:
    """What a mail says."""
    [part] = [each for each in message_from_bytes(mail.read_bytes()).walk() if each.get_content_type() == "text/plain"]
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()


def until(look: Callable[[], T | Literal[False]]) -> T:
    """What it finds, once it finds something."""
    limit = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < limit, "it did not come"
    return found
