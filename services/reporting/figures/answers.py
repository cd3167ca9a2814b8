"""What is answered about how units stand: KPIs, lights, scores, and problems that recur across units. Shapes alone."""

from pydantic import Field

from services.reporting.figures.kpi import Standing
from services.reporting.figures.lights import LightCourse
from services.reporting.figures.scores import ScorePoint
from services.reporting.figures.summary import AsOf
from services.reporting.figures.view import View
from shared.values import Wording


class Answer(View):
    """What every answer says beside its figures."""

    campaign: str
    unit: str
    unit_name: str
    as_of: AsOf
    on_time: Wording = Field(description="what counts as on time, wherever a figure uses it (L15)")


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


class UnitLights(View):
    """The lights of one unit by its own book."""

    unit: str
    name: str
    lights: list[LightCourse]


class Lights(Answer):
    """The lights of a unit and of those directly below it."""

    units: list[UnitLights]


class UnitScore(View):
    """The score of a unit directly below."""

    unit: str
    name: str
    score: float
    veto: bool


class Scores(Answer):
    """The score of a unit, with the rows it is made of."""

    base: float | None = Field(description="none: the plan scores nothing")
    own: float | None = Field(description="by the unit's own book")
    veto: bool = Field(description="one fact makes the whole score nothing (一票否决)")
    share_of_below: float = Field(description="percent that the mean of the units directly below has in the score")
    score: float | None
    points: list[ScorePoint]
    more: bool = Field(description="whether there are more rows than are listed")
    units: list[UnitScore]


class Recurring(View):
    """A problem that several units have."""

    category: str
    target: int | None
    channel: str | None = Field(description="of problems that fall short of no target")
    issues: int
    units: int


class RecurringProblems(Answer):
    """Problems that recur across units, those of most units first (普遍性问题). C16."""

    least: int
    problems: list[Recurring]
