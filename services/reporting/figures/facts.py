"""What is recorded of units, by month or period: all that KPIs and lights are judged by. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from services.reporting.fold.rows import Figures
from shared.plan.periods import month_of


class Sum(NamedTuple):
    """A told figure added up over units."""

    value: float = 0.0
    units: frozenset[str] = frozenset()
    """Those that told it."""


@dataclass(frozen=True)
class Facts:
    """What is recorded of a unit and all below it, by month or period."""

    months: Mapping[str, Figures] = field(default_factory=dict)
    struck_off: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Issues that stand struck off, and those on time, by the month of the strike-off that stands; once each."""
    surveys: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """Answers, and those satisfied, by survey and month."""
    indicators: Mapping[tuple[str, str], Sum] = field(default_factory=dict)
    """Figures told, by indicator and period."""
    baselines: Mapping[tuple[str, str], Sum] = field(default_factory=dict)
    """The same, of before the campaign."""
    targets: int = 0
    """Targets of the checklist that apply, over all units."""
    rates: frozenset[str] = frozenset()
    """The indicators that are rates."""
    span: tuple[date, date] = (date.min, date.max)
    """The first and the last day of the campaign for which figures are told."""

    def of_month(self, month: str, *, and_before: bool = False) -> "Facts":
        """What is recorded of one month alone; or, of what is counted of issues and targets, up to its end."""
        return replace(
            self,
            months={name: each for name, each in self.months.items() if name == month or (and_before and name < month)},
            struck_off={name: each for name, each in self.struck_off.items() if name == month},
            surveys={key: each for key, each in self.surveys.items() if key[1] == month},
            indicators={key: each for key, each in self.indicators.items() if month_of(key[1], *self.span) == month},
        )


def together(chosen: Collection[Facts]) -> Facts:
    """What is recorded of several units."""
    months: dict[str, dict[str, int]] = {}
    struck_off: dict[str, tuple[int, int]] = {}
    surveys: dict[tuple[str, str], tuple[int, int]] = {}
    sums: tuple[dict[tuple[str, str], Sum], dict[tuple[str, str], Sum]] = ({}, {})
    for each in chosen:
        for month, figures in each.months.items():
            counted = months.setdefault(month, {})
            counted |= {name: counted.get(name, 0) + value for name, value in figures.items()}
        for month, (struck, on_time) in each.struck_off.items():
            so_far = struck_off.get(month, (0, 0))
            struck_off[month] = (so_far[0] + struck, so_far[1] + on_time)
        for survey, (answered, satisfied) in each.surveys.items():
            before = surveys.get(survey, (0, 0))
            surveys[survey] = (before[0] + answered, before[1] + satisfied)
        for into, told in zip(sums, (each.indicators, each.baselines), strict=True):
            for key, value in told.items():
                added = into.get(key, Sum())
                into[key] = Sum(added.value + value.value, added.units | value.units)
    rates = frozenset[str]().union(*(each.rates for each in chosen))
    span = max((each.span for each in chosen), default=Facts.span)
    return Facts(months, struck_off, surveys, *sums, sum(each.targets for each in chosen), rates, span)
