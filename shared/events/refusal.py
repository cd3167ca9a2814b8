"""What was not taken."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Fact
from shared.values import Code, Wording


class Refused(Fact):
    """What was told breaks a rule. Final for its id: tell again under a new one."""

    kind = "book"
    zh = "未受理"
    type: Annotated[str, Field(max_length=100)] = Field(description="the type that was told")
    rule: Code = Field(description="the rule's name in the catalogue of wordings")
    reason: Wording
    told_source: str | None = Field(default=None, description="who told it, where it was held before it was refused")
    told_id: str | None = Field(default=None, description="under which id it was told then")
