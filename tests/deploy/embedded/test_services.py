"""The services as child processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded.servers import Embedded
from deploy.embedded.services import NAMES, ServiceError, Services
from shared.settings import PREFIX


@pytest.mark.parametrize("name", NAMES)
def test_a_service_without_the_key_of_the_stream_does_not_start_and_says_what_to_set(name: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    ran = subprocess.run([sys.executable, "-m", f"services.{name}.app"], capture_output=True, text=True, env=environment, check=False)
    assert ran.returncode == 1
    assert "XIAOHAO_STREAM_KEY is not set" in ran.stderr


def test_what_is_shown_of_a_service_that_does_not_start_is_of_this_start_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("intake", "ledger", "notify", "reporting"):
        (tmp_path / "logs" / f"{name}.log").write_text("what an earlier run complained of\n")
    with pytest.raises(ServiceError, match="ended with code 1") as failed, Services(tmp_path, {"XIAOHAO_BATCH": "none"}):
        pass
    assert "XIAOHAO_BATCH" in str(failed.value)
    assert "an earlier run" not in str(failed.value)


def test_the_key_of_the_pseudonyms_reaches_intake_alone(tmp_path: Path, embedded: Embedded) -> None:
    mark = f"t{tmp_path.name.lower().replace('_', '-')[-20:]}-"
    places = {
        "KAFKA_BOOTSTRAP": embedded.kafka_bootstrap,
        "MONGODB_URI": embedded.mongodb_uri,
        "NAMESPACE": mark,
        "PSEUDONYM_KEY": "k" * 32,
        "STREAM_KEY": "s" * 32,
    }
    with Services(tmp_path, {f"XIAOHAO_{name}": value for name, value in places.items()}) as services:
        assert services.address.keys() == set(NAMES)
        told = {name for name in NAMES if "XIAOHAO_PSEUDONYM_KEY" in _environment(name, mark)}
    assert told == {"intake"}


def _environment(name: str, namespace: str) -> dict[str, str]:
    """The environment of the service of this namespace, as the system has it."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, raw = (process / "cmdline").read_text(), (process / "environ").read_text()
        except OSError:
            continue
        environment = dict(line.partition("=")[::2] for line in raw.split("\0") if line)
        if f"services.{name}.app" in command and environment.get("XIAOHAO_NAMESPACE") == namespace:
            return environment
    raise AssertionError(f"{name} does not run")
