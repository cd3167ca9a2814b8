"""A campaign is announced, amended and passed down, and books open."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Act, Fact, Teller
from shared.events.figures import Counts
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
    over: dict[Code, Count] = Field(
        default={}, description="of a unit that joins a running campaign, by return: how many, from the first, were over and due before"
    )


class CampaignAmended(Act):
    """A running campaign was amended by its owner: the next version of its plan, and of its tree of units where that changed. A7.

    A unit that the new tree leaves out keeps its book and the plan it had, so that what is open there can be finished or handed over;
    its figures leave those of all above (`BookRemoved`).
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
    removed: tuple[Code, ...] = Field(default=(), description="of these, units that the new tree does not have at all")
    stated: tuple[PhaseCode, ...] = Field(
        default=(), description="phases with statements from below; those of the units that left are withdrawn"
    )
    returns: dict[PhaseCode, tuple[Code, ...]] = Field(
        default={}, description="by phase under way: returns that its closing waits for since the amendment"
    )
    over: dict[Code, Count] = Field(
        default={},
        description="by return that the unit comes to owe: how many periods, from the first, were over and due before; 1 of one that is owed once",
    )


class RemovalPassedDown(Fact):
    """A unit told one that was directly under it that the tree in force does not have it any more. A7."""

    teller, kind = Teller.BOOK, "book"
    zh = "退出活动下达"
    plan_version: Count
    tree_version: Count
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(description="the units above that left with it, from the highest")
    reported_to: Code = Field(description="the unit above all of these, which stays")


class BookRemoved(Fact):
    """From here on the unit is not in the campaign's tree: its book is finished by the plan it had, and counts in the figures of none above. A7.

    An amendment that puts the unit back ends this.
    """

    kind = "book"
    zh = "退出活动"
    plan_version: Count = Field(description="of the amendment that left it out")
    tree_version: Count
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(
        description="the units that left together, from the highest to this one, this one included"
    )
    units_below: tuple[Code, ...] = Field(description="units directly under it that left with it")
    reported_to: Code = Field(description="the unit above all of these, which stays")
    open: Count = Field(description="issues open in its book, which go with it")
    own: Counts = Field(description="the figures of its own book, of all phases")


class UnitRemoved(Fact):
    """A unit left the campaign with its book: what was open there went with it, and counts here no more. A7."""

    teller, kind = Teller.BOOK, "book"
    zh = "下级单位退出"
    unit: Code
    plan_version: Count
    tree_version: Count
    open: Count = Field(description="issues open in its book, which went with it")
    own: Counts = Field(description="the figures of its own book, of all phases")
