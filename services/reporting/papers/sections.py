"""What the Word report says of what was achieved: activities, KPIs, acceptance, common problems, awards and good practice. Texts and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.reporting.figures.kpi import Standing
from services.reporting.figures.report import Achievement, Report
from services.reporting.papers.names import Names
from services.reporting.wording.texts import change, figure, rate, short
from shared.events.figures import Counts
from shared.plan.indicator import Kpi

UNITS = 120
"""Units in a table, at most."""


@dataclass(frozen=True)
class Section:
    """A heading with a table under it."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    units_left: int = 0
    """Units for which the table has no room."""


def activities(figures: Counts, names: Names) -> list[str]:
    """Sentences on what people did beside the issues; none where they did nothing."""
    values = figures.model_dump() | {"satisfied_rate": rate(figures.satisfied, figures.surveyed)}
    said = {
        "says-activities": figures.activities or figures.visits,
        "says-ideas": figures.ideas or figures.proposals,
        "says-surveys": figures.surveyed,
    }
    return [names.say(name, **values) for name, anything in said.items() if anything]


def sections(report: Report, achieved: Achievement, names: Names, *, whole: bool) -> Iterator[Section]:
    """The sections that have something to say. `whole`: the report is on the campaign, not on one of its phases."""
    if whole and achieved.kpis:
        rows = [_kpi(each, names) for each in achieved.kpis]
        yield Section("section-effect", ("kpi", "value", "aim", "met", "before", "change"), rows, (5.0, 2.2, 2.6, 1.6, 2.2, 2.2))
    if whole and report.summary.units and (achieved.kpis or achieved.lights):
        yield _acceptance(report, achieved, names)
    if achieved.commons:
        rows = [
            [names.of("categories", each.category), short(each.text), str(each.issues), short(each.done or names.say("under-way"))]
            for each in achieved.commons
        ]
        yield Section("section-common", ("category", "common-problem", "issues-linked", "what-was-done"), rows, (2.6, 5.4, 2.0, 5.8))
    if whole and achieved.awards:
        rows = [
            [names.of("awards", each.award), "" if each.period == "once" else each.period, each.title, names.prize(each)]
            for each in achieved.awards
        ]
        yield Section("section-awards", ("award", "award-period", "award-title", "prize"), rows, (3.2, 2.2, 7.4, 3.0))
    if achieved.practices:
        rows = [[each.unit, each.title, short(each.text)] for each in achieved.practices]
        yield Section("section-practice", ("unit", "practice-title", "practice-text"), rows, (3.8, 4.0, 8.0))


def _acceptance(report: Report, achieved: Achievement, names: Names) -> Section:
    """The result of each unit below, as it is sent up. G9."""
    rows = []
    for unit in report.summary.units[:UNITS]:
        kpis = [each for each in achieved.by_unit.get(unit.unit, []) if each.met is not None]
        met = f"{sum(bool(each.met) for each in kpis)}/{len(kpis)}" if kpis else names.say("judged-none")
        light = achieved.lights.get(unit.unit)
        of_class = names.of("classes", unit.unit_class)
        rows.append(
            [unit.name, of_class, rate(unit.total.struck_off, unit.total.due), met, names.say(light) if light else names.say("judged-none")]
        )
    left = len(report.summary.units) - len(rows)
    return Section("section-acceptance", ("unit", "class", "strike-rate", "kpis-met", "light"), rows, (5.0, 3.8, 2.6, 2.4, 2.0), left)


def _kpi(standing: Standing, names: Names) -> list[str]:
    percent = "" if standing.of == "measure" else "%"
    bounds = [bound for bound in (standing.aim.at_least, standing.aim.at_most, *((0, 100) if percent else ())) if bound is not None]
    value = names.say("judged-none") if standing.value is None else f"{figure(standing.value, *bounds)}{percent}"
    met = names.say("judged-none") if standing.met is None else names.say("yes" if standing.met else "no")
    before = names.say("judged-none") if standing.baseline is None else figure(standing.baseline)
    return [names.said(standing.name), value, _aim(standing.aim, percent, names), met, before, _change(standing, names)]


def _change(standing: Standing, names: Names) -> str:
    """What became of the figure of before the campaign: in percent, or by how much where it was 0; or why that cannot be said."""
    if standing.fell is not None:
        return change(-standing.fell, *([-standing.aim.falls] if standing.aim.falls is not None else []))
    if standing.baseline is None or not standing.trend or (now := standing.trend[-1].value) is None:
        return names.say("judged-none")
    return names.say("units-differ") if standing.baseline else f"+{figure(now)}"


def _aim(kpi: Kpi, percent: str, names: Names) -> str:
    aims = [("aim-at-least", kpi.at_least, percent), ("aim-at-most", kpi.at_most, percent), ("aim-falls", kpi.falls, "")]
    return " ".join(names.say(name, figure=f"{figure(aim, aim)}{unit}") for name, aim, unit in aims if aim is not None)
