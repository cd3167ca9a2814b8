"""Nominations for awards: filed, passed on from level to level, scored round by round, won or not."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Act, Fact, Numbered, Teller
from shared.values import Code, Count, Evidence, Filled, Line, Person, PhaseCode, Points, Reference, Text

AwardPeriod = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$")]
"""Which time an award is given: `once`, or the code of a period such as `2019-04`. F2, F11."""


class _OfAward(Fact):
    kind = "nomination"
    award: Code
    period: AwardPeriod


class _Nominated(_OfAward):
    nominee: Literal["team", "person"] = Field(description="集体 or 个人 (F5)")
    unit: Code | None = Field(default=None, description="the nominee's unit; none: the one that nominates")
    person: Person | None = Field(default=None, description="who is nominated, where it is a person")
    title: Line
    form: Filled = Field(default={}, description="the fields of the award's form; none where it asks for no form")
    evidence: Evidence = ()
    idea: Reference | None = Field(
        default=None, description="the adopted idea of the same book, by its subject; for awards that honour ideas"
    )


class _Climbing(_Nominated):
    nominated_by: Code = Field(description="the unit that filed it")


class NominationFiled(_Nominated, Act):
    """A unit nominated a team or a person for an award (申报评奖). F4, F5, H4."""

    zh = "评奖申报"


class NominationEntered(Numbered):
    """A nomination went on the book of the unit that filed it, under a number of its own."""

    kind = "nomination"
    zh = "评奖申报登记"
    award: Code
    period: AwardPeriod

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"nominations": 1}


class NominationSubmitted(_Climbing):
    """A nomination went up to the next unit, on its way to the one that gives the award. F6."""

    zh = "评奖申报上报"


class NominationReceived(_Climbing):
    """A nomination of a unit below arrived: to be passed on, or to be judged where the award is given. F6."""

    teller = Teller.BOOK
    zh = "收到评奖申报"


class NominationPassedOn(Act):
    """A unit on the way gathered a nomination among its own and passed it on. F6."""

    kind = "nomination"
    zh = "评奖申报转报"
    remark: Text | None = None


class NominationDeclined(Act):
    """A unit on the way, or the one that gives the award, did not take a nomination further. F6, F7."""

    kind = "nomination"
    zh = "评奖申报未予上报"
    reason: Text


class NominationAdmitted(_OfAward):
    """A nomination is in the first round of its award. F7."""

    zh = "进入评选"


class NominationMissed(_OfAward):
    """A nomination arrived after the first round had closed."""

    zh = "错过评选"


class NominationHeldBack(Fact):
    """A unit above did not take a nomination further, or it arrived too late there; told to the unit that filed it. F6."""

    teller, kind = Teller.BOOK, "nomination"
    zh = "评奖申报退回"
    unit: Code = Field(description="the unit above")
    late: bool = Field(default=False, description="it arrived after the first round had closed")
    reason: Text | None = None


class NominationGivenBack(Fact):
    """The unit left the campaign while a nomination waited for its word: it goes back to the unit that filed it. A7."""

    teller, kind = Teller.CLOCK, "nomination"
    zh = "评奖申报因退出退回"
    reason: Text


class ScoreGiven(Act):
    """A judge, of another unit than the nominee's, gave points for every criterion of the award. F3, F7."""

    kind = "nomination"
    zh = "评委打分"
    judge_unit: Code = Field(description="the judge's own unit")
    round: Code
    points: Annotated[dict[Code, Points], Field(max_length=50)] = Field(
        default={}, description="by criterion; none where the award names none"
    )


class ScoreCounted(_OfAward):
    """How a nomination stands in a round with one more judge: the mean of the judges' points. F3, F7."""

    zh = "得分统计"
    round: Code
    judges: Count
    mean: float = Field(description="the sum of the criteria's means, to four digits")
    means: dict[Code, float] = Field(description="by criterion, to four digits")


class RoundPassed(_OfAward):
    """A nomination goes on to the next round; also told to the unit that filed it. F7."""

    teller = Teller.BOOK
    zh = "晋级"
    round: Code
    unit: Code = Field(description="the unit that gives the award")


class AwardGiven(Fact):
    """A nomination won its award. F2 to F9."""

    kind = "nomination"
    zh = "获奖"
    phase: PhaseCode
    award: Code
    period: AwardPeriod
    nominated_by: Code
    nominee: Literal["team", "person"]
    unit: Code
    person: Person | None = None
    title: Line
    rewards: tuple[Code, ...] = Field(default=(), description="of those that the plan has for this award")
    prize: Line | None = None

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"awards": 1}


class AwardReceived(_OfAward):
    """The unit that filed a nomination heard that it won. F9."""

    teller = Teller.BOOK
    zh = "收到获奖结果"
    unit: Code = Field(description="the unit that gives the award")
    title: Line
    rewards: tuple[Code, ...] = Field(default=(), description="of those that the plan has for this award")
    prize: Line | None = None


class RecommendedUpward(Act):
    """The best of those that won was recommended to the unit above (择优推荐). F8."""

    kind = "nomination"
    zh = "择优推荐"
    reason: Text


class NominationRecommended(_Climbing):
    """What is recommended to the unit above; by the root it is recorded alone, since that unit is outside the tree. F8."""

    zh = "推荐上报"
    reason: Text


class RecommendationReceived(_Climbing):
    """A recommendation of a unit below arrived. F8."""

    teller = Teller.BOOK
    zh = "收到推荐"
    recommended_by: Code
    reason: Text
