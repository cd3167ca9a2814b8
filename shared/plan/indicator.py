"""What is measured: surveys, figures told for each period, and the KPIs made of them; lights and scores. G1 to G10, L8, L9, L12."""

from typing import Annotated, Literal

from pydantic import Field

from shared.plan.obligation import Cadence
from shared.values import Code, Named, Percent, Points, Value


class Survey(Named):
    """A survey of satisfaction (满意度), told in counts. G1, G5, B4, B5."""

    cadence: Cadence = "rolling"
    classes: tuple[Code, ...] = ()


class Measure(Named):
    """A figure that units tell for each period, such as complaints or incidents. G3, G4."""

    cadence: Cadence = "monthly"
    classes: tuple[Code, ...] = ()
    rate: bool = Field(default=False, description="a rate: of several units or periods it is their mean, never their sum")


class Kpi(Named):
    """An indicator with its aim, made of recorded facts alone. G1 to G5, G10."""

    of: Literal["satisfied", "complaints-answered", "measure", "struck-off", "on-time", "answered", "conforming"]
    code_of: Code | None = Field(default=None, description="the survey or measure that it is made of")
    at_least: Percent | None = Field(default=None, description="percent")
    at_most: float | None = None
    falls: Percent | None = Field(default=None, description="percent by which it must fall below its baseline (明显降低)")


INCIDENTS = "incidents"
"""The measure that a light of incidents is made of."""
Figure = Literal[
    "overdue", "missing", "late", "returned", "reopened", "findings", "incidents", "kpi-missed", "struck-off-share", "on-time-share"
]


class Light(Named):
    """A light (亮灯) of a unit for each month: red or yellow by a figure, else green. A person may set another. L8.

    The share struck off is of all that was to be by the end of the month; every other figure is of the month alone.
    """

    of: Figure
    yellow: float = Field(description="yellow from this figure on (shares: below it)")
    red: float = Field(description="red from this figure on (shares: below it)")
    acts: tuple["LightAct", ...] = ()


class LightAct(Named):
    """What follows from so many lights of a colour in a row (约谈, 通报 …). L8."""

    colour: Literal["yellow", "red"]
    in_a_row: Annotated[int, Field(ge=1, le=12)]


class Score(Named):
    """Points for a fact, each traceable to it. L9, L12."""

    fact: str = Field(description="the type of the recorded fact that counts")
    points: Points = Field(description="below 0: a deduction")
    most: Points | None = Field(default=None, description="no more than this from one rule, in size")
    nature: Literal["problem", "defect", "hazard"] | None = None
    clock: Code | None = Field(default=None, description="for IssueOverdue: of this clock alone")
    obligation: Code | None = Field(default=None, description="for facts about returns: of this one alone")
    nil: bool | None = Field(default=None, description="for ObligationMet: by nil returns alone, or by others alone (L12)")
    late: bool | None = Field(default=None, description="for ObligationMet: by what came late alone, or by what came in time")
    veto: bool = Field(default=False, description="one such fact and the whole score is nothing (一票否决)")


class Scoring(Value):
    """How units are scored. L9."""

    base: Points = 100.0
    floor: Points = 0.0
    below: Percent = Field(
        default=0.0, description="the share, in percent, that the mean of the units directly below has in a unit's score"
    )
    rules: Annotated[tuple[Score, ...], Field(max_length=50)] = ()
