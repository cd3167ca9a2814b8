"""A campaign is announced, amended and passed down, and books open."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Act, Fact, Teller
from shared.plan import Plan
from shared.units import Seal
from shared.values import Code, Count, Line, Person, PhaseCode


class CampaignAnnounced(Fact):
    """A campaign was announced by its owner, with its plan and the seal of its tree of units."""

    teller, kind = Teller.BUREAU, "book"
    zh = "活动发布"
    plan: Plan
    tree: Seal


class _PassedDown(Fact):
    teller, kind = Teller.BOOK, "book"
    plan_version: Count
    tree_version: Count
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(description="the units above, from the root")


class CampaignPassedDown(_PassedDown):
    """A unit passed the campaign on to one directly under it."""

    zh = "活动下达"


class _Book(Fact):
    kind = "book"
    name: Line
    unit_class: Code
    tags: tuple[Code, ...]
    responsible: Person | None = None
    plan_version: Count
    tree_version: Count


class BookOpened(_Book):
    """A unit's book (台账) was opened in this campaign. C1."""

    zh = "建立台账"
    levels_below: Count = Field(description="levels of units below this one in the whole tree's depth")
    units_below: tuple[Code, ...] = Field(description="the units directly under it, to which the campaign is passed down")
    superiors: dict[Code, Code] | None = Field(
        default=None, description="the unit above it in further lines of command, by the line's code (I1)"
    )
    aliases: tuple[Line, ...] | None = Field(default=None, description="other names that the unit goes by (I6)")


class CampaignAmended(Act):
    """A running campaign was amended by its owner: the next version of its plan, and of its tree of units where that changed. A7.

    A unit that the new tree leaves out keeps its book and the plan it had, so that what is open there can be finished or handed over;
    its figures no longer climb.
    """

    kind = "book"
    zh = "方案调整"
    plan: Plan
    tree: Seal = Field(description="that in force, or a newer one whose parts were told before")


class AmendmentPassedDown(_PassedDown):
    """A unit passed an amendment on to one directly under it; one that is new to the campaign opens its book by it. A7."""

    zh = "方案调整下达"


class BookAmended(_Book):
    """From here on a book goes by an amended plan and tree; what stands before was judged by the old. A7."""

    zh = "台账改版"
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(description="the units from the root to this one, this one included")
    levels_below: Count = Field(description="levels of units below this one in the whole tree's depth")
    units_below: tuple[Code, ...] = Field(description="the units directly under it, to which the amendment is passed down")
    superiors: dict[Code, Code] | None = Field(
        default=None, description="the unit above it in further lines of command, by the line's code (I1)"
    )
    aliases: tuple[Line, ...] | None = Field(default=None, description="other names that the unit goes by (I6)")
    left: tuple[Code, ...] = Field(default=(), description="units that are no longer directly under it")
    stated: tuple[PhaseCode, ...] = Field(
        default=(), description="phases with statements from below; those of the units that left are withdrawn"
    )
    returns: dict[PhaseCode, tuple[Code, ...]] = Field(
        default={}, description="by phase under way: returns that its closing waits for since the amendment"
    )
    over: dict[Code, Count] = Field(
        default={}, description="by return that the unit comes to owe: how many periods, from the first, were over and due before"
    )
