"""What the charts draw."""

import re
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.papers import charts, font
from shared.events.figures import Counts
from shared.values import Wording


def progress(**days: list[tuple[str, int]]) -> dict[str, Any]:
    """The chart of these numbers of issues by day."""
    report: Any = SimpleNamespace(progress=days)
    return charts.progress(report, "zh")


def of_phases(*names: str, entered: int = 1) -> Any:
    """A report of phases with this many issues entered in each."""
    shown = [SimpleNamespace(code=f"P{n}", name=Wording(zh=name, en=name), figures=Counts(entered=entered)) for n, name in enumerate(names)]
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
    assert phases(entered=7483)["encoding"]["y"]["scale"]["domain"][1] > 7483
    assert "angle" not in mark(entered=7483, width=560)


@pytest.mark.parametrize("top", [1, 5, 6, 10, 47, 100, 7483, 10_000])
@pytest.mark.parametrize("width", [300, 640])
def test_the_figure_on_the_tallest_bar_stands_below_the_legend(top: int, width: int) -> None:
    highest = phases(entered=top, width=width)["encoding"]["y"]["scale"]["domain"][1]
    assert (highest - top) / highest * charts.TALL >= 12 - 1e-9


def test_the_name_of_a_phase_is_whole_below_its_bars_in_lines() -> None:
    names = ("宣传教育、动员部署", "边查边改、突出实效", "检查评估、总结提高")
    drawn = charts.svg(charts.phases(of_phases(*names), "zh", 300))
    assert "…" not in drawn
    assert all(f">{part}<" in drawn for part in ("宣传教育、", "动员部署", "检查评估、", "总结提高"))
    assert charts._lines("检查评估、总结提高", 8) == ["检查评估、", "总结提高"]
    assert charts._lines("检查评估总结提升阶段", 8) == ["检查评估", "总结提升", "阶段"]
    assert charts._lines("Judging, summary and commendation", 14) == ["Judging,", "summary and", "commendation"]


@pytest.mark.parametrize("width", [300, 560])
def test_an_english_name_of_a_phase_is_whole_too_and_runs_into_no_other(width: int) -> None:
    names = ("Publicity and self-check", "Rectification", "Acceptance and commendation", "Summary and improvement")
    spec = charts.phases(of_phases(*names), "en", width)
    assert "…" not in charts.svg(spec)
    size = spec["encoding"]["x"]["axis"]["labelFontSize"]
    assert len("Rectification") * size * 0.58 <= width / len(names), "as wide as such letters are on an average"


def test_a_campaign_without_issues_has_a_chart_too() -> None:
    assert charts.svg(progress()).startswith("<svg")


def axis(drawn: str) -> list[str]:
    """The labels of an axis of counts, in order, as they stand in a drawing."""
    groups = re.findall(r'<g class="mark-text role-axis-label".*?</g>', drawn, re.DOTALL)
    labels = [re.findall(r">([^<>]+)</text>", group) for group in groups]
    return next(each for each in labels if each and all(re.fullmatch(r"[\d.,]+", label) for label in each))


TICKS = {
    0: [0, 1],
    1: [0, 1],
    2: [0, 1, 2],
    3: [0, 1, 2, 3],
    5: [0, 1, 2, 3, 4, 5],
    7: [0, 2, 4, 6, 8],
    10: [0, 2, 4, 6, 8, 10],
    1000: [0, 200, 400, 600, 800, 1000],
    7483: [0, 2000, 4000, 6000, 8000],
}


@pytest.mark.parametrize("top", TICKS)
def test_the_marks_of_every_axis_of_issues_are_whole_numbers_each_once_and_reach_the_highest(top: int) -> None:
    days = {"entered": [("2026-11-27", top)]} if top else {}
    plan = SimpleNamespace(categories=[SimpleNamespace(code="a", name=Wording(zh="甲", en="a"))])
    kinds: Any = SimpleNamespace(plan=plan, kinds={"category": [("a", top, top // 2, top - top // 2)]})
    for spec in (progress(**days), phases(entered=top), phases(entered=top, width=560), charts.categories(kinds, "zh", 250)):
        assert axis(charts.svg(spec)) == [f"{mark:,}" for mark in TICKS[top]]


@given(st.integers(min_value=0, max_value=10**7))
def test_an_axis_has_few_marks_in_even_steps_up_to_the_next_above_the_highest(top: int) -> None:
    marks = charts.ticks(top)
    assert 2 <= len(marks) <= 8
    assert len({later - earlier for earlier, later in pairwise(marks)}) == 1
    assert marks[0] == 0
    assert marks[-2] < max(top, 1) <= marks[-1]


SIGNS = {"🏥": "", "👨‍⚕️": "", "1️⃣": "1", "𠮷": "〓", "ཀ": "〓", "㙟": "㙟", "龘": "龘", "·—（）é": "·—（）é", "\ue000": ""}


@pytest.mark.parametrize("sign", SIGNS)
def test_no_sign_that_the_font_lacks_is_drawn_in_any_picture(sign: str) -> None:
    names = (f"服务{sign}收费", f"{sign}态度")
    plan = SimpleNamespace(categories=[SimpleNamespace(code=f"c{n}", name=Wording(zh=name, en=name)) for n, name in enumerate(names)])
    report: Any = SimpleNamespace(plan=plan, kinds={"category": [("c0", 3, 1, 2), ("c1", 2, 1, 1)]})
    plain = SimpleNamespace(
        plan=SimpleNamespace(
            categories=[
                SimpleNamespace(code=each.code, name=Wording(zh=each.name.zh.replace(sign, SIGNS[sign]), en="x"))
                for each in plan.categories
            ]
        ),
        kinds=report.kinds,
    )
    for draw in (charts.svg, charts.png):
        assert draw(charts.categories(report, "zh")) == draw(charts.categories(cast("Any", plain), "zh"))
    drawn = charts.svg(charts.phases(of_phases(*names), "zh", 560))
    assert set(re.sub(r"<[^>]*>", "", drawn)) <= {chr(code) for code in font._covered()} | {"\n"}
    assert font.lacking(names[0]) == [each for each in dict.fromkeys(sign) if each not in SIGNS[sign]]


def test_names_that_would_look_the_same_keep_bars_of_their_own() -> None:
    names = {"a": "🏥", "b": "🚑", "c": "收费", "d": "收费"}
    plan = SimpleNamespace(categories=[SimpleNamespace(code=code, name=Wording(zh=name, en=name)) for code, name in names.items()])
    report: Any = SimpleNamespace(plan=plan, kinds={"category": [(code, 2, 1, 1) for code in names]})
    drawn = re.findall(r">([^<>]+)</text>", charts.svg(charts.categories(report, "zh")))
    assert {"a", "b", "收费 c", "收费 d"} <= set(drawn)
