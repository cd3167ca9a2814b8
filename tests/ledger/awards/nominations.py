"""Nominations and awards as they are told: a clinic nominates, the township passes on, township or bureau judge and give."""

from dataclasses import replace
from datetime import date

from shared.events.award import AwardDecided, RoundClosed
from shared.events.fact import Fact
from shared.events.nomination import NominationDeclined, NominationFiled, NominationPassedOn, RecommendedUpward, ScoreGiven
from shared.plan.award import Award, Criterion, Round
from shared.plan.clock import Relative
from shared.values import Named
from tests.ledger.awards.ideas import ADOPTED, FILLED, FORM, OFFERED
from tests.ledger.given import Said, Story, announced
from tests.ledger.sample import called, changed, plan_with

CRITERIA = tuple(
    Criterion(code=code, name=called(zh), most=20)
    for code, zh in (("novelty", "创新性"), ("use", "可操作性"), ("lasting", "可持续改进"), ("praise", "外部评价"), ("effect", "宣传效应"))
)
"""F3."""
GOLDEN = Award(
    code="golden-idea",
    name=called("金点子奖"),
    phase="P2",
    cadence="two-monthly",
    for_ideas=True,
    given_by=("township",),
    criteria=CRITERIA,
    rounds=(Round(code="paper", name=called("评审"), judges=2),),
    rewards=(Named(code="commendation", name=called("通报表彰")), Named(code="material", name=called("物质奖励"))),
    recommends=True,
)
"""F2: every two months, no limit to the places."""
MODEL = Award(
    code="best-case",
    name=called("优秀案例奖"),
    phase="P2",
    closes=date(2022, 6, 15),
    nominees=("team",),
    classes=("clinic",),
    given_by=("bureau",),
    rounds=(
        Round(code="paper", name=called("材料评选"), pass_on=1, judges=1),
        Round(code="defence", name=called("现场评述答辩"), judges=2),
    ),
    places=1,
    form="proposal",
)
"""F4, F7: on paper, then in person; one place."""
RELATIVE = Award(
    code="best-organiser",
    name=called("优秀组织奖"),
    phase="P3",
    closes=Relative(phase="P3", edge="start", days=10),
    given_by=("bureau",),
    rounds=MODEL.rounds[:1],
)
AWARDING = plan_with(awards=(GOLDEN, MODEL, RELATIVE), forms=(FORM,))
"""The plan of the sample with awards."""

MAY, JUDGING = "2022-05-20", "2022-07-05"
IDEA = "yz2022/e1/idea/desk~1"
NOMINATED = NominationFiled(
    award="golden-idea", period="2022-05", nominee="person", person="owner-li", title="充电柜", idea=IDEA, by="clerk-zhou"
)
CASE = NominationFiled(award="best-case", period="once", nominee="team", title="床旁结算", form=FILLED, by="clerk-zhou")
RELATIVE_NOMINATED = NominationFiled(award="best-organiser", period="once", nominee="team", unit="west", title="西城", by="clerk")
POINTS = {each.code: 10.0 for each in CRITERIA}
SCORE = ScoreGiven(judge_unit="e2", round="paper", points=POINTS, by="judge-a")
PASSED_ON = NominationPassedOn(by="east-union")
HELD_BACK = NominationDeclined(reason="材料不全", by="east-union")
RECOMMENDED = RecommendedUpward(reason="效果好", by="east-head")


def awarding(id: str = "e1", about: str = "") -> Story:
    """A unit in a campaign with awards."""
    return announced(AWARDING, id, MAY, about)


def named(fact: NominationFiled, id: str = "1") -> str:
    """The id of a nomination in the book that filed it."""
    return f"{fact.award}~{fact.period}~desk~{id}"


def above(fact: NominationFiled, by: str = "e1", id: str = "1") -> str:
    """The id of a nomination in a book above."""
    return f"{fact.award}~{fact.period}~{by}~desk~{id}"


def filed(fact: NominationFiled, by: str = "e1", id: str = "1") -> Said:
    """A nomination as a unit files it."""
    return Said(fact, subject=f"yz2022/{by}/nomination/{named(fact, id)}")


def of(fact: NominationFiled, act: Fact, at: str = "east", by: str = "e1", id: str = "1") -> Said:
    """An act on a nomination in a book above."""
    return Said(act, subject=f"yz2022/{at}/nomination/{above(fact, by, id)}")


def closes(fact: NominationFiled, round: str, *passes: str, at: str = "east") -> Said:
    """A round closes."""
    closed = RoundClosed(award=fact.award, period=fact.period, round=round, passes=passes, by="east-head")
    return Said(closed, subject=f"yz2022/{at}/award/{fact.award}~{fact.period}")


def decides(fact: NominationFiled, *winners: str, at: str = "east") -> Said:
    """The award is decided."""
    decided = AwardDecided(award=fact.award, period=fact.period, winners=winners, notice="关于表彰的通报", prize="奖金五百元", by="head")
    return Said(decided, subject=f"yz2022/{at}/award/{fact.award}~{fact.period}")


def rewarded(decided: Said, *rewards: str) -> Said:
    """The award is decided, with these of the plan's rewards."""
    return replace(decided, fact=changed(decided.fact, rewards=rewards))


def scored(by: str, **changes: object) -> ScoreGiven:
    """A judge's points."""
    return SCORE.model_copy(update={"by": by} | changes)


def nominated() -> Story:
    """An adopted idea was nominated by a clinic; its township gives the award."""
    return awarding().given(OFFERED, ADOPTED, filed(NOMINATED)).at("east")


def judged() -> Story:
    """Two judges scored it, and its one round closed."""
    first, second = of(NOMINATED, SCORE), of(NOMINATED, scored("judge-b"))
    return nominated().given(first, second).on(JUDGING).given(closes(NOMINATED, "paper"))


def won() -> Story:
    """It won."""
    return judged().given(decides(NOMINATED, above(NOMINATED)))


def in_the_bureau(*clinics: str) -> Story:
    """Cases of some clinics came to the bureau, one judge scored each, and the days for nominations are over."""
    story = awarding("bureau")
    for clinic in clinics:
        township = "east" if clinic.startswith("e") else "west"
        story.at(clinic).on(MAY).given(filed(CASE, clinic)).at(township).given(of(CASE, PASSED_ON, township, clinic))
        story.given(of(CASE, scored("judge-a", judge_unit="x", points={}), "bureau", clinic))
    return story.on("2022-06-16")
