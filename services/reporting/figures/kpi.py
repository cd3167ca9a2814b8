"""The KPIs of a plan, made of recorded facts alone: value, aim, whether it is met, baseline and trend. Pure. G1 to G5, G10."""

from typing import Any

from pydantic import Field

from services.reporting.figures.facts import Facts, Sum
from services.reporting.figures.view import Answer, View
from shared.events.figures import done_of
from shared.plan.indicator import Kpi
from shared.values import Wording


class TrendPoint(View):
    """The value of one month or period."""

    period: str
    value: float | None


class Standing(View):
    """How a unit and all below it stand in one KPI."""

    code: str
    name: Wording
    of: str
    aim: Kpi
    value: float | None = Field(description="a share in percent, or of a measure a figure; none: there is nothing to judge by yet")
    part: float = Field(description="of a share: what is counted; of a measure: the figure")
    whole: float = Field(description="of a share: out of how many; of a measure: units that told it")
    met: bool | None = Field(description="none: there is nothing to judge by yet")
    baseline: float | None = Field(description="of a measure: the figure before the campaign")
    fell: float | None = Field(description="percent by which a measure fell below its baseline; none: not the same units told both")
    trend: list[TrendPoint]


class UnitKpi(View):
    """How a unit directly below stands, with all below it."""

    unit: str
    name: str
    kpi: str
    value: float | None
    met: bool | None


class Kpis(Answer):
    """The KPIs of a unit and all below it."""

    kpis: list[Standing]
    units: list[UnitKpi]


STOCKS = ("struck-off", "complaints-answered", "answered")
"""Shares that grow from month to month: what is done in one month may have come in before, so that a month alone has no share of its own."""


def by_month(kpi: Kpi, facts: Facts, month: str) -> Facts:
    """The facts that a KPI is judged by in a month."""
    return facts.of_month(month, and_before=kpi.of in STOCKS)


def judged(kpi: Kpi, facts: Facts) -> Standing:
    """How units of which this is recorded stand in a KPI. Shares of issues are of issues, each once; the others are of acts, once each."""
    if kpi.of == "measure":
        return _by_indicator(kpi, facts)
    part, whole = _share(kpi, facts)
    value = _percent(part, whole)
    months = sorted({month for _, month in facts.surveys} if kpi.of == "satisfied" else facts.months)
    trend = [TrendPoint(period=month, value=_percent(*_share(kpi, by_month(kpi, facts, month)))) for month in months]
    return Standing(**_named(kpi), value=value, part=part, whole=whole, met=_met(kpi, value), baseline=None, fell=None, trend=trend)


def _share(kpi: Kpi, facts: Facts) -> tuple[float, float]:
    if kpi.of == "satisfied":
        counted = [each for (survey, _), each in facts.surveys.items() if survey == kpi.code_of]
        return sum(satisfied for _, satisfied in counted), sum(answered for answered, _ in counted)

    def of(name: str) -> int:
        return sum(figures.get(name, 0) for figures in facts.months.values())

    shares = {
        "complaints-answered": (of("replied"), of("complaints")),
        "struck-off": done_of(of),
        "on-time": (sum(on_time for _, on_time in facts.struck_off.values()), sum(struck for struck, _ in facts.struck_off.values())),
        "answered": (of("answered"), facts.targets),
        "conforming": (of("answered") - of("findings"), of("answered")),
    }
    return shares[kpi.of]


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def exact(value: float) -> float:
    """A figure without what adding and dividing floats puts behind its ninth place: it would lie just above or below an aim that it reaches."""
    return round(value, 9)


def _met(kpi: Kpi, value: float | None) -> bool | None:
    if value is None:
        return None
    return (kpi.at_least is None or value >= kpi.at_least) and (kpi.at_most is None or value <= kpi.at_most)


def _by_indicator(kpi: Kpi, facts: Facts) -> Standing:
    """One that must fall is judged by its latest period, any other by the sum of all its periods."""
    rate = kpi.code_of in facts.rates

    def of(figure: Sum) -> Sum:
        return Sum(exact(figure.value / len(figure.units) if rate and figure.units else figure.value), figure.units)

    told = {period: of(each) for (code, period), each in sorted(facts.indicators.items()) if code == kpi.code_of}
    before = [of(each) for (code, _), each in sorted(facts.baselines.items()) if code == kpi.code_of][-1:]
    baseline = before[0] if before else None
    latest = told[max(told)] if told else None
    counted = latest
    if kpi.falls is None and latest is not None:
        total = sum(each.value for each in told.values())
        counted = Sum(exact(total / len(told) if rate else total), latest.units)
    value = counted.value if counted else None
    fell = None
    if latest and baseline and latest.units == baseline.units and baseline.value:
        fell = exact(100 * (baseline.value - latest.value) / baseline.value)
    met = _met(kpi, value)
    if kpi.falls is not None and met is not False:
        # Nothing before and nothing now: it cannot fall, and need not.
        none_at_all = baseline is not None and baseline.value == 0 and value == 0
        met = True if none_at_all else (None if fell is None else fell >= kpi.falls)
    trend = [TrendPoint(period=period, value=each.value) for period, each in told.items()]
    return Standing(
        **_named(kpi),
        value=value,
        part=value or 0.0,
        whole=len(counted.units) if counted else 0,
        met=met,
        baseline=baseline.value if baseline else None,
        fell=fell,
        trend=trend,
    )


def _named(kpi: Kpi) -> dict[str, Any]:
    return {"code": kpi.code, "name": kpi.name, "of": kpi.of, "aim": kpi}
