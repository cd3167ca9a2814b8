"""The charts, each defined once (Vega-Lite) for page and Word: as SVG or PNG, drawn with the font that comes along."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count
from types import ModuleType
from typing import Any

import orjson

from services.reporting.figures.report import Report
from services.reporting.papers import font
from services.reporting.papers.colours import COLOURS
from services.reporting.papers.drawing import drawn
from services.reporting.wording.texts import Language, said, text

Spec = dict[str, Any]
Lead = Callable[..., str]
"""The address of the issues that a bar counts, by what `Filter` asks of them; on paper there is none."""
INK, PALE = "#33404d", "#e6e9ec"
POINTS = 60
"""Points of a line, at most."""
SHORT = 62
"""Days below which an axis shows days, not months."""
BARS = 12
"""Bars of categories, at most."""
MARKS_MOST = 6
"""Steps between the marks of an axis, at most."""
MARKS = " 、，,"
"""After these a line may end, and none begins with one."""
TALL, DIGIT, LETTER = 240, 6, 7
"""Height of a chart, and widths of a digit over a bar and of half a Chinese letter below it."""
LABEL, SMALLEST = 12, 8
"""Sizes of the letters below bars: as a rule, and at least."""


def progress(report: Report, language: Language, width: int = 640) -> Spec:
    """Issues entered and struck off up to each day, as lines."""
    names = {"entered": "entered", "struck_off": "struck-off"}
    days = sorted({day for name in names for day, _ in report.progress.get(name, ())})
    values: list[dict[str, Any]] = [
        {"day": day, "n": so_far, "series": text(language, label)}
        for name, label in names.items()
        for day, so_far in _so_far(report.progress.get(name, ()), _spread(days))
    ]
    return _spec(width, TALL, values) | {
        "mark": {"type": "area", "line": {"strokeWidth": 2.5, "aria": False}, "opacity": 0.18, "interpolate": "monotone", "aria": False},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": _days_axis(days, language)},
            "y": _counts(language, max((each["n"] for each in values), default=0)) | {"stack": None},
            "color": _colours(language, list(names.values())),
        },
    }


def phases(report: Report, language: Language, width: int = 640, lead: Lead | None = None) -> Spec:
    """Entered, struck off, overdue and carried over in each phase, as bars side by side."""
    names = {"entered": "entered", "struck_off": "struck-off", "overdue": "overdue", "carried_over": "carried-over"}
    room = width // max(1, len(report.summary.phases))
    longest = max((_wide(word) for phase in report.summary.phases for word in said(language, phase.name).split()), default=1)
    size = min(LABEL, max(SMALLEST, LABEL * room // (LETTER * longest))) if language == "en" else LABEL  # so that the longest word is whole
    called = _apart([(phase.code, said(language, phase.name)) for phase in report.summary.phases])
    shown = {phase.code: "\n".join(_lines(called[phase.code], room * LABEL // (LETTER * size))) for phase in report.summary.phases}
    values = [
        {"phase": shown[phase.code], "series": text(language, label), "n": n}
        | _said(called[phase.code], text(language, label), n)
        | ({"href": lead(phase=phase.code, figure=name)} if lead else {})
        for phase in report.summary.phases
        for name, label in names.items()
        for n in [getattr(phase.figures, name)]
    ]
    top = max((each["n"] for each in values), default=0)
    letters = DIGIT * len(str(top))
    upright = top > 0 and letters > 0.75 * width / max(1, len(values))  # a figure that is wider than its bar stands on it
    place: Spec = {"angle": -90, "align": "left", "baseline": "middle", "dx": 4} if upright else {"dy": -6}
    return _spec(width, TALL, values) | {
        "encoding": {
            "x": {
                "field": "phase",
                "type": "nominal",
                "sort": list(shown.values()),
                "title": None,
                "axis": {"labelAngle": 0, "labelLimit": room, "labelFontSize": size, "labelExpr": "split(datum.label, '\\n')"},
            },
            "xOffset": {"field": "series", "sort": [text(language, label) for label in names.values()]},
            # Room for the figure on the tallest bar, below the legend.
            "y": _counts(language, top, top * TALL / (TALL - (letters + 4 if upright else LABEL))),
            **_links(lead),
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {"color": _colours(language, list(names.values())), "description": {"field": "said"}},
            },
            {
                "transform": [{"filter": "datum.n > 0"}],
                "mark": {"type": "text", "fontSize": 10, "color": INK, "aria": False, **place},
                "encoding": {"text": {"field": "n"}},
            },
        ],
    }


def categories(report: Report, language: Language, width: int = 640, lead: Lead | None = None) -> Spec:
    """Issues of each category, struck off and still open, as bars on one another."""
    names = _apart([(each.code, said(language, each.name)) for each in report.plan.categories])
    shown = report.kinds.get("category", ())[:BARS]
    values = [
        {"category": names.get(code, code), "series": text(language, label), "n": n, "order": order}
        | _said(names.get(code, code), text(language, label), n)
        | ({"href": lead(category=code, figure=figure)} if lead else {})
        for code, _, struck, still in shown
        for order, (figure, label, n) in enumerate((("struck_off", "struck-off", struck), ("open", "open-issues", still)))
    ]
    return _spec(width, max(60, 26 * len(shown)), values) | {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {
                "field": "category",
                "type": "nominal",
                "sort": [names.get(code, code) for code, *_ in shown],
                "title": None,
            },
            "x": _counts(language, max((struck + still for _, _, struck, still in shown), default=0)),
            "description": {"field": "said"},
            **_links(lead),
            "order": {"field": "order"},
            "color": _colours(language, ["struck-off", "open-issues"]),
        },
    }


def svg(spec: Spec) -> str:
    """A chart as SVG."""
    return drawn(orjson.loads(_written(spec)))


def png(spec: Spec, scale: float = 3) -> bytes:
    """A chart as PNG, for Word. Takes some time: call it off the event loop."""
    converter: Any = _converter()
    return bytes(converter.svg_to_png(svg(spec), scale=scale))


def _said(name: str, series: str, n: int) -> Spec:
    """What a screen reader says of a bar."""
    return {"said": f"{name} {series} {n}"}


def _links(lead: Lead | None) -> Spec:
    """Each bar leads to the issues that it counts, where there is an address."""
    return {"href": {"field": "href", "type": "nominal"}} if lead else {}


def _written(spec: Spec) -> str:
    """A chart as JSON, in which every sign can be drawn: none that the font lacks has a meaning there."""
    return font.drawable(orjson.dumps(spec).decode())


@cache
def _converter() -> ModuleType:
    """What makes pictures, with the font that comes along: loaded by Word alone, it takes 30 MiB and most of a second."""
    import vl_convert  # noqa: PLC0415  see above

    vl_convert.register_font_directory(str(font.folder()))
    return vl_convert


def _spec(width: int, height: int, values: Sequence[dict[str, Any]]) -> Spec:
    # What is shown comes from plans and rows: data, never part of an expression.
    axis = {"labelColor": INK, "titleColor": INK, "gridColor": PALE, "domainColor": "#b8c0c8", "tickColor": "#b8c0c8"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "background": "white",
        "data": {"values": list(values)},
        "config": {
            "font": font.NAME,
            "view": {"stroke": None},
            "axis": axis | {"labelFontSize": 12, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 220, "aria": False},
            "legend": {
                "labelColor": INK,
                "labelFontSize": 12,
                "symbolType": "square",
                "symbolOpacity": 1,
                "symbolStrokeWidth": 0,
                "aria": False,
            },
        },
    }


def _lines(name: str, room: int) -> list[str]:
    """A name in lines of at most so many half letters, broken after a word or a mark where there is one, else between Chinese letters."""
    lines, line = [], ""
    for part in re.findall(f"[^{MARKS}]*[{MARKS}]+|[^{MARKS}]+", name):
        for piece in [part] if part.isascii() or _wide(part.rstrip(MARKS)) <= room else part:
            if line and _wide(line) + _wide(piece.rstrip(MARKS)) > room:
                lines.append(line.strip())
                line = ""
            line += piece
    return [*lines, line.strip()]


def _wide(text: str) -> int:
    """Half letters that a text takes."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def _colours(language: Language, names: Sequence[str]) -> Spec:
    scale = {"domain": [text(language, name) for name in names], "range": [COLOURS[name] for name in names]}
    return {"field": "series", "type": "nominal", "title": None, "scale": scale, "legend": {"orient": "top"}}


def _counts(language: Language, top: int, room: float = 0) -> Spec:
    """An axis of how many issues there are, up to `top`, and to `room` where a figure stands above: whole numbers, each once."""
    marks = ticks(top)
    scale = {"domain": [0, max(marks[-1], room)], "nice": False}
    axis = {"values": marks, "format": ",d"}
    return {"field": "n", "type": "quantitative", "title": text(language, "count-axis"), "axis": axis, "scale": scale}


def ticks(top: int) -> list[int]:
    """The marks of an axis that goes up to a whole number: steps of 1, 2 or 5, or tens of these, at most six."""
    steps = (digit * 10**zeros for zeros in count() for digit in (1, 2, 5))
    step = next(step for step in steps if top <= MARKS_MOST * step)
    last = -(-max(top, 1) // step) * step
    return list(range(0, last + 1, step))


def _apart(names: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Names by their codes, as they are drawn; those that would look the same have their code behind, or bars would fall together."""
    drawn = {code: font.drawable(name).strip() or code for code, name in names}
    alike = Counter(drawn.values())
    return {code: f"{name} {code}" if alike[name] > 1 else name for code, name in drawn.items()}


def _days_axis(days: Sequence[str], language: Language) -> Spec:
    """Months, or the days of a time that is too short for them."""
    span = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days if days else 0
    if span >= SHORT:
        return {"format": "%-m月" if language == "zh" else "%b", "tickCount": "month"}
    # Named one by one: steps of days begin anew with each month where nobody says otherwise.
    shown = [date.fromisoformat(days[0]) + timedelta(after) for after in range(0, span + 1, 1 + span // 6)] if days else []
    values = [{"year": day.year, "month": day.month, "date": day.day} for day in shown]
    return {"format": "%-m月%-d日" if language == "zh" else "%-d %b", "values": values}


def _spread(days: Sequence[str]) -> list[str]:
    """The last days of even steps over a time, so that a line has no more points than can be seen; it rises from the day before."""
    if not days:
        return []
    first, last = date.fromisoformat(days[0]) - timedelta(1), date.fromisoformat(days[-1])
    step = max(1, -(-(last - first).days // POINTS))
    return [(first + timedelta(min(after, (last - first).days))).isoformat() for after in range(0, (last - first).days + step, step)]


def _so_far(counted: Sequence[tuple[str, int]], days: Sequence[str]) -> list[tuple[str, int]]:
    counts = Counter(dict(counted))
    return [(day, sum(n for on, n in counts.items() if on <= day)) for day in days]
