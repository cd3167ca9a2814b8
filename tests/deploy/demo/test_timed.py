"""The benchmark of the demo reads what the demo prints."""

from pathlib import Path

import pytest

from benchmarks import demo
from benchmarks.figures import FIGURES
from deploy.embedded.servers import Embedded


async def test_the_demo_is_timed(embedded: Embedded, short_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", embedded.kafka_bootstrap)
    monkeypatch.setenv("MONGODB_URI", embedded.mongodb_uri)
    found = await demo.measure(1000.0, ["--plan", str(short_plan), "--units", "2", "--issues", "1"])
    assert found.keys() <= FIGURES.keys()
    assert found["demo_by_bare"] > 0
