"""What the charts draw."""

from types import SimpleNamespace
from typing import Any

from services.reporting import charts


def progress(**days: list[tuple[str, int]]) -> dict[str, Any]:
    """The chart of these numbers of issues by day."""
    report: Any = SimpleNamespace(progress=days)
    return charts.progress(report, "zh")


def test_a_campaigns_first_day_is_a_line_that_rises_from_the_day_before() -> None:
    spec = progress(entered=[("2026-11-27", 3)])
    drawn = [(each["day"], each["n"]) for each in spec["data"]["values"] if each["series"] == "上账"]
    assert drawn == [("2026-11-26", 0), ("2026-11-27", 3)]
    assert "11月27日" in charts.svg(spec)


def test_a_short_time_has_days_on_its_axis_and_a_long_one_months() -> None:
    axis = progress(entered=[("2026-03-01", 1), ("2026-03-20", 1)])["encoding"]["x"]["axis"]
    assert (axis["format"], axis["tickCount"]) == ("%-m月%-d日", {"interval": "day", "step": 4})
    assert progress(entered=[("2026-03-01", 1), ("2026-09-01", 1)])["encoding"]["x"]["axis"]["tickCount"] == "month"


def test_a_campaign_without_issues_has_a_chart_too() -> None:
    assert charts.svg(progress()).startswith("<svg")
