"""The KPIs of a plan, made of recorded facts alone: value, aim, whether it is met, baseline and trend. Pure. G1 to G5, G10."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import Field

from services.reporting.fold.counts import Figures
from services.reporting.http.views import View
from shared.events.figures import done_of
from shared.plan.indicator import Kpi
from shared.values import Wording


class Sum(NamedTuple):
    """A told figure added up over units."""

    value: float = 0.0
    units: int = 0


@dataclass(frozen=True)
class Facts:
    """What is recorded of a unit and all below it, by month or period."""

    months: Mapping[str, Figures] = field(default_factory=dict)
    surveys: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """Answers, and those satisfied, by survey and month."""
    measures: Mapping[tuple[str, str], Sum] = field(default_factory=dict)
    """By measure and period."""
    baselines: Mapping[tuple[str, str], Sum] = field(default_factory=dict)
    """The same, of before the campaign."""
    targets: int = 0
    """Targets of the checklist that apply, over all units."""
    rates: frozenset[str] = frozenset()
    """The measures that are rates."""

    def of_month(self, month: str, *, and_before: bool = False) -> "Facts":
        """What is recorded of one month alone; or, of what is counted of issues and targets, up to its end."""
        return Facts(
            {name: each for name, each in self.months.items() if name == month or (and_before and name < month)},
            {key: each for key, each in self.surveys.items() if key[1] == month},
            {key: each for key, each in self.measures.items() if key[1].startswith(month)},
            self.baselines,
            self.targets,
            self.rates,
        )


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
    fell: float | None = Field(description="percent by which a measure fell below its baseline; none: not as many units told both")
    trend: list[TrendPoint]


STOCKS = ("struck-off", "complaints-answered", "answered")
"""Shares that grow from month to month: what is done in one month may have come in before, so that a month alone has no share of its own."""


def by_month(kpi: Kpi, facts: Facts, month: str) -> Facts:
    """The facts that a KPI is judged by in a month."""
    return facts.of_month(month, and_before=kpi.of in STOCKS)


def standing(kpi: Kpi, facts: Facts) -> Standing:
    """How it stands. A measure that must fall is judged by its latest period, any other by the sum of all its periods."""
    if kpi.of == "measure":
        return _measured(kpi, facts)
    part, whole = _share(kpi, facts)
    value = 100 * part / whole if whole > 0 else None
    months = sorted({month for _, month in facts.surveys} if kpi.of == "satisfied" else facts.months)
    trend = [TrendPoint(period=month, value=_percent(*_share(kpi, by_month(kpi, facts, month)))) for month in months]
    return _standing(kpi, value, part, whole, _met(kpi, value), trend)


def _share(kpi: Kpi, facts: Facts) -> tuple[float, float]:
    if kpi.of == "satisfied":
        counted = [each for (survey, _), each in facts.surveys.items() if survey == kpi.code_of]
        return sum(satisfied for _, satisfied in counted), sum(answered for answered, _ in counted)

    def of(name: str) -> int:  # of a month alone it may be below 0: what a correction took back
        return sum(figures.get(name, 0) for figures in facts.months.values())

    shares = {
        "complaints-answered": (of("replied"), of("complaints")),
        "struck-off": done_of(of),
        "on-time": (of("on_time"), of("struck_off")),
        "answered": (of("answered"), facts.targets),
        "conforming": (of("answered") - of("findings"), of("answered")),
    }
    return shares[kpi.of]


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole > 0 else None


def _met(kpi: Kpi, value: float | None) -> bool | None:
    if value is None:
        return None
    return (kpi.at_least is None or value >= kpi.at_least) and (kpi.at_most is None or value <= kpi.at_most)


def _measured(kpi: Kpi, facts: Facts) -> Standing:
    rate = kpi.code_of in facts.rates

    def of(figure: Sum) -> Sum:
        return Sum(round(figure.value / figure.units, 9), figure.units) if rate and figure.units else figure

    told = {period: of(each) for (measure, period), each in sorted(facts.measures.items()) if measure == kpi.code_of}
    before = [of(each) for (measure, _), each in sorted(facts.baselines.items()) if measure == kpi.code_of][-1:]
    baseline = before[0] if before else None
    latest = told[max(told)] if told else None
    judged = latest
    if kpi.falls is None and latest is not None:
        total = sum(each.value for each in told.values())
        judged = Sum(total / len(told) if rate else total, latest.units)
    value = judged.value if judged else None
    fell = None
    if latest and baseline and latest.units == baseline.units and baseline.value:
        fell = 100 * (baseline.value - latest.value) / baseline.value
    met = _met(kpi, value)
    if kpi.falls is not None and met is not False:
        # Nothing before and nothing now: it cannot fall, and need not.
        none_at_all = baseline is not None and baseline.value == 0 and value == 0
        met = True if none_at_all else (None if fell is None else fell >= kpi.falls)
    trend = [TrendPoint(period=period, value=each.value) for period, each in told.items()]
    return _standing(kpi, value, value or 0.0, judged.units if judged else 0, met, trend, baseline.value if baseline else None, fell)


def _standing(
    kpi: Kpi,
    value: float | None,
    part: float,
    whole: float,
    met: bool | None,
    trend: list[TrendPoint],
    baseline: float | None = None,
    fell: float | None = None,
) -> Standing:
    return Standing(
        code=kpi.code,
        name=kpi.name,
        of=kpi.of,
        aim=kpi,
        value=value,
        part=part,
        whole=whole,
        met=met,
        baseline=baseline,
        fell=fell,
        trend=trend,
    )
