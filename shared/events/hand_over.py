"""An issue goes from one unit's book to another's (转办): offered, taken or not, and what became of it. E2, L6."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Act, Fact, IssueId, Numbered, Teller
from shared.events.issue import MOST_MILESTONES, Milestone
from shared.values import Code, Count, Date, Evidence, Person, Text, Value

MOST_PERSONS = 50
"""Persons who ever rectified one issue, and who ever verified it, at most: they go with it from book to book."""

MOST_BOOKS = 50
"""Books that one issue may have been in, at most: its id, which names each and is shorter than that, has room for less than half of them."""

Persons = Annotated[tuple[Person, ...], Field(max_length=MOST_PERSONS)]


class IssueHandedOver(Act):
    """A unit hands an issue over to another; it stays in the giver's book until the other has acknowledged it. E2."""

    zh = "转办"
    to: Code = Field(description="the unit that it goes to, of the same campaign")
    reason: Text


class LastDays(Value):
    """The last days of an issue in a book that handed it over."""

    unit: Code
    plan_due: Date | None = Field(default=None, description="none where measures were planned")
    fix_due: Date
    milestones: tuple[Milestone, ...] = Field(
        default=(), max_length=MOST_MILESTONES, description="of its measures, neither reached nor missed"
    )


class _Handed(Fact):
    """An issue on its way: all that the other book needs, for no book reads another's."""

    origin: IssueId = Field(description="the issue in the giver's book")
    reason: Text
    text: Text
    category: Code
    channel: Code
    nature: Literal["problem", "defect", "hazard"]
    target: Annotated[int, Field(ge=1, le=999)] | None = None
    grade: Code | None = None
    lane: Code | None = None
    standing: bool = Field(default=False, description="an item without an end (L14)")
    evidence: Evidence | None = Field(default=None, description="pictures or papers that show it, as it was found (C9)")
    plan_due: Date = Field(description="as the plan clock ran at the giver")
    fix_due: Date = Field(description="as the fix clock ran at the giver")
    fixers: Persons = Field(default=(), description="all who ever rectified it, in any book: none of them verifies it (C10, I4)")
    verifiers: Persons = Field(default=(), description="all who ever verified it, in any book: none of them looks back at it (L3)")
    barred: Persons = Field(default=(), description="all who ever owned it, in any book: none of them verifies it (I4)")
    supervised: bool = Field(default=False, description="a superior listed it, and has not lifted that (L2)")
    listing_due: Date | None = Field(default=None, description="last day for a superior to list it, as it ran at the giver (L2)")
    review_due: Date | None = Field(default=None, description="last day for the next review of an item without an end (L14)")
    had: tuple[LastDays, ...] = Field(
        default=(),
        max_length=MOST_BOOKS,
        description="in the books that had it: taken by one of them again, it keeps the earlier days (E2)",
    )


class HandOverOffered(_Handed):
    """An issue is on offer to another book. E2."""

    zh = "转办中"
    to: Code
    offer: Count = Field(description="how often this issue was offered, this time included")


class HandOverReceived(_Handed):
    """A hand-over arrived: not entered nor counted before it is acknowledged. E2."""

    teller = Teller.BOOK
    zh = "收到转办"


class HandOverAcknowledged(Act):
    """A unit took what was handed over to it (转办签收); it goes on its book. E2, L6."""

    zh = "转办签收"
    owner: Person | None = Field(default=None, description="assigns it in the same breath")


class HandOverDeclined(Act):
    """A unit did not take what was handed over to it; it goes back. L6."""

    zh = "转办退回"
    reason: Text


class HandOverWithdrawn(Act):
    """The giver wants an issue back that nobody has acknowledged; too late once somebody has. E2."""

    zh = "撤回转办"
    reason: Text


class HandOverCalledBack(Fact):
    """The other book is told that the giver wants the issue back."""

    zh = "转办撤回中"
    issue: IssueId = Field(description="the issue in the other book")
    reason: Text


class HandOverRecalled(Fact):
    """The giver wants back what it handed over; without effect where it was acknowledged before."""

    teller = Teller.BOOK
    zh = "对方撤回转办"
    reason: Text


class HandOverLapsed(Fact):
    """A hand-over was recalled before it was acknowledged."""

    zh = "转办作废"
    reason: Text


class HandOverSettled(Fact):
    """The giver hears whether the other unit took the issue. E2."""

    teller = Teller.BOOK
    zh = "转办结果"
    offer: Count
    unit: Code
    accepted: bool
    issue: IssueId | None = Field(default=None, description="the issue in the other book, where it was taken")
    number: Count | None = Field(default=None, description="its number there")
    reason: Text | None = None


class HandOverCompleted(Numbered):
    """An issue left to another book. E2."""

    zh = "转出"
    to: Code
    moved_to: IssueId
    standing: bool = Field(default=False, description="an item without an end (L14)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"handed_over": 1, "standing_left": int(self.standing)}


class HandOverOutcome(Fact):
    """The giver hears what became of an issue in the book that took it, or in one further on. E2."""

    teller = Teller.BOOK
    zh = "转办办理结果"
    outcome: Literal["struck-off", "handed-over", "answered", "merged", "voided", "reopened"]
    unit: Code = Field(description="in whose book it happened")
    issue: IssueId
    number: Count | None = None
    text: Text | None = Field(default=None, description="the answer, or the reason")
