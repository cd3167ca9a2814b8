"""Golden ideas (金点子): offered, adopted, applied and followed up; the norms that grow out of them, and other outcomes."""

from typing import Literal

from pydantic import Field

from shared.events.fact import Act, Fact, Numbered, Teller
from shared.values import Code, Count, Date, Evidence, Line, Person, Text


class IdeaOffered(Fact):
    """Somebody offered an idea (金点子), in person, by a box or by any other channel. F1, B1, B2, B3, B15."""

    teller, kind = Teller.BUREAU, "idea"
    zh = "金点子征集"
    text: Text
    category: Code
    channel: Code = Field(description="how it came in (B14)")
    offered_by: Person | None = None
    anonymous: bool = Field(default=False, description="whoever offered it wants to stay unnamed; then nobody is named")
    box: Line | None = Field(default=None, description="the box that it was found in, keyed in by hand (B3)")


class IdeaEntered(Numbered):
    """An idea went on the book under a number of its own."""

    kind = "idea"
    zh = "金点子登记"
    category: Code
    channel: Code

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"ideas": 1}


class IdeaAdopted(Act):
    """An idea was adopted (采纳), with the measure that it becomes and its owner. F1."""

    kind = "idea"
    zh = "采纳金点子"
    measure: Text
    owner: Person
    evidence: Evidence = ()


class AdoptionEntered(Numbered):
    """An adopted idea counts."""

    kind = "idea"
    zh = "采纳登记"
    category: Code

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"adopted": 1}


class IdeaDeclined(Act):
    """An idea was not adopted, with the reason. F1."""

    kind = "idea"
    zh = "未采纳金点子"
    reason: Text


class IdeaApplied(Act):
    """The measure of an adopted idea was put to use. F13."""

    kind = "idea"
    zh = "金点子实施"
    result: Text
    evidence: Evidence = ()


class FollowThroughOpened(Fact):
    """A measure in use is to be looked at again by a day, so that it does not fall asleep. F13."""

    kind = "idea"
    zh = "督导落实任务"
    number: Count
    due: Date
    owner: Person


class FollowThroughDone(Act):
    """Somebody who did not apply the measure looked whether it still holds; one that does not must be applied again. F13."""

    kind = "idea"
    zh = "督导落实"
    holds: bool
    effect: Text
    evidence: Evidence = ()


class FollowThroughDue(Fact):
    """The last day for a look at a measure in use is over."""

    teller, kind = Teller.CLOCK, "idea"
    zh = "督导落实到期"
    due: Date


class FollowThroughOverdue(Fact):
    """Nobody looked in time whether a measure in use still holds. F13."""

    kind = "idea"
    zh = "督导落实超期"
    number: Count
    due: Date
    owner: Person


class NormProposed(Act):
    """The norm that a department made of an applied idea was proposed to the unit above as its norm (上升为本院行业规范). F14."""

    kind = "idea"
    zh = "规范上报"
    text: Text
    evidence: Evidence = ()


class NormReceived(Fact):
    """A norm of a unit below arrived, to be promoted or declined. F14."""

    teller, kind = Teller.BOOK, "norm"
    zh = "收到规范"
    unit: Code = Field(description="whose norm it is so far")
    text: Text
    evidence: Evidence = ()
    by: Person


class NormPromoted(Act):
    """A norm of a unit below became one of this unit. F14."""

    kind = "norm"
    zh = "规范升级"
    text: Text | None = Field(default=None, description="how it reads here; none: as it was proposed")


class NormDeclined(Act):
    """A norm of a unit below stays one of that unit alone. F14."""

    kind = "norm"
    zh = "规范未采纳"
    reason: Text


class NormJudged(Fact):
    """The unit above promoted a norm that was proposed to it, or declined it. F14."""

    teller, kind = Teller.BOOK, "idea"
    zh = "规范审定结果"
    unit: Code = Field(description="the unit above, which judged")
    promoted: bool
    reason: Text | None = Field(default=None, description="why it was declined")
    by: Person | None = Field(default=None, description="none: the unit left before anybody judged")


class NormGivenBack(Fact):
    """The unit left the campaign while a norm waited for its word: it goes back to the unit that proposed it, which may propose it again. A7."""

    teller, kind = Teller.CLOCK, "norm"
    zh = "规范申报因退出退回"
    reason: Text


class OutcomeRecorded(Act):
    """A work of research (科学研究) or a patent (发明专利) came of the campaign. F15."""

    kind = "book"
    zh = "成果登记"
    nature: Literal["research", "patent"]
    title: Line
    evidence: Evidence = ()
