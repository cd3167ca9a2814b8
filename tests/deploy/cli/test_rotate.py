"""A rotation of which nobody knows whether it is in force."""

import pytest
from typer.testing import CliRunner

from deploy.cli import keys
from shared.faults import Unavailable


def test_where_the_answer_of_a_rotation_is_lost_the_secret_is_shown_with_what_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise Unavailable("MongoDB does not answer")

    monkeypatch.setattr(keys, "changing", lost)
    found = CliRunner().invoke(keys.app, ["rotate", "town-1"])
    assert found.exit_code != 0
    assert not found.stdout
    assert "xh_town-1_" in found.stderr
    assert "xiaohao keys list" in found.stderr
