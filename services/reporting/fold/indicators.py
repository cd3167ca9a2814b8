"""What recorded events make of the rows behind indicators (指标) and lights: figures by month, surveys, told figures, lights set. Pure."""

from collections.abc import Mapping
from typing import Any

from services.reporting.fold.rows import FIGURES, Counted, Figures, Row, day_of, row_of, with_counts
from shared.events.fact import Correction
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.kafka.records import Recorded


class MonthRow(Row):
    """The figures of one book by the month in which intake accepted what counts; what corrects it belongs to the same month, whenever it was told."""

    month: str
    figures: Figures


class LightRow(Row):
    """What people said of one light of one month."""

    light: str
    month: str
    colour: str | None
    reason: str | None
    by: str | None
    by_unit: str | None
    taken: list[dict[str, Any]]
    """Acts taken, each with its place in the book."""


def months_of(event: Recorded, counts: Counted | None) -> dict[str, dict[str, int]]:
    """The months whose figures an event changes that counts this, and by how much: its own, and that of what it corrects."""
    if counts is None:
        return {}
    if not isinstance(event.fact, Correction) or event.fact.counted_on is None:
        return {day_of(event)[:7]: counts[1]}
    corrected = event.fact.corrects()
    own = {name: change - corrected.get(name, 0) for name, change in counts[1].items()}
    months: dict[str, dict[str, int]] = {}
    for month, changes in ((event.fact.counted_on.isoformat()[:7], corrected), (day_of(event)[:7], own)):
        months[month] = {name: months.get(month, {}).get(name, 0) + change for name, change in changes.items()}
    return {month: changes for month, changes in months.items() if any(changes.values())}


def month_row_id(book: str, month: str) -> str:
    return f"{book}#{month}"


def month_after(row: MonthRow | None, event: Recorded, month: str, changes: Mapping[str, int]) -> MonthRow:
    """The figures of a month after an event that changes them."""
    figures = with_counts(row["figures"] if row else dict.fromkeys(FIGURES, 0), changes)
    return {**row_of(event, month_row_id(event.book, month)), "month": month, "figures": figures}


def survey_after(row: dict[str, Any] | None, event: Recorded) -> dict[str, Any] | None:
    """A survey after an event: what is told again takes the place of what was told before."""
    match event.fact:
        case SurveyHeld(survey=survey, on=on, answered=answered, satisfied=satisfied):
            month = on.isoformat()[:7]
            return {**row_of(event, event.subject), "survey": survey, "month": month, "answered": answered, "satisfied": satisfied}
    return row


def measure_after(row: dict[str, Any] | None, event: Recorded) -> dict[str, Any] | None:
    """A told figure after an event, which takes the place of what was told before."""
    match event.fact:
        case MeasureTold(measure=code, period=period, value=value, baseline=baseline):
            return {**row_of(event, event.subject), "measure": code, "period": period, "value": value, "baseline": baseline}
    return row


def light_after(row: LightRow | None, event: Recorded) -> LightRow | None:
    """What people said of a light, after an event."""
    fact = event.fact
    if not isinstance(fact, LightSet | LightActTaken):
        return row
    unsaid: LightRow = {
        **row_of(event, event.subject),
        "light": fact.light,
        "month": fact.month,
        "colour": None,
        "reason": None,
        "by": None,
        "by_unit": None,
        "taken": [],
    }
    after: LightRow = {**(row or unsaid), **row_of(event, event.subject), "light": fact.light, "month": fact.month}
    if isinstance(fact, LightSet):
        return {**after, "colour": fact.colour, "reason": fact.reason, "by": fact.by, "by_unit": fact.by_unit}
    taken = {"act": fact.act, "text": fact.text, "by": fact.by, "at": f"{event.book}@{event.position}"}
    return {**after, "taken": [*after["taken"], taken]}
