"""A small campaign that was played once, for all tests that look at one."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from deploy.demo.play import play
from deploy.demo.results import collect
from deploy.demo.stage import stage
from deploy.embedded.servers import Embedded
from deploy.plans.read import read_plan
from deploy.simulator.city import city
from deploy.simulator.people import people
from deploy.simulator.stream import stream
from tests.deploy.given import INSTITUTIONS, ISSUES, SEED, Played

TENGZHOU = Path(__file__).parents[2] / "deploy/campaigns/tengzhou-2019.yaml"
SHORT = {"P3.1": ("2019-03-05", "2019-03-08"), "P3.2": ("2019-03-09", "2019-03-14")}


@pytest.fixture(scope="session")
def short_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of Tengzhou, over within ten days."""
    plan = yaml.safe_load(TENGZHOU.read_text("utf-8"))
    plan["campaign"] = "short-2019"
    plan["clocks"] = {"plan": {"days": 1}, "fix": {"days": 3, "cap": "P3.2"}, "follow_up": {"days": 3}}
    plan["phases"] = [
        phase | {"start": SHORT[phase["code"]][0], "end": SHORT[phase["code"]][1]} for phase in plan["phases"] if phase["code"] in SHORT
    ]
    plan["obligations"] = [each | {"due": SHORT[each["phase"]][1]} for each in plan["obligations"] if each["phase"] in SHORT]
    plan["awards"] = [each for each in plan["awards"] if each["phase"] in SHORT]
    path = tmp_path_factory.mktemp("plan") / "short.yaml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")
    return path


@pytest.fixture(scope="session")
def played(embedded: Embedded, short_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Played on the broker and the database of all tests."""
    plan, units, out = read_plan(short_plan), city(SEED, INSTITUTIONS), tmp_path_factory.mktemp("out")
    days = list(stream(plan, units, ISSUES, SEED))
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KAFKA_BOOTSTRAP", embedded.kafka_bootstrap)
            patch.setenv("MONGODB_URI", embedded.mongodb_uri)
            patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
            on = stack.enter_context(stage(units))
        asyncio.run(play(on, plan, units, people(units, SEED), days))
        results = asyncio.run(collect(on, plan.campaign, out))
        yield Played(on, plan, [event for _, events in days for event in events], results, out)
