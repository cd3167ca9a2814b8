"""The demo, small: it ends well, says the same twice, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from deploy.demo.results import plain
from deploy.simulator.city import city
from shared.units import Unit
from tests.deploy.given import INSTITUTIONS, ISSUES, SEED, Played

XIAOHAO = (sys.executable, "-m", "deploy.cli")
TREE = TypeAdapter(list[Unit])
CHECKOUT = Path(__file__).parents[3]


def environment(tmp_path: Path) -> dict[str, str]:
    """Its own temporary folder, to see what is left there."""
    (tmp_path / "tmp").mkdir()
    return os.environ | {"TMPDIR": str(tmp_path / "tmp"), "COLUMNS": "80"}


def test_a_demo_ends_well_and_says_what_another_run_from_the_same_seed_says(played: Played, short_plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    tree = tmp_path / "tree.json"
    tree.write_bytes(TREE.dump_json(city(SEED, INSTITUTIONS)))
    asked = ["demo", "--seed", str(SEED), "--issues", str(ISSUES), "--plan", str(short_plan), "--tree", str(tree)]
    command = [*XIAOHAO, *asked, "--out", str(out)]
    ran = subprocess.run(command, cwd=CHECKOUT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert plain(results) == plain(played.results)
    assert results["summary"]["total"]["entered"] > 0
    assert results["mails"] > 0
    names = {"results.json", "short-2019-report.docx", "short-2019-ledger.xlsx", "short-2019-metrics.txt"}
    assert {path.name for path in out.iterdir()} == names
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_demo_that_is_interrupted_leaves_nothing_behind(short_plan: Path, tmp_path: Path) -> None:
    command = [*XIAOHAO, "demo", "--plan", str(short_plan), "--units", "2", "--issues", "1", "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as ran:
        assert ran.stdout
        assert ran.stdout.readline()
        ran.send_signal(signal.SIGTERM)
        said = ran.stdout.read().decode()
    assert ran.returncode == 130, said
    assert "Stopped." in said
    assert "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []
