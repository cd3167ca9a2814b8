"""What is installed is pinned: the same for tests and for the image, and from nowhere in particular."""

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
ALL = CHECKOUT / "requirements.lock"
IMAGE = CHECKOUT / "deploy/docker/requirements.lock"


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text("utf-8"), re.MULTILINE))


def test_the_image_has_the_versions_that_the_tests_ran_on() -> None:
    image = _pins(IMAGE)
    assert image
    assert image.items() <= _pins(ALL).items()


@pytest.mark.parametrize("lock", [ALL, IMAGE], ids=["all", "image"])
def test_every_pin_has_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert len(re.findall(r"^[\w.-]+==.* \\\n +--hash=sha256:", text, re.MULTILINE)) == len(_pins(lock))
    assert not re.search(r"://|^-|--index|--find-links", text, re.MULTILINE)


@pytest.mark.parametrize(("lock", "extras"), [(ALL, ("services", "local", "dev")), (IMAGE, ("services",))], ids=["all", "image"])
def test_all_that_the_project_names_is_pinned(lock: Path, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    names = {re.split(r"[\[=<>~ ]", each)[0].lower() for each in named}
    assert names <= set(_pins(lock))


def test_every_jar_of_kafka_has_a_hash_and_the_broker_is_the_one_of_compose() -> None:
    jars = tomllib.loads((CHECKOUT / "deploy/kafka/jgo.lock.toml").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch("[0-9a-f]{64}", jar["sha256"]) for jar in jars)
    broker = next(jar["version"] for jar in jars if jar["artifactId"] == "kafka_2.13")
    assert f"apache/kafka:{broker}" in (CHECKOUT / "docker-compose.yml").read_text("utf-8")
