"""What a plan asks of the life of an issue: guards of one fixed set of states, never new states. L2 to L7, L10."""

from typing import Annotated, Literal

from pydantic import Field

from shared.values import Named, OnOneLine, Shown, Value

BESIDE = r"[^{}\x00-\x1f\x7f\x85\u2028\u2029]*"
NUMBERING = rf"^{BESIDE}(\{{(unit|year|number)\}}{BESIDE})*\{{number\}}{BESIDE}$"
Detail = Literal["analysis", "funds", "emergency-plan", "milestones", "standard", "guard"]
"""Fields of the planned measures that a plan may require (责任/措施/资金/时限/预案): C15, L10."""


class Verification(Value):
    """Who must check a rectification before the strike-off. L2 to L4."""

    persons: Annotated[int, Field(ge=1, le=5)] = Field(default=1, description="how many persons check it")
    units: Annotated[int, Field(ge=1, le=5)] = Field(default=1, description="of how many different units they are")
    levels: Annotated[int, Field(ge=0, le=11)] = Field(
        default=0, description="one of them acts for a unit so many levels above, or higher; an office of a further line is one above"
    )
    published: bool = Field(
        default=False, description="the strike-off is published for the publication clock first, and can be objected to (L4)"
    )
    looked_back: bool = Field(
        default=False, description="after the look-back clock somebody who did not verify looks whether it holds (L5)"
    )


class Grade(Named):
    """How serious an issue is (一般/重大 …): sets checks, required fields and supervision; its clocks come by a lane. L2."""

    verification: Verification | None = Field(default=None, description="instead of the plan's for all")
    requires: tuple[Detail, ...] | None = Field(default=None, description="instead of what the plan requires of all")
    listed: bool = Field(default=False, description="is listed for supervision by a superior (挂牌督办), lifted apart from the strike-off")


class HandOver(Value):
    """How an issue goes to another book. E2, L6."""

    restarts: tuple[Literal["plan", "fix"], ...] = Field(
        default=("plan", "fix"), description="the clocks that begin anew where it is taken"
    )
    lateness: Literal["giver", "taker"] = Field(default="giver", description="whose clocks run while nobody has acknowledged it")


class IssueRules(Value):
    """What a plan sets for the life of its issues."""

    requires: tuple[Detail, ...] = Field(default=(), description="what planned measures must say before rectification starts")
    verification: Verification = Verification()
    hand_over: HandOver = HandOver()
    told_late: Annotated[int, Field(ge=1, le=30)] | None = Field(
        default=None,
        description="calendar days within which an offline feeder may tell a fact that happened in time, and not before what it acts on; none: on time is when intake took it (L15)",
    )
    numbering: Annotated[str, Field(pattern=NUMBERING, max_length=60), OnOneLine, Shown] = Field(
        default="{number}", description="the number as people read it: {number}, {unit} and {year} are filled in (L14)"
    )
