"""The services as child processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
