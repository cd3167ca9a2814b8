"""A panel of a dashboard, and the JSON that Grafana reads of it. Limits are those of the alerts, and so is what is measured against them."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ALERTS: Mapping[str, Mapping[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((Path(__file__).parents[1] / "prometheus" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
LIMIT = re.compile(r"\s(<|>=|>|==)\s+(\d[\d.]*(?: \* \d+)*)")
"""What an alert compares with, as its rule says it."""
COLOUR = {"warning": "orange", "critical": "red"}
ABOVE = 1e-6
"""Added to a limit that must be passed: Grafana colours what reaches it."""
SOURCE = {"type": "prometheus", "uid": "prometheus"}
RUNBOOK = "operations.md"
"""As docker-compose.yml lays it among the files that Grafana serves, at /public."""
WIDE, ROW = 24, 8
"""Columns of a dashboard, and rows that a panel is high."""


class Text(NamedTuple):
    """What people read, in both languages."""

    zh: str
    en: str


class Panel(NamedTuple):
    """One panel; what it asks is the left side of the first alert where `ask` is empty."""

    title: Text
    meaning: Text
    unit: str = "short"
    """As Grafana calls it: `s`, `percentunit`, `ops`, `bytes`, `dateTimeFromNow`."""
    alerts: tuple[str, ...] = ()
    """Whose limits it shows, and whose sections of the runbook it links."""
    ask: tuple[tuple[str, str], ...] = ()
    """Queries of PromQL, each with the name of its lines."""
    kind: str = "timeseries"
    """`timeseries`, `stat`, or `table` of what is so now."""
    width: int = 8

    def queries(self) -> tuple[tuple[str, str], ...]:
        """What it asks Prometheus."""
        return self.ask or ((left_side(self.alerts[0]), ""),)


class Board(NamedTuple):
    """One dashboard."""

    name: str
    title: Text
    meaning: Text
    panels: Sequence[Panel]


def left_side(alert: str) -> str:
    """What a rule measures, without the limit that it compares with."""
    return LIMIT.split(str(ALERTS[alert]["expr"]))[0]


def steps(alerts: Sequence[str]) -> list[dict[str, Any]]:
    """The colours of a panel, from the least value up: green is where none of these alerts would fire."""
    below: list[tuple[float, str]] = []
    above: list[tuple[float, str]] = []
    for name in alerts:
        found, colour = LIMIT.search(ALERTS[name]["expr"]), COLOUR[ALERTS[name]["labels"]["severity"]]
        # A rule that compares two figures has no number: its panel shows by how much they differ.
        sign, limit = (found[1], _product(found[2])) if found else (">", 0.0)
        match sign:
            case ">":
                above.append((limit + ABOVE, colour))
            case ">=":
                above.append((limit, colour))
            case "<":
                below.append((limit, colour))
            case _:
                below.append((limit + 1, colour))
    below.sort()
    colours = [colour for _, colour in below] + ["green"] + [colour for _, colour in sorted(above)]
    begins = [None, *(limit for limit, _ in below), *(limit for limit, _ in sorted(above))]
    return [{"color": colour, "value": begin} for colour, begin in zip(colours, begins, strict=True)]


def _product(text: str) -> float:
    product = 1.0
    for factor in text.split(" * "):
        product *= float(factor)
    return product


def written(board: Board) -> str:
    """The file of a dashboard."""
    panels, x, y = [], 0, 0
    for number, panel in enumerate(board.panels, 1):
        if x + panel.width > WIDE:
            x, y = 0, y + ROW
        panels.append(_panel(panel, number, {"x": x, "y": y, "w": panel.width, "h": ROW}))
        x += panel.width
    document = {
        "uid": f"xiaohao-{board.name}",
        "title": _both(board.title, " "),
        "description": _both(board.meaning, "\n\n"),
        "tags": ["xiaohao"],
        "schemaVersion": 41,
        "editable": False,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "links": [{"type": "dashboards", "title": "销号 Xiaohao", "tags": ["xiaohao"], "asDropdown": True, "keepTime": True}],
        "panels": panels,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _panel(panel: Panel, number: int, place: Mapping[str, int]) -> dict[str, Any]:
    table = panel.kind == "table"
    targets = [
        {
            "refId": chr(ord("A") + index),
            "datasource": SOURCE,
            "expr": query,
            "instant": panel.kind != "timeseries",
            "range": panel.kind == "timeseries",
            "format": "table" if table else "time_series",
            **({"legendFormat": legend} if legend else {}),
        }
        for index, (query, legend) in enumerate(panel.queries())
    ]
    hidden = {"Time": True, "Value": True, "__name__": True, "instance": True}
    return {
        "id": number,
        "type": panel.kind,
        "title": _both(panel.title, " "),
        "description": _both(panel.meaning, "\n\n"),
        "gridPos": place,
        "datasource": SOURCE,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "thresholds": {"mode": "absolute", "steps": steps(panel.alerts)},
                **({"custom": {"thresholdsStyle": {"mode": "line"}}} if panel.alerts and panel.kind == "timeseries" else {}),
            },
            "overrides": [],
        },
        "links": [_link(name.lower()) for name in panel.alerts] or [_link("the-first-five-minutes")],
        "targets": targets,
        **({"transformations": [{"id": "organize", "options": {"excludeByName": hidden}}]} if table else {}),
    }


def _link(section: str) -> dict[str, Any]:
    return {"title": f"docs/{RUNBOOK}#{section}", "url": f"/public/{RUNBOOK}#{section}", "targetBlank": True}


def _both(text: Text, between: str) -> str:
    return f"{text.zh}{between}{text.en}"
