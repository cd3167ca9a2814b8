"""What recorded events make of the rows behind indicators (指标) and lights: figures by month, surveys, told figures, lights set. Pure."""

from collections.abc import Iterator
from typing import Any

from services.reporting.fold.rows import FIGURES, Figures, Place, Row, Rows
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.kafka.records import Recorded
from shared.workdays import local_date

COLLECTIONS = ("lights", "measures", "months", "surveys")


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


def places(event: Recorded) -> Iterator[Place]:
    """The rows that an event may change or needs."""
    if event.fact and event.fact.counts():
        yield "months", f"{event.book}#{_month(event)}"
    match event.fact:
        case SurveyHeld():
            yield "surveys", event.subject
        case MeasureTold():
            yield "measures", event.subject
        case LightSet() | LightActTaken():
            yield "lights", event.subject


def fold_indicators(rows: Rows, event: Recorded) -> None:
    """Bring an event into these rows. What is told again for a subject takes the place of what was told before."""
    where = event.where
    common = {"position": event.position, "campaign": where.campaign, "unit": where.unit, "path": list(where.path)}
    if event.fact and (added := event.fact.counts()):
        place = ("months", f"{event.book}#{_month(event)}")
        before = rows[place]["figures"] if place in rows else {}
        figures = {name: before.get(name, 0) + added[1].get(name, 0) for name in FIGURES}
        rows[place] = {"_id": place[1], **common, "month": _month(event), "figures": figures}
    match event.fact:
        case SurveyHeld() as held:
            told = {"survey": held.survey, "month": held.on.isoformat()[:7], "answered": held.answered, "satisfied": held.satisfied}
            rows["surveys", event.subject] = {"_id": event.subject, **common, **told}
        case MeasureTold(measure=code, period=period, value=value, baseline=baseline):
            told = {"measure": code, "period": period, "value": value, "baseline": baseline}
            rows["measures", event.subject] = {"_id": event.subject, **common, **told}
        case LightSet() | LightActTaken() as fact:
            place = ("lights", event.subject)
            empty: dict[str, Any] = {"colour": None, "reason": None, "by": None, "by_unit": None, "taken": []}
            row = {**(rows.get(place) or empty), "_id": event.subject, **common, "light": fact.light, "month": fact.month}
            if isinstance(fact, LightSet):
                row |= {"colour": fact.colour, "reason": fact.reason, "by": fact.by, "by_unit": fact.by_unit}
            else:
                row["taken"] = [*row["taken"], {"act": fact.act, "text": fact.text, "by": fact.by, "at": f"{event.book}@{event.position}"}]
            rows[place] = row


def _month(event: Recorded) -> str:
    return local_date(event.accepted).isoformat()[:7]
