"""Awards (奖项): who may be nominated, by which criteria and in which rounds. F1 to F15."""

from typing import Annotated, Literal

from pydantic import Field

from shared.plan.clock import Relative
from shared.plan.obligation import Cadence
from shared.values import Code, Day, Named, PhaseCode


class Criterion(Named):
    """What judges score. F3."""

    most: Annotated[float, Field(gt=0, le=1000)] = Field(description="points at most")


class Round(Named):
    """A round (轮次) of judging: on paper, or a defence in person. F7."""

    pass_on: Annotated[int, Field(ge=1, le=1000)] | None = Field(default=None, description="how many go on to the next round; none: all")
    judges: Annotated[int, Field(ge=1, le=100)] = Field(default=1, description="judges that must have scored each")


class Award(Named):
    """An award. F1 to F12."""

    phase: PhaseCode
    cadence: Cadence = Field(default="once", description="F2; `two-monthly` every two months, `even-months` in even months (F11)")
    closes: Day | Relative | None = Field(
        default=None, description="for `once`: the last day for nominations (F4); else a period's last day"
    )
    nominees: Annotated[tuple[Literal["team", "person"], ...], Field(min_length=1)] = ("team", "person")
    for_ideas: bool = Field(default=False, description="golden ideas (金点子) are nominated by their adoption")
    classes: tuple[Code, ...] = Field(default=(), description="classes of units that may nominate; none: all")
    given_by: Annotated[tuple[Code, ...], Field(min_length=1)] = Field(description="classes of units that judge and decide it")
    criteria: tuple[Criterion, ...] = ()
    rounds: Annotated[tuple[Round, ...], Field(min_length=1, max_length=5)]
    places: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="how many are given; none: no limit (不设名额限制)"
    )
    rewards: Annotated[tuple[Named, ...], Field(max_length=20)] = Field(
        default=(), description="what those who win may get (通报表彰、精神和物质奖励), F9; none: whatever is told as the prize"
    )
    recommends: bool = Field(default=False, description="the best are recommended to the unit above (择优推荐, F8)")
    form: Code | None = None
