"""Lights (亮灯) of one unit, month by month: by the plan's rule, or as a unit above set them; and the acts that follow. Pure. L8."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Literal

from pydantic import Field

from services.reporting.figures.facts import Facts
from services.reporting.figures.kpi import by_month, exact, judged
from services.reporting.figures.view import Answer, View
from shared.events.light import Colour
from shared.plan import Plan
from shared.plan.indicator import INCIDENTS, Kpi, Light
from shared.values import Wording

SHARES: dict[str, Literal["struck-off", "on-time"]] = {"struck-off-share": "struck-off", "on-time-share": "on-time"}


class MonthLight(View):
    """The light of one month."""

    month: str
    figure: float | None = Field(description="what the rule judges by; none: there was nothing to judge")
    by_rule: Colour
    colour: Colour = Field(description="as a unit above set it, else by the rule")
    reason: str | None = Field(description="why it was set otherwise")
    set_by: str | None = Field(description="the unit that set it")


class DueAct(View):
    """What follows from lights in a row."""

    act: str
    name: Wording
    month: str = Field(description="the month whose light completed the row")
    taken: list[dict[str, Any]] = Field(description="how it was done; empty: it is due")


class LightCourse(View):
    """The course of one light of a unit."""

    code: str
    name: Wording
    months: list[MonthLight]
    acts: list[DueAct]


class UnitLights(View):
    """The lights of one unit by its own book."""

    unit: str
    name: str
    lights: list[LightCourse]


class Lights(Answer):
    """The lights of a unit and of those directly below it."""

    units: list[UnitLights]


def months_between(first: date, last: date) -> Iterator[str]:
    """The months from one day to another."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def course(light: Light, plan: Plan, facts: Facts, said: Mapping[str, Any], months: Sequence[str]) -> LightCourse:
    """A light over these months; `said` has the rows of what people said of it, by month."""
    lights = []
    for month in months:
        figure, row = _figure(light, plan, facts, month), said.get(month) or {}
        by_rule = _colour(light, figure)
        colour = row.get("colour")
        lights.append(
            MonthLight(
                month=month,
                figure=figure,
                by_rule=by_rule,
                colour=colour or by_rule,
                reason=row.get("reason"),
                set_by=row.get("by_unit") if colour else None,
            )
        )
    return LightCourse(code=light.code, name=light.name, months=lights, acts=list(_acts(light, lights, said)))


def _figure(light: Light, plan: Plan, facts: Facts, month: str) -> float | None:
    figures = facts.months.get(month, {})
    if light.of in SHARES:
        kpi = Kpi(code="share", name=light.name, of=SHARES[light.of])
        return judged(kpi, by_month(kpi, facts, month)).value
    if light.of == "incidents":
        return exact(sum(each.value for (code, _), each in facts.of_month(month).indicators.items() if code == INCIDENTS))
    if light.of == "kpi-missed":
        return sum(judged(kpi, by_month(kpi, facts, month)).met is False for kpi in plan.kpis)
    return figures.get(light.of, 0)


def _colour(light: Light, figure: float | None) -> Colour:
    if figure is None:
        return "green"
    if light.of in SHARES:
        return "red" if figure < light.red else "yellow" if figure < light.yellow else "green"
    return "red" if figure >= light.red else "yellow" if figure >= light.yellow else "green"


def _acts(light: Light, lights: Sequence[MonthLight], said: Mapping[str, Any]) -> Iterator[DueAct]:
    """An act follows once from each row of lights, in the month that makes it long enough."""
    for colour, alike in groupby(lights, key=lambda each: each.colour):
        row = list(alike)
        for act in light.acts:
            if act.colour == colour and len(row) >= act.in_a_row:
                month = row[act.in_a_row - 1].month
                taken = [each for each in (said.get(month) or {}).get("taken", ()) if each["act"] == act.code]
                yield DueAct(act=act.code, name=act.name, month=month, taken=taken)
