"""Awards (奖项): the rounds of their judging closed, and decided."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Act
from shared.events.nomination import AwardPeriod
from shared.values import Code, Line, Text

NominationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~%-]{1,300}$")]
"""A nomination in the book that gives the award: what follows `/nomination/` in its subject."""


class RoundClosed(Act):
    """A round (轮次) of an award closed, and some nominations go on. F7."""

    kind = "award"
    zh = "评审轮次结束"
    award: Code
    period: AwardPeriod
    round: Code
    passes: Annotated[tuple[NominationId, ...], Field(max_length=1000)] = Field(
        default=(), description="which go on; none where the plan lets all go on"
    )


class AwardDecided(Act):
    """It was decided who wins an award, and made known (通报表彰). F2, F9."""

    kind = "award"
    zh = "评奖结果"
    award: Code
    period: AwardPeriod
    winners: Annotated[tuple[NominationId, ...], Field(max_length=500)]
    notice: Text | None = Field(default=None, description="how it was made known (通报)")
    rewards: Annotated[tuple[Code, ...], Field(max_length=20)] = Field(
        default=(), description="what each winner gets, of what the plan has for this award (通报表彰、精神和物质奖励)"
    )
    prize: Line | None = Field(default=None, description="what each winner gets, in words: a medal, a sum")
