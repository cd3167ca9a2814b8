"""What came before what it stands on: held for a time instead of being refused, and told again once it fits."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Fact, Teller
from shared.values import Code, Date, Moment, Wording

SOURCE = "xiaohao/held"
"""The source under which a book tells a held fact again; no API key can have it."""
ToldId = Annotated[str, Field(min_length=1, max_length=200)]
Times = Annotated[int, Field(ge=1, le=10_000)]


class FactHeld(Fact):
    """What was told stands on something that is not recorded yet: held until this day, then refused for the same rule."""

    kind = "held"
    zh = "暂存"
    issue: str = Field(description="what it is about")
    type: Annotated[str, Field(max_length=100)]
    rule: Code = Field(description="the rule that it breaks so far")
    reason: Wording
    until: Date
    fact: str = Field(description="the data as it was told, as JSON")
    told_source: str
    told_id: ToldId
    time: Moment
    accepted: Moment = Field(description="when intake took it first: rules judge by it, however long it is held")
    times: Times = Field(default=1, description="how often it was held by now")


class HeldReleased(Fact):
    """Something was recorded that a held fact may have waited for: its book tells it again, as taken when it was taken first."""

    kind = "held"
    zh = "暂存重报"
    issue: str
    type: Annotated[str, Field(max_length=100)]
    fact: str
    told_source: str
    told_id: ToldId
    time: Moment
    accepted: Moment
    times: Times = 1


class HoldExpired(Fact):
    """The last day is over until which a fact was held."""

    teller, kind = Teller.CLOCK, "held"
    zh = "暂存到期"
    told_source: str
    told_id: ToldId
    times: Times = 1


def told_again(source: str, id: str, times: int) -> str:
    """The id under which a held fact is told again."""
    return f"{source}~{id}#{times}"


def first_told(source: str, id: str) -> tuple[str, str, int]:
    """Source and id of the first telling, and how often it was held so far."""
    if source != SOURCE:
        return source, id, 0
    first, _, times = id.rpartition("#")
    first_source, _, first_id = first.partition("~")
    return first_source, first_id, int(times)
