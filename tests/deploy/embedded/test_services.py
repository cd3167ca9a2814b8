"""The services as child processes."""

from pathlib import Path

import pytest

from deploy.embedded.services import ServiceError, Services


def test_what_is_shown_of_a_service_that_does_not_start_is_of_this_start_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("intake", "ledger", "notify", "reporting"):
        (tmp_path / "logs" / f"{name}.log").write_text("what an earlier run complained of\n")
    with pytest.raises(ServiceError, match="ended with code 1") as failed, Services(tmp_path, {"XIAOHAO_BATCH": "none"}):
        pass
    assert "XIAOHAO_BATCH" in str(failed.value)
    assert "an earlier run" not in str(failed.value)
