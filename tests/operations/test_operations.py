"""What the work costs, in operations: the same on every machine, however busy, so that a change that makes it dearer is seen in CI."""

import json
import os
import subprocess
import sys

import pytest

from deploy.embedded.servers import Embedded
from tests.operations import accepted
from tests.operations.accepted import Figures
from tests.operations.counting import CHECKOUT

BY_ROW = "GET /api/campaigns/{id}/ledger.xlsx"
"""Has every issue in it, and reads them in parts."""
ACCEPT = "`make accept` writes tests/operations/accepted.yaml anew"


@pytest.fixture(scope="module")
def counted(embedded: Embedded) -> Figures:
    """What it costs now."""
    if "MONGODB_URI" in os.environ:
        pytest.skip("what was accepted is what the mongod that comes along says; another may choose other ways")
    command = [sys.executable, "-m", "tests.operations.measuring", embedded.mongodb_uri]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    found: Figures = json.loads(ended.stdout)
    return found


def test_nothing_costs_more_than_was_accepted(counted: Figures) -> None:
    if grown := accepted.grown(accepted.read(), counted):
        pytest.fail(
            "\n".join(["This costs more than was accepted:", *grown, f"If it is worth that, say so in the commit: {ACCEPT}."]),
            pytrace=False,
        )


def test_what_costs_less_is_accepted_too_so_that_it_stays(counted: Figures) -> None:
    if fallen := accepted.fallen(accepted.read(), counted):
        pytest.fail(
            "\n".join(["This costs less than was accepted:", *fallen, f"It is a gain; keep it, or it is lost unseen: {ACCEPT}."]),
            pytrace=False,
        )


def test_ten_times_the_issues_take_no_more_commands_for_a_page(counted: Figures) -> None:
    pages = {part: costs for part, costs in counted.items() if part.startswith("GET ")}
    more = {part for part, costs in pages.items() if costs["commands, 10 times the issues"] > costs["commands"]}
    assert BY_ROW in pages
    assert more <= {BY_ROW}
