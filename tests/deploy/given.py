"""The small campaign that tests of deploy look at: how big it is, and what it left."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.client.cloudevent import CloudEvent
from deploy.demo.stage import Stage
from shared.plan import Plan

SEED, ISSUES, INSTITUTIONS = 5, 30, 8


@dataclass(frozen=True)
class Played:
    """The campaign, the installation that it was played on, and what it left."""

    stage: Stage
    plan: Plan
    events: list[CloudEvent]
    results: dict[str, Any]
    out: Path
