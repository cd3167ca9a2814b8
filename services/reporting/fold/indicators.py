"""What recorded events make of the rows behind indicators (指标) and lights: figures by month, surveys, told figures, lights set. Pure."""

from typing import Any

from services.reporting.fold.rows import Figures, Row, day_of, row_of, with_counts
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.kafka.records import Recorded


class MonthRow(Row):
    """The figures of one book by the month in which intake accepted what counts."""

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


def month_row_id(event: Recorded) -> str:
    return f"{event.book}#{day_of(event)[:7]}"


def month_after(row: MonthRow | None, event: Recorded) -> MonthRow:
    """The figures of a month after an event that counts."""
    figures = with_counts(row["figures"] if row else {}, event)
    return {**row_of(event, month_row_id(event)), "month": day_of(event)[:7], "figures": figures}


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
