"""What departments propose to do better, on the plan's form (科室申报表, J1), and what the unit above says of it."""

from pydantic import Field

from shared.events.fact import Act, Fact, Numbered, Teller
from shared.values import Code, Evidence, Filled, Person, Text


class ProposalFiled(Act):
    """A department filed a proposal (申报) on the plan's form; pages may be attached. J1, H8, B11."""

    kind = "proposal"
    zh = "服务改进申报"
    form: Filled = Field(default={}, description="the fields of the form that the plan asks for; none where it asks for no form")
    evidence: Evidence = Field(default=(), description="attachments (内容可附页)")


class ProposalEntered(Numbered):
    """A proposal went on the book under a number of its own."""

    kind = "proposal"
    zh = "申报登记"

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"proposals": 1}


class _Climbing(Fact):
    kind = "proposal"
    unit: Code = Field(description="the unit that filed it")
    form: Filled = Field(default={})
    evidence: Evidence = ()
    by: Person


class ProposalReceived(_Climbing):
    """A proposal of a unit below arrived, for an opinion. H8."""

    teller = Teller.BOOK
    zh = "收到申报"


class ProposalPassedOn(Act):
    """A unit on the way, such as a line (条线), passed a proposal of a unit below on, so that the unit above gives its opinion. H8, B11."""

    kind = "proposal"
    zh = "申报转报"
    remark: Text | None = None


class ProposalSubmitted(_Climbing):
    """A proposal of a unit below went up to the next unit. H8."""

    zh = "申报上报"


class OpinionGiven(Act):
    """A unit above gave its opinion on a proposal that lies with it (考评领导小组意见). F10."""

    kind = "proposal"
    zh = "考评领导小组意见"
    opinion: Text
    accepted: bool


class ProposalJudged(Fact):
    """The opinion on a proposal came back, to the unit that filed it and to those that passed it on. F10."""

    teller, kind = Teller.BOOK, "proposal"
    zh = "申报审定结果"
    unit: Code = Field(description="the unit whose opinion it is")
    opinion: Text
    accepted: bool
    by: Person | None = Field(default=None, description="none: the unit left before anybody gave one")


class ProposalGivenBack(Fact):
    """The unit left the campaign while a proposal waited for its word: it goes back to the unit that filed it. A7."""

    teller, kind = Teller.CLOCK, "proposal"
    zh = "申报因退出退回"
    reason: Text
