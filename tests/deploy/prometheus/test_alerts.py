"""An alert says what it means in both languages, leads to what to do, and asks for figures that there are."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import Metric
from typer.main import get_command

from deploy.cli.app import app
from services.intake.app import build as build_intake
from services.ledger.app import build as build_ledger
from services.notify.app import build as build_notify
from services.reporting.app import build as build_reporting
from shared.settings import Settings
from tests.stream import STREAM_KEY

ROOT = Path(__file__).parents[3]
RUNBOOK = (ROOT / "docs" / "operations.md").read_text("utf-8")
RULES: list[dict[str, Any]] = [
    rule
    for file in ("alerts.yml", "recording.yml")
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / file).read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_how_urgent_it_is_and_in_both_languages_what_it_means(name: str) -> None:
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert alert["annotations"].keys() == {"summary", "summary_zh", "description", "description_zh", "runbook"}
    for each in ("summary", "description"):
        assert re.search("[一-鿿]", alert["annotations"][f"{each}_zh"])
        assert not re.search("[一-鿿]", alert["annotations"][each])


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_leads_to_its_section_which_says_what_it_means_how_to_look_and_how_to_mend(name: str) -> None:
    assert ALERTS[name]["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
    section = RUNBOOK.partition(f"\n### {name}\n")[2].partition("\n#")[0]
    assert "**Means:**" in section
    assert re.search(r"\*\*Look( and mend)?:\*\*", section)
    assert re.search(r"\*\*(Mend|Look and mend):\*\*", section)


def test_the_runbook_has_no_section_of_an_alert_that_is_gone_and_no_link_into_nothing() -> None:
    of_alerts, _, repair = RUNBOOK.partition("\n## Repair\n")
    sections, repairs = (re.findall(r"^### (\w+)$", part, re.MULTILINE) for part in (of_alerts, repair))
    assert sorted(sections) == sorted(ALERTS)
    assert set(re.findall(r"\]\(#(\w+)\)", RUNBOOK)) <= {name.lower() for name in (*sections, *repairs)}
    assert [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", RUNBOOK) if not (ROOT / "docs" / link).exists()] == []


def test_the_runbook_names_commands_that_there_are() -> None:
    commands: Any = get_command(app)
    named = set(re.findall(r"xiaohao ([a-z]+)(?: ([a-z]+))?", RUNBOOK))
    wrong = [
        " ".join(each)
        for each in named
        if each[0] not in commands.commands
        or (hasattr(commands.commands[each[0]], "commands") and each[1] not in commands.commands[each[0]].commands)
    ]
    assert len(named) > 10
    assert wrong == []


async def test_every_figure_that_a_rule_asks_for_is_one_of_a_service() -> None:
    found = {name for family in await figures() for name in names(family)}
    asked = {name for rule in RULES for name in re.findall(r"(?<![:\w])xiaohao_\w+", rule["expr"])}
    assert asked
    assert sorted(asked - found) == []


async def test_every_count_on_whose_rise_an_alert_stands_is_there_before_it_rises() -> None:
    there = {sample.name for family in await figures() for sample in family.samples}
    watched = {name for rule in RULES for name in re.findall(r"increase\((\w+)", rule["expr"])}
    assert watched
    assert sorted(watched - there) == []


async def figures() -> list[Metric]:
    """Those of the four services, as they are before anything happened."""
    settings, found = Settings(stream_key=STREAM_KEY), list[Metric]()
    for build in (build_intake, build_ledger, build_notify, build_reporting):
        service = build(settings)
        async with service.serving() as address, httpx.AsyncClient() as client:
            await client.get(f"{address}/livez")  # the first request sets up what stands before the routes
        found += service.registry.collect()
        service.mongo.close()
    return found


def names(family: Metric) -> list[str]:
    """What the samples of a figure are or will be called."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
    return [f"{family.name}{suffix}" for suffix in suffixes]
