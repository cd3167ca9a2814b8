"""A campaign is announced and passed down, and books open."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Count, Fact, Teller
from shared.plan import Plan
from shared.units import Code, Line, Person, Seal


class CampaignAnnounced(Fact):
    """A campaign was announced by its owner, with its plan and the seal of its tree of units."""

    teller, kind = Teller.BUREAU, "book"
    zh = "活动发布"
    plan: Plan
    tree: Seal


class CampaignPassedDown(Fact):
    """A unit passed the campaign on to one directly under it."""

    teller, kind = Teller.BOOK, "book"
    zh = "活动下达"
    plan_version: Count
    tree_version: Count
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(description="the units above, from the root")


class BookOpened(Fact):
    """A unit's book (台账) was opened in this campaign. C1."""

    kind = "book"
    zh = "建立台账"
    name: Line
    unit_class: Code
    tags: tuple[Code, ...]
    responsible: Person | None = None
    plan_version: Count
    tree_version: Count
    levels_below: Count = Field(description="levels of units below this one in the whole tree's depth")
    units_below: tuple[Code, ...] = Field(description="the units directly under it, to which the campaign is passed down")
    superiors: dict[Code, Code] | None = Field(
        default=None, description="the unit above it in further lines of command, by the line's code (I1)"
    )
