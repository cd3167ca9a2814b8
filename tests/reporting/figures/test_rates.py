"""What is set against one another speaks of the same things at the same time: no part is more than its whole, whatever is told, corrected and amended."""

from collections.abc import Mapping

import pytest

from services.reporting.figures.filters import DutyFilter
from services.reporting.figures.kpi import UnitKpi
from services.reporting.figures.summary import Figures, Summary
from services.reporting.figures.units import Scope
from services.reporting.fold.once import ONCE
from services.reporting.fold.rows import FIGURES
from services.reporting.http.reading import Reading
from shared.events.figures import done_of
from shared.http.access import Keys
from shared.kafka.records import Record
from tests.ledger.book.trees import below
from tests.ledger.sample import CAMPAIGN, UNITS
from tests.reporting.drawn import Drawn
from tests.reporting.given import Empty, reader_on, records_of, top

OF_ISSUES = (("on_time", "struck_off"), ("struck_off", "due"), ("due", "entered"), ("overdue", "entered"), ("carried_over", "entered"))
OF_ACTS = (
    *(("findings", "answered"), ("satisfied", "surveyed"), ("passed", "trained"), ("gaps", "units"), ("replied", "complaints")),
    *(
        ("received", "entered"),
        ("restored", "reopened"),
        ("standing_left", "standing"),
        ("on_time", "struck_off"),
        ("complaints", "entered"),
    ),
)
"""Each figure with one that it is a part of."""
RETURNS = ("filed", "late", "missing")
SCORED = ("answered", "missing", "units")
ROOT = top("bureau", "bureau")
About = tuple[int, int, str]
"""Seed, step and unit."""


async def read(empty: Empty, drawn: Drawn, before: set[str]) -> None:
    """Reporting reads what the ledger recorded since, in parts."""
    new = sorted((group for told, group in drawn.root.ledger.store.recorded.items() if told not in before), key=lambda group: group.first)
    made: list[Record] = [record for group in new for record in records_of(group)]
    for start in range(0, len(made), 300):
        await reader_on(*empty).apply(made[start : start + 300])
    before |= drawn.root.ledger.store.recorded.keys()


def figures_fit(summary: Summary, about: About) -> None:
    """A part is no more than its whole, and a unit with those below it is the sum of its parts."""
    total, acts, own = summary.total, summary.acts, summary.own
    for part, whole in OF_ISSUES:
        assert 0 <= getattr(total, part) <= getattr(total, whole), (about, part, whole)
    for part, whole in OF_ACTS:
        assert 0 <= getattr(acts, part) <= getattr(acts, whole), (about, part, whole)
    assert total.defects + total.hazards <= total.entered, about
    assert done_of(acts.model_dump().__getitem__) == (total.struck_off, total.due), about
    for name in FIGURES:
        parts = getattr(own, name) + sum(getattr(each.total, name) for each in summary.units)
        once = name in ONCE and 0 < getattr(total, name) < parts  # one that went from one of these units to another
        assert once or getattr(total, name) == parts, (about, name)
        assert getattr(acts, name) == sum(getattr(each.acts, name) for each in summary.phases), (about, name)
    for owed in summary.obligations:
        assert owed.filed + owed.late + owed.missing + owed.open + owed.waiting + owed.sent_back == owed.owed, (about, owed.code)


async def rates_fit(reading: Reading, figures: Figures, answering: int, about: About) -> None:
    """KPIs and lights are shares of the whole that the summary shows."""
    async with reading.store.snapshot() as session:
        kpis = await reading.standings.kpis(Scope(ROOT, CAMPAIGN, about[2]), session)
        lights = await reading.standings.lights(Scope(ROOT, CAMPAIGN, about[2]), session)
    shares = [kpi for kpi in kpis.kpis if kpi.of != "measure"]
    for kpi in shares:
        assert 0 <= kpi.part <= kpi.whole, (about, kpi)
        assert all(point.value is None or 0 <= point.value <= 100 for point in kpi.trend), (about, kpi)
    found = {kpi.of: (kpi.part, kpi.whole) for kpi in shares}
    assert found["answered"] == (figures.answered, answering), about
    assert found["conforming"] == (figures.answered - figures.findings, figures.answered), about
    assert found["struck-off"] == (figures.struck_off, figures.due), about
    assert found["on-time"] == (figures.on_time, figures.struck_off), about
    of_units: list[UnitKpi] = [each for each in kpis.units if each.kpi in {kpi.code for kpi in shares}]
    assert all(each.value is None or 0 <= each.value <= 100 for each in of_units), (about, of_units)
    for course in (course for each in lights.units for course in each.lights):
        shown = [month.figure for month in course.months if month.figure is not None]
        assert all(figure >= 0 and (figure <= 100 or not course.code.endswith("share")) for figure in shown), (about, course)


async def rows_fit(reading: Reading, summary: Summary, about: About) -> None:
    """Lists, scores and the sentence about returns have as many as the figures say."""
    unit = about[2]
    wanted: Mapping[str, DutyFilter] = {
        "missing": DutyFilter(CAMPAIGN, unit, missing=True),
        "filed": DutyFilter(CAMPAIGN, unit, state="filed"),
        "late": DutyFilter(CAMPAIGN, unit, state="late"),
        "answered": DutyFilter(CAMPAIGN, unit),
        "findings": DutyFilter(CAMPAIGN, unit, conforms=False),
    }
    async with reading.store.snapshot() as session:
        for figure, filter in wanted.items():
            listed = reading.duties.returns if figure in RETURNS else reading.duties.checks
            _, count, _ = await listed(ROOT, filter, 1, None, session)
            assert count == getattr(summary.total, figure), (about, figure)
        scores = await reading.standings.scores(Scope(ROOT, CAMPAIGN, unit), session)
        for rule in SCORED:
            assert sum(each.points for each in scores.points if each.rule == rule) == getattr(summary.own, rule), (about, rule)
        for phase, figures in ((None, summary.total), *((each.code, each.figures) for each in summary.phases)):
            report = await reading.summaries.report(Scope(ROOT, CAMPAIGN, unit), session, phase=phase)
            assert [report.returns[state] for state in RETURNS] == [getattr(figures, state) for state in RETURNS], (about, phase)


@pytest.mark.covers("G10", "A7", "L9", "L8")
@pytest.mark.parametrize("seed", range(4))
async def test_no_rate_is_above_the_whole_and_no_figure_below_nothing_whatever_is_amended(empty: Empty, seed: int) -> None:
    drawn, reading, known = Drawn(seed), Reading(*empty, Keys()), set[str]()
    for step in range(3):
        drawn.goes_on(90)
        await read(empty, drawn, known)
        units = {each.id: each for each in drawn.tree}
        for unit in units:
            async with reading.store.snapshot() as session:
                summary, _ = await reading.summaries.summary(Scope(ROOT, CAMPAIGN, unit), session)
            assert {each.unit for each in summary.units} == {each.id for each in drawn.tree if each.parent == unit}, (seed, step, unit)
            asked = [drawn.plan.targets_of(units[each].unit_class, units[each].tags) for each in below(drawn.tree, unit)]
            figures_fit(summary, (seed, step, unit))
            await rates_fit(reading, summary.total, sum(map(len, asked)), (seed, step, unit))
            await rows_fit(reading, summary, (seed, step, unit))
        months, phases = [await empty[0][name].find({}).to_list(None) for name in ("months", "phases")]
        books = [state for each in UNITS for state in drawn.root.at(each.id).book.phases.values()]
        for figures in (
            *(row["figures"] for row in (*months, *phases)),
            *(state.own for state in books),
            *(state.below for state in books),
        ):
            assert min(figures.values(), default=0) >= 0, (seed, step, figures)
