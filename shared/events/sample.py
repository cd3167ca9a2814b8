"""Which units are checked at random (抽查), drawn so that anybody can draw again."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.events.fact import Act, Fact, Teller
from shared.values import Code, Count, Line

MOST = 500
"""Units of one draw, at most: no event grows with the campaign."""


class SampleDrawn(Act):
    """A unit has some of the units of a class below it drawn for spot checks (抽查). See `shared.sample.draw`. E7."""

    kind = "sample"
    zh = "抽样"
    sample: Code = Field(description="the draw's own code, in its subject; what was drawn once is not drawn again")
    seed: Line = Field(description="decides who is drawn: a text that nobody could choose to suit, such as tomorrow's lottery numbers")
    unit_class: Code
    size: Annotated[int, Field(ge=1, le=MOST)]
    covert: bool = Field(default=False, description="the units drawn are not told (暗访)")


class SampleChosen(Fact):
    """These units were drawn. E7."""

    kind = "sample"
    zh = "抽中单位"
    sample: Code
    units: Annotated[tuple[Code, ...], Field(max_length=MOST)] = Field(description="in the order in which they were drawn")
    of: Count = Field(description="units of the class below")
    tree_version: Count = Field(description="the tree in which they stand")
    frame: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(description="see `shared.sample.frame_digest`")
    covert: bool


class SpotCheckAnnounced(Fact):
    """A unit above drew this one for a spot check. E7."""

    teller, kind = Teller.BOOK, "book"
    zh = "抽查通知"
    sample: Code
    unit: Code = Field(description="the unit that drew it")
