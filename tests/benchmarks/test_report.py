"""What is said of the speed is what was measured, and says frankly what is not reached."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import report
from benchmarks.figures import FIGURES, Figure, described, merge


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ledger_x1_by_bare", 0.59, "**unmet**"),
        ("ledger_x1_by_bare", 0.6, "met"),
        ("ledger_x1_by_bare", 0.8, "goal"),
        ("latency_p99_s", 1.01, "**unmet**"),
        ("latency_p99_s", 0.9, "met"),
        ("latency_p99_s", 0.5, "goal"),
        ("excel_rows_per_s", 12_000, "met"),
    ],
)
def test_a_figure_is_unmet_met_or_at_its_goal(name: str, value: float, said: str) -> None:
    assert report.verdict(described(name, [value])) == said


def test_a_figure_that_nobody_measured_says_so() -> None:
    never = described("word_s", [])
    assert (report.verdict(never), report.shown(never)) == ("not measured", "not measured")


def test_a_figure_is_the_median_of_its_runs() -> None:
    assert described("bare_told_per_s", [3.0, 1.0, 2.0])["value"] == 2.0


def test_a_run_replaces_what_it_measured_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "performance.json"
    merge({"bare_told_per_s": [1.0], "word_s": [9.0]}, {}, path)
    merge({"word_s": [3.0, 5.0, 4.0]}, {}, path)
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))["figures"]
    assert kept.keys() == FIGURES.keys()
    assert (kept["bare_told_per_s"]["value"], kept["word_s"]["value"], kept["word_s"]["runs"]) == (1.0, 4.0, [3.0, 5.0, 4.0])


@pytest.mark.parametrize("peer", report.PEERS)
def test_each_peer_says_what_it_guarantees(peer: str) -> None:
    assert report.guarantees(peer).endswith(".")


def test_the_file_knows_the_figures_that_there_are() -> None:
    kept = report.measured()["figures"]
    assert list(kept) == list(FIGURES)
    for name, figure in FIGURES.items():
        said = kept[name]
        assert Figure(said["what_en"], said["unit"], said["must"], said["goal"], said["better"] == "less") == figure


def test_the_page_shows_each_figure_that_must_be_reached() -> None:
    page = report.performance()
    assert [each.en for each in FIGURES.values() if each.must is not None and f"| {each.en} |" not in page] == []
