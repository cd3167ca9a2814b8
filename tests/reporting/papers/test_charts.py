"""What the charts draw."""

import re
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from services.reporting.papers import charts
from shared.events.figures import Counts
from shared.values import Wording


def progress(**days: list[tuple[str, int]]) -> dict[str, Any]:
    """The chart of these numbers of issues by day."""
    report: Any = SimpleNamespace(progress=days)
    return charts.progress(report, "zh")


def of_phases(*names: str, entered: int = 1) -> Any:
    """A report of phases with this many issues entered in each."""
    shown = [SimpleNamespace(name=Wording(zh=name, en=name), figures=Counts(entered=entered)) for name in names]
    return SimpleNamespace(summary=SimpleNamespace(phases=shown))


def phases(entered: int, width: int = 300) -> dict[str, Any]:
    """The chart of three phases with this many issues entered."""
    return charts.phases(of_phases(*"一二三", entered=entered), "zh", width)


def mark(entered: int, width: int = 300) -> dict[str, Any]:
    """How its figures are drawn."""
    found: dict[str, Any] = phases(entered, width)["layer"][1]["mark"]
    return found


def test_a_campaigns_first_day_is_a_line_that_rises_from_the_day_before() -> None:
    spec = progress(entered=[("2026-11-27", 3)])
    drawn = [(each["day"], each["n"]) for each in spec["data"]["values"] if each["series"] == "上账"]
    assert drawn == [("2026-11-26", 0), ("2026-11-27", 3)]
    assert "11月27日" in charts.svg(spec)


def test_an_axis_of_issues_counts_whole_ones_also_where_there_is_one() -> None:
    for spec in (progress(entered=[("2026-11-27", 1)]), phases(entered=1)):
        assert sorted(set(re.findall(r">([\d.,]+)</text>", charts.svg(spec)))) == ["0", "1"]
    assert ">1,000</text>" in charts.svg(progress(entered=[("2026-11-27", 1000)]))


def test_a_short_time_has_days_on_its_axis_and_a_long_one_months() -> None:
    axis = progress(entered=[("2026-03-01", 1), ("2026-03-20", 1)])["encoding"]["x"]["axis"]
    assert (axis["format"], [each["date"] for each in axis["values"]]) == ("%-m月%-d日", [1, 5, 9, 13, 17])
    assert progress(entered=[("2026-03-01", 1), ("2026-09-01", 1)])["encoding"]["x"]["axis"]["tickCount"] == "month"


def test_the_days_on_the_axis_of_a_short_time_are_even_also_over_the_end_of_a_month() -> None:
    axis = progress(entered=[("2026-03-01", 1), ("2026-04-25", 1)])["encoding"]["x"]["axis"]
    shown = [date(each["year"], each["month"], each["date"]) for each in axis["values"]]
    assert {later - earlier for earlier, later in pairwise(shown)} == {timedelta(10)}
    drawn = charts.svg(progress(entered=[("2026-03-01", 1), ("2026-04-25", 1)]))
    assert re.findall(r"\d+月\d+日", re.sub('<title>.*?</title>| aria-label="[^"]*"', "", drawn)) == [
        f"{day.month}月{day.day}日" for day in shown
    ]


def test_a_figure_that_is_wider_than_its_bar_stands_upright_on_it() -> None:
    assert "angle" not in mark(entered=47)
    assert mark(entered=7483)["angle"] == -90
    assert phases(entered=7483)["encoding"]["y"]["scale"]["domainMax"] > 7483
    assert "angle" not in mark(entered=7483, width=560)


def test_the_name_of_a_phase_is_whole_below_its_bars_in_lines() -> None:
    names = ("宣传教育、动员部署", "边查边改、突出实效", "检查评估、总结提高")
    drawn = charts.svg(charts.phases(of_phases(*names), "zh", 300))
    assert "…" not in drawn
    assert all(f">{part}<" in drawn for part in ("宣传教育、", "动员部署", "检查评估、", "总结提高"))
    assert charts._lines("检查评估、总结提高", 8) == ["检查评估、", "总结提高"]
    assert charts._lines("检查评估总结提升阶段", 8) == ["检查评估", "总结提升", "阶段"]
    assert charts._lines("Judging, summary and commendation", 14) == ["Judging,", "summary and", "commendation"]


def test_a_campaign_without_issues_has_a_chart_too() -> None:
    assert charts.svg(progress()).startswith("<svg")
