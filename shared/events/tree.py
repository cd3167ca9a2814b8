"""The tree of units, as it is told."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Fact, Teller
from shared.units import PART, Unit


class UnitsListed(Fact):
    """A part of the tree of units was told to the root's book, parents before their units."""

    teller, kind = Teller.BUREAU, "tree"
    zh = "单位名录"
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    part: Annotated[int, Field(ge=1, le=100_000)] = Field(description="1, 2, 3 … in order")
    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=PART)]
